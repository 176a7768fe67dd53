"""What the alerts service counts; each name is explained in docs/metrics.md."""

from prometheus_client import Counter, Gauge, Histogram

_SECONDS = (0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 15, 60, 300)

TELLINGS = Counter(
    "yinling_tellings_total", "Levels of responders told of an alert", ["reason"]
)
NOBODY_REACHABLE = Counter(
    "yinling_nobody_reachable_total", "Alerts that nobody could be told of"
)
UNDECIDED = Counter(
    "yinling_escalations_undecided_total", "Alerts whose escalation met an error"
)
ATTEMPTS = Counter(
    "yinling_notification_attempts_total",
    "Tries to send a notification",
    ["urgent", "result"],
)
SEND_SECONDS = Histogram(
    "yinling_notification_send_seconds",
    "Time one try to send takes",
    buckets=_SECONDS,
)
WAIT_SECONDS = Histogram(
    "yinling_notification_wait_seconds",
    "Time from a notification's making to its being delivered",
    ["urgent"],
    buckets=_SECONDS,
)
SENDING = Gauge(
    "yinling_notifications_sending",
    "Notifications being sent now",
    multiprocess_mode="livesum",
)
COMMANDS = Counter(
    "yinling_commands_total",
    "Commands to wristbands by what became of them",
    ["result"],
)
SILENCES = Counter(
    "yinling_silences_total", "Wristbands found silent, by severity", ["severity"]
)
RETAINED = Counter(
    "yinling_retention_removed_total",
    "Rows removed or blanked because they were kept long enough",
    ["kind"],
)
RETENTION_RAN = Gauge(
    "yinling_retention_ran_timestamp_seconds",
    "When a kind was last wholly seen to, seconds since 1970",
    ["kind"],
    multiprocess_mode="mostrecent",
)
RETENTION_FAILURES = Counter(
    "yinling_retention_failures_total", "Kinds that could not be taken that night"
)
ERASURES = Counter("yinling_erasures_total", "People erased once their time was over")
OUTAGES = Counter(
    "yinling_area_outages_total", "Places whose wristbands fell silent together"
)
SEALED = Counter("yinling_ledger_sealed_total", "Rows chained into the ledger")
UNSEALED = Gauge(
    "yinling_ledger_waiting",
    "Rows that wait to be sealed, counted to 10,000",
    multiprocess_mode="mostrecent",
)
SEAL_LAG_SECONDS = Gauge(
    "yinling_ledger_lag_seconds",
    "How long the oldest row has waited to be sealed",
    multiprocess_mode="mostrecent",
)
SEALING_FAILURES = Counter(
    "yinling_ledger_failures_total", "Times the ledger could not be sealed"
)
OVERDUE = Gauge(
    "yinling_response_overdue",
    "Calls for help and follow-ups past their time and not closed",
    ["what"],
    multiprocess_mode="mostrecent",
)
UNCOVERED = Gauge(
    "yinling_seniors_without_help",
    "Seniors whom no responder, or none nearby, can be told of now",
    ["reach"],
    multiprocess_mode="mostrecent",
)
DUTY_FAILURES = Counter(
    "yinling_duty_failures_total", "Times duty could not be rolled forward or watched"
)

"""Prometheus metrics of ingest."""

from typing import Final

from prometheus_client import Counter, Gauge, Histogram

REPORTS: Final = Counter(
    "yinling_ingest_reports_total", "Reports by what became of them", ["outcome"]
)
MESSAGES: Final = Counter(
    "yinling_ingest_messages_total", "Telemetry messages confirmed to the broker"
)
REJECTED: Final = Counter(
    "yinling_ingest_rejected_total", "Items refused wholly or in part, repeats included"
)
BATCH_SECONDS: Final = Histogram(
    "yinling_ingest_batch_seconds",
    "From taking a batch to its commit [s]",
    buckets=(0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 15),
)
BATCH_FAILURES: Final = Counter(
    "yinling_ingest_batch_failures_total", "Batches that did not commit", ["kind"]
)
SET_ASIDE: Final = Counter(
    "yinling_ingest_set_aside_total", "Messages that no transaction could take"
)
QUEUE: Final = Gauge(
    "yinling_ingest_queue_messages", "Messages waiting", multiprocess_mode="livesum"
)
LAG_SECONDS: Final = Gauge(
    "yinling_ingest_lag_seconds",
    "How long the oldest waiting message has waited [s]",
    multiprocess_mode="livemax",
)
DISCONNECTS: Final = Counter(
    "yinling_mqtt_disconnects_total",
    "Connections to the broker that ended",
    ["session"],
)
PAUSES: Final = Counter(
    "yinling_mqtt_pauses_total",
    "Times a session was not read because the queue was full",
)
REFUSED: Final = Counter(
    "yinling_mqtt_subscriptions_refused_total", "Subscriptions refused", ["session"]
)
PRESSES: Final = Counter(
    "yinling_sos_presses_total", "Urgent events committed", ["kind"]
)
SOS_SECONDS: Final = Histogram(
    "yinling_sos_commit_seconds",
    "From an urgent event's arrival to its commit [s]",
    buckets=(0.002, 0.005, 0.01, 0.02, 0.05, 0.1, 0.25, 0.5, 1, 2, 5, 30),
)
SOS_FAILURES: Final = Counter(
    "yinling_sos_failures_total", "Tries to commit urgent events that failed"
)
SOS_UNLISTED: Final = Counter(
    "yinling_sos_unlisted_total",
    "Urgent events taken, of which something unreadable could not be listed",
)

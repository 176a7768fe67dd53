"""What the gatekeeper counts."""

from typing import Final

from prometheus_client import Counter, Gauge

LOGINS: Final = Counter(
    "yinling_gatekeeper_logins_total",
    "Logins of wristbands answered, by verdict.",
    ["verdict"],
)
DROPPED: Final = Counter(
    "yinling_gatekeeper_dropped_total",
    "Logins left unanswered because too many waited; the clients try again.",
)
LOOK_UPS: Final = Counter(
    "yinling_gatekeeper_look_ups_total",
    "Wristbands asked about in the database one by one.",
)
KICKED: Final = Counter(
    "yinling_gatekeeper_kicked_total",
    "Live connections ended because their wristband is not in service.",
)
WRISTBANDS: Final = Gauge(
    "yinling_gatekeeper_wristbands",
    "Wristbands in service as known to the gatekeeper.",
    multiprocess_mode="livemax",
)

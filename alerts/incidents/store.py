"""The alert store as others call it; every function runs in the caller's transaction."""

from alerts.incidents.acting import act, open_by_hand
from alerts.incidents.clearing import clear_alerts
from alerts.incidents.drilling import open_drill
from alerts.incidents.opening import open_alerts
from alerts.incidents.pressing import press

__all__ = [
    "act",
    "clear_alerts",
    "open_alerts",
    "open_by_hand",
    "open_drill",
    "press",
]

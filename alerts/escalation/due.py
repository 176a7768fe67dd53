"""When something of an alert falls due: nights, first tellings, promises."""

from datetime import datetime, timedelta
from zoneinfo import ZoneInfo

from alerts.escalation.terms import Facts, Timing
from core.model import AlertStatus, Severity

NIGHT_BEGINS_H = 22
NIGHT_ENDS_H = 7


def is_night(now: datetime, zone: ZoneInfo) -> bool:
    """Whether it is between 22:00 and 07:00 local time."""
    hour = now.astimezone(zone).hour
    return hour >= NIGHT_BEGINS_H or hour < NIGHT_ENDS_H


def morning(now: datetime, zone: ZoneInfo) -> datetime:
    """The next 07:00 local time."""
    local = now.astimezone(zone)
    seven = local.replace(hour=NIGHT_ENDS_H, minute=0, second=0, microsecond=0)
    return seven if seven > local else seven + timedelta(days=1)


def first(facts: Facts, now: datetime, zone: ZoneInfo) -> datetime | None:
    """When the first level is to be told: at once, in the morning, or never."""
    if facts.severity is Severity.INFO:
        return None
    waits = facts.severity is Severity.WARNING and not facts.technical
    if waits and is_night(now, zone):
        return morning(now, zone)
    return facts.counted_from


def expiry(facts: Facts, timing: Timing) -> datetime | None:
    """When the promise of whoever acknowledged or set out lapses."""
    since = facts.progress.status_at or facts.counted_from
    if not facts.climbs:
        return None
    match facts.status:
        case AlertStatus.ACKNOWLEDGED:
            return since + timedelta(seconds=timing.ack_expiry_s)
        case AlertStatus.EN_ROUTE:
            return since + timedelta(seconds=timing.arrival_expiry_s)
        case _:
            return None

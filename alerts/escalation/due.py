"""When something of an alert falls due: held hours, first tellings, promises."""

from datetime import UTC, datetime, time, timedelta
from zoneinfo import ZoneInfo

from alerts.escalation.terms import Facts
from core.model import AlertStatus, Severity
from core.rules.policy import Policy
from core.rules.sets import Span


def is_held(hold: Span, at: datetime, zone: ZoneInfo) -> bool:
    """Whether an instant lies in held hours, local time."""
    clock = at.astimezone(zone).time()
    if hold.start < hold.end:
        return hold.start <= clock < hold.end
    return clock >= hold.start or clock < hold.end


def morning(ends: time, after: datetime, zone: ZoneInfo) -> datetime:
    """The next time that held hours end, local time."""
    local = after.astimezone(zone)
    end = datetime.combine(local.date(), ends, zone)
    return (end if end > local else end + timedelta(days=1)).astimezone(UTC)


def released(
    hold: Span | None, due: datetime, now: datetime, zone: ZoneInfo
) -> datetime:
    """When what is due at an instant may be told: not in held hours, but then.

    What was due before them and is looked at late waits too.
    """
    if hold is None:
        return due
    for instant in (max(due, now), due):
        if is_held(hold, instant, zone):
            return morning(hold.end, instant, zone)
    return due


def first(
    facts: Facts, policy: Policy, now: datetime, zone: ZoneInfo
) -> datetime | None:
    """When the first step is to be told: at once, in the morning, or never."""
    if facts.severity is Severity.INFO:
        return None
    due = facts.counted_from + timedelta(seconds=policy.steps[0].after_s)
    return released(policy.hold, due, now, zone)


def expiry(facts: Facts, policy: Policy) -> datetime | None:
    """When the promise of whoever acknowledged or set out lapses."""
    holds_s = {
        AlertStatus.ACKNOWLEDGED: policy.ack_expiry_s,
        AlertStatus.EN_ROUTE: policy.arrival_expiry_s,
    }.get(facts.status)
    if holds_s is None or not facts.climbs:
        return None
    since = facts.progress.status_at or facts.counted_from
    return since + timedelta(seconds=holds_s)

"""The alert's lifecycle: which action is allowed when, and what it makes of the status."""

from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import StrEnum

from alerts.incidents.types import Action
from core.model import AlertStatus, TimelineEvent

REOPEN_WITHIN = timedelta(hours=24)


class Verdict(StrEnum):
    """What the table says to an action."""

    MOVE = "move"  # allowed; the status becomes the rule's target
    RECORD = "record"  # allowed; only the timeline grows
    REPEAT = "repeat"  # taken before in this round; recorded, changes nothing
    REFUSE = "refuse"


@dataclass(frozen=True, slots=True)
class Rule:
    """One row of the table: the states an action starts from, and where it leads."""

    event: TimelineEvent
    sources: frozenset[AlertStatus]
    target: AlertStatus | None


S = AlertStatus
UNRESOLVED = frozenset(S) - {S.RESOLVED}
TABLE: dict[Action, Rule] = {
    Action.ACKNOWLEDGE: Rule(
        TimelineEvent.ACKNOWLEDGED, frozenset({S.OPEN}), S.ACKNOWLEDGED
    ),
    Action.DEPART: Rule(
        TimelineEvent.DEPARTED, frozenset({S.OPEN, S.ACKNOWLEDGED}), S.EN_ROUTE
    ),
    Action.ARRIVE: Rule(TimelineEvent.ARRIVED, UNRESOLVED - {S.ON_SCENE}, S.ON_SCENE),
    Action.RESOLVE: Rule(TimelineEvent.RESOLVED, UNRESOLVED, S.RESOLVED),
    Action.REOPEN: Rule(TimelineEvent.REOPENED, frozenset({S.RESOLVED}), S.OPEN),
    Action.ESCALATE: Rule(TimelineEvent.ESCALATED, UNRESOLVED, None),
    Action.NOTE: Rule(TimelineEvent.NOTED, UNRESOLVED, None),
    Action.FAMILY_ACKNOWLEDGE: Rule(
        TimelineEvent.FAMILY_ACKNOWLEDGED, UNRESOLVED, None
    ),
}
ROUND_BEGINS = frozenset(
    {TimelineEvent.OPENED, TimelineEvent.REOPENED, TimelineEvent.EXPIRED}
)
"""Events after which no step counts as taken yet."""


def judge(
    action: Action,
    status: AlertStatus,
    taken: frozenset[TimelineEvent],
    resolved_at: datetime | None,
    now: datetime,
) -> Verdict:
    """Say whether `action` may be taken.

    Parameters
    ----------
    action : what is asked for.
    status : where the alert stands.
    taken : events that people caused in the present round (since the alert was last
        opened, reopened or fell back by expiry, that event included if a person's).
    resolved_at : when it was resolved, None while it is not.
    now : the present.
    """
    rule = TABLE[action]
    if status in rule.sources:
        return _from_source(action, rule, resolved_at, now)
    if rule.event in taken and _repeatable(action, status):
        return Verdict.REPEAT
    return Verdict.REFUSE


def _from_source(
    action: Action, rule: Rule, resolved_at: datetime | None, now: datetime
) -> Verdict:
    too_late = resolved_at is not None and now - resolved_at > REOPEN_WITHIN
    if action is Action.REOPEN and too_late:
        return Verdict.REFUSE
    return Verdict.MOVE if rule.target is not None else Verdict.RECORD


def _repeatable(action: Action, status: AlertStatus) -> bool:
    """A resolved alert takes no more steps but its own resolving again."""
    return status is not AlertStatus.RESOLVED or action is Action.RESOLVE

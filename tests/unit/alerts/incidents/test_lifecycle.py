"""The transition table, cell by cell."""

from datetime import UTC, datetime, timedelta

import pytest

from alerts.incidents.lifecycle import TABLE, Verdict, judge
from alerts.incidents.types import Action
from core.model import AlertStatus, TimelineEvent

NOW = datetime(2026, 11, 21, tzinfo=UTC)
OPEN, ACKED, GOING, THERE, DONE = AlertStatus
MOVES = {
    Action.ACKNOWLEDGE: {OPEN},
    Action.DEPART: {OPEN, ACKED},
    Action.ARRIVE: {OPEN, ACKED, GOING},
    Action.RESOLVE: {OPEN, ACKED, GOING, THERE},
    Action.REOPEN: {DONE},
}
RECORDS = {
    Action.NOTE: {OPEN, ACKED, GOING, THERE},
    Action.ESCALATE: {OPEN, ACKED, GOING, THERE},
    Action.FAMILY_ACKNOWLEDGE: {OPEN, ACKED, GOING, THERE},
}


@pytest.mark.parametrize("action", Action)
@pytest.mark.parametrize("status", AlertStatus)
def test_fresh_step(action: Action, status: AlertStatus):
    resolved_at = NOW if status is DONE else None
    got = judge(action, status, frozenset(), resolved_at, NOW)
    if status in MOVES.get(action, ()):
        assert got is Verdict.MOVE
    elif status in RECORDS.get(action, ()):
        assert got is Verdict.RECORD
    else:
        assert got is Verdict.REFUSE


@pytest.mark.parametrize("action", Action)
@pytest.mark.parametrize("status", AlertStatus)
def test_step_taken_before_is_recorded(action: Action, status: AlertStatus):
    taken = frozenset({TABLE[action].event})
    got = judge(action, status, taken, NOW if status is DONE else None, NOW)
    assert (got is Verdict.REFUSE) == (
        status is DONE and action not in {Action.RESOLVE, Action.REOPEN}
    )


def test_reopen_within_a_day():
    day = timedelta(hours=24)
    taken: frozenset[TimelineEvent] = frozenset()
    assert judge(Action.REOPEN, DONE, taken, NOW - day, NOW) is Verdict.MOVE
    late = NOW - day - timedelta(seconds=1)
    assert judge(Action.REOPEN, DONE, taken, late, NOW) is Verdict.REFUSE

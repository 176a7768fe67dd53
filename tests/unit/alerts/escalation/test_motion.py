"""What counts as a sign of motion after a fall."""

from datetime import UTC, datetime, timedelta

import pytest

from alerts.escalation.motion import Report, Wearer, moved

FELL = datetime(2026, 11, 21, 4, 0, tzinfo=UTC)
S = timedelta(seconds=1)
BY = Wearer(still_s=300, moving_g=0.1, interval_s=300)


def report(at_s: float, steps: float | None = None, motion: float | None = None):
    return Report(FELL + at_s * S, steps, motion)


@pytest.mark.parametrize(
    ("reports", "expected"),
    [
        ([], False),
        ([report(-60, 100, 0.4)], False),
        ([report(-60, 100), report(200, 100, 0.1)], False),
        ([report(-60, 100), report(200, 101)], True),
        ([report(-60, 100), report(200, motion=0.11)], True),
        ([report(-60, 100), report(200), report(260, 105)], True),
        ([report(200, 105)], False),  # nothing to compare with
        ([report(160, motion=0.3)], True),
        ([report(140, motion=0.3)], False),  # most of it lies before the fall
        ([report(-280, 100), report(20, 140, 0.3)], False),
        ([report(-280, 100), report(20, 140), report(80, 140)], False),
        ([report(-280, 100), report(20, 140), report(80, 141)], True),
        ([report(-60, 100), report(200, 0), report(260, 0)], False),  # reset
        ([report(-60, 100), report(200, 7)], True),  # reset, and walked since
    ],
)
def test_moved(reports: list[Report], expected: bool):
    assert moved(reports, FELL, BY) is expected


def test_a_short_interval_is_believed_sooner():
    by = Wearer(still_s=300, moving_g=0.1, interval_s=30)
    assert moved([report(20, motion=0.3)], FELL, by)

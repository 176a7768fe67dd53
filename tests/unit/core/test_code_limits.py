"""How often codes are sent: to one contact, and to all of a person."""

from datetime import UTC, datetime, timedelta

import pytest

from core.ids import new_id
from core.registry.verification import SentCode, seconds_to_wait

NOW = datetime(2026, 11, 22, 4, tzinfo=UTC)
MINE, OTHER = new_id(), new_id()


def sent(*minutes_ago: float, to: object = MINE) -> list[SentCode]:
    return [SentCode(to, NOW - timedelta(minutes=each)) for each in minutes_ago]


@pytest.mark.parametrize(
    ("before", "wait_s"),
    [
        ([], 0),
        (sent(0), 0),
        (sent(0, 0), 60),
        (sent(0, 0.991), 1),
        (sent(0.5, 1), 0),
        (sent(0.5, 0.5, to=OTHER), 0),
        (sent(2, 4, 6, 8), 0),
        (sent(2, 4, 6, 8, 10), 50 * 60),
        (sent(2, 20, 30, 40, 60), 0),
        (sent(*range(5, 24), to=OTHER), 0),
        (sent(*range(5, 25), to=OTHER), (24 * 60 - 24) * 60),
    ],
)
def test_how_long_to_wait_for_the_next_code(before: list[SentCode], wait_s: int):
    assert seconds_to_wait(before, MINE, NOW) == wait_s

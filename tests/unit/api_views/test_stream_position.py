"""Snapshots and positions: what a reader has seen, to the transaction."""

from datetime import UTC, datetime

import pytest
from hypothesis import given
from hypothesis import strategies as st

from api.stream.position import Position
from api.stream.snapshot import Snapshot

AT = datetime(2026, 11, 21, 8, 30, tzinfo=UTC)


def test_a_running_transaction_is_not_shown() -> None:
    snapshot = Snapshot.parse("10:20:12,15")
    assert snapshot is not None
    assert snapshot.shows(9)
    assert snapshot.shows(11)
    assert not snapshot.shows(12)
    assert not snapshot.shows(20)
    assert str(snapshot) == "10:20:12,15"


@pytest.mark.parametrize(
    "text", ["", "x", "1:2", "1:2:3@", "1:2:@x", "1:2:@-1", "5:2:@1", "1:2:@1e3", "@1"]
)
def test_nonsense_is_no_position(text: str) -> None:
    assert Position.parse(text) is None


@given(
    xmin=st.integers(0, 10**9),
    running=st.sets(st.integers(0, 50), max_size=5),
)
def test_a_position_survives_the_wire(xmin: int, running: set[int]) -> None:
    snapshot = Snapshot(xmin, xmin + 60, frozenset(xmin + each for each in running))
    position = Position(snapshot, AT)
    assert Position.parse(str(position)) == position

"""Stretches of true cells: found, bridged, and matched with others."""

import itertools

import numpy as np
from hypothesis import given
from hypothesis import strategies as st

from simulators.offline.stretches import Stretches, stretches

TABLE = np.array([[0, 1, 1, 0, 1, 0, 0, 1], [1, 0, 0, 0, 0, 0, 1, 1]], bool)


def spans(found: Stretches) -> list[tuple[int, int, int]]:
    every = zip(found.row, found.first, found.last, strict=True)
    return [(int(row), int(first), int(last)) for row, first, last in every]


def test_runs_are_found_row_by_row() -> None:
    expected = [(0, 1, 2), (0, 4, 4), (0, 7, 7), (1, 0, 0), (1, 6, 7)]
    assert spans(stretches(TABLE)) == expected
    assert spans(stretches(TABLE, 1)) == [(0, 1, 4), (0, 7, 7), (1, 0, 0), (1, 6, 7)]
    assert spans(stretches(TABLE, 5)) == [(0, 1, 7), (1, 0, 7)]
    assert len(stretches(np.zeros((2, 3), bool))) == 0


def test_the_first_that_begins_inside() -> None:
    inner = stretches(
        np.array([[0, 0, 1, 0, 1, 0, 0, 0], [0, 0, 0, 0, 0, 0, 0, 1]], bool)
    )
    assert stretches(TABLE).within(inner).tolist() == [0, 1, -1, -1, 2]
    nothing = stretches(np.zeros((2, 8), bool))
    assert stretches(TABLE).within(nothing).tolist() == [-1] * 5


@given(
    st.lists(st.lists(st.booleans(), min_size=9, max_size=9), min_size=1, max_size=4),
    st.integers(0, 3),
)
def test_a_bridge_joins_what_lies_near(rows: list[list[bool]], bridge: int) -> None:
    table = np.array(rows, bool)
    found = spans(stretches(table, bridge))
    covered = np.zeros(table.shape, bool)
    for row, first, last in found:
        assert table[row, first]
        assert table[row, last]
        covered[row, first : last + 1] = True
    assert covered[table].all()
    for one, following in itertools.pairwise(found):
        assert following[0] > one[0] or following[1] - one[2] - 1 > bridge

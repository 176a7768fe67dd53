"""A kind of two slots is over for people once neither holds."""

import numpy as np
import pytest

from alerts.detection.columns import KINDS, PRESSURE_DAYS
from alerts.detection.ending import ended
from alerts.detection.verdict import CLEARING, FIRING
from core.model import Kind

SINGLE, LOW = KINDS.index(Kind.BLOOD_PRESSURE_HIGH), KINDS.index(Kind.SPO2_LOW)
Event = tuple[int, int, int]  # order, row, slot


def rows_of(events: list[Event], dtype: np.dtype) -> np.ndarray:
    rows = np.zeros(len(events), dtype)
    for i, event in enumerate(events):
        rows["order"][i], rows["row"][i], rows["kind"][i] = event
    return rows


def which_end(
    fired: list[Event], cleared: list[Event], held: tuple[Event, ...] = ()
) -> list[bool]:
    """Which clearings end their kind, `held` being what was told before."""
    level = np.zeros((2, len(KINDS)), np.uint8)
    for level_told, row, slot in held:
        level[row // 7, slot] = level_told
    rows = np.array([0, 7])
    events = rows_of(fired, FIRING), rows_of(cleared, CLEARING)
    return ended(*events, rows, level).tolist()


def test_other_kinds_and_single_slots_end() -> None:
    assert which_end([], []) == []
    assert which_end([], [(3, 0, LOW), (4, 7, SINGLE)]) == [True, True]


@pytest.mark.parametrize(
    ("slot", "other"), [(SINGLE, PRESSURE_DAYS), (PRESSURE_DAYS, SINGLE)]
)
def test_while_the_other_holds_it_does_not_end(slot: int, other: int) -> None:
    assert which_end([], [(3, 7, slot)], ((1, 7, other),)) == [False]
    assert which_end([(2, 7, other)], [(3, 7, slot)]) == [False]
    assert which_end([(3, 7, other)], [(3, 7, slot)]) == [False]


@pytest.mark.parametrize(
    ("slot", "other"), [(SINGLE, PRESSURE_DAYS), (PRESSURE_DAYS, SINGLE)]
)
def test_what_comes_later_or_to_others_does_not_matter(slot: int, other: int) -> None:
    assert which_end([(4, 7, other)], [(3, 7, slot)]) == [True]
    assert which_end([(2, 0, other)], [(3, 7, slot)]) == [True]
    assert which_end([], [(3, 7, slot)], ((1, 0, other),)) == [True]
    assert which_end([], [(3, 7, slot), (4, 7, other)], ((1, 7, other),)) == [
        False,
        True,
    ]


def test_the_other_may_have_held_and_ended_in_between() -> None:
    fired, cleared = [(1, 7, SINGLE)], [(2, 7, SINGLE), (3, 7, PRESSURE_DAYS)]
    assert which_end(fired, cleared, ((1, 7, PRESSURE_DAYS),)) == [False, True]
    again = [*fired, (3, 7, SINGLE)]
    assert which_end(again, cleared, ((1, 7, PRESSURE_DAYS),)) == [False, False]


def test_both_with_one_reading_end_it_once() -> None:
    cleared = [(2, 7, SINGLE), (2, 7, PRESSURE_DAYS)]
    held = ((3, 7, SINGLE), (1, 7, PRESSURE_DAYS))
    assert which_end([], cleared, held) == [True, False]

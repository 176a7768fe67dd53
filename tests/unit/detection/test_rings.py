"""Late readings in cells of the memory: grouped, counted up to a limit, none overtaken."""

import numpy as np

from alerts.detection import rings
from alerts.detection.memory import Memory, fresh_memory
from alerts.detection.usual import BEATS

RING = BEATS.ring
TODAY = 20_000 * RING.per_day


def added(memory: Memory, *late: tuple[int, int, int]) -> None:
    """Add late (row, part, heart rate) in this order."""
    rows, part, beats = (np.array(column) for column in zip(*late, strict=True))
    values = np.array([beats])
    rings.add(memory, RING, rows, part, values)


def cell(memory: Memory, row: int, part: int) -> tuple[int, int]:
    """Sum and count of one cell."""
    rows, place = np.array([row]), RING.place(np.array([part]))
    total = memory.pick(f"{RING.name}_sum", rows, place[0])[0, place[1][0]]
    count = memory.pick(f"{RING.name}_count", rows, place[0])[0, place[1][0]]
    return int(np.squeeze(total)), int(count)


def test_each_goes_to_the_cell_of_its_wearer_and_hour() -> None:
    memory = Memory.of(fresh_memory(3))
    added(memory, (2, TODAY, 70), (0, TODAY, 60), (2, TODAY - 1, 50), (2, TODAY, 72))
    assert cell(memory, 2, TODAY) == (142, 2)
    assert cell(memory, 2, TODAY - 1) == (50, 1)
    assert cell(memory, 0, TODAY) == (60, 1)
    assert cell(memory, 1, TODAY) == (0, 0)


def test_no_more_count_than_an_hour_takes_and_the_first_do() -> None:
    memory = Memory.of(fresh_memory(1))
    most = RING.most
    added(memory, *((0, TODAY, 70) for _ in range(most - 1)))
    added(memory, (0, TODAY, 80), (0, TODAY, 200), (0, TODAY, 200))
    assert cell(memory, 0, TODAY) == (70 * (most - 1) + 80, most)


def test_a_newer_hour_leaves_the_oldest_that_is_kept() -> None:
    """One cell further empties what is a whole ring older, and nothing beside it."""
    memory = Memory.of(fresh_memory(1))
    oldest = TODAY - RING.size + 1
    added(memory, (0, oldest, 55), (0, oldest + 1, 56), (0, TODAY, 70))
    assert cell(memory, 0, oldest) == (55, 1)
    added(memory, (0, TODAY + 1, 71))
    assert cell(memory, 0, oldest) == (71, 1)  # the same place, one ring later
    assert cell(memory, 0, oldest + 1) == (56, 1)


def test_an_older_hour_moves_nothing() -> None:
    memory = Memory.of(fresh_memory(1))
    added(memory, (0, TODAY, 70))
    added(memory, (0, TODAY - 5, 60))
    added(memory, (0, TODAY, 72))
    assert cell(memory, 0, TODAY) == (142, 2)

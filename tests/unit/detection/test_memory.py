"""Long memories are read as they were, changed on copies and stored whole."""

import numpy as np

from alerts.detection.memory import (
    MEMORY,
    MEMORY_LAYOUT,
    Memory,
    fresh_memory,
    unpack_memory,
)


def numbered(n: int) -> np.ndarray:
    base = fresh_memory(n)
    base["still_days"] = np.arange(n)
    return base


def test_what_is_read_is_a_copy() -> None:
    base = numbered(4)
    memory = Memory(base, np.array([3, 1]))
    found = memory.read(np.array([1, 0]))
    assert found["still_days"].tolist() == [1, 3]
    found["still_days"] = 9
    assert memory.read(np.array([1]))["still_days"].tolist() == [1]
    assert memory.changed[0].tolist() == []


def test_what_is_written_is_read_again_and_leaves_the_base_alone() -> None:
    base = numbered(5)
    memory = Memory(base, np.array([4, 2, 0]))
    for rows in ([2], [0, 2], [1]):
        at = np.array(rows)
        content = memory.read(at)
        content["still_days"] += 10
        memory.write(at, content)
    assert memory.read(np.array([0, 1, 2]))["still_days"].tolist() == [14, 12, 20]
    rows, content = memory.changed
    assert rows.tolist() == [0, 1, 2]
    assert content["still_days"].tolist() == [14, 12, 20]
    assert base["still_days"].tolist() == [0, 1, 2, 3, 4]


def test_many_rows_may_be_changed_one_after_the_other() -> None:
    base = numbered(6)
    memory = Memory(base, np.arange(6))
    for row in (5, 0, 3, 1, 4):
        memory.held(np.array([row]))["still_days"][memory.places(np.array([row]))] = 9
    assert memory.changed[0].tolist() == [0, 1, 3, 4, 5]
    assert memory.pick("still_days", np.arange(6)).tolist() == [9, 9, 2, 9, 9, 9]


def test_memories_of_nobody_else_are_changed_themselves() -> None:
    content = numbered(3)
    memory = Memory.of(content)
    memory.held(np.array([1]))["still_days"][memory.places(np.array([1]))] = 7
    assert content["still_days"].tolist() == [0, 7, 2]
    assert memory.pick("still_days", np.array([1])).tolist() == [7]


def test_held_rows_are_changed_in_place() -> None:
    memory = Memory(numbered(3), np.arange(3))
    rows = np.array([2, 1, 2])
    copies = memory.held(rows)
    copies["still_days"][memory.places(rows)] = 7
    assert memory.read(np.arange(3))["still_days"].tolist() == [0, 7, 7]


def test_stored_memory_comes_back_unless_of_another_layout() -> None:
    content = numbered(2)[1:]
    packed = content.tobytes()
    assert unpack_memory(packed, MEMORY_LAYOUT) == content
    for unusable in ((None, None), (packed, MEMORY_LAYOUT + 1), (b"", MEMORY_LAYOUT)):
        assert unpack_memory(*unusable) == np.zeros(1, MEMORY)

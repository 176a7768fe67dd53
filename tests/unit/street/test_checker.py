"""The checker of a street's day finds what is wrong, and nothing where nothing is."""

import re
from collections.abc import Callable
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest

from tests.street.checker import Checker, Entry, Sent, Story, Timing
from tests.street.roll import Home, Worker

NOON = datetime(2026, 11, 22, 4, 0, tzinfo=UTC)
TIMING = Timing((60, 180, 600), 300, 600, 1800)


def at(seconds: float) -> datetime:
    return NOON + timedelta(seconds=seconds)


def worker(name: str, role: str, level: str) -> Worker:
    return Worker(name, role, level, level, frozenset({f"{name} phone"}))


HEAD = worker("head", "building_head", "building")
EARLY_SHIFT = replace(
    worker("early", "grid_worker", "compound"), shifts=[(NOON, at(100))]
)
LATE_SHIFT = replace(
    worker("late", "grid_worker", "compound"), shifts=[(at(100), at(9999))]
)
MANAGER = worker("manager", "community_manager", "community")
HOME = Home(
    {"daughter": frozenset({"daughter phone"})},
    {
        "building": [HEAD],
        "compound": [EARLY_SHIFT, LATE_SHIFT],
        "community": [MANAGER],
        "district": [worker("boss", "district_manager", "district")],
    },
)
FIRST = ("head", "early", "daughter")


def told(seconds: float, rung: str, number: int, *people: str, due: float) -> Entry:
    detail: dict[str, Any] = {
        "level": rung,
        "step": f"{rung}#{number}",
        "due_at": at(due).isoformat(),
        "people": [{"id": one} for one in people],
    }
    return Entry(at(seconds), "told", detail)


def sent(seconds: float, step: str, person: str) -> Sent:
    tried = (at(seconds + 0.2),)
    return Sent(person, f"{person} phone", step, "sent", at(seconds), tried)


GOOD = Story(
    "a",
    "s",
    (
        Entry(NOON, "opened", {}),
        told(0.1, "first", 1, *FIRST, due=0),
        told(60.4, "community", 2, "manager", due=60),
        Entry(at(70), "acknowledged", {}),
        Entry(at(670.3), "expired", {}),
        told(670.3, "first", 3, *FIRST, "late", due=670),
        told(670.3, "community", 4, "manager", due=670),
        told(670.3, "district", 5, "boss", due=670),
        Entry(at(700), "acknowledged", {}),
        Entry(at(710), "departed", {}),
        Entry(at(720), "arrived", {}),
        Entry(at(800), "resolved", {}),
    ),
    (
        *(sent(0.1, "first#1", one) for one in FIRST),
        sent(60.4, "community#2", "manager"),
        *(sent(670.3, "first#3", one) for one in (*FIRST, "late")),
        sent(670.3, "community#4", "manager"),
        sent(670.3, "district#5", "boss"),
    ),
)


def faults(story: Story, until: float = 2000) -> str:
    return "\n".join(
        Checker(TIMING, timedelta(seconds=2)).faults(story, HOME, at(until))
    )


def test_nothing_is_wrong_with_a_good_story() -> None:
    assert faults(GOOD) == ""


def without(index: int) -> Callable[[Story], Story]:
    return lambda story: replace(
        story, entries=story.entries[:index] + story.entries[index + 1 :]
    )


def moved(index: int, seconds: float) -> Callable[[Story], Story]:
    def move(story: Story) -> Story:
        entry = story.entries[index]
        there = replace(entry, at=entry.at + timedelta(seconds=seconds))
        return replace(
            story, entries=(*story.entries[:index], there, *story.entries[index + 1 :])
        )

    return move


def again(index: int) -> Callable[[Story], Story]:
    return lambda story: replace(
        story,
        entries=(*story.entries[: index + 1], *story.entries[index:]),
    )


def less(index: int) -> Callable[[Story], Story]:
    return lambda story: replace(
        story, sent=story.sent[:index] + story.sent[index + 1 :]
    )


def more(one: Sent) -> Callable[[Story], Story]:
    return lambda story: replace(story, sent=(*story.sent, one))


def with_people(index: int, *people: str) -> Callable[[Story], Story]:
    def swap(story: Story) -> Story:
        entry = story.entries[index]
        detail = entry.detail | {"people": [{"id": one} for one in people]}
        there = replace(entry, detail=detail)
        return replace(
            story, entries=(*story.entries[:index], there, *story.entries[index + 1 :])
        )

    return swap


@pytest.mark.parametrize(
    ("plant", "says"),
    [
        (without(1), "climbed first due .* is missing"),
        (without(2), "climbed community due .* is missing"),
        (without(5), "expired first due .* is missing"),
        (without(7), "climbed district due .* is missing"),
        (moved(2, 2), "community was 2.40 s late"),
        (moved(2, -1), "community was 0.60 s early"),
        (moved(4, 3), "expiry was 3.30 s late"),
        (again(2), "told community .* though nothing was due"),
        (with_people(1, "head", "early"), "missing \\['daughter'\\]"),
        (with_people(1, *FIRST, "late"), "too many \\['late'\\]"),
        (with_people(5, *FIRST), "missing \\['late'\\], too many \\[\\]"),
        (with_people(1, *FIRST, "head"), "somebody stands twice"),
        (less(0), "first#1 for head: notifications {}"),
        (more(sent(0.1, "first#1", "head")), "first#1 for head: notifications"),
        (more(sent(0.1, "street#9", "boss")), "no telling asked for"),
        (
            lambda story: replace(
                story, sent=(replace(story.sent[0], attempts=()), *story.sent[1:])
            ),
            "first#1 for head was never tried",
        ),
    ],
)  # fmt: skip
def test_what_is_wrong_is_found(plant: Callable[[Story], Story], says: str) -> None:
    found = faults(plant(GOOD))
    assert re.search(says, found), found


def test_an_alert_that_nobody_answered_goes_on_being_told() -> None:
    """At the top it is repeated, and a repetition that is missing is found."""
    until_top = (
        *GOOD.entries[:3],
        told(180.2, "district", 3, "boss", due=180),
        told(480.5, "district", 4, "boss", due=480.2),
    )
    rows = (
        *GOOD.sent[:4],
        sent(180.2, "district#3", "boss"),
        sent(480.5, "district#4", "boss"),
    )
    story = Story("a", "s", until_top, rows)
    assert faults(story, until=500) == ""
    assert "repeated district due" in faults(story, until=800)


def test_who_is_on_two_steps_at_once_is_told_by_the_first() -> None:
    """And only by one of the same instant."""
    grid = worker("grid", "grid_worker", "community")
    home = Home({}, {"building": [HEAD], "community": [grid]})
    expired = told(660, "community", 4, "grid", due=660)
    expired.detail["people"] = [{"id": "grid", "with": "first#3"}]
    entries = (
        Entry(NOON, "opened", {}),
        told(0, "first", 1, "head", "grid", due=0),
        told(60, "community", 2, "grid", due=60),
        Entry(at(60), "acknowledged", {}),
        Entry(at(660), "expired", {}),
        told(660, "first", 3, "head", "grid", due=660),
        expired,
    )
    rows = (
        *(sent(0, "first#1", one) for one in ("head", "grid")),
        sent(60, "community#2", "grid"),
        *(sent(660, "first#3", one) for one in ("head", "grid")),
    )
    story = Story("a", "s", entries, rows)
    checker = Checker(TIMING, timedelta(seconds=2))
    assert checker.faults(story, home, at(700)) == []
    expired.detail["people"] = [{"id": "grid", "with": "first#1"}]
    assert any(
        "first#1 was not with it" in one for one in checker.faults(story, home, at(700))
    )

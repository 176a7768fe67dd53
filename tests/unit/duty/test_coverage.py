"""Gaps in help, from who stands when: near, above, nobody, and why."""

from datetime import UTC, datetime, timedelta
from uuid import UUID

import pytest
from hypothesis import given
from hypothesis import strategies as st

from core.duty.coverage import Cause, Gap, Home, Reach, Stand, gaps
from core.duty.spans import Span

BUILDING, COMPOUND, COMMUNITY, STREET = (UUID(int=n) for n in range(1, 5))
LEVELS = {
    BUILDING: "building",
    COMPOUND: "compound",
    COMMUNITY: "community",
    STREET: "street",
}
HOME = Home(BUILDING, (STREET, COMMUNITY, COMPOUND, BUILDING), 3, 1)
BEGIN = datetime(2026, 11, 21, tzinfo=UTC)
END = BEGIN + timedelta(hours=24)
ALWAYS = (0, 24)


def at(hour: float) -> datetime:
    return BEGIN + timedelta(hours=hour)


def stand(
    place: UUID,
    *hours: tuple[float, float],
    role: str = "building_head",
    fault: Cause | None = None,
) -> Stand:
    spans: tuple[Span, ...] = tuple((at(a), at(b)) for a, b in hours)
    return Stand(place, LEVELS[place], UUID(int=9), "王", role, fault, spans)


def found(*people: Stand) -> list[tuple[float, float, Reach, tuple[Cause, ...]]]:
    hour = timedelta(hours=1)
    return [
        (
            (gap.starts_at - BEGIN) / hour,
            (gap.ends_at - BEGIN) / hour,
            gap.reach,
            gap.causes,
        )
        for gap in gaps([HOME], people, BEGIN, END)
    ]


def test_nobody_assigned_is_one_long_gap():
    assert found() == [(0, 24, Reach.NOBODY, (Cause.NO_ONE_ASSIGNED,))]


@pytest.mark.parametrize(
    "someone",
    [
        stand(BUILDING, ALWAYS, role="volunteer"),
        stand(COMPOUND, ALWAYS),
        stand(COMMUNITY, ALWAYS, role="grid_worker"),
    ],
)
def test_whom_an_alert_tells_first_is_near(someone: Stand):
    assert found(someone) == []


@pytest.mark.parametrize(
    "someone",
    [
        stand(COMMUNITY, ALWAYS, role="community_manager"),
        stand(STREET, ALWAYS, role="grid_worker"),
    ],
)
def test_others_are_above(someone: Stand):
    assert found(someone) == [(0, 24, Reach.ABOVE, (Cause.NO_ONE_ASSIGNED,))]


def test_shifts_that_meet_leave_no_gap_and_others_their_own():
    assert found(stand(BUILDING, (0, 8)), stand(COMPOUND, (8, 24))) == []
    head, manager = stand(BUILDING, (0, 8), (20, 24)), stand(STREET, (10, 24))
    assert found(head, manager) == [
        (8, 10, Reach.NOBODY, (Cause.OFF_SHIFT,)),
        (10, 20, Reach.ABOVE, (Cause.OFF_SHIFT,)),
    ]


@pytest.mark.parametrize(
    "fault", [Cause.NO_VERIFIED_CONTACT, Cause.LAST_DELIVERIES_FAILED]
)
def test_who_cannot_be_reached_covers_nothing(fault: Cause):
    assert found(stand(BUILDING, ALWAYS, fault=fault)) == [
        (0, 24, Reach.NOBODY, (fault,))
    ]
    assert found(stand(BUILDING, fault=fault)) == [(0, 24, Reach.NOBODY, (fault,))]


def test_the_cause_soonest_mended_comes_first():
    people = [
        stand(BUILDING, ALWAYS, fault=Cause.NO_VERIFIED_CONTACT),
        stand(COMPOUND, ALWAYS, fault=Cause.LAST_DELIVERIES_FAILED),
        stand(COMMUNITY, role="grid_worker"),
    ]
    ((_, _, _, causes),) = found(*people)
    assert causes == (
        Cause.OFF_SHIFT,
        Cause.LAST_DELIVERIES_FAILED,
        Cause.NO_VERIFIED_CONTACT,
    )
    gap = Gap(HOME, BEGIN, END, Reach.NOBODY, causes)
    assert gap.cause is Cause.OFF_SHIFT


people = st.builds(
    stand,
    st.sampled_from([*LEVELS]),
    st.tuples(st.integers(0, 11), st.integers(12, 24)),
    st.tuples(st.integers(0, 11), st.integers(12, 24)),
    role=st.sampled_from(["building_head", "grid_worker", "street_manager"]),
    fault=st.sampled_from([None, None, Cause.NO_VERIFIED_CONTACT]),
)


@given(st.lists(people, max_size=4))
def test_gaps_are_what_each_instant_says(some: list[Stand]):
    spans = gaps([HOME], some, BEGIN, END)
    for half in range(48):
        now = at(half / 2)
        there = [
            one
            for one in some
            if one.fault is None and any(a <= now < b for a, b in one.stands)
        ]
        expected = Reach.ABOVE if there else Reach.NOBODY
        if any(one.near for one in there):
            expected = None
        gap = [each for each in spans if each.starts_at <= now < each.ends_at]
        assert [each.reach for each in gap] == ([expected] if expected else [])

"""The numpy detectors equal the slow oracle, whatever the order and the batching."""

from collections import Counter
from collections.abc import Iterable
from itertools import groupby
from random import Random
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from tests.oracle import Fence, Oracle
from tests.unit.detection.played import HOME, NOON, Event, Player

pytestmark = pytest.mark.timeout(120)
RADIUS, FAR_AWAY = 305.0, 0.02
CIRCLES: list[dict[str, Any]] = [
    {
        "id": "1",
        "name": "home",
        "alert_on": "exit",
        "shape": {"type": "circle", **HOME, "radius": RADIUS},
    },
    {
        "id": "2",
        "name": "park",
        "alert_on": "exit",
        "shape": {
            "type": "circle",
            "latitude": HOME["latitude"] + 0.01,
            "longitude": HOME["longitude"],
            "radius": RADIUS,
        },
    },
    {
        "id": "3",
        "name": "river",
        "alert_on": "enter",
        "shape": {
            "type": "circle",
            "latitude": HOME["latitude"] + FAR_AWAY,
            "longitude": HOME["longitude"],
            "radius": RADIUS,
        },
    },
]
SEEDS = st.integers(0, 2**32 - 1)
QUICK = settings(
    max_examples=40,
    deadline=None,
    suppress_health_check=[HealthCheck.too_slow, HealthCheck.data_too_large],
)


def maybe(values: st.SearchStrategy[Any]) -> st.SearchStrategy[Any]:
    return st.one_of(st.none(), values)


@st.composite
def body(draw: st.DrawFn, steps: bool, motion: bool, worn: bool) -> dict[str, Any]:
    """Fields of one report, near the limits more often than not."""
    fields: dict[str, Any] = {
        "heart_rate": draw(
            maybe(
                st.sampled_from(
                    [38, 40, 41, 50, 52, 55, 70, 106, 108, 111, 120, 131, 140]
                )
            )
        ),
        "spo2": draw(maybe(st.sampled_from([91, 92, 93, 94, 95, 98]))),
        "battery": draw(maybe(st.sampled_from([9, 10, 11, 20, 22, 25, 60]))),
    }
    pressure = draw(
        maybe(
            st.sampled_from(
                [
                    (185, 90),
                    (150, 112),
                    (178, 100),
                    (175, 105),
                    (120, 80),
                    (88, 60),
                    (98, 60),
                    (103, 60),
                    (105, 60),
                    (80, 95),
                ]
            )
        )
    )
    if pressure is not None:
        fields["systolic"], fields["diastolic"] = pressure
    offset = draw(
        maybe(st.sampled_from([0, 0.002, 0.004, 0.006, 0.01, 0.013, 0.02, 0.03, 0.04]))
    )
    if offset is not None:
        fields |= {
            "latitude": HOME["latitude"] + offset,
            "longitude": HOME["longitude"],
            "accuracy": draw(st.sampled_from([10.0, 130.0])),
        }
    if steps:
        fields["steps"] = draw(maybe(st.sampled_from([0, 10, 10, 10, 10, 11])))
    if motion:
        fields["motion"] = draw(maybe(st.sampled_from([0.0, 0.0, 0.0, 0.0625, 0.5])))
    if worn:
        fields["worn"] = draw(maybe(st.sampled_from([True, True, True, True, False])))
    return {name: value for name, value in fields.items() if value is not None}


@st.composite
def day(draw: st.DrawFn, most: int, spread: int) -> list[dict[str, Any]]:
    """Reports of one wristband in the order they arrive."""
    sends = {name: draw(st.booleans()) for name in ("steps", "motion", "worn")}
    kinds = [draw(body(**sends)) for _ in range(draw(st.integers(1, 3)))]
    gaps = [0, 10, 60, 60, 120, 240, 300, 301, 600, 900, spread]
    # Half past nine in the evening: the night begins within the story.
    time = draw(st.sampled_from([NOON, NOON + 9.5 * 3600]))
    reports: list[dict[str, Any]] = []
    for seq in range(draw(st.integers(1, most))):
        time += draw(st.sampled_from(gaps))
        fields = draw(st.one_of(st.sampled_from(kinds), body(**sends)))
        delay = draw(st.sampled_from([0, 0, 0, 0, 0, 5, 300, 900, 901, 3000]))
        reports.append({"time": time, "seq": seq, "delay": delay, **fields})
    if draw(st.booleans()):
        reports.sort(key=lambda one: one["time"] + one["delay"])
    for one in reports:
        one["received"] = one["time"] + one.pop("delay")
    return reports


@st.composite
def stretches(draw: st.DrawFn, most: int) -> list[dict[str, Any]]:
    """Reports in stretches of one regime each, long enough to alarm and to clear."""
    chance = draw(SEEDS.map(Random))
    sends = chance.random() < 0.8
    time, total, reports = NOON, 0, list[dict[str, Any]]()
    for _ in range(chance.randint(1, most)):
        heart_rate = chance.choice([135, 118, 109, 70, 53, 48, 38])
        pressure = chance.choice([(185, 90), (178, 90), (120, 80), (96, 60), (88, 60)])
        spo2 = chance.choice([90, 94, 97])
        gap = chance.choice([20, 45, 60, 60, 120, 290, 300, 320])
        varies, worn = chance.random() < 0.85, chance.random() < 0.9
        for _ in range(chance.randint(2, 14)):
            one = {
                "time": time,
                "received": time,
                "seq": total,
                "heart_rate": heart_rate + varies * (total % 2),
            }
            if chance.random() < 0.3:
                one |= {"systolic": pressure[0], "diastolic": pressure[1]}
            if chance.random() < 0.5:
                one["spo2"] = spo2
            if sends:
                one |= {
                    "worn": worn,
                    "motion": 0.0,
                    "steps": 10 if chance.random() < 0.96 else 11,
                }
            reports.append(one)
            time, total = time + gap, total + 1
        time += chance.choice([0, 0, 600, 3300, 3900])
    return reports


def shuffled(reports: list[dict[str, Any]], chance: Random) -> list[dict[str, Any]]:
    """The reports as they arrive when some take longer than others."""
    late = [
        one | {"received": one["time"] + chance.choice([0] * 6 + [70, 400, 880, 950])}
        for one in reports
    ]
    late.sort(key=lambda one: one["received"])
    if chance.random() < 0.5:  # the wristband buffers, and sends several at once
        for i, one in enumerate(late):
            one["received"] = late[min(i // 4 * 4 + 3, len(late) - 1)]["received"]
    arrivals = [one["received"] for one in late]
    if chance.random() < 0.5:
        for i in range(0, len(late) - 4, 4):
            part = late[i : i + 4]
            chance.shuffle(part)
            late[i : i + 4] = part
    for one, received in zip(late, arrivals, strict=True):
        one["received"] = received
    return late


def fresh_oracle(dementia: bool) -> Oracle:
    oracle = Oracle()
    oracle.limits["dementia"] = dementia
    oracle.fences = [
        Fence(
            c["shape"]["latitude"],
            c["shape"]["longitude"],
            RADIUS,
            c["alert_on"] == "enter",
        )
        for c in CIRCLES
    ]
    return oracle


def fresh_player(dementia: bool, count: int = 1) -> Player:
    return Player(count, conditions=["dementia"] if dementia else [], geofences=CIRCLES)


def messages(reports: Iterable[dict[str, Any]]) -> list[list[dict[str, Any]]]:
    """Neighbours that arrived together."""
    return [list(group) for _, group in groupby(reports, lambda one: one["received"])]


def check_together(
    oracle: Oracle, player: Player, message: list[dict[str, Any]]
) -> None:
    told = player.batch([(0, one) for one in message]).get(0, [])
    assert Counter(told) == Counter(oracle.feed(*message)), message


def in_order(reports: list[dict[str, Any]]) -> list[dict[str, Any]]:
    return sorted(reports, key=lambda one: one["time"])


@QUICK
@given(day(most=25, spread=4000), st.booleans())
def test_in_order_equals_the_oracle(
    reports: list[dict[str, Any]], dementia: bool
) -> None:
    oracle, player = fresh_oracle(dementia), fresh_player(dementia)
    for report in in_order(reports):
        assert Counter(player.feed(report)) == Counter(oracle.feed(report)), report


@QUICK
@given(day(most=12, spread=300), st.booleans())
def test_shuffled_equals_the_oracle(
    reports: list[dict[str, Any]], dementia: bool
) -> None:
    # Within the window that a late report looks back over, all is followed anew.
    oracle, player = fresh_oracle(dementia), fresh_player(dementia)
    start = min(one["time"] for one in reports)
    for message in messages(one for one in reports if one["time"] < start + 7000):
        check_together(oracle, player, message)


@QUICK
@given(stretches(most=7))
def test_long_stretches_equal_the_oracle(reports: list[dict[str, Any]]) -> None:
    oracle, player = fresh_oracle(False), fresh_player(False)
    for report in reports:
        assert Counter(player.feed(report)) == Counter(oracle.feed(report)), report


@QUICK
@given(stretches(most=5), SEEDS.map(Random))
def test_shuffled_stretches_equal_the_oracle(
    reports: list[dict[str, Any]], chance: Random
) -> None:
    oracle, player = fresh_oracle(False), fresh_player(False)
    recent = [one for one in reports if one["time"] < NOON + 7000]
    for message in messages(shuffled(recent, chance)):
        check_together(oracle, player, message)


@QUICK
@given(
    st.lists(
        st.one_of(day(most=15, spread=4000), stretches(most=4)), min_size=1, max_size=3
    ),
    SEEDS.map(Random),
)
def test_batching_and_restarts_change_nothing(
    days: list[list[dict[str, Any]]], chance: Random
) -> None:
    days = [shuffled(reports, chance) for reports in days]
    arrivals = [
        (row, one) for row, reports in enumerate(days) for one in messages(reports)
    ]
    arrivals.sort(key=lambda pair: pair[1][0]["received"])
    single, batched = fresh_player(False, len(days)), fresh_player(False, len(days))
    expected: list[tuple[int, Event]] = []
    for row, message in arrivals:
        told = single.batch([(row, one) for one in message])
        expected += [(row, event) for event in told.get(row, [])]
    found: list[tuple[int, Event]] = []
    while arrivals:
        size = chance.randint(1, len(arrivals))
        batch = [(row, one) for row, message in arrivals[:size] for one in message]
        for row, events in batched.batch(batch).items():
            found += [(row, event) for event in events]
        arrivals = arrivals[size:]
        if chance.random() < 0.5:
            batched.restart()
    for row in range(len(days)):
        mine = [event for of, event in expected if of == row]
        theirs = [event for of, event in found if of == row]
        assert by_kind(mine) == by_kind(theirs)
    assert single.state.tobytes() == batched.state.tobytes()


def by_kind(events: list[Event]) -> dict[str, list[Event]]:
    """Events of each kind in their order: between kinds none is promised."""
    found: dict[str, list[Event]] = {}
    for event in events:
        found.setdefault(event[1], []).append(event)
    return found

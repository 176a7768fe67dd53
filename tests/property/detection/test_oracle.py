"""The numpy detectors equal the slow oracle, whatever the order and the batching."""

from collections import Counter
from typing import Any

from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from tests.oracle import Fence, Oracle
from tests.unit.detection.played import HOME, NOON, Event, Player

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
QUICK = settings(
    max_examples=150,
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
    for report in (one for one in reports if one["time"] < start + 7000):
        assert Counter(player.feed(report)) == Counter(oracle.feed(report)), report


@QUICK
@given(st.lists(day(most=15, spread=4000), min_size=1, max_size=3), st.data())
def test_batching_and_restarts_change_nothing(
    days: list[list[dict[str, Any]]], data: st.DataObject
) -> None:
    arrivals = sorted(
        ((row, one) for row, reports in enumerate(days) for one in reports),
        key=lambda pair: pair[1]["received"],
    )
    single, batched = fresh_player(False, len(days)), fresh_player(False, len(days))
    expected: list[tuple[int, Event]] = []
    for row, one in arrivals:
        expected += [(row, event) for event in single.batch([(row, one)]).get(row, [])]
    found: list[tuple[int, Event]] = []
    while arrivals:
        size = data.draw(st.integers(1, len(arrivals)))
        for row, events in batched.batch(arrivals[:size]).items():
            found += [(row, event) for event in events]
        arrivals = arrivals[size:]
        if data.draw(st.booleans()):
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

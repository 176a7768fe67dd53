"""What a change of rules adds, removes and changes, with links to the readings."""

import numpy as np

from core.model import Kind
from tests.unit.detection.played import NOON
from yinling.backtest.compare import compare, tally
from yinling.backtest.history import ALL_KINDS, Wearer
from yinling.backtest.play import EVENT
from yinling.backtest.replay import Replayed
from yinling.backtest.telling import tell

WARNING, CRITICAL = 2, 3
HIGH = Kind.HEART_RATE_HIGH


def played(*events: tuple[float, Kind, int]) -> Replayed:
    wearers = [Wearer("a", place=("North",))]
    rows = np.zeros(len(events), EVENT)
    for i, (minute, kind, level) in enumerate(events):
        at_s = NOON + minute * 60
        rows[i] = (0, at_s, i, at_s, ALL_KINDS.index(kind), level, -1)
    told = tell(wearers, rows)
    days = np.ones(1)
    return Replayed("0-x", wearers, told.alerts, told.told, days, 0, NOON, NOON)


def test_the_same_alerts_are_no_change() -> None:
    same = played((0, HIGH, WARNING), (300, HIGH, CRITICAL))
    found = compare(same, same)
    assert not found.added
    assert not found.removed
    assert not found.changed


def test_added_removed_and_risen() -> None:
    new = played((2, HIGH, CRITICAL), (600, Kind.SPO2_LOW, WARNING))
    old = played((0, HIGH, WARNING), (300, HIGH, WARNING))
    found = compare(new, old)
    (added,) = found.added
    assert (added.kind, added.becomes, added.was) == (Kind.SPO2_LOW, "warning", None)
    (removed,) = found.removed
    assert removed.opened_s == NOON + 300 * 60
    (changed,) = found.changed
    assert (changed.was, changed.becomes) == ("warning", "critical")
    assert tally(found, by=lambda one: str(one.kind)) == {
        "heart_rate_high": {"added": 0, "removed": 1, "changed": 1},
        "spo2_low": {"added": 1, "removed": 0, "changed": 0},
    }
    assert found.as_json()["by_place"]["North"]["added"] == 1


def test_a_change_links_to_its_readings() -> None:
    found = compare(played((0, Kind.BLOOD_PRESSURE_LOW, WARNING)), played())
    assert found.added[0].as_json()["readings"] == (
        "/v1/seniors/a/readings?metric=blood_pressure"
        "&from=2026-11-21T02%3A00%3A00.000Z&to=2026-11-21T06%3A00%3A00.000Z"
    )

"""A replay says what the live engine says, report by report, whatever the order."""

from random import Random
from typing import Any

import numpy as np
import pytest

from alerts.detection.columns import Rows
from core.errors import InvalidError
from core.rules import book
from tests.unit.detection.played import HOME, NOON, SHANGHAI, Event, Player, rows_of
from yinling.backtest import play as playing
from yinling.backtest.history import ALL_KINDS, PRESS, History, Wearer, once
from yinling.backtest.play import play
from yinling.backtest.rules import Rulebook

FENCE = {
    "id": "1",
    "name": "home",
    "alert_on": "exit",
    "shape": {"type": "circle", **HOME, "radius": 300.0},
}


def stories(chance: Random, wearers: int) -> list[tuple[int, dict[str, Any]]]:
    """Reports of some wristbands, some of them late, in the order they arrive."""
    told: list[tuple[int, dict[str, Any]]] = []
    for row in range(wearers):
        time = NOON
        for _ in range(chance.randrange(40, 120)):
            time += chance.choice([60, 60, 120, 240, 900])
            report: dict[str, Any] = {
                "time": time,
                "received": time + chance.choice([1, 1, 1, 1, 200, 700, 5000]),
                "heart_rate": float(chance.choice([38, 45, 70, 72, 112, 135, 140])),
                "steps": 100.0,
            }
            if chance.random() < 0.3:
                report["spo2"] = float(chance.choice([90, 93, 97]))
            if chance.random() < 0.2:
                report |= {"systolic": chance.choice([120.0, 185.0]), "diastolic": 80.0}
            if chance.random() < 0.2:
                off = chance.choice([0.0, 0.0, 0.02])
                report |= {**HOME, "accuracy": 10.0}
                report["latitude"] += off
            told.append((row, report))
    return sorted(told, key=lambda one: one[1]["received"])


def live(told: list[tuple[int, dict[str, Any]]], wearers: int) -> list[list[Event]]:
    """What judging one report at a time says of each wristband."""
    player = Player(wearers, geofences=[FENCE])
    found: list[list[Event]] = [[] for _ in range(wearers)]
    for row, report in told:
        for event in player.batch([(row, report)]).get(row, []):
            if event[0] != "measure":
                found[row].append(event)
    return found


def replayed(history: History) -> Rows:
    return play(history, Rulebook("shipped").limits(history.wearers), SHANGHAI)


def said(events: Rows, row: int) -> list[Event]:
    return [
        (
            "fire" if one["level"] else "clear",
            str(ALL_KINDS[one["kind"]]),
            int(one["level"]),
            float(one["observed_s"]),
        )
        for one in events[events["row"] == row]
    ]


@pytest.mark.parametrize("chunk", [7, 100, 10_000])
@pytest.mark.parametrize("seed", range(3))
def test_a_replay_says_what_live_judging_said(
    seed: int, chunk: int, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(playing, "CHUNK_REPORTS", chunk)
    wearers = 3
    told = stories(Random(seed), wearers)
    reports, _ = once(rows_of(told))
    history = History(
        [Wearer(str(i), geofences=(FENCE,)) for i in range(wearers)],
        reports,
        np.zeros(0, PRESS),
    )
    events = replayed(history)
    expected = live(told, wearers)
    assert any(expected)
    for row in range(wearers):
        assert sorted(said(events, row)) == sorted(expected[row])
        times = events["at_s"][events["row"] == row]
        assert (np.diff(times) >= 0).all()


def test_what_a_late_report_completes_is_known_when_it_arrives() -> None:
    minute = 60.0
    fields = {"heart_rate": 140.0, "steps": 5.0}
    told = [
        (0, {"time": NOON, "received": NOON + 1, "heart_rate": 70.0, "steps": 5.0}),
        (0, {"time": NOON + 5 * minute, "received": NOON + 5 * minute + 1, **fields}),
        (0, {"time": NOON + 3 * minute, "received": NOON + 8 * minute, **fields}),
    ]
    history = History([Wearer("a")], rows_of(told), np.zeros(0, PRESS))
    (event,) = replayed(history)
    assert event["at_s"] == NOON + 8 * minute
    assert event["observed_s"] == NOON + 5 * minute


def test_an_absence_pauses_fences_without_their_counting_as_told() -> None:
    def fix(minutes: float, off: float) -> tuple[int, dict[str, Any]]:
        place = {**HOME, "latitude": HOME["latitude"] + off, "accuracy": 10.0}
        return 0, {"time": NOON + minutes * 60, **place}

    told = [fix(0, 0), fix(10, 0.02), fix(20, 0.02), fix(70, 0.02), fix(80, 0.02)]
    away = ((NOON + 300, NOON + 3600),)
    at_home = Wearer("a", geofences=(FENCE,))
    gone = Wearer("a", geofences=(FENCE,), away=away)
    reports = rows_of(told)
    none = np.zeros(0, PRESS)
    (left,) = replayed(History([at_home], reports, none))
    assert left["at_s"] == NOON + 20 * 60
    (left,) = replayed(History([gone], reports, none))
    assert left["at_s"] >= NOON + 70 * 60


def test_rules_of_a_file_stand_below_a_senior_s_own() -> None:
    rules = Rulebook("new", book.parse_toml("[heart_rate_high]\nwarning = 105\n"))
    plain, own = (
        Wearer("a"),
        Wearer("b", thresholds={"heart_rate_high": {"warning": 120}}),
    )
    limits = rules.limits([plain, own, plain])
    warning = limits.own("heart_rate_high.warning", np.arange(3))
    assert warning.tolist() == [105.0, 120.0, 105.0]
    assert len(limits.table) == 2
    assert limits.versions[0] == rules.version != Rulebook("shipped").version


def test_rules_that_contradict_a_senior_are_refused_with_their_name() -> None:
    own = Wearer("mother", thresholds={"spo2_low": {"critical": 90}})
    rules = Rulebook(
        "new.toml", book.RuleSet({"spo2_low.warning": 89, "spo2_low.critical": 88})
    )
    with pytest.raises(InvalidError, match=r"^new\.toml: .*senior mother"):
        rules.limits([own])


def test_contradictions_in_force_give_way_as_they_do_live() -> None:
    own = Wearer(
        "mother",
        service_rules=book.RuleSet({"spo2_low.warning": 90, "spo2_low.critical": 88}),
        thresholds={"spo2_low": {"critical": 90}},
    )
    limits = Rulebook().limits([own])
    assert limits.own("spo2_low.critical", np.arange(1)).tolist() == [88.0]
    wrong = book.RuleSet({"spo2_low.warning": 80.0, "spo2_low.critical": 88.0})
    limits = Rulebook().limits([Wearer("mother", service_rules=wrong)])
    assert limits.own("spo2_low.warning", np.arange(1)).tolist() == [94.0]

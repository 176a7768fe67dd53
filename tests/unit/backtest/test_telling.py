"""Detections become the alerts that people would see."""

from collections.abc import Sequence

import numpy as np

from alerts.detection.columns import empty_reports
from core.model import Kind
from tests.unit.detection.played import NOON, SHANGHAI
from yinling.backtest.history import ALL_KINDS, PRESS, History, Wearer
from yinling.backtest.play import EVENT
from yinling.backtest.rules import Rulebook
from yinling.backtest.silences import silences
from yinling.backtest.telling import Told, tell

INFO, WARNING, CRITICAL = 1, 2, 3
MINUTE = 60.0
SOMEBODY = [Wearer("a")]


def told(
    *events: tuple[float, Kind, int],
    wearers: Sequence[Wearer] = SOMEBODY,
    after_s: float = 1800.0,
) -> Told:
    """The alerts of (minute, kind, level) of the first wearer, level 0 clearing."""
    rows = np.zeros(len(events), EVENT)
    for i, (minute, kind, level) in enumerate(events):
        at_s = NOON + minute * MINUTE
        rows[i] = (0, at_s, i, at_s, ALL_KINDS.index(kind), level, -1)
    return tell(wearers, rows, after_s)


def minutes(times: np.ndarray) -> list[float]:
    return ((times - NOON) / MINUTE).tolist()


HIGH = Kind.HEART_RATE_HIGH


def test_a_rising_severity_is_the_same_alert() -> None:
    found = told((0, HIGH, WARNING), (5, HIGH, CRITICAL))
    (alert,) = found.alerts
    assert (alert["first_level"], alert["level"]) == (WARNING, CRITICAL)
    assert minutes(alert["rose_s"]) == 5
    assert minutes(alert["ended_s"]) == 35
    assert found.told["level"].tolist() == [WARNING, CRITICAL]


def test_a_warning_ends_when_it_clears_and_the_next_one_is_new() -> None:
    found = told((0, HIGH, WARNING), (10, HIGH, 0), (20, HIGH, WARNING))
    assert minutes(found.alerts["opened_s"]) == [0, 20]
    assert minutes(found.alerts["ended_s"]) == [10, 50]


def test_a_critical_one_waits_for_a_person() -> None:
    found = told((0, HIGH, CRITICAL), (5, HIGH, 0), (20, HIGH, CRITICAL))
    (alert,) = found.alerts
    assert minutes(alert["ended_s"]) == 30
    assert found.told["alert"].tolist() == [0, 0]
    assert minutes(found.told["over_s"])[0] == 5


def test_once_a_person_has_closed_it_the_next_one_is_new() -> None:
    found = told((0, HIGH, CRITICAL), (40, HIGH, WARNING))
    assert found.alerts["level"].tolist() == [CRITICAL, WARNING]
    found = told((0, HIGH, CRITICAL), (40, HIGH, WARNING), after_s=np.inf)
    (alert,) = found.alerts
    assert np.isnan(alert["ended_s"])


def test_kinds_are_alerts_of_their_own_and_falls_do_not_clear() -> None:
    found = told((0, HIGH, WARNING), (1, Kind.FALL, CRITICAL), (2, Kind.FALL, 0))
    assert len(found.alerts) == 2
    assert minutes(found.alerts["ended_s"])[1] == 31


def test_an_absence_pauses_what_it_pauses_live() -> None:
    away = [Wearer("a", away=((NOON, NOON + 600),))]
    events = (
        (1, Kind.INACTIVITY, WARNING),
        (1, Kind.SOS, CRITICAL),
        (11, Kind.INACTIVITY, WARNING),
    )
    found = told(*events, wearers=away)
    kinds = [ALL_KINDS[kind] for kind in found.alerts["kind"]]
    assert kinds == [Kind.SOS, Kind.INACTIVITY]


def test_two_wristbands_of_one_senior_share_alerts() -> None:
    rows = np.zeros(2, EVENT)
    kind = ALL_KINDS.index(HIGH)
    rows[0] = (0, NOON, 0, NOON, kind, WARNING, -1)
    rows[1] = (1, NOON + 60, 0, NOON + 60, kind, CRITICAL, -1)
    found = tell([Wearer("a"), Wearer("a")], rows)
    assert found.alerts["level"].tolist() == [CRITICAL]


def silent(times_h: Sequence[float], wearer: Wearer) -> list[tuple[float, int]]:
    """(hour, level) of a wristband heard of at these hours after noon."""
    reports = empty_reports(len(times_h))
    reports["time_s"] = reports["received_s"] = NOON + np.array(times_h) * 3600
    history = History([wearer], reports, np.zeros(0, PRESS))
    events = silences(history, Rulebook("shipped").limits([wearer]), SHANGHAI)
    hours = (events["at_s"] - NOON) / 3600
    return list(zip(hours.tolist(), events["level"].tolist(), strict=True))


def test_silence_is_told_by_the_clock_and_ends_with_the_next_report() -> None:
    assert silent([0, 0.2], Wearer("a")) == []
    assert silent([0, 1], Wearer("a")) == [(0.25, INFO), (1, 0)]
    assert silent([0, 3], Wearer("a")) == [(0.25, INFO), (2, WARNING), (3, 0)]
    high = Wearer("a", risk="high")
    assert silent([0, 1.5], high) == [(0.25, INFO), (1, WARNING), (1.5, 0)]


def test_after_the_last_report_silence_lasts_until_watching_ended() -> None:
    watched = Wearer("a", until_s=NOON + 3 * 3600)
    assert silent([0, 0.1], watched) == [
        (0.35, INFO),
        (2.1, WARNING),
        (3, 0),
    ]
    assert silent([0, 0.1], Wearer("a")) == []
    assert silent([0, 3], Wearer("a", judge_silence=False)) == []


def test_at_night_the_warning_waits_for_the_morning() -> None:
    assert silent([9.5, 24], Wearer("a")) == [(9.75, INFO), (19, WARNING), (24, 0)]

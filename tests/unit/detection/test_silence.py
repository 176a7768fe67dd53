"""When silence is shown, and when it is told."""

from datetime import datetime
from zoneinfo import ZoneInfo

import numpy as np
import pytest

from alerts.detection import daytime, silence
from core.model import Severity
from core.rules.book import SHIPPED
from tests.unit.detection.played import NOON, SHANGHAI

HOUR = 3600.0


def stage(
    silent_s: float,
    start_s: float = NOON,
    interval_s: float = 300,
    risk: str = "normal",
    **rules: float,
) -> silence.Silence:
    values = {**SHIPPED.values, **{k.replace("__", "."): v for k, v in rules.items()}}
    now_s = start_s + silent_s
    return silence.stage(start_s, now_s, interval_s, risk, values=values, zone=SHANGHAI)


def test_three_intervals_are_nothing_then_info() -> None:
    before = stage(899)
    assert (before.severity, before.due_s) == (None, NOON + 900)
    after = stage(900)
    assert (after.severity, after.due_s) == (Severity.INFO, NOON + 2 * HOUR)


@pytest.mark.parametrize(("risk", "hours"), [("normal", 2), ("high", 1)])
def test_the_warning_by_day(risk: str, hours: float) -> None:
    assert stage(hours * HOUR - 1, risk=risk).severity is Severity.INFO
    told = stage(hours * HOUR, risk=risk)
    assert (told.severity, told.due_s) == (Severity.WARNING, None)


def test_at_night_the_warning_waits_for_seven() -> None:
    evening = NOON + 9 * HOUR  # 21:00, due at 23:00
    waiting = stage(4 * HOUR, evening)
    assert waiting.severity is Severity.INFO
    assert waiting.due_s == NOON + 19 * HOUR
    assert stage(10 * HOUR, evening).severity is Severity.WARNING


def test_after_midnight_the_same_morning() -> None:
    assert stage(HOUR, NOON + 13 * HOUR).due_s == NOON + 19 * HOUR


def test_the_warning_never_comes_before_the_info() -> None:
    assert stage(0, interval_s=HOUR).due_s == NOON + 3 * HOUR
    assert stage(3 * HOUR, interval_s=HOUR).severity is Severity.WARNING


def test_a_clock_behind_is_no_silence() -> None:
    assert stage(-5).silent_s == 0


@pytest.mark.parametrize(("day", "hours"), [("2026-03-28", 10), ("2026-10-24", 12)])
def test_the_morning_after_the_clocks_change(day: str, hours: float) -> None:
    paris = ZoneInfo("Europe/Paris")
    start = datetime.fromisoformat(f"{day}T20:30").replace(tzinfo=paris).timestamp()
    found = silence.stage(
        start, start + HOUR, 300, "normal", values=SHIPPED.values, zone=paris
    )
    assert found.due_s is not None
    morning = datetime.fromtimestamp(found.due_s, paris)
    assert (morning.hour, morning.minute) == (7, 0)
    assert found.due_s - start == (hours - 0.5) * HOUR


def test_silent_from_the_info_on() -> None:
    assert not stage(899).silent
    assert stage(900).silent
    assert [stage(900).limit_s, stage(2 * HOUR).limit_s] == [900, 2 * HOUR]


def test_the_figures_are_the_rules_own() -> None:
    assert stage(599, offline__info_intervals=2).due_s == NOON + 600
    told = stage(1800, offline__warning_s=1800)
    assert told.severity is Severity.WARNING
    told = stage(900, risk="high", offline__warning_high_risk_s=900)
    assert told.severity is Severity.WARNING


def test_switched_off_it_is_silent_without_a_stage() -> None:
    off = stage(9 * HOUR, offline__enabled=0)
    assert (off.silent, off.severity, off.due_s) == (True, None, None)
    assert stage(0, offline__enabled=0).due_s == NOON + 900


def test_another_day_has_another_morning() -> None:
    late = stage(HOUR, NOON + 9 * HOUR, day__from_h=8.5, day__to_h=20)
    assert late.due_s == NOON + 20.5 * HOUR
    always = stage(10 * HOUR, NOON + 9 * HOUR, day__from_h=0, day__to_h=24)
    assert always.due_s is None
    assert always.limit_s == 2 * HOUR


def test_words() -> None:
    assert silence.evidence(stage(900))["since"] == "2026-11-21T04:00:00Z"
    assert "50 分钟" in silence.evidence(stage(50 * 60))["text"]["zh-CN"]
    assert "for 3 h" in silence.evidence(stage(3 * HOUR))["text"]["en"]


def test_the_whole_evidence() -> None:
    told = silence.evidence(stage(2.5 * HOUR + 0.6))
    assert told == {
        "silent_s": 9001,
        "limit_s": 7200,
        "since": "2026-11-21T04:00:00Z",
        "text": {
            "zh-CN": "手环已 3 小时没有上报，请检查电量、佩戴和网络",
            "en": "No report from the wristband for 3 h:"
            " check its charge, wear and network",
        },
    }
    shown = silence.evidence(stage(2 * HOUR - 0.5))["text"]
    assert shown["zh-CN"].startswith("手环已 119 分钟没有")
    assert "for 119 min:" in shown["en"]
    told_text = silence.evidence(stage(2 * HOUR))["text"]
    assert told_text["zh-CN"].startswith("手环已 2 小时没有")
    assert "for 2 h:" in told_text["en"]


@pytest.mark.parametrize(
    ("silent_s", "rules", "expected"),
    [
        (0, {}, (False, None, NOON + 900, 0.0)),
        (899, {"offline__enabled": 0}, (False, None, NOON + 900, 0.0)),
        (900, {"offline__enabled": 0}, (True, None, None, 0.0)),
        (900, {}, (True, Severity.INFO, NOON + 7200, 900.0)),
        (7200, {}, (True, Severity.WARNING, None, 7200.0)),
    ],
)
def test_each_stage_as_a_whole(
    silent_s: float, rules: dict[str, float], expected: tuple[object, ...]
) -> None:
    found = stage(silent_s, **rules)
    assert (found.silent, found.severity, found.due_s, found.limit_s) == expected
    assert (found.since_s, found.silent_s) == (NOON, silent_s)


@pytest.mark.parametrize(
    ("hour", "waits"), [(4.5, 2.5), (6.999, 0.001), (7, 0), (21.999, 0), (22, 9)]
)
def test_the_hour_at_which_it_would_be_told(hour: float, waits: float) -> None:
    # Two hours of silence end at this hour of the day, to the second.
    start = NOON - 12 * HOUR + hour * HOUR - 2 * HOUR
    found = stage(HOUR, start)
    assert found.due_s == pytest.approx(start + (2 + waits) * HOUR)


def test_the_morning_is_exact_whatever_the_seconds() -> None:
    start = NOON + 10 * HOUR + 17 * 60 + 23.625
    assert stage(HOUR, start).due_s == NOON + 19 * HOUR


def test_night_is_from_ten_to_seven() -> None:
    hours = np.array([6.99, 7, 12, 21.99, 22, 23.5])
    night = daytime.is_night(NOON - 12 * HOUR + hours * HOUR, SHANGHAI, 7, 22)
    assert night.tolist() == [True, False, False, False, True, True]

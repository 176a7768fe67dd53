"""Labels are found, in time or missed, and alerts true, false or beside."""

from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest

from core.errors import InvalidError
from core.model import Kind, Severity
from tests.unit.detection.played import NOON, SHANGHAI
from yinling.backtest import labels as labelled
from yinling.backtest.history import ALL_KINDS, Wearer
from yinling.backtest.play import EVENT
from yinling.backtest.replay import Replayed
from yinling.backtest.scoring import Scores, score
from yinling.backtest.telling import tell

INFO, WARNING, CRITICAL = 1, 2, 3
HIGH = Kind.HEART_RATE_HIGH


def scored(folder: Path, labels: str, *events: tuple[str, float, Kind, int]) -> Scores:
    """Scores of (senior, minute, kind, level) against lines of labels in minutes."""
    names = sorted({one[0] for one in events} | {"a", "b"})
    wearers = [Wearer(name) for name in names]
    rows = np.zeros(len(events), EVENT)
    for i, (senior, minute, kind, level) in enumerate(events):
        at_s = NOON + minute * 60
        row = names.index(senior)
        rows[i] = (row, at_s, i, at_s, ALL_KINDS.index(kind), level, -1)
    told = tell(wearers, rows)
    replayed = Replayed(
        "0-x", wearers, told.alerts, told.told, np.ones(len(names)), 0, NOON, NOON
    )
    file = folder / "labels.csv"
    file.write_text(labels, encoding="utf-8")
    return score(replayed, labelled.read(file, SHANGHAI))


HEAD = "senior,kind,start,known_by\n"
AT = "2026-11-21T12:{:02d}:00"


def line(senior: str, kind: str, start: int, known_by: int) -> str:
    return f"{senior},{kind},{AT.format(start)},{AT.format(known_by)}\n"


def test_found_in_time_late_and_missed(tmp_path: Path) -> None:
    labels = HEAD + line("a", HIGH, 0, 10) + line("b", HIGH, 0, 10)
    labels += line("a", Kind.SPO2_LOW, 0, 10)
    found = scored(tmp_path, labels, ("a", 5, HIGH, WARNING), ("b", 20, HIGH, WARNING))
    whole = found.whole
    assert (whole.events, whole.detected, whole.in_time) == (3, 2, 1)
    assert sorted(whole.delays_s.tolist()) == [300.0, 1200.0]
    assert found.by_kind[Kind.SPO2_LOW].detected == 0
    assert found.as_json()["median_delay_s"] == 750.0


def test_another_senior_s_alert_finds_nothing(tmp_path: Path) -> None:
    found = scored(tmp_path, HEAD + line("a", HIGH, 0, 10), ("b", 5, HIGH, WARNING))
    assert found.whole.detected == 0
    assert found.whole.false[Severity.WARNING] == 1
    assert found.whole.false_per_day == 0.5


def test_what_comes_long_after_is_missed_and_false(tmp_path: Path) -> None:
    found = scored(tmp_path, HEAD + line("a", HIGH, 0, 10), ("a", 71, HIGH, WARNING))
    assert found.whole.detected == 0
    assert sum(found.whole.false.values()) == 1


def test_a_label_asks_for_its_severity(tmp_path: Path) -> None:
    head = "senior,kind,start,end,known_by,severity\n"
    row = f"a,{HIGH},{AT.format(0)},{AT.format(50)},{AT.format(10)},critical\n"
    found = scored(tmp_path, head + row, ("a", 2, HIGH, WARNING))
    assert found.whole.detected == 0
    assert sum(found.whole.false.values()) == 0
    events = (("a", 2, HIGH, WARNING), ("a", 8, HIGH, CRITICAL))
    found = scored(tmp_path, head + row, *events)
    assert found.critical.in_time == 1
    assert found.whole.delays_s.tolist() == [480.0]
    assert found.by_severity[HIGH, Severity.CRITICAL].events == 1


def test_told_before_and_not_over_counts_and_told_before_and_over_does_not(
    tmp_path: Path,
) -> None:
    labels = HEAD + line("a", HIGH, 20, 30)
    found = scored(tmp_path, labels, ("a", 15, HIGH, WARNING))
    assert (found.whole.in_time, found.whole.delays_s.tolist()) == (1, [0.0])
    over = (("a", 5, HIGH, WARNING), ("a", 15, HIGH, 0))
    assert scored(tmp_path, labels, *over).whole.detected == 0
    pressed = HEAD + line("a", Kind.SOS, 20, 30)
    found = scored(tmp_path, pressed, ("a", 15, Kind.SOS, CRITICAL))
    assert found.whole.detected == 0


def test_what_nobody_could_know_is_no_event_but_explains(tmp_path: Path) -> None:
    labels = HEAD + f"a,{HIGH},{AT.format(0)},\n"
    found = scored(tmp_path, labels, ("a", 5, HIGH, WARNING))
    assert (found.whole.events, sum(found.whole.false.values())) == (0, 0)


def test_a_fever_s_pulse_is_beside_and_a_flat_battery_is_not(tmp_path: Path) -> None:
    labels = HEAD + line("a", Kind.TEMPERATURE_HIGH, 0, 30)
    events = (("a", 5, HIGH, WARNING), ("a", 6, Kind.BATTERY_LOW, INFO))
    found = scored(tmp_path, labels, *events)
    assert found.by_kind[HIGH].beside == 1
    assert sum(found.by_kind[HIGH].false.values()) == 0
    assert found.by_kind[Kind.BATTERY_LOW].false[Severity.INFO] == 1


@pytest.mark.parametrize(
    ("text", "says"),
    [
        ("senior,kind,start\n", "line 1: no column known_by"),
        (HEAD + "a,heart,2026-11-21T12:00:00,\n", "line 2: kind 'heart' is none of"),
        (HEAD + "a,sos,today,\n", "line 2: start 'today' is no time"),
        (HEAD + "a,sos,2026-11-21,soon\n", "line 2: known_by 'soon' is no time"),
    ],
)
def test_labels_that_cannot_be_read_are_named_with_the_line(
    tmp_path: Path, text: str, says: str
) -> None:
    with pytest.raises(InvalidError, match=says):
        scored(tmp_path, text)


def test_a_senior_without_any_row_was_missed(tmp_path: Path) -> None:
    labels = HEAD + line("a", HIGH, 0, 10) + line("mother", HIGH, 0, 10)
    found = scored(tmp_path, labels, ("a", 5, HIGH, WARNING))
    assert (found.whole.events, found.whole.detected) == (2, 1)
    read = labelled.read(tmp_path / "labels.csv", SHANGHAI)
    assert read.unknown(["a"]) == ("mother",)
    of_some = replace(read, whole=False)
    assert of_some.unknown(["a"]) == ()
    assert len(of_some.of(["a"])) == 1


@pytest.mark.parametrize(
    ("row", "says"),
    [
        (line("a", HIGH, 10, 9), "line 3: known_by is before start"),
        (line(" ", HIGH, 10, 11), "line 3: senior is missing"),
        (
            line("a", HIGH, 10, 11)[:-1] + ",x\n",
            "line 3: 5 values where the header has",
        ),
        ("a,heart_rate_high,2026-11-21T12:00:00\n", "line 3: 3 values where"),
        ('"' + line("a", HIGH, 10, 11), "line 3: a quote that does not close"),
        (line("a", "pulse", 10, 11), "line 3: kind 'pulse' is none of sos"),
    ],
)
def test_a_label_that_cannot_be_is_named_by_its_line(
    tmp_path: Path, row: str, says: str
) -> None:
    with pytest.raises(InvalidError, match=f"^labels.csv, {says}"):
        scored(tmp_path, HEAD + "\n" + row)


def test_labels_may_end_before_the_optional_columns_and_hold_spaces(
    tmp_path: Path,
) -> None:
    head = " senior , kind,start ,known_by,end,severity\n"
    row = line("a", HIGH, 0, 10).replace(",", " , ")
    found = scored(tmp_path, head + row, ("a", 5, HIGH, WARNING))
    assert found.whole.in_time == 1

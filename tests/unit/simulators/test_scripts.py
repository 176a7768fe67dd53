"""Scenario files, and the truth they imply."""

import csv
import io
from pathlib import Path

import pytest

from core.errors import UsageError
from core.model import Kind
from simulators import scenarios, truth
from simulators.messages import Message, ReportId
from simulators.scenarios import What


@pytest.mark.parametrize("name", scenarios.names())
def test_those_in_the_package_can_be_played(name: str) -> None:
    scenario = scenarios.load(name)
    assert scenario.name == name
    for happening in scenarios.decide(scenario, 500, 7, 1e9):
        assert 0 <= happening.wristband < 500
        assert happening.start_s >= 1e9


def test_a_file_can_be_played(tmp_path: Path) -> None:
    path = tmp_path / "own.yaml"
    path.write_text("{name: own, interval_s: 5}")
    assert scenarios.load(str(path)).interval_s == 5


@pytest.mark.parametrize(
    ("text", "reason"),
    [
        ("a: [", "not YAML"),
        ("{}", "name"),
        ("{name: a, event: []}", "event"),
        ("{name: a, events: [{kind: sos, at_s: 1}]}", "exactly one of"),
        ("{name: a, events: [{kind: sos, at_s: -1, count: 1}]}", "at_s"),
        ("{name: a, events: [{kind: cough, at_s: 1, count: 1}]}", "kind"),
        ("{name: a, faults: {duplicate: 2}}", "duplicate"),
    ],
)
def test_what_it_cannot_say_is_named(text: str, reason: str) -> None:
    with pytest.raises(UsageError, match=reason):
        scenarios.parse(text, "it")


def test_a_missing_file_names_those_there_are() -> None:
    with pytest.raises(UsageError, match="calm"):
        scenarios.load("nowhere.yaml")


def decided(text: str, wristbands: int = 100, seed: int = 7):
    return scenarios.decide(scenarios.parse(text, "t"), wristbands, seed, 1000.0)


def test_the_seed_picks_who_and_when() -> None:
    text = "{name: t, events: [{kind: fall, share: 0.1, at_s: [10, 20]}]}"
    once = decided(text)
    assert once == decided(text)
    assert once != decided(text, seed=8)
    assert len({one.wristband for one in once}) == 10
    assert all(1010 <= one.start_s <= 1020 for one in once)
    assert once == sorted(once, key=lambda one: one.start_s)


def test_an_event_may_repeat_and_may_miss_the_fleet() -> None:
    text = (
        "{name: t, events: [{kind: sos, wristbands: [1, 300], at_s: 5, repeats: 3, "
        "every_s: 30}]}"
    )
    assert [(one.wristband, one.start_s) for one in decided(text)] == [
        (1, 1005),
        (1, 1035),
        (1, 1065),
    ]


def labels(text: str) -> list[truth.Label]:
    return truth.labels(decided(text), 60, 1800, 300)


def test_labels_say_what_must_be_told_and_by_when() -> None:
    found = labels(
        "{name: t, events: [{kind: sos, wristbands: [1], at_s: 0},"
        "{kind: bradycardia, wristbands: [2], at_s: 0},"
        "{kind: silence, wristbands: [3], at_s: 0},"
        "{kind: off_wrist, wristbands: [4], at_s: 0}]}"
    )
    assert [(one.kind, one.known_by_s - one.start_s) for one in found] == [
        (Kind.SOS, 10),
        (Kind.HEART_RATE_LOW, 180),
        (Kind.OFFLINE, 990),
    ]


def test_what_ends_before_it_can_be_known_has_no_label() -> None:
    text = "{name: t, events: [{kind: bradycardia, count: 1, at_s: 0, duration_s: 90}]}"
    assert labels(text) == []


def test_every_kind_but_one_is_labelled() -> None:
    for what in What:
        text = (
            f"{{name: t, events: [{{kind: {what}, count: 1, at_s: 0, "
            "duration_s: 20000}]}"
        )
        assert len(labels(text)) == (what is not What.OFF_WRIST)


def test_labels_as_csv() -> None:
    file = io.StringIO(newline="")
    label = truth.Label(4, Kind.SOS, 1_763_740_800, 1_763_740_810.5)
    truth.write([label], lambda index: f"senior {index}", file)
    assert list(csv.reader(io.StringIO(file.getvalue()))) == [
        ["senior", "kind", "start", "known_by"],
        ["senior 4", "sos", "2025-11-21T16:00:00.000Z", "2025-11-21T16:00:10.500Z"],
    ]


def test_the_ledger_counts_distinct_things_once() -> None:
    ledger = truth.Ledger()
    report = Message("wb/a/telemetry", b"{1}", (ReportId(1, 1),))
    array = Message("wb/a/telemetry", b"[1]", (ReportId(1, 1), ReportId(2, 2)), (2,))
    for message in (report, report, array, array):
        ledger.note("a", message)
    ledger.note("a", Message("wb/a/sos", b"{}"))
    assert (ledger.messages, len(ledger.readings)) == (5, 2)
    assert (len(ledger.rejected), len(ledger.urgent)) == (1, 1)

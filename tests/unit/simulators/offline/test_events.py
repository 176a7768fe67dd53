"""Each event shows in the columns where its label says, and only there."""

import itertools
from collections import Counter

import numpy as np
import pytest

from core.model import Kind, Severity
from simulators.offline import fate
from simulators.offline.columns import Shard
from simulators.offline.events import Event
from simulators.offline.labels import Label
from tests.support.cohorts import lived, told

DAYS = 14


def made(*what: str, seniors: int = 60, rate: float = 2.0, days: int = DAYS) -> Shard:
    return lived(seniors, days, frozenset(what), rate)


def during(shard: Shard, event: Event, share: float = 0.5) -> slice:
    """Reports in the middle `share` of an event."""
    minute = (shard.time_ms[event.row] - shard.grid.midnight_ms) / 60_000
    trim = (event.end - event.start) * (1 - share) / 2
    first, last = np.searchsorted(minute, [event.start + trim, event.end - trim])
    return slice(int(first), int(last))


def labels(shard: Shard, kind: Kind, severity: Severity) -> list[Label]:
    return [one for one in told(shard) if one.kind is kind and one.severity is severity]


@pytest.mark.parametrize(
    ("what", "column", "kind", "beyond"),
    [
        ("bradycardia", "heart_rate", Kind.HEART_RATE_LOW, -40),
        ("tachycardia", "heart_rate", Kind.HEART_RATE_HIGH, 131),
        ("hypertension", "systolic", Kind.BLOOD_PRESSURE_HIGH, 180),
        ("hypotension", "systolic", Kind.BLOOD_PRESSURE_LOW, -90),
        ("hypoxia", "spo2", Kind.SPO2_LOW, -92),
    ],
)
def test_a_critical_disease_shows_and_is_labelled(
    what: str, column: str, kind: Kind, beyond: float
) -> None:
    shard = made(what)
    assert len(shard.events) > 15
    for event in shard.events:
        truth = shard.truth[column][event.row, during(shard, event, 0.25)]
        assert (np.sign(beyond) * truth > beyond).all()
        read = np.abs(shard.sent[column][event.row, during(shard, event, 0.25)])
        seen = read[np.isfinite(read) & (read > 0)]
        if len(seen) > 4:
            assert np.median(np.sign(beyond) * seen) > beyond
    found = labels(shard, kind, Severity.CRITICAL)
    known = {one.event for one in found if one.known_by_ms is not None}
    assert len(known) > 0.6 * len(shard.events)
    for one in found:
        assert one.cause == what or one.known_by_ms is None
        assert one.start_ms <= one.end_ms


def test_labels_arithmetic() -> None:
    shard = made("tachycardia")
    for one in labels(shard, Kind.HEART_RATE_HIGH, Severity.CRITICAL):
        if one.shown_ms is None or one.known_by_ms is None:
            continue
        assert one.known_by_ms - one.shown_ms == 60_000 + 2 * 300_000
        assert one.start_ms <= one.shown_ms <= one.known_by_ms <= one.end_ms


def test_what_nobody_could_see_is_not_asked_for() -> None:
    """Without rest, or with the wristband away, there is no time to know it by."""
    shard = made("tachycardia", seniors=120)
    restless = [n for n, event in enumerate(shard.events) if not event.quiet]
    found = labels(shard, Kind.HEART_RATE_HIGH, Severity.CRITICAL)
    known = Counter(one.event for one in found if one.known_by_ms is not None)
    share = sum(n in known for n in restless) / len(restless)
    calm = len(shard.events) - len(restless)
    calm_known = sum(n in known for n in range(len(shard.events)) if n not in restless)
    assert share < calm_known / calm


def test_a_fever_warms_the_skin_and_hurries_the_heart() -> None:
    shard = made("fever", seniors=80, days=20)
    plain = lived(80, 20, frozenset({"sos"}), 0.0)
    for event in shard.events:
        where = event.row, during(shard, event, 0.3)
        warmer = shard.truth["skin"][where] - plain.truth["skin"][where]
        faster = shard.truth["heart_rate"][where] - plain.truth["heart_rate"][where]
        assert 0.5 < np.median(warmer) < 4.5
        assert np.median(faster) > 5
    warm = labels(shard, Kind.TEMPERATURE_HIGH, Severity.WARNING)
    changed = labels(shard, Kind.VITALS_CHANGE, Severity.WARNING)
    for found in (warm, changed):
        assert sum(one.cause == "fever" for one in found) > 0.5 * len(shard.events)
    first = shard.grid.midnight_ms + 7 * 86_400_000
    known = [one.shown_ms for one in warm + changed if one.shown_ms is not None]
    assert min(known) >= first


def test_who_wanders_leaves_the_fence() -> None:
    shard = made("wandering", seniors=120, rate=1.0)
    assert shard.events
    assert all(not np.isnan(shard.town.fence_m[event.row]) for event in shard.events)
    found = labels(shard, Kind.GEOFENCE_EXIT, Severity.WARNING)
    assert {one.cause for one in found} == {"wandering"}
    assert len({one.event for one in found}) == len(shard.events)
    for event in shard.events:
        assert shard.truth["beyond_m"][event.row, during(shard, event, 0.2)].max() > 400


@pytest.mark.parametrize("what", ["sos", "fall", "long_lie"])
def test_presses_and_falls_are_critical_at_once(what: str) -> None:
    shard = made(what)
    kind = Kind.SOS if what == "sos" else Kind.FALL
    found = labels(shard, kind, Severity.CRITICAL)
    assert sorted(one.event for one in found) == list(range(len(shard.events)))
    delays = {
        one.known_by_ms - one.start_ms for one in found if one.known_by_ms is not None
    }
    assert delays == {10_000 if what == "sos" else 40_000}


def test_who_lies_does_not_move() -> None:
    shard = made("unseen_fall", "bedridden")
    for event in shard.events:
        where = event.row, during(shard, event, 0.9)
        assert (np.diff(shard.sent["steps"][where]) <= 0).all()
        assert (shard.sent["motion"][where] < 0.05).all()
    found = labels(shard, Kind.INACTIVITY, Severity.WARNING)
    fell = [one for one in found if one.cause in {"unseen_fall", "bedridden"}]
    assert len(fell) > 0.4 * len(shard.events)
    for one in fell:
        if one.shown_ms is not None:
            assert one.shown_ms - one.start_ms >= 4 * 3600 * 1000


def test_the_dead_have_no_pulse_and_no_reports_once_found() -> None:
    shard = made("death", seniors=150, rate=8.0)
    assert len(shard.events) > 10
    for event in shard.events:
        assert event.fatal
        pulse = shard.sent["heart_rate"][event.row, during(shard, event, 0.8)]
        assert not (pulse[np.isfinite(pulse)] > 0).any()
        minute = (shard.time_ms[event.row] - shard.grid.midnight_ms) / 60_000
        assert not shard.reports[event.row, minute > event.end].any()
    found = labels(shard, Kind.NOT_WORN, Severity.WARNING)
    assert any(one.cause == "death" for one in found)


def test_wristbands_are_left_lying_run_flat_and_fall_silent() -> None:
    shard = made("left_lying", "uncharged", "out_of_range", seniors=80)
    for event in shard.events:
        where = event.row, during(shard, event, 0.8)
        if event.what == "left_lying":
            assert shard.off[where].all()
            assert (np.diff(shard.sent["steps"][where]) <= 0).all()
        if event.what == "out_of_range":
            late = shard.received_ms[where] - shard.time_ms[where]
            assert late.min() > 60_000
    assert labels(shard, Kind.BATTERY_LOW, Severity.WARNING)
    causes = {one.cause for one in labels(shard, Kind.OFFLINE, Severity.INFO)}
    assert "out_of_range" in causes
    assert shard.sent["battery"].min() < 15


def test_what_only_looks_like_trouble_is_no_critical_label() -> None:
    shard = made("white_coat", "daughter", seniors=100)
    assert {event.what for event in shard.events} == {"white_coat", "daughter"}
    assert not any(event.alarming for event in shard.events)
    vital = {Kind.HEART_RATE_HIGH, Kind.HEART_RATE_LOW, Kind.BLOOD_PRESSURE_HIGH}
    grave = [
        one
        for one in told(shard)
        if one.severity is Severity.CRITICAL
        and one.kind in vital | {Kind.GEOFENCE_EXIT}
        and one.known_by_ms is not None
    ]
    assert grave == []
    coats = [event for event in shard.events if event.what == "white_coat"]
    measured = [
        np.isfinite(shard.sent["systolic"][event.row, during(shard, event)]).any()
        for event in coats
    ]
    assert np.mean(measured) > 0.8


def test_events_keep_apart_and_the_rate_rules_their_number() -> None:
    few = len(lived(60, 14, frozenset(fate.WHAT), 0.2).events)
    many = lived(60, 14, frozenset(fate.WHAT), 1.0).events
    assert len(many) > 2 * few > 0
    for one, following in itertools.pairwise(many):
        if one.row == following.row:
            assert following.start >= one.end + fate.APART_MIN

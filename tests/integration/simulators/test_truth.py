"""Simulated people under the real detectors: the script is seen, the calm are left be."""

from collections.abc import Iterable
from datetime import datetime
from typing import NamedTuple
from zoneinfo import ZoneInfo

import numpy as np
import orjson
import pytest

from alerts.detection import columns, engine, fences
from alerts.detection.limits import Limits, resolve
from alerts.detection.memory import Memory, fresh_memory
from core.ids import new_id
from core.model import Kind, Severity
from core.rules import book
from simulators import cohort, compound, recording, scenarios, truth
from simulators.cohort import Cohort, Wearer

ZONE = ZoneInfo("Asia/Shanghai")
MORNING_S = datetime(2026, 11, 21, 7, 0, tzinfo=ZONE).timestamp()
NUMBERS = (
    *("heart_rate", "systolic", "diastolic", "spo2", "temperature"),
    *("latitude", "longitude", "accuracy", "steps", "motion", "battery"),
)


class Fired(NamedTuple):
    wristband: int
    kind: Kind
    severity: Severity
    received_s: float


def rows(made: Cohort, until_s: float) -> np.ndarray:
    index = {band.device_id: row for row, band in enumerate(made.wristbands)}
    found: list[tuple[int, float, dict[str, object]]] = []
    for sent in recording.record(made.wristbands, until_s):
        if sent.message.topic.endswith("/telemetry"):
            content = orjson.loads(sent.message.payload)
            bodies = content if isinstance(content, list) else [content]
            found.extend((index[sent.device_id], sent.at_s, body) for body in bodies)
    reports = columns.empty_reports(len(found))
    for n, (row, at_s, body) in enumerate(found):
        reports[n]["row"], reports[n]["received_s"] = row, at_s
        time = datetime.fromisoformat(str(body["time"]))
        reports[n]["time_s"], reports[n]["seq"] = time.timestamp(), body["seq"]
        reports[n]["worn"] = body["worn"]
        for name in NUMBERS:
            if body.get(name) is not None:
                reports[n][name] = body[name]
        if body.get("heart_rate") == 0:
            reports[n]["heart_rate"] = np.nan
        if "latitude" in body:
            reports[n]["location_source"] = body["location_source"] == "wifi"
    return reports


def judged(
    made: Cohort, wearers: Iterable[Wearer], until_s: float, fence_m: float
) -> list[Fired]:
    wearers = list(wearers)
    reports = rows(made, until_s)
    limits = rules(wearers)
    memory = fresh_memory(len(wearers))
    compiled = fences.compile([[fence(one, fence_m)] for one in wearers])
    state = columns.fresh_state(len(wearers))
    found: list[Fired] = []
    for start in range(0, len(reports), 5000):
        batch = reports[start : start + 5000]
        remembered = Memory(memory, np.arange(len(wearers)))
        verdict = engine.judge(state, batch, limits, compiled, ZONE, remembered)
        changed, content = remembered.changed
        memory[changed] = content
        for n, firing in enumerate(verdict.firings):
            at_s = float(batch["received_s"][firing["report"]])
            kind, severity = verdict.kind(n), verdict.severity(n)
            found.append(Fired(int(firing["row"]), kind, severity, at_s))
    return found


def rules(wearers: list[Wearer]) -> Limits:
    """The shipped rules, by each wearer's conditions."""
    profiles: list[np.ndarray] = []
    for wearer in wearers:
        found = book.resolve(book.NOTHING, conditions=wearer.conditions)
        profiles.append(resolve(found.values, conditions=wearer.conditions))
    versions = ("",) * len(wearers)
    return Limits(np.concatenate(profiles), np.arange(len(wearers)), versions)


def fence(wearer: Wearer, radius_m: float) -> dict[str, object]:
    shape = {"type": "circle", "radius": radius_m, **wearer.home._asdict()}
    return {"id": new_id(), "name": "home", "shape": shape, "alert_on": "exit"}


def play(
    scenario: str, wearers: list[Wearer], seconds: float, fence_m: float = 2000
) -> tuple[Cohort, list[Fired]]:
    made = cohort.make(
        wearers, scenarios.load(scenario), seed=7, start_s=MORNING_S, zone=ZONE
    )
    return made, judged(made, wearers, MORNING_S + seconds, fence_m)


def town() -> list[Wearer]:
    return [
        Wearer(
            f"demo-{one.number}",
            one.home,
            2026 - one.birth_year,
            one.sex,
            frozenset(one.conditions),
        )
        for one in compound.residents()
    ]


@pytest.mark.timeout(60)
def test_the_demo_tells_its_story_and_no_other() -> None:
    made, fired = play("demo", town()[:4], 1200, compound.FENCE_M)
    critical = {one for one in fired if one.severity is Severity.CRITICAL}
    assert {(one.wristband, one.kind) for one in critical} == {
        (1, Kind.HEART_RATE_LOW),
        (2, Kind.BLOOD_PRESSURE_HIGH),
        (3, Kind.GEOFENCE_EXIT),
    }
    first = min(one.received_s for one in critical) - made.start_s
    assert first < 90
    _, others = play("demo", town(), 600, 2000)
    assert {one.wristband for one in others} <= {1, 2, 3}


@pytest.mark.slow
@pytest.mark.timeout(120)
def test_healthy_people_are_left_in_peace() -> None:
    days = 60
    wearers = [Wearer(f"calm-{number}") for number in range(days)]
    _, fired = play("calm", wearers, 86_400)
    vital = [one for one in fired if one.kind is not Kind.BATTERY_LOW]
    critical = [one for one in vital if one.severity is Severity.CRITICAL]
    warning = [one for one in vital if one.severity is Severity.WARNING]
    assert len(critical) <= 0.05 * days, critical
    assert len(warning) <= 0.3 * days, warning


@pytest.mark.slow
@pytest.mark.timeout(120)
def test_what_is_scripted_is_seen_in_time() -> None:
    wearers = [Wearer(f"mixed-{number}") for number in range(600)]
    made, fired = play("mixed", wearers, 6600, fence_m=500)
    seen = {
        (one.wristband, one.kind): one.received_s
        for one in reversed(fired)
        if one.severity is Severity.CRITICAL or one.kind is Kind.GEOFENCE_EXIT
    }
    judged_kinds = {Kind.HEART_RATE_HIGH, Kind.HEART_RATE_LOW}
    judged_kinds |= {Kind.BLOOD_PRESSURE_HIGH, Kind.GEOFENCE_EXIT}
    labels = [
        label
        for label in truth.labels(made.happenings, 60, 1800, 60)
        if label.kind in judged_kinds
    ]
    assert len(labels) >= 15
    late = [
        label
        for label in labels
        if not seen.get((label.wristband, label.kind), np.inf) <= label.known_by_s
    ]
    assert late == []

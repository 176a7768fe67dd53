"""Wristbands under test: reports as dicts in, what people would be told out."""

from collections.abc import Iterable, Mapping, Sequence
from typing import Any
from zoneinfo import ZoneInfo

import numpy as np

from alerts.detection import columns, engine, fences, limits
from alerts.detection.columns import Rows
from alerts.detection.memory import (
    MEMORY_LAYOUT,
    Memory,
    fresh_memory,
    unpack_memory,
)
from alerts.detection.verdict import Verdict
from core.rules import book

SHANGHAI = ZoneInfo("Asia/Shanghai")
NOON = 1_795_233_600.0  # 2026-11-21 12:00 in Shanghai
HOME = {"latitude": 34.3416, "longitude": 108.9398}

Report = Mapping[str, Any]
Event = tuple[str, str, int, float]


def rows_of(reports: Iterable[tuple[int, Report]]) -> Rows:
    """REPORT rows of (row, report) pairs; a report without `received` came at once."""
    pairs = list(reports)
    rows = columns.empty_reports(len(pairs))
    for i, (row, report) in enumerate(pairs):
        rows["row"][i] = row
        rows["time_s"][i] = report["time"]
        rows["received_s"][i] = report.get("received", report["time"])
        for name, value in report.items():
            if name not in {"time", "received"}:
                rows[name][i] = value
    return rows


class Player:
    """Some wristbands, judged batch by batch as ingest does."""

    def __init__(  # noqa: PLR0917
        self,
        count: int = 1,
        thresholds: Mapping[str, Any] | None = None,
        conditions: Sequence[str] = (),
        geofences: Sequence[Mapping[str, Any]] = (),
        zone: ZoneInfo = SHANGHAI,
        rules: Mapping[str, float] | None = None,
    ) -> None:
        self.state = columns.fresh_state(count)
        resolved = book.resolve(
            book.NOTHING, conditions=conditions, thresholds=thresholds
        )
        values = resolved.values | dict(rules or {})
        profile = limits.resolve(values, conditions=conditions)
        self.limits = limits.single(profile, count, resolved.version)
        self.memory = fresh_memory(count)
        self.fences = fences.compile([fences.fence_set(geofences)] * count)
        self.zone = zone
        self.stored: list[tuple[int, Report]] = []
        self.verdicts: list[Verdict] = []

    def batch(self, reports: Sequence[tuple[int, Report]]) -> dict[int, list[Event]]:
        """Judge one batch; what it says of each wristband, in order."""
        self.stored.extend(reports)
        rows = rows_of(reports)
        memory = Memory(self.memory, np.arange(len(self.state)))
        verdict = engine.judge(
            self.state, rows, self.limits, self.fences, self.zone, memory
        )
        self.verdicts = [verdict]
        if len(verdict.pending):
            history = rows_of(self._since(verdict))
            self.verdicts.append(
                engine.replay(
                    self.state,
                    rows,
                    verdict,
                    history,
                    limits=self.limits,
                    fences=self.fences,
                    zone=self.zone,
                    memory=memory,
                )
            )
        changed, content = memory.changed
        self.memory[changed] = content
        events: dict[int, list[Event]] = {}
        for one in self.verdicts:
            for row, event in told(one):
                events.setdefault(row, []).append(event)
        return events

    def feed(self, *reports: Report) -> list[Event]:
        """Judge reports of the first wristband, one batch each."""
        return [event for one in reports for event in self.batch([(0, one)]).get(0, [])]

    def restart(self) -> None:
        """Write the states out and read them back."""
        self.state = np.concatenate(
            [
                columns.unpack_state(self.state[i : i + 1].tobytes(), columns.LAYOUT)
                for i in range(len(self.state))
            ]
        )

        self.memory = np.concatenate(
            [
                unpack_memory(self.memory[i : i + 1].tobytes(), MEMORY_LAYOUT)
                for i in range(len(self.memory))
            ]
        )

    def _since(self, verdict: Verdict) -> list[tuple[int, Report]]:
        since = dict(zip(verdict.replay["row"], verdict.replay["since_s"], strict=True))
        return [
            (row, report)
            for row, report in self.stored
            if row in since and report["time"] > since[row]
        ]


def told(verdict: Verdict) -> list[tuple[int, Event]]:
    """Events of a verdict in the order they are to be applied, measures last."""
    found: list[tuple[int, int, Event]] = []
    for i, firing in enumerate(verdict.firings):
        event = (
            "fire",
            str(verdict.kind(i)),
            int(firing["level"]),
            float(firing["observed_s"]),
        )
        found.append((int(firing["order"]), int(firing["row"]), event))
    for clearing in verdict.clearings:
        kind = str(columns.KINDS[clearing["kind"]])
        event = ("clear", kind, 0, float(clearing["observed_s"]))
        found.append((int(clearing["order"]), int(clearing["row"]), event))
    found.sort(key=lambda one: one[0])
    asked = [
        (int(one["row"]), ("measure", "", 0, float(one["observed_s"])))
        for one in verdict.measure
    ]
    return [(row, event) for _, row, event in found] + asked

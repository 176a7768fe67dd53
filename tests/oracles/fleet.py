"""Many sequences through the engine at once, and each through the oracle alone."""

from collections.abc import Sequence as Several
from dataclasses import dataclass, field
from random import Random
from typing import Any, NamedTuple
from zoneinfo import ZoneInfo

import numpy as np
from numpy.typing import NDArray

from alerts.detection import columns, engine, fences, gates, limits, memory
from alerts.detection.limits import Limits
from alerts.detection.verdict import Verdict
from tests.oracle import Oracle
from tests.oracles import sequences
from tests.oracles.arriving import Body
from tests.oracles.readings import Event, Profile
from tests.oracles.sequences import Sequence

SHANGHAI = ZoneInfo("Asia/Shanghai")
Told = list[Event]


@dataclass
class Step:
    """What one message led to."""

    told: Told
    gates: set[str]


class Found(NamedTuple):
    """What the engine said of some messages of one wristband."""

    first: int
    last: int
    told: Told
    gates: set[str]


def oracle_steps(
    one: Sequence, profiles: Several[Profile], zone: ZoneInfo
) -> list[Step]:
    """What the oracle says of each message."""
    changes = dict(one.profiles)
    oracle = Oracle(profiles[changes[0]], sequences.fences(), zone)
    steps: list[Step] = []
    for i, message in enumerate(one.messages):
        if i in changes:
            oracle.profile = profiles[changes[i]]
        steps.append(Step(oracle.feed(*message), oracle.gates()))
    return steps


@dataclass
class Fleet:
    """Wristbands under the engine, each with a sequence, judged in common batches."""

    sequences: Several[Sequence]
    profiles: Several[Profile]
    zone: ZoneInfo = SHANGHAI
    state: NDArray[np.void] = field(init=False)
    memory: NDArray[np.void] = field(init=False)

    def __post_init__(self) -> None:
        count = len(self.sequences)
        self.state, self.memory = columns.fresh_state(count), memory.fresh_memory(count)
        table = np.concatenate([limits_row(one) for one in self.profiles])
        self.which = np.zeros(count, np.intp)
        versions = tuple(str(i) for i in range(len(table)))
        self.limits = Limits(table, self.which, versions)
        self.fences = fences.compile([fences.fence_set(geofences())] * count)
        self.reports, self.ends = reports_of(self.sequences)
        self.sent = np.zeros(count, np.intp)  # messages sent so far
        self.changes = [dict(one.profiles) for one in self.sequences]

    def step(self, chance: Random) -> dict[int, Found]:
        """Send some wristbands' next messages in one batch.

        Returns
        -------
        What the engine said of each of these.
        """
        taken = self._take(chance)
        at = [self._span(row, *taken[row]) for row in taken]
        places = np.concatenate([np.arange(*span) for span in at])
        if chance.random() < 0.5:  # the wristbands' reports one in between the other
            turn = np.concatenate([np.arange(end - start) for start, end in at])
            places = places[np.argsort(turn, kind="stable")]
        batch = self.reports[places]
        told: dict[int, Told] = {row: [] for row in taken}
        for verdict in self._judge(batch, dict(zip(taken, at, strict=True))):
            for row, event in events(verdict):
                told[row].append(event)
        return {
            row: Found(*span, told[row], closed(self.state, row))
            for row, span in taken.items()
        }

    def restart(self, rows: NDArray[np.intp]) -> None:
        """Write some states and memories out and read them back."""
        for row in rows:
            packed = self.state[row].tobytes(), self.memory[row].tobytes()
            self.state[row] = columns.unpack_state(packed[0], columns.LAYOUT)[0]
            self.memory[row] = memory.unpack_memory(packed[1], memory.MEMORY_LAYOUT)[0]

    def unfinished(self) -> NDArray[np.intp]:
        """Rows with messages left."""
        total = np.array([len(one.messages) for one in self.sequences])
        return np.flatnonzero(self.sent < total)

    def _take(self, chance: Random) -> dict[int, tuple[int, int]]:
        """Some wristbands and their next messages, all under one profile each."""
        most, taken = chance.choice((1, 3, 20)), dict[int, tuple[int, int]]()
        for row in self.unfinished().tolist():
            first, changes = int(self.sent[row]), self.changes[row]
            if first in changes:
                self.which[row] = changes[first]
            last = first + chance.randint(1, most)
            last = min(last, len(self.sequences[row].messages))
            last = min([last, *(at for at in changes if first < at)])
            taken[row] = (first, last)
            self.sent[row] = last
        return taken

    def _span(self, row: int, first: int, last: int) -> tuple[int, int]:
        """Where messages lie among all reports."""
        ends = self.ends[row]
        return int(ends[first]), int(ends[last])

    def _judge(
        self, batch: NDArray[np.void], spans: dict[int, tuple[int, int]]
    ) -> list[Verdict]:
        known = memory.Memory(self.memory, np.arange(len(self.memory)))
        ground = (self.limits, self.fences, self.zone, known)
        verdicts = [engine.judge(self.state, batch, *ground)]
        if verdicts[0].pending.size:
            again = engine.replay(
                self.state,
                batch,
                verdicts[0],
                self._history(verdicts[0], spans),
                limits=self.limits,
                fences=self.fences,
                zone=self.zone,
                memory=known,
            )
            verdicts.append(again)
        rows, content = known.changed
        self.memory[rows] = content
        return verdicts

    def _history(
        self, verdict: Verdict, spans: dict[int, tuple[int, int]]
    ) -> NDArray[np.void]:
        parts = [self.reports[:0]]
        for row, since_s in verdict.replay.tolist():
            mine = self.reports[int(self.ends[row][0]) : spans[row][1]]
            parts.append(mine[mine["time_s"] > since_s])
        return np.concatenate(parts)


def limits_row(profile: Profile) -> NDArray[np.void]:
    """A profile as the engine takes it."""
    return limits.resolve(
        profile.values,
        conditions=["dementia"] if profile.dementia else [],
        risk="high" if profile.high_risk else "normal",
        quiet=profile.quiet,
    )


def geofences() -> list[dict[str, Any]]:
    """The oracle's fences as the engine takes them."""
    return [
        {
            "id": str(i),
            "name": str(i),
            "alert_on": "enter" if one.enter else "exit",
            "shape": {
                "type": "circle",
                "latitude": one.latitude,
                "longitude": one.longitude,
                "radius": one.radius,
            },
        }
        for i, one in enumerate(sequences.fences())
    ]


def reports_of(
    several: Several[Sequence],
) -> tuple[NDArray[np.void], list[NDArray[np.intp]]]:
    """All reports as rows, and where each wristband's messages begin and end."""
    flat: list[tuple[int, Body]] = []
    ends: list[NDArray[np.intp]] = []
    for row, one in enumerate(several):
        sizes = [len(flat), *map(len, one.messages)]
        ends.append(np.cumsum(sizes))
        flat += [(row, report) for message in one.messages for report in message]
    rows = columns.empty_reports(len(flat))
    rows["row"] = [row for row, _ in flat]
    for name in columns.REPORT.names or ():
        source = {"time_s": "time", "received_s": "received"}.get(name, name)
        has = [i for i, (_, report) in enumerate(flat) if source in report]
        rows[name][has] = [flat[i][1][source] for i in has]
    return rows, ends


def events(verdict: Verdict) -> list[tuple[int, Event]]:
    """A verdict's events in the order they are to be carried out, measures last."""
    kinds, found = columns.KINDS, list[tuple[int, int, Event]]()
    names = ["order", "row", "kind", "level", "observed_s"]
    for order, row, kind, level, observed in verdict.firings[names].tolist():
        found.append((order, row, ("fire", str(kinds[kind]), level, observed)))
    names.remove("level")
    for order, row, kind, observed in verdict.clearings[names].tolist():
        found.append((order, row, ("clear", str(kinds[kind]), 0, observed)))
    found.sort(key=lambda one: one[0])
    asked = [
        (row, ("measure", "", 0, observed))
        for row, observed in verdict.measure[["row", "observed_s"]].tolist()
    ]
    return [*((row, event) for _, row, event in found), *asked]


def closed(state: NDArray[np.void], row: int) -> set[str]:
    """Codes of the gates that a state says are closed."""
    return {str(one["code"]) for one in gates.closed(int(state["gates"][row]))}

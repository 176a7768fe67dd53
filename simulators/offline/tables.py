"""Shards as Arrow tables: the columns of the cohort's files, in order."""

from collections.abc import Sequence
from typing import Any

import numpy as np
import pyarrow as pa
from numpy.typing import NDArray

from simulators.model.people import People
from simulators.offline import schema, town
from simulators.offline.columns import Shard
from simulators.offline.labels import Label
from simulators.offline.town import Town


def reports(shard: Shard) -> pa.Table:
    """All reports of a shard, by senior and time."""
    kept = np.flatnonzero(shard.reports)
    n, size = shard.reports.shape
    indices = np.repeat(np.array(shard.town.indices, np.int32), size)
    columns: dict[str, NDArray[Any]] = {
        "senior": indices[kept],
        "time": shard.time_ms.ravel()[kept],
        "received": shard.received_ms.ravel()[kept],
        "seq": np.tile(np.arange(1, size + 1, dtype=np.int32), n)[kept],
    }
    columns |= {name: each.ravel()[kept] for name, each in shard.sent.items()}
    return _table(schema.REPORTS, columns)


def seniors(shard: Shard, seed: int) -> pa.Table:
    """Who they are."""
    where, who, at_ms = shard.town, shard.town.people, shard.grid.midnight_ms
    n = len(who)
    number = np.array(where.indices)
    fence = np.where(np.isnan(where.fence_m)[:, None], np.nan, where.home)
    columns: dict[str, Any] = {
        "senior": number.astype(np.int32),
        "id": [town.senior_id(seed, index, at_ms) for index in where.indices],
        "device_id": [town.device_id(seed, index) for index in where.indices],
        "age": who.age.astype(np.int16),
        "sex": np.where(who.female, "female", "male").tolist(),
        "conditions": [list(who.conditions_of(row)) for row in range(n)],
        "medication": [_medication(who, row) for row in range(n)],
        "risk": np.where(where.high_risk, "high", "normal").tolist(),
        "lives_alone": who.lives_alone,
        "expected_interval_s": np.full(n, shard.grid.interval_s, np.float32),
        "latitude": where.home[:, 0],
        "longitude": where.home[:, 1],
        "fence_latitude": fence[:, 0],
        "fence_longitude": fence[:, 1],
        "fence_radius_m": where.fence_m.astype(np.float32),
    }
    columns |= _addresses(where)
    return _table(schema.SENIORS, columns)


def urgent(shard: Shard) -> pa.Table:
    """Presses and falls, numbered after all reports."""
    zero, step = shard.grid.midnight_ms, shard.grid.interval_s * 1000
    size = shard.reports.shape[1]
    rows: list[tuple[Any, ...]] = []
    for event in shard.events:
        for press, (minute, trigger) in enumerate(event.urgent):
            at = zero + round(minute * 60_000)
            near = int((at - shard.time_ms[event.row, 0]) // step)
            near = min(max(near, 0), size - 1)
            rows.append(
                (
                    shard.town.indices[event.row],
                    at,
                    at + 1200,
                    size + 1 + round(minute * 60) + press,
                    trigger,
                    float(shard.sent["heart_rate"][event.row, near]),
                    float(shard.sent["battery"][event.row, near]),
                )
            )
    return _by_rows(schema.URGENT, rows)


def events(shard: Shard, first: int) -> pa.Table:
    """What truly happened; `first` is the number of the first of them."""
    zero = shard.grid.midnight_ms
    rows = [
        (
            first + number,
            shard.town.indices[event.row],
            event.what,
            zero + round(event.start * 60_000),
            zero + round(event.end * 60_000),
            event.size,
            event.alarming,
        )
        for number, event in enumerate(shard.events)
    ]
    return _by_rows(schema.EVENTS, rows)


def labels(shard: Shard, found: Sequence[Label], first: int) -> pa.Table:
    """What ought to be told, by senior and start."""
    rows = [
        (
            shard.town.indices[label.row],
            label.kind.value,
            label.severity.value,
            label.start_ms,
            label.end_ms,
            label.shown_ms,
            label.known_by_ms,
            label.cause,
            label.event if label.event < 0 else first + label.event,
        )
        for label in sorted(found, key=lambda one: (one.row, one.start_ms))
    ]
    return _by_rows(schema.LABELS, rows)


def _medication(who: People, row: int) -> list[str]:
    named = (("antihypertensive", who.treated), ("beta_blocker", who.beta_blocker))
    return [name for name, takes in named if takes[row]]


def _addresses(where: Town) -> dict[str, list[str]]:
    def names(prefix: str, each: int) -> list[str]:
        return [f"{prefix}-{index // each + 1}" for index in where.indices]

    return {
        "community": names("community", town.SENIORS_A_COMMUNITY),
        "compound": names("compound", town.SENIORS_A_COMPOUND),
        "building": names("building", town.SENIORS_A_BUILDING),
        "worker": names("worker", town.SENIORS_A_COMPOUND),
    }


def _table(layout: pa.Schema, columns: dict[str, Any]) -> pa.Table:
    return pa.Table.from_pydict(columns, schema=layout)


def _by_rows(layout: pa.Schema, rows: Sequence[tuple[Any, ...]]) -> pa.Table:
    columns = list(zip(*rows, strict=True)) if rows else [()] * len(layout)
    return _table(layout, dict(zip(layout.names, columns, strict=True)))

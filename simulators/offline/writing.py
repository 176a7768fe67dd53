"""A cohort on its way to disk: shard by shard, whole or not at all."""

import csv
import json
from collections import Counter
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from types import TracebackType
from typing import Any, Final, Self

import pyarrow as pa
import pyarrow.parquet as pq

from core.errors import UsageError
from simulators.messages import instant
from simulators.offline import (
    habit_labels,
    labels,
    schema,
    tables,
    town,
    usual_labels,
    vital_labels,
)
from simulators.offline.columns import Shard
from simulators.offline.labels import Label

_ROWS_A_GROUP: Final = 262_144
_SMALL: Final = {
    "seniors": schema.SENIORS,
    "urgent": schema.URGENT,
    "events": schema.EVENTS,
    "labels": schema.LABELS,
}


@dataclass(slots=True)
class Counts:
    """What was written so far."""

    reports: int
    urgent: int
    events: Counter[str]
    labels: Counter[tuple[str, str]]
    known: Counter[tuple[str, str]]


class Writer:
    """The files of a cohort; a context.

    Parameters
    ----------
    folder : made, or empty; else refused.
    seed : of the cohort.

    Raises
    ------
    UsageError
        If the folder holds something already or cannot be made.
    """

    def __init__(self, folder: Path, seed: int) -> None:
        self._folder, self._seed = folder, seed
        self._shards = 0
        self.counts = Counts(0, 0, Counter(), Counter(), Counter())
        try:
            (folder / "reports").mkdir(parents=True, exist_ok=True)
            held = any(folder.glob("*.*")) or any((folder / "reports").iterdir())
        except OSError as error:
            raise UsageError(f"cannot write to {folder}: {error.strerror}") from None
        if held:
            raise UsageError(f"{folder} is not empty: choose another folder")
        self._open = {name: _open(folder, name) for name in _SMALL}
        self._csv = (folder / "labels.csv").open("w", newline="", encoding="utf-8")
        self._rows = csv.writer(self._csv)
        self._rows.writerow(("senior", "kind", "start", "known_by"))

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        for each in self._open.values():
            each.close()
        self._csv.close()

    def write(self, shard: Shard) -> None:
        """Add a shard; shards come in order of their seniors."""
        seen = labels.Witness(shard)
        found = vital_labels.vital_labels(seen) + usual_labels.usual_labels(seen)
        found += habit_labels.habit_labels(seen)
        first = sum(self.counts.events.values())
        reports = tables.reports(shard)
        path = self._folder / "reports" / f"part-{self._shards:05d}.parquet"
        pq.write_table(  # pyright: ignore[reportUnknownMemberType]
            reports,
            path,
            compression="zstd",
            compression_level=1,
            row_group_size=_ROWS_A_GROUP,
        )
        urgent = tables.urgent(shard)
        self._add("seniors", tables.seniors(shard, self._seed))
        self._add("urgent", urgent)
        self._add("events", tables.events(shard, first))
        self._add("labels", tables.labels(shard, found, first))
        self._list(shard, found)
        self._shards += 1
        self.counts.reports += reports.num_rows
        self.counts.urgent += urgent.num_rows
        self.counts.events.update(event.what for event in shard.events)
        for label in found:
            key = (label.kind.value, label.severity.value)
            self.counts.labels[key] += 1
            self.counts.known[key] += label.known_by_ms is not None

    def finish(self, parameters: Mapping[str, Any]) -> None:
        """Say in ``cohort.json`` what the cohort is: the last file, so that it is whole."""
        counts = self.counts
        told: dict[str, dict[str, dict[str, int]]] = {}
        for (kind, severity), number in sorted(counts.labels.items()):
            of = {"true": number, "known": counts.known[kind, severity]}
            told.setdefault(kind, {})[severity] = of
        content = {
            "format": schema.FORMAT,
            **parameters,
            "counts": {
                "shards": self._shards,
                "reports": counts.reports,
                "urgent": counts.urgent,
                "events": dict(sorted(counts.events.items())),
                "labels": told,
            },
        }
        text = json.dumps(content, ensure_ascii=False, indent=2)
        (self._folder / "cohort.json").write_text(text + "\n", encoding="utf-8")

    def _add(self, name: str, table: pa.Table) -> None:
        self._open[name].write_table(table)

    def _list(self, shard: Shard, found: list[Label]) -> None:
        at_ms = shard.grid.midnight_ms
        for label in sorted(found, key=lambda one: (one.row, one.start_ms)):
            if label.known_by_ms is None:
                continue
            senior = town.senior_id(self._seed, shard.town.indices[label.row], at_ms)
            times = (
                instant(each / 1000) for each in (label.start_ms, label.known_by_ms)
            )
            self._rows.writerow((senior, label.kind.value, *times))


def _open(folder: Path, name: str) -> pq.ParquetWriter:
    return pq.ParquetWriter(
        folder / f"{name}.parquet", _SMALL[name], compression="zstd"
    )

"""Turns public exports of real wearers into the CSV that a backtest reads.

What stands in these files is left as it is: no gap is filled, and a minute without a
step count stays without one.
"""

import csv
import gzip
from collections.abc import Iterator
from datetime import datetime, timedelta
from pathlib import Path
from typing import Final

AFDB_BEGINS: Final = datetime(2026, 1, 1)  # noqa: DTZ001  records tell no date
"""When records that only count minutes are taken to begin, local time."""
_FIELDS: Final = ("senior", "time", "heart_rate", "steps")


def fitbit(seconds: Path, minutes: Path, out: Path) -> Path:
    """Join a Fitbit export's heart rates by the second with its steps by the minute.

    Steps become the cumulative counter of a wristband: a minute's steps are spread
    evenly over it, and where the minutes' file has no row the reading has no steps.

    Parameters
    ----------
    seconds : ``id,time_local,hr_bpm``
    minutes : ``id,time_local,…,steps,…``
    out : where to write; local times stay local.
    """
    counted: dict[tuple[str, str], tuple[int, int]] = {}
    total: dict[str, int] = {}
    for row in _rows(minutes):
        before = total.get(row["id"], 0)
        steps = int(float(row["steps"]))
        counted[row["id"], row["time_local"][:16]] = before, steps
        total[row["id"]] = before + steps

    def reports() -> Iterator[tuple[str, str, str, str]]:
        for row in _rows(seconds):
            time = row["time_local"]
            known = counted.get((row["id"], time[:16]))
            steps = ""
            if known is not None:
                steps = str(known[0] + known[1] * int(time[17:19]) // 60)
            yield row["id"], time, row["hr_bpm"], steps

    return _write(out, reports())


def afdb(minutes: Path, out: Path) -> Path:
    """Heart rates by the minute of ECG records, ``record,minute,…,hr_bpm``."""

    def reports() -> Iterator[tuple[str, str, str, str]]:
        for row in _rows(minutes):
            at = AFDB_BEGINS + timedelta(minutes=int(row["minute"]))
            yield row["record"], at.isoformat(), row["hr_bpm"], ""

    return _write(out, reports())


def _rows(file: Path) -> Iterator[dict[str, str]]:
    opened = gzip.open if file.suffix == ".gz" else open
    with opened(file, "rt", encoding="utf-8", newline="") as text:
        yield from csv.DictReader(text)


def _write(out: Path, reports: Iterator[tuple[str, str, str, str]]) -> Path:
    with out.open("w", encoding="utf-8", newline="") as file:
        table = csv.writer(file)
        table.writerow(_FIELDS)
        table.writerows(reports)
    return out

"""One report as a plain object."""

from typing import NamedTuple

import numpy as np

from alerts.detection.columns import REPORT, Rows


class Report(NamedTuple):
    """A report; fields that are absent are None, units as in core.payload."""

    row: int
    seq: int
    time_s: float
    received_s: float
    heart_rate: float | None
    systolic: float | None
    diastolic: float | None
    spo2: float | None
    temperature: float | None
    latitude: float | None
    longitude: float | None
    accuracy: float | None
    location_source: int
    steps: float | None
    motion: float | None
    worn: int
    battery: float | None


def objects(rows: Rows) -> list[Report]:
    """Plain objects of REPORT rows."""
    columns: list[list[object]] = []
    for name in REPORT.names or ():
        values = rows[name].tolist()
        if rows.dtype[name].kind == "f" and np.isnan(rows[name]).any():
            values = [None if value != value else value for value in values]  # noqa: PLR0124  NaN
        columns.append(values)
    return [Report(*fields) for fields in zip(*columns, strict=True)]  # pyright: ignore[reportArgumentType]

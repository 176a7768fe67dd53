"""One report as a plain object."""

from typing import Any, NamedTuple

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
    columns: list[list[Any]] = []
    for name in REPORT.names or ():
        values = rows[name].astype(object)
        if rows.dtype[name].kind == "f":
            values[np.isnan(rows[name])] = None
        columns.append(values.tolist())
    return [Report(*fields) for fields in zip(*columns, strict=True)]

"""Turn telemetry payloads into columns: fast for good ones, exactly for all others."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from operator import attrgetter
from typing import Any, Final, Literal

import msgspec
import numpy as np
from numpy.typing import NDArray

from core import gcj02
from core.model import LOCATION_SOURCES
from core.payload import NUMERIC_FIELDS
from core.topics import MAX_ARRAY_LENGTH, MAX_PAYLOAD_BYTES
from ingest import claimed
from ingest.inspection import MAX_SEQ, WHOLE, Rejected, Report, inspect

FIELD_NAMES: Final = tuple(field.name for field in NUMERIC_FIELDS)
READING: Final = np.dtype(
    [
        ("message", "<i4"),  # index into the payloads
        ("idx", "<i4"),  # in the message's array, WHOLE outside of one
        ("wristband", "<i4"),  # its key, filled in by whoever knows it
        ("claimed_ms", "<i8"),  # identity, with seq [ms since 1970]
        ("seq", "<i8"),  # -1 where absent
        ("time_us", "<i8"),  # what is stored [µs since 1970]
        ("received_us", "<i8"),
        ("replaced", "?"),  # the claimed time cannot be believed
        *((name, "<f8") for name in FIELD_NAMES),  # NaN where absent
        ("location_source", "i1"),  # -1 where absent, also below
        ("worn", "i1"),
    ]
)
"""One report, decoded; units as in core.payload."""

_SOURCES: Final = {None: -1} | {str(s): i for i, s in enumerate(LOCATION_SOURCES)}
_Source = Literal["gnss", "wifi", "cell", "ble"]


class _Wire(msgspec.Struct, forbid_unknown_fields=True, gc=False):
    """A report whose fields all have the right type; anything else is inspected."""

    time: claimed.Instant | float | int
    seq: int | None = None
    heart_rate: float | None = None
    systolic: float | None = None
    diastolic: float | None = None
    spo2: float | None = None
    temperature: float | None = None
    latitude: float | None = None
    longitude: float | None = None
    accuracy: float | None = None
    steps: float | None = None
    motion: float | None = None
    battery: float | None = None
    location_source: _Source | None = None
    coordinates: Literal["wgs84", "gcj02"] | None = None
    worn: bool | None = None


_DECODER: Final[msgspec.json.Decoder[_Wire | list[_Wire]]] = msgspec.json.Decoder(
    _Wire | list[_Wire]
)
_NUMBERS: Final = attrgetter(*FIELD_NAMES)


@dataclass(frozen=True, slots=True)
class Decoded:
    """What a batch of payloads holds.

    Attributes
    ----------
    rows : READING rows in the order of the payloads and within them;
        ``time_us`` is the arrival where ``replaced``, not yet made distinct.
    rejected : (message, item refused wholly or in part).
    unknown : (message, idx, names of the fields that mean nothing to us).
    """

    rows: NDArray[np.void]
    rejected: list[tuple[int, Rejected]]
    unknown: list[tuple[int, int, tuple[str, ...]]]


def decode(payloads: Sequence[bytes], received_us: Sequence[int]) -> Decoded:
    """Decode telemetry payloads; never raises, whatever the bytes.

    Parameters
    ----------
    payloads : as they came.
    received_us : arrival of each [µs since 1970].
    """
    read = [_fast(payload) for payload in payloads]
    good = [n for n, reports in enumerate(read) if reports is not None]
    rows, gcj, bad = _columns(good, [reports or [] for reports in read])
    slow = sorted({n for n, reports in enumerate(read) if reports is None} | bad)
    rejected: list[tuple[int, Rejected]] = []
    unknown: list[tuple[int, int, tuple[str, ...]]] = []
    if slow:
        keep = ~np.isin(rows["message"], slow)
        inspected = [(n, inspect(payloads[n])) for n in slow]
        more, more_gcj = _rows([(n, one) for n, i in inspected for one in i.reports])
        rows = np.concatenate([rows[keep], more])
        gcj = np.concatenate([gcj[keep], more_gcj])
        order = np.argsort(rows["message"], kind="stable")
        rows, gcj = rows[order], gcj[order]
        rejected = [(n, one) for n, i in inspected for one in i.rejected]
        unknown = [
            (n, r.idx, r.unknown) for n, i in inspected for r in i.reports if r.unknown
        ]
    _settle(rows, gcj, np.asarray(received_us, np.int64))
    return Decoded(rows, rejected, unknown)


def _fast(payload: bytes) -> list[_Wire] | _Wire | None:
    """The reports of a payload in which nothing is unusual; None: inspect it."""
    if len(payload) > MAX_PAYLOAD_BYTES:
        return None
    try:
        reports = _DECODER.decode(payload)
    except (ValueError, RecursionError):
        return None
    if isinstance(reports, list) and len(reports) > MAX_ARRAY_LENGTH:
        return None
    return reports


def _columns(
    good: list[int], read: Sequence[list[_Wire] | _Wire]
) -> tuple[NDArray[np.void], NDArray[np.bool_], set[int]]:
    """Rows of well-typed messages, which are GCJ-02, and messages to be inspected."""
    reports, message, index = _flatten(good, read)
    rows = np.empty(len(reports), READING)
    if not reports:
        return rows, np.zeros(0, np.bool_), set()
    rows["message"], rows["idx"] = message, index
    for name, column in zip(
        FIELD_NAMES, zip(*map(_NUMBERS, reports), strict=True), strict=True
    ):
        rows[name] = np.array(column, np.float64)
    rows["location_source"] = [_SOURCES[one.location_source] for one in reports]
    rows["worn"] = [-1 if one.worn is None else one.worn for one in reports]
    rows["seq"] = [_seq(one.seq) for one in reports]
    times = np.array([_seconds(one.time) for one in reports], np.float64)
    far = ~(np.abs(times) <= claimed.FARTHEST_S)
    rows["claimed_ms"] = claimed.milliseconds(np.where(far, 0.0, times))
    gcj = np.array([one.coordinates == "gcj02" for one in reports])
    bad = _out_of_range(rows) | far | (rows["seq"] < -1)
    return rows, gcj, set(rows["message"][bad].tolist())


def _flatten(
    good: list[int], read: Sequence[list[_Wire] | _Wire]
) -> tuple[list[_Wire], list[int], list[int]]:
    reports: list[_Wire] = []
    message: list[int] = []
    index: list[int] = []
    for n in good:
        one = read[n]
        if isinstance(one, list):
            reports.extend(one)
            message.extend([n] * len(one))
            index.extend(range(len(one)))
        else:
            reports.append(one)
            message.append(n)
            index.append(WHOLE)
    return reports, message, index


def _seconds(time: datetime | float) -> float:
    return time.timestamp() if isinstance(time, datetime) else float(time)


def _seq(seq: int | None) -> int:
    """The sequence number, -1 where absent, -2 where out of range."""
    if seq is None:
        return -1
    return seq if 0 <= seq <= MAX_SEQ else -2


def _out_of_range(rows: NDArray[np.void]) -> NDArray[np.bool_]:
    """Rows with a field outside its range; 0 for "no signal" becomes absent."""
    bad = np.zeros(len(rows), np.bool_)
    for field in NUMERIC_FIELDS:
        column = rows[field.name]
        if field.zero_is_absent:
            column[column == 0] = np.nan
        bad |= (column < field.low) | (column > field.high)
    steps = rows["steps"]
    return bad | (~np.isnan(steps) & (steps != np.floor(steps)))


def _rows(
    reports: Sequence[tuple[int, Report]],
) -> tuple[NDArray[np.void], NDArray[np.bool_]]:
    """Rows of inspected reports, and which are GCJ-02."""
    rows = np.empty(len(reports), READING)
    if reports:
        rows["message"] = [n for n, _ in reports]
        for name in ("idx", "seq", "location_source", "worn"):
            rows[name] = [getattr(one, name) for _, one in reports]
        times = np.array([one.claimed_s for _, one in reports])
        rows["claimed_ms"] = claimed.milliseconds(times)
        values = np.array([one.values for _, one in reports])
        for column, name in enumerate(FIELD_NAMES):
            rows[name] = values[:, column]
    return rows, np.array([one.gcj02 for _, one in reports], np.bool_)


def _settle(
    rows: NDArray[np.void], gcj: NDArray[np.bool_], received_us: NDArray[np.int64]
) -> None:
    """Arrival, time and position of every row, in place."""
    rows["received_us"] = received_us[rows["message"]]
    rows["wristband"] = -1
    rows["replaced"] = claimed.unbelievable(rows["claimed_ms"], rows["received_us"])
    believed = np.where(
        rows["replaced"], rows["received_us"] // 1000, rows["claimed_ms"]
    )
    rows["time_us"] = believed * 1000
    rows["latitude"], rows["longitude"] = fixes(
        rows["latitude"], rows["longitude"], gcj
    )


def fixes(
    latitude: NDArray[Any], longitude: NDArray[Any], gcj: NDArray[np.bool_]
) -> tuple[NDArray[np.float64], NDArray[np.float64]]:
    """Positions in WGS-84; NaN where half of one is missing, and for 0,0.

    Parameters
    ----------
    latitude, longitude : (n,) as sent, NaN where absent [°]
    gcj : (n,) which are GCJ-02.
    """
    none = (
        np.isnan(latitude) | np.isnan(longitude) | ((latitude == 0) & (longitude == 0))
    )
    north = np.where(none, np.nan, latitude)
    east = np.where(none, np.nan, longitude)
    shifted = np.flatnonzero(gcj & ~none)
    if shifted.size:
        north[shifted], east[shifted] = gcj02.to_wgs84(north[shifted], east[shifted])
    return north, east

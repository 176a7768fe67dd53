"""Bring decoded reports into the database once each, and say which were new."""

from datetime import datetime
from typing import Any, Final

import numpy as np
from numpy.typing import NDArray
from psycopg import Connection
from psycopg.types.json import Jsonb

from alerts.detection.columns import LAYOUT, REPORT, STATE, empty_reports
from alerts.detection.gates import CODES, closed
from alerts.detection.memory import MEMORY, MEMORY_LAYOUT
from core.queries import load
from ingest.copying import Copy, instants
from ingest.judge import Judged, Wanted
from ingest.state import FAR_US, Binding, instant

SQL: Final = load("ingest")
_REPORTS: Final = Copy(
    "stage",
    {
        "ordinal": ">i4",
        "wristband_key": ">i4",
        "time": ">i8",
        "seq": ">i8",
        "received_at": ">i8",
        "time_replaced": "u1",
        "claimed_ms": ">i8",
        **dict.fromkeys(("heart_rate", "systolic", "diastolic", "spo2"), ">f4"),
        "temperature": ">f4",
        "latitude": ">f8",
        "longitude": ">f8",
        "accuracy": ">f4",
        "location_source": ">i2",
        "steps": ">f4",
        "motion": ">f4",
        "worn": ">i2",
        "battery": ">f4",
    },
)
_STATES: Final = Copy(
    "state_stage",
    {
        "binding_id": "V16",
        "wristband_key": ">i4",
        "last_time": ">i8",
        "last_received_at": ">i8",
        "worn": ">i2",
        "battery": ">f4",
        "heart_rate": ">f4",
        "heart_rate_at": ">i8",
        "valid_heart_rate_at": ">i8",
        "systolic": ">f4",
        "diastolic": ">f4",
        "blood_pressure_at": ">i8",
        "spo2": ">f4",
        "spo2_at": ">i8",
        "temperature": ">f4",
        "temperature_at": ">i8",
        "latitude": ">f8",
        "longitude": ">f8",
        "accuracy": ">f4",
        "location_at": ">i8",
        "gates": ">i2",
        "packed": f"V{STATE.itemsize}",
        "silence_due_at": ">i8",
    },
)
_MEMORIES: Final = Copy(
    "memory_stage", {"binding_id": "V16", "packed": f"V{MEMORY.itemsize}"}
)
_TIMES: Final = {
    "heart_rate_at": "heart_rate_us",
    "valid_heart_rate_at": "valid_heart_rate_us",
    "blood_pressure_at": "blood_pressure_us",
    "spo2_at": "spo2_us",
    "temperature_at": "temperature_us",
    "location_at": "location_us",
    "last_time": "time_us",
    "last_received_at": "received_us",
}
_AS_IS: Final = (
    *("worn", "battery", "heart_rate", "systolic", "diastolic", "spo2"),
    *("temperature", "latitude", "longitude", "accuracy"),
)
_GATES: Final = [closed(mask) for mask in range(2 * max(CODES))]


def prepare(conn: Connection) -> None:
    """Make the connection's temporary tables."""
    for name in ("make_stage", "make_state_stage", "make_memory_stage"):
        conn.execute(SQL[name])


def first_of_each(readings: NDArray[np.void]) -> NDArray[np.intp]:
    """Indices of the reports that are no repeat within the batch, in order."""
    if not len(readings):
        return np.zeros(0, np.intp)
    keys = np.stack(
        [
            readings["wristband"].astype(np.int64),
            readings["claimed_ms"],
            readings["seq"],
        ]
    )
    order = np.lexsort(keys)
    ranked = keys[:, order]
    first = np.append(True, (ranked[:, 1:] != ranked[:, :-1]).any(axis=0))
    return np.sort(order[first])


class Distinct:
    """Makes the times that replace a claimed one distinct by microseconds.

    Whole milliseconds are left out: those are the claimed times of other reports.
    """

    def __init__(self) -> None:
        self._last_us = 0

    def stamp(self, readings: NDArray[np.void]) -> None:
        """Set ``time_us`` of the reports whose claimed time is replaced, in place."""
        for n in np.flatnonzero(readings["replaced"]).tolist():
            time_us = max(int(readings["received_us"][n]), self._last_us + 1)
            self._last_us = time_us + (time_us % 1000 == 0)
            readings["time_us"][n] = self._last_us


def store(conn: Connection, readings: NDArray[np.void]) -> NDArray[np.intp]:
    """Insert those readings that are new; their indices, in order.

    Parameters
    ----------
    readings : (n,) ingest.decode.READING of known wristbands, no two the same.
    """
    if not len(readings):
        return np.zeros(0, np.intp)
    columns: dict[str, NDArray[Any]] = {
        name: readings[name]
        for name in REPORT.names or ()
        if name in (readings.dtype.names or ())
    }
    columns |= {
        "ordinal": np.arange(len(readings)),
        "wristband_key": readings["wristband"],
        "time": instants(readings["time_us"]),
        "received_at": instants(readings["received_us"]),
        "time_replaced": readings["replaced"],
        "claimed_ms": readings["claimed_ms"],
    }
    _REPORTS.write(conn, columns)
    conn.execute(SQL["drop_replaced_repeats"])
    if readings["replaced"].any():
        conn.execute(SQL["keep_replaced"])
    row = conn.execute(SQL["store"]).fetchone()
    ordinals: bytes = (row[0] if row else None) or b""
    return np.frombuffer(ordinals, ">i4").astype(np.intp)


def write_state(conn: Connection, judged: Judged, now: datetime) -> None:
    """Write the state rows that a batch changed."""
    if not judged.bindings:
        return
    latest = judged.latest
    columns: dict[str, NDArray[Any]] = {name: latest[name] for name in _AS_IS}
    columns |= {name: instants(latest[of]) for name, of in _TIMES.items()}
    ids = b"".join(one.id.bytes for one in judged.bindings)
    columns |= {
        "binding_id": np.frombuffer(ids, "V16"),
        "wristband_key": np.array([one.wristband_key for one in judged.bindings]),
        "gates": judged.state["gates"],
        "packed": judged.state.view(f"V{STATE.itemsize}"),
        "silence_due_at": instants(judged.silence_due_us),
    }
    _STATES.write(conn, columns)
    values = {"gates": Jsonb(_GATES), "layout": LAYOUT, "now": now}
    conn.execute(SQL["write_state"], values)


def write_memory(conn: Connection, judged: Judged, now: datetime) -> None:
    """Write the memories that a batch changed; most change none."""
    if not len(judged.remembered):
        return
    whose: list[Binding] = [judged.bindings[int(n)] for n in judged.remembered]
    columns: dict[str, NDArray[Any]] = {
        "binding_id": np.frombuffer(b"".join(one.id.bytes for one in whose), "V16"),
        "packed": judged.memory.view(f"V{MEMORY.itemsize}"),
    }
    _MEMORIES.write(conn, columns)
    conn.execute(SQL["write_memory"], {"layout": MEMORY_LAYOUT, "now": now})


def history(conn: Connection, wanted: list[Wanted]) -> NDArray[np.void]:
    """Stored readings around late reports, as REPORT rows."""
    far = instant(FAR_US // 1000)
    rows = conn.execute(
        SQL["history"],
        {
            "rows": [one.row for one in wanted],
            "keys": [one.binding.wristband_key for one in wanted],
            "since": [instant(max(one.since_us, 0)) for one in wanted],
            "starts": [instant(one.binding.starts_us) for one in wanted],
            "ends": [
                far if one.binding.ends_us == FAR_US else instant(one.binding.ends_us)
                for one in wanted
            ],
        },
    ).fetchall()
    reports = empty_reports(len(rows))
    for place, name in enumerate(REPORT.names or ()):
        absent = -1 if REPORT[name].kind == "i" else np.nan
        reports[name] = [absent if row[place] is None else row[place] for row in rows]
    return reports

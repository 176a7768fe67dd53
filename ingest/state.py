"""Who wears what, with limits, geofences, latest values and detector state, in memory."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import Final
from uuid import UUID

import numpy as np
from numpy.typing import NDArray
from psycopg import Connection
from psycopg.rows import dict_row

from alerts.detection.columns import fresh_state, unpack_state
from alerts.detection.fences import FenceSet, fence_set
from alerts.detection.limits import Limits
from alerts.detection.memory import fresh_memory, unpack_memory
from core import logs
from core.clock import Clock
from core.database import Row
from core.errors import InvalidError
from core.queries import load
from core.registry.changes import RULES
from ingest.copying import NEVER
from ingest.profiles import Profiles, Wearer

SQL: Final = load("ingest")
REMEMBERED: Final = timedelta(hours=24)
"""How long an ended binding's reports are still judged; all are stored in any case."""
FAR_US: Final = int(np.iinfo(np.int64).max)
LATEST: Final = np.dtype(
    [
        ("time_us", "<i8"),  # newest report's own time; NEVER where there is none
        ("received_us", "<i8"),
        ("worn", "i1"),
        ("worn_us", "<i8"),
        ("battery", "<f4"),
        ("battery_us", "<i8"),
        ("heart_rate", "<f4"),
        ("heart_rate_us", "<i8"),
        ("valid_heart_rate_us", "<i8"),  # of the newest with every gate open
        ("systolic", "<f4"),
        ("diastolic", "<f4"),
        ("blood_pressure_us", "<i8"),
        ("spo2", "<f4"),
        ("spo2_us", "<i8"),
        ("temperature", "<f4"),
        ("temperature_us", "<i8"),
        ("latitude", "<f8"),
        ("longitude", "<f8"),
        ("accuracy", "<f4"),
        ("location_us", "<i8"),
    ]
)
"""The newest values of a binding, each with its time [µs since 1970]."""
_STORED: Final = {
    "time_us": "last_time",
    "received_us": "last_received_at",
    "worn_us": "last_time",
    "battery_us": "last_time",
    "heart_rate_us": "heart_rate_at",
    "valid_heart_rate_us": "valid_heart_rate_at",
    "blood_pressure_us": "blood_pressure_at",
    "spo2_us": "spo2_at",
    "temperature_us": "temperature_at",
    "location_us": "location_at",
}
log = logs.get("state")


@dataclass(frozen=True, slots=True)
class Binding:
    """Who wore a wristband over ``[starts_us, ends_us)``, and the row kept for it."""

    id: UUID
    wristband_key: int
    device_id: str
    senior_id: UUID
    place_id: UUID
    starts_us: int  # [µs since 1970]
    ends_us: int  # FAR_US while it lasts
    expected_interval_s: int
    row: int
    away_us: tuple[tuple[int, int], ...] = ()

    def is_away(self, time_us: int) -> bool:
        """Whether an absence of the wearer covers an instant [µs since 1970]."""
        return any(start <= time_us < end for start, end in self.away_us)


class Roster:
    """Bindings of the wristbands that reported, loaded when first needed.

    Attributes
    ----------
    state : STATE rows. latest : LATEST rows. memory : MEMORY rows.
    profile : which of the distinct rule profiles each row goes by.
    fences : compiled geofences of each row.
    watched : whether an `offline` alert of the row's senior may be open.
    """

    def __init__(self, clock: Clock) -> None:
        self._clock = clock
        self._version: int | None = None
        self.clear()

    def clear(self) -> None:
        """Forget everything: what is needed is read again from the database."""
        self._version = None
        self._keys: dict[str, int] = {}
        self._bindings: dict[int, list[Binding]] = {}
        self._rows: list[Binding | None] = []
        self._free: list[int] = []
        self.state = fresh_state(0)
        self.memory = fresh_memory(0)
        self.profile = np.zeros(0, np.intp)
        self.profiles = Profiles()
        self._wearers: list[Wearer | None] = []
        self.latest = np.zeros(0, LATEST)
        self.fences: list[FenceSet | None] = []
        self.watched = np.zeros(0, np.bool_)

    def agrees(self, rows: NDArray[np.intp]) -> NDArray[np.bool_]:
        """Whether the wearers of some rows agree to health data, (n,) bool."""
        numbers: list[int] = rows.tolist()
        wearers = (self._wearers[one] for one in numbers)
        found = [wearer is None or wearer.health_consent for wearer in wearers]
        return np.array(found, np.bool_)

    def refresh(self, conn: Connection) -> None:
        """Forget the wristbands that the registry changed since the last call.

        Changed rules of the service or of places are read anew; all states stay.
        """
        rows = conn.execute(SQL["registry_changes"], {"seen": self._version}).fetchall()
        version, removed = rows[0][:2]
        if self._version is not None and self._version < removed:
            self.clear()  # what changed since is no longer listed
        self._version = version
        keys = {key for *_, key in rows if key is not None}
        for key in keys - {RULES}:
            self._forget(key)
        if RULES in keys:
            self._retake_rules(conn)

    def admit(self, conn: Connection, device_ids: Iterable[str]) -> None:
        """Load whatever is not known yet of these wristbands."""
        new = sorted(set(device_ids) - self._keys.keys())
        if new:
            found = conn.execute(SQL["wristbands"], {"device_ids": new})
            self._keys.update(found.fetchall())
        keys = {self._keys[one] for one in device_ids if one in self._keys}
        missing = sorted(keys - self._bindings.keys())
        if missing:
            self._load(conn, missing)

    def key(self, device_id: str) -> int:
        """Key of a wristband, -1 where it is not in the registry."""
        return self._keys.get(device_id, -1)

    def rows_at(
        self, keys: NDArray[np.int32], time_us: NDArray[np.int64]
    ) -> NDArray[np.intp]:
        """Row of whoever wore each wristband at each time, -1 where nobody known did."""
        return np.fromiter(
            (
                self._row_at(key, time)
                for key, time in zip(keys.tolist(), time_us.tolist(), strict=True)
            ),
            np.intp,
            len(keys),
        )

    def binding(self, row: int) -> Binding:
        """The binding that a row is about."""
        binding = self._rows[row]
        assert binding is not None  # noqa: S101  only live rows are handed out
        return binding

    def limits(self, rows: NDArray[np.intp]) -> Limits:
        """The rules that `rows` go by."""
        return self.profiles.limits(self.profile[rows])

    def _row_at(self, key: int, time_us: int) -> int:
        for binding in self._bindings.get(key, ()):
            if binding.starts_us <= time_us < binding.ends_us:
                return binding.row
        return -1

    def _forget(self, key: int) -> None:
        for binding in self._bindings.pop(key, ()):
            self._rows[binding.row] = self._wearers[binding.row] = None
            self._free.append(binding.row)

    def _retake_rules(self, conn: Connection) -> None:
        """Judge every binding by the rules of now from the next report on."""
        now = self.profiles.reload(conn)
        at = {new: self.profiles.index(new) for new in now.values()}
        self._wearers = [one and now[one] for one in self._wearers]
        which = (0 if one is None else at[one] for one in self._wearers)
        self.profile = np.fromiter(which, np.intp, len(self._wearers))
        self.watched[:] = True  # by the rules of before a silence may have been told

    def _load(self, conn: Connection, keys: Sequence[int]) -> None:
        horizon = self._clock.now() - REMEMBERED
        for key in keys:
            self._bindings[key] = []
        with conn.cursor(row_factory=dict_row) as cursor:
            cursor.execute(SQL["bindings"], {"keys": keys, "horizon": horizon})
            found = cursor.fetchall()
        self._grow(len(found) - len(self._free))
        for one in found:
            row = self._free.pop()
            binding = _binding(one, row)
            self._rows[row] = binding
            self._bindings[binding.wristband_key].append(binding)
            self.state[row] = unpack_state(one["packed"], one["layout"])[0]
            self.memory[row] = unpack_memory(one["memory"], one["memory_layout"])[0]
            self._wearers[row] = wearer = self.profiles.wearer(conn, one)
            self.profile[row] = self.profiles.index(wearer)
            self.fences[row] = _fences(one)
            self.latest[row] = _latest(one)[0]
            self.watched[row] = True

    def _grow(self, by: int) -> None:
        """Make room for at least `by` more rows; doubling, so that it is rare."""
        if by <= 0:
            return
        old = len(self._rows)
        by = max(by, old)
        self._free.extend(range(old + by - 1, old - 1, -1))
        self._rows.extend([None] * by)
        self._wearers.extend([None] * by)
        self.fences.extend([None] * by)
        self.state = np.concatenate([self.state, fresh_state(by)])
        self.memory = np.concatenate([self.memory, fresh_memory(by)])
        self.profile = np.concatenate([self.profile, np.zeros(by, np.intp)])
        self.latest = np.concatenate([self.latest, np.zeros(by, LATEST)])
        self.watched = np.concatenate([self.watched, np.zeros(by, np.bool_)])


def instant(unix_us: int) -> datetime:
    """The instant of microseconds since 1970."""
    return datetime(1970, 1, 1, tzinfo=UTC) + timedelta(microseconds=unix_us)


def microseconds(at: datetime) -> int:
    """Microseconds since 1970 of an instant."""
    return (at - datetime(1970, 1, 1, tzinfo=UTC)) // timedelta(microseconds=1)


def _binding(one: Row, row: int) -> Binding:
    return Binding(
        id=one["id"],
        wristband_key=one["wristband_key"],
        device_id=one["device_id"],
        senior_id=one["senior_id"],
        place_id=one["place_id"],
        starts_us=microseconds(one["starts_at"]),
        ends_us=microseconds(one["ends_at"]) if one["ends_at"] else FAR_US,
        expected_interval_s=one["expected_interval_s"],
        row=row,
        away_us=tuple(
            (microseconds(starts), microseconds(ends))
            for starts, ends in one["away"] or ()
        ),
    )


def _fences(one: Row) -> FenceSet | None:
    if not one["fences"]:
        return None
    try:
        return fence_set(one["fences"])
    except (InvalidError, KeyError, TypeError, ValueError, IndexError):
        log.exception("geofences unusable, none judged", binding=str(one["id"]))
        return None


def _latest(one: Row) -> NDArray[np.void]:
    latest = np.zeros(1, LATEST)
    for name in LATEST.names or ():
        stored = one[_STORED.get(name, name)]
        if name in _STORED:
            latest[name] = NEVER if stored is None else microseconds(stored)
        elif name == "worn":
            latest[name] = -1 if stored is None else stored
        else:
            latest[name] = np.nan if stored is None else stored
    return latest

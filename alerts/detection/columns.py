"""Row layouts of reports, detector state and limits: what judging reads and writes."""

from collections.abc import Sequence
from typing import Any, Final, TypeAlias

import numpy as np
from numpy.typing import NDArray

from core.model import Kind, Severity
from core.rules.parameters import PARAMETERS

Rows: TypeAlias = NDArray[np.void]
Floats: TypeAlias = NDArray[np.floating[Any]]
Ints: TypeAlias = NDArray[np.intp]
Bools: TypeAlias = NDArray[np.bool_]

KINDS: Final[tuple[Kind, ...]] = (
    Kind.HEART_RATE_HIGH,
    Kind.HEART_RATE_LOW,
    Kind.BLOOD_PRESSURE_HIGH,
    Kind.BLOOD_PRESSURE_LOW,
    Kind.SPO2_LOW,
    Kind.GEOFENCE_EXIT,
    Kind.GEOFENCE_ENTER,
    Kind.BATTERY_LOW,
    Kind.TEMPERATURE_HIGH,
    Kind.VITALS_CHANGE,
    Kind.INACTIVITY,
    Kind.NOT_WORN,
    Kind.BLOOD_PRESSURE_HIGH,
)
"""The kind that each slot of the state is about; order is storage.

A slot has episodes of its own. Blood pressure has two: single readings, confirmed,
and the means of days. A kind is over for people when no slot of it holds any more.
"""

PRESSURE_DAYS: Final = len(KINDS) - 1
"""The slot of the daily means of blood pressure."""

SEVERITIES: Final[tuple[Severity | None, ...]] = (
    None,
    Severity.INFO,
    Severity.WARNING,
    Severity.CRITICAL,
)
"""Order is storage: a level is the index into this tuple, 0 meaning none."""

INFO, WARNING, CRITICAL = 1, 2, 3

REPORT: Final = np.dtype(
    [
        ("row", "<i4"),  # index into the state and limits given with the reports
        ("seq", "<i8"),  # -1 where absent
        ("time_s", "<f8"),  # the reading's own time, seconds since 1970
        ("received_s", "<f8"),  # arrival, seconds since 1970
        ("heart_rate", "<f4"),  # NaN where absent, also below
        ("systolic", "<f4"),
        ("diastolic", "<f4"),
        ("spo2", "<f4"),
        ("temperature", "<f4"),
        ("latitude", "<f8"),
        ("longitude", "<f8"),
        ("accuracy", "<f4"),
        ("location_source", "i1"),  # core.model.LOCATION_SOURCES, -1 where absent
        ("steps", "<f4"),
        ("motion", "<f4"),
        ("worn", "i1"),  # 1 worn, 0 not, -1 where absent
        ("battery", "<f4"),
    ]
)
"""One report, packed; units as in core.payload."""

LAYOUT: Final = 4
"""Version of STATE; a stored state of another layout is replaced by a fresh one."""

SENT_WORN, SENT_STEPS, SENT_MOTION = 1, 2, 4

KEPT_BEATS, KEPT_SKIN, KEPT_PRESSURE = 1, 2, 4

MOST_READINGS: Final = 10
"""As many readings in a row may be asked for (core.rules.parameters)."""

_N = len(KINDS)
STATE: Final = np.dtype(
    [
        # What every report moves on stands first, close together …
        ("last_time_s", "<f8"),  # newest report judged in order
        ("worn_s", "<f8"),
        ("steps_s", "<f8"),
        ("stepped_s", "<f8"),  # when steps were last gained
        ("motion_s", "<f8"),
        ("moved_s", "<f8"),  # when steps or motion were last seen
        ("same_since_s", "<f8"),
        ("same_s", "<f8"),
        ("still_clock_s", "<f8"),  # newest sign of a person, by local clocks
        ("sensed_s", "<f8"),  # newest report that sent steps or motion
        ("off_s", "<f8"),  # first report of the series that says off, NaN while on
        ("day_first_s", "<f8"),  # today's reports that were judged for stillness
        ("day_last_s", "<f8"),
        ("day_longest_s", "<f8"),  # today's longest stillness
        ("fix_s", "<f8"),
        ("fix_latitude", "<f8"),
        ("fix_longitude", "<f8"),
        ("fences_id", "<u8"),  # the set of fences the bits below are about
        ("battery_peak_s", "<f8"),
        ("beat_usual", "<f8"),  # for the running hour, NaN where not known
        ("beat_deviation", "<f8"),
        ("beat_s", "<f8", (2,)),  # the last two valid readings, newest first
        ("skin_usual", "<f8"),
        ("skin_deviation", "<f8"),
        ("skin_s", "<f8", (2,)),
        ("pressure_means", "<f8", (2,)),  # sum of the daily means of the days before
        ("hr_last_s", "<f8"),  # last valid reading while anything is under way
        ("bp_last_s", "<f8"),
        ("ox_last_s", "<f8"),
        ("steps", "<f4"),
        ("motion", "<f4"),
        ("same_value", "<f4"),  # heart rate that repeats itself
        ("same_count", "<i4"),
        ("fix_accuracy", "<f4"),
        ("fences_visited", "<u4"),  # bit i: was wholly inside fence i
        ("fences_active", "<u4"),  # bit i: fence i is violated
        ("battery_last", "<f4"),
        ("battery_peak", "<f4"),  # where the present fall of the charge began
        ("battery_lowest", "<f4"),  # since it was last charged enough to clear
        ("beat_value", "<f4", (2,)),
        ("skin_value", "<f4", (2,)),
        ("beat_runs", "<i4", (3,)),
        ("skin_runs", "<i4", (2,)),
        ("hour", "<i4"),  # newest local hour, counted from 1970; 0 before any report
        ("beat_sum", "<u4", (1,)),  # the running hour's cell: whole heart rates
        ("skin_sum", "<u4", (1,)),  # the running quarter's: hundredths of a degree
        ("pressure_sum", "<u4", (2,)),  # today's: hundredths of mmHg
        ("beat_count", "<u2"),
        ("skin_count", "<u2"),
        ("pressure_count", "<u2"),
        ("sent", "u1"),  # fields this wristband ever sent: SENT_*
        ("gates", "u1"),  # closed gates after the newest report: gates.CODES
        ("worn", "i1"),
        ("pressure_days", "u1"),  # days before that count
        ("pressure_least", "u1"),  # readings each of them has at least
        ("kept", "u1"),  # what the memory holds: KEPT_*
        ("level", "u1", (_N,)),  # severity told in the running episode
        ("spare", "u1", (7,)),  # keeps what follows aligned
        # … then what only alarms move on.
        ("hr_s", "<f8", (2,)),  # the last two beyond a limit, newest first
        ("hr_start_s", "<f8", (6,)),  # start of each run, NaN outside one
        ("bp_s", "<f8", (2,)),
        ("bp_start_s", "<f8", (5,)),
        ("ox_s", "<f8", (2,)),
        ("ox_start_s", "<f8", (5,)),
        ("ox_low_s", "<f8", (MOST_READINGS,)),  # of the run at the warning limit
        ("beat_start_s", "<f8", (3,)),  # runs far above, near to and far below
        ("skin_start_s", "<f8", (2,)),  # runs far above and near to
        ("met_s", "<f8", (_N,)),  # when the condition was last met
        ("told_s", "<f8", (_N,)),  # observed time of the last firing
        ("hr", "<f4", (2, 1)),
        ("hr_count", "<i4", (6,)),
        ("bp", "<f4", (2, 2)),
        ("bp_count", "<i4", (5,)),
        ("ox", "<f4", (2, 1)),
        ("ox_count", "<i4", (5,)),
        ("told_level", "u1", (_N,)),
        ("spare_too", "u1", (3,)),
    ]
)
"""Detector state of one binding: its bytes are what is stored.

Every field is aligned: numpy reads others many times slower.
"""

WAKING_SPANS: Final = 9  # a day cut by the four quiet spans of rules, four of a senior
LIMITS: Final = np.dtype(
    [
        *((parameter.name, "<f4") for parameter in PARAMETERS),
        ("dementia", "?"),
        ("high_risk", "?"),
        ("expected_interval_s", "<f4"),
        # Spans of the local day in which stillness counts, seconds; 0, 0 where unused.
        ("waking", "<f4", (WAKING_SPANS, 2)),
    ]
)
"""The figures of one rule profile, by their dotted names."""


def is_told(state: Rows, slots: Sequence[int]) -> Bools:
    """(m,) whether anything was told of some slots in an episode under way."""
    found: Bools = state["level"][:, slots[0]] > 0
    for slot in slots[1:]:
        found |= state["level"][:, slot] > 0
    return found


def picked(rows: Rows, at: Ints | slice) -> Rows:
    """``rows[at]``, copied as bytes: numpy would copy field by field, 20 times slower."""
    return rows.view(f"V{rows.dtype.itemsize}")[at].view(rows.dtype)


def put(rows: Rows, at: Ints, content: Rows) -> None:
    """``rows[at] = content`` of the same type, copied as bytes."""
    plain = f"V{rows.dtype.itemsize}"
    rows.view(plain)[at] = content.view(plain)


def empty_reports(n: int) -> Rows:
    """`n` reports of row 0 in which every field is absent and the times are 0."""
    reports = np.zeros(n, REPORT)
    for name in REPORT.names or ():
        if REPORT[name].kind == "f" and not name.endswith("_s"):
            reports[name] = np.nan
    for name in ("seq", "location_source", "worn"):
        reports[name] = -1
    return reports


def _blank_state() -> Rows:
    state = np.zeros(1, STATE)
    for name in STATE.names or ():
        if STATE[name].base.kind == "f":
            state[name] = np.nan
    state["worn"] = -1
    state["pressure_means"] = 0.0  # of no days
    return state


_BLANK: Final = _blank_state()


def fresh_state(n: int) -> Rows:
    """States of `n` bindings that have reported nothing yet."""
    return np.repeat(_BLANK, n)


def unpack_state(packed: bytes | None, layout: int | None) -> Rows:
    """One state row from stored bytes; fresh where absent or of another layout.

    ``state.tobytes()`` of a row is what to store.
    """
    if packed is None or layout != LAYOUT or len(packed) != STATE.itemsize:
        return fresh_state(1)
    return np.frombuffer(packed, STATE).copy()

"""Why an alarm was raised: in numbers, and in words a relative understands."""

from collections.abc import Mapping
from datetime import UTC, date, datetime, timedelta
from typing import Any, Final

import numpy as np

from alerts.detection import wording
from alerts.detection.columns import KINDS, PRESSURE_DAYS, Rows
from alerts.detection.verdict import Verdict
from alerts.detection.wear import FROZEN, SAID, SILENT
from core.model import Kind

CAUSES: Final[Mapping[int, str]] = {
    SAID: "said_off",
    FROZEN: "frozen",
    SILENT: "no_signal",
}


def evidence(verdict: Verdict, i: int) -> dict[str, Any]:
    """The evidence of firing `i`, ready for JSON.

    Returns
    -------
    dict that always holds ``text`` by language, and never a position. Besides

    - of values: ``values``, ``limits``, the person's ``usual`` and one ``deviation``
      from it where they were judged by it (by name, with units in core.payload),
      ``count`` readings over ``duration_s``, ``readings`` it rests on (newest first,
      each with its time); ``hours_left`` of a battery
    - of stillness and absence: the same with ``still_s`` or ``off_s``, waking time,
      since when, and ``cause`` of absence
    - of daily means: ``days`` they are of, newest first, and a ``task`` by language
    - of fences: ``fence``, ``fence_id``, ``distance_m`` (outside positive),
      ``accuracy_m``, ``night``
    """
    firing = verdict.firings[i]
    kind, slot = verdict.kind(i), int(firing["kind"])
    if kind in (Kind.GEOFENCE_EXIT, Kind.GEOFENCE_ENTER):
        numbers = _about_fence(verdict, firing)
    elif slot == PRESSURE_DAYS:
        numbers = _about_days(firing)
    elif kind in (Kind.INACTIVITY, Kind.NOT_WORN):
        numbers = _about_time(kind, firing)
    else:
        numbers = _about_values(kind, firing)
    return numbers | wording.words(slot, numbers, verdict.severity(i))


def _about_fence(verdict: Verdict, firing: np.void) -> dict[str, Any]:
    fence = int(firing["fence"])
    return {
        "fence": verdict.fences.names[fence],
        "fence_id": verdict.fences.ids[fence],
        "distance_m": round(float(firing["distance_m"])),
        "accuracy_m": round(float(firing["accuracy_m"])),
        "night": bool(firing["night"]),
        "count": int(firing["count"]),
    }


def _about_values(kind: Kind, firing: np.void) -> dict[str, Any]:
    names = _NAMES[kind]
    numbers: dict[str, Any] = {
        "values": _named(names, firing["value"]),
        "limits": _named(names, firing["limit"]),
        "count": int(firing["count"]),
        "readings": _readings(names, firing),
    }
    for name in ("usual", "deviation"):
        if not np.isnan(firing[name]):
            numbers[name] = _named(names, firing[name].reshape(1))
    if not np.isnan(firing["since_s"]):
        numbers["duration_s"] = round(float(firing["observed_s"] - firing["since_s"]))
    if not np.isnan(firing["hours_left"]):
        numbers["hours_left"] = round(float(firing["hours_left"]))
    return numbers


def _about_time(kind: Kind, firing: np.void) -> dict[str, Any]:
    """Stillness and absence: waking time since the report that began it."""
    name = _NAMES[kind][0]
    counted, since = round(float(firing["value"][0])), _time(firing["since_s"])
    numbers: dict[str, Any] = {
        "values": {name: counted},
        "limits": {name: round(float(firing["limit"][0]))},
        "since": since,
        "readings": [
            {"time": _time(firing["observed_s"]), name: counted},
            {"time": since, name: 0},
        ],
    }
    if not np.isnan(firing["usual"]):
        numbers["usual"] = {name: round(float(firing["usual"]))}
    if firing["cause"]:
        numbers["cause"] = CAUSES[int(firing["cause"])]
    return numbers


def _about_days(firing: np.void) -> dict[str, Any]:
    """Daily means of blood pressure, and the mean of these."""
    names = _NAMES[Kind.BLOOD_PRESSURE_HIGH]
    counted = np.flatnonzero(firing["day_count"] > 0)
    newest_first = counted[np.argsort(-firing["day"][counted])]
    return {
        "values": _named(names, firing["value"]),
        "limits": _named(names, firing["limit"]),
        "count": int(firing["count"]),
        "days": [
            {
                "date": (
                    date(1970, 1, 1) + timedelta(int(firing["day"][n]))
                ).isoformat(),
                **_named(names, firing["day_mean"][n]),
                "count": int(firing["day_count"][n]),
            }
            for n in newest_first
        ],
    }


def _readings(names: tuple[str, ...], firing: np.void) -> list[dict[str, Any]]:
    """The reading that fired and up to two of its run before it."""
    readings = [{"time": _time(firing["observed_s"]), **_named(names, firing["value"])}]
    for time_s, values in zip(firing["earlier_s"], firing["earlier"], strict=True):
        if time_s >= firing["since_s"]:
            readings.append({"time": _time(time_s), **_named(names, values)})
    return readings


def _named(names: tuple[str, ...], values: Rows) -> dict[str, float]:
    return {
        name: round(float(value), 1)
        for name, value in zip(names, values, strict=False)
        if not np.isnan(value)
    }


def _time(time_s: float) -> str:
    at = datetime.fromtimestamp(float(time_s), UTC)
    return at.isoformat(timespec="milliseconds").replace("+00:00", "Z")


_NAMES: Final[Mapping[Kind, tuple[str, ...]]] = {
    Kind.HEART_RATE_HIGH: ("heart_rate",),
    Kind.HEART_RATE_LOW: ("heart_rate",),
    Kind.BLOOD_PRESSURE_HIGH: ("systolic", "diastolic"),
    Kind.BLOOD_PRESSURE_LOW: ("systolic", "diastolic"),
    Kind.SPO2_LOW: ("spo2",),
    Kind.BATTERY_LOW: ("battery",),
    Kind.TEMPERATURE_HIGH: ("temperature",),
    Kind.VITALS_CHANGE: ("heart_rate",),
    Kind.INACTIVITY: ("still_s",),
    Kind.NOT_WORN: ("off_s",),
}
assert {*_NAMES, Kind.GEOFENCE_EXIT, Kind.GEOFENCE_ENTER} == set(KINDS)  # noqa: S101

"""Why an alarm was raised, in numbers and in words a relative understands."""

from collections.abc import Callable, Mapping
from datetime import UTC, datetime
from typing import Any, Final

import numpy as np

from alerts.detection.columns import Rows
from alerts.detection.verdict import Verdict
from core.model import Kind, Severity

Texts = dict[str, str]


def evidence(verdict: Verdict, i: int) -> dict[str, Any]:
    """The evidence of firing `i`, ready for JSON.

    Returns
    -------
    dict with ``values``, ``limits`` (by name, with units in core.payload),
    ``count`` readings over ``duration_s``, ``readings`` it rests on (newest first,
    each with its time), or for fences ``fence``, ``fence_id``, ``distance_m``
    (outside positive), ``accuracy_m``, ``night``; always ``text`` by language. It
    holds no position.
    """
    firing = verdict.firings[i]
    kind, severity = verdict.kind(i), verdict.severity(i)
    if kind in _ACROSS:
        numbers = _about_fence(verdict, firing)
    else:
        numbers = _about_values(kind, firing)
    return numbers | {"text": _TEXTS[kind](numbers, severity)}


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
    if not np.isnan(firing["since_s"]):
        numbers["duration_s"] = round(float(firing["observed_s"] - firing["since_s"]))
    return numbers


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


def _heart_rate_high(numbers: Mapping[str, Any], _severity: Severity) -> Texts:
    return _heart_rate(numbers, "过快", "high", "不低于", "at or above")


def _heart_rate_low(numbers: Mapping[str, Any], _severity: Severity) -> Texts:
    return _heart_rate(numbers, "过慢", "low", "不高于", "at or below")


def _heart_rate(
    numbers: Mapping[str, Any], zh: str, en: str, zh_than: str, en_than: str
) -> Texts:
    rate, limit = numbers["values"]["heart_rate"], numbers["limits"]["heart_rate"]
    minutes, count = round(numbers["duration_s"] / 60), numbers["count"]
    return {
        "zh-CN": f"静息心率{zh}：{rate:g} 次/分，{minutes} 分钟内连续 {count} 次"
        f"{zh_than} {limit:g}",
        "en": f"Resting heart rate {en}: {rate:g} a minute, {count} readings in"
        f" {minutes} min {en_than} {limit:g}",
    }


_CUFF: Final = {
    "zh-CN": "手环血压仅供参考，请用上臂式血压计复测",
    "en": "a wristband only estimates: please measure with an upper-arm cuff",
}


def _pressure_high(numbers: Mapping[str, Any], _severity: Severity) -> Texts:
    return _pressure(numbers, "偏高", "high")


def _pressure_low(numbers: Mapping[str, Any], _severity: Severity) -> Texts:
    return _pressure(numbers, "偏低", "low")


def _pressure(numbers: Mapping[str, Any], zh: str, en: str) -> Texts:
    values, count = numbers["values"], numbers["count"]
    read = f"{values['systolic']:g}/{values['diastolic']:g} mmHg"
    minutes = round(numbers["duration_s"] / 60)
    return {
        "zh-CN": f"血压{zh}：{read}，{minutes} 分钟内 {count} 次测量一致；{_CUFF['zh-CN']}",
        "en": f"Blood pressure {en}: {read}, confirmed by {count} readings in"
        f" {minutes} min; {_CUFF['en']}",
    }


def _oxygen(numbers: Mapping[str, Any], _severity: Severity) -> Texts:
    value, limit = numbers["values"]["spo2"], numbers["limits"]["spo2"]
    count = numbers["count"]
    return {
        "zh-CN": f"血氧偏低：{value:g}%，连续 {count} 次不高于 {limit:g}%",
        "en": f"Blood oxygen low: {value:g} %, {count} readings at or below {limit:g} %",
    }


def _battery(numbers: Mapping[str, Any], severity: Severity) -> Texts:
    charge = numbers["values"]["battery"]
    soon = severity is Severity.WARNING
    return {
        "zh-CN": f"手环电量 {charge:g}%，请{'尽快' if soon else ''}充电",
        "en": f"Wristband battery at {charge:g} %: please charge it"
        f"{' soon' if soon else ''}",
    }


def _exit(numbers: Mapping[str, Any], _severity: Severity) -> Texts:
    name, metres = numbers["fence"], numbers["distance_m"]
    return {
        "zh-CN": f"已离开“{name}”约 {metres} 米{_night_zh(numbers)}",
        "en": f"Has left “{name}”, about {metres} m away{_night_en(numbers)}",
    }


def _enter(numbers: Mapping[str, Any], _severity: Severity) -> Texts:
    return {
        "zh-CN": f"已进入“{numbers['fence']}”{_night_zh(numbers)}",
        "en": f"Has entered “{numbers['fence']}”{_night_en(numbers)}",
    }


def _night_zh(numbers: Mapping[str, Any]) -> str:
    return "（夜间）" if numbers["night"] else ""


def _night_en(numbers: Mapping[str, Any]) -> str:
    return " at night" if numbers["night"] else ""


_ACROSS: Final = frozenset({Kind.GEOFENCE_EXIT, Kind.GEOFENCE_ENTER})
_NAMES: Final[Mapping[Kind, tuple[str, ...]]] = {
    Kind.HEART_RATE_HIGH: ("heart_rate",),
    Kind.HEART_RATE_LOW: ("heart_rate",),
    Kind.BLOOD_PRESSURE_HIGH: ("systolic", "diastolic"),
    Kind.BLOOD_PRESSURE_LOW: ("systolic", "diastolic"),
    Kind.SPO2_LOW: ("spo2",),
    Kind.BATTERY_LOW: ("battery",),
}
_TEXTS: Final[Mapping[Kind, Callable[[Mapping[str, Any], Severity], Texts]]] = {
    Kind.HEART_RATE_HIGH: _heart_rate_high,
    Kind.HEART_RATE_LOW: _heart_rate_low,
    Kind.BLOOD_PRESSURE_HIGH: _pressure_high,
    Kind.BLOOD_PRESSURE_LOW: _pressure_low,
    Kind.SPO2_LOW: _oxygen,
    Kind.GEOFENCE_EXIT: _exit,
    Kind.GEOFENCE_ENTER: _enter,
    Kind.BATTERY_LOW: _battery,
}

"""The sentences of the evidence: short, in both languages, for somebody without training."""

from collections.abc import Callable, Mapping
from typing import Any, Final

from alerts.detection.columns import KINDS, PRESSURE_DAYS
from core.model import Kind, Severity

Texts = dict[str, str]
Numbers = Mapping[str, Any]


def words(slot: int, numbers: Numbers, severity: Severity) -> dict[str, Texts]:
    """``text`` of a firing by language, and ``task`` where it asks for one.

    Parameters
    ----------
    slot : index into KINDS.
    numbers : what alerts.detection.evidence says of it.
    """
    if slot == PRESSURE_DAYS:
        return {"text": _daily_means(numbers), "task": dict(_TASK)}
    return {"text": _TEXTS[KINDS[slot]](numbers, severity)}


def _heart_rate_high(numbers: Numbers, _severity: Severity) -> Texts:
    return _heart_rate(numbers, "过快", "high", "不低于", "at or above")


def _heart_rate_low(numbers: Numbers, _severity: Severity) -> Texts:
    return _heart_rate(numbers, "过慢", "low", "不高于", "at or below")


def _heart_rate(
    numbers: Numbers, zh: str, en: str, zh_than: str, en_than: str
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
_TASK: Final = {
    "zh-CN": "家庭自测血压 7 天：用上臂式血压计，早晚各测两次并记录",
    "en": "Measure blood pressure at home for 7 days: upper-arm cuff, twice each"
    " morning and evening, and write it down",
}


def _pressure_high(numbers: Numbers, _severity: Severity) -> Texts:
    return _pressure(numbers, "偏高", "high")


def _pressure_low(numbers: Numbers, _severity: Severity) -> Texts:
    return _pressure(numbers, "偏低", "low")


def _pressure(numbers: Numbers, zh: str, en: str) -> Texts:
    values, count = numbers["values"], numbers["count"]
    minutes, read = round(numbers["duration_s"] / 60), _halves(values)
    return {
        "zh-CN": f"血压{zh}：{read['zh-CN']}，{minutes} 分钟内 {count} 次测量一致；{_CUFF['zh-CN']}",
        "en": f"Blood pressure {en}: {read['en']}, confirmed by {count} readings in"
        f" {minutes} min; {_CUFF['en']}",
    }


def _halves(values: Mapping[str, float]) -> Texts:
    """A blood pressure, or the half of it that was sent."""
    if len(values) == 2:
        both = f"{values['systolic']:g}/{values['diastolic']:g} mmHg"
        return {"zh-CN": both, "en": both}
    ((name, value),) = values.items()
    zh, en = _HALF[name]
    return {"zh-CN": f"{zh} {value:g} mmHg", "en": f"{en} {value:g} mmHg"}


_HALF: Final = {
    "systolic": ("收缩压", "systolic"),
    "diastolic": ("舒张压", "diastolic"),
}


def _daily_means(numbers: Numbers) -> Texts:
    (upper, lower), (most, least) = (
        (round(numbers[name]["systolic"]), round(numbers[name]["diastolic"]))
        for name in ("values", "limits")
    )
    days = numbers["count"]
    return {
        "zh-CN": f"近 7 天内 {days} 天的平均血压 {upper}/{lower} mmHg，"
        f"达到 {most}/{least} 的界限；{_CUFF['zh-CN']}，连续自测 7 天",
        "en": f"Mean blood pressure of {days} of the last 7 days {upper}/{lower} mmHg,"
        f" at or above {most}/{least}; {_CUFF['en']}, for 7 days",
    }


def _oxygen(numbers: Numbers, _severity: Severity) -> Texts:
    value, limit = numbers["values"]["spo2"], numbers["limits"]["spo2"]
    count = numbers["count"]
    return {
        "zh-CN": f"血氧偏低：{value:g}%，连续 {count} 次不高于 {limit:g}%",
        "en": f"Blood oxygen low: {value:g} %, {count} readings at or below {limit:g} %",
    }


def _temperature(numbers: Numbers, _severity: Severity) -> Texts:
    value, usual = numbers["values"]["temperature"], numbers["usual"]["temperature"]
    minutes, count = round(numbers["duration_s"] / 60), numbers["count"]
    above = round(value - usual, 1)
    return {
        "zh-CN": f"手腕皮肤温度比平时高：{value:.1f} °C，比平时这个时段的"
        f" {usual:.1f} °C 高 {above:g} °C，{minutes} 分钟内连续 {count} 次；"
        "请用体温计测量",
        "en": f"Wrist skin warmer than usual: {value:.1f} °C, {above:g} °C above the"
        f" usual {usual:.1f} °C at this time of day, {count} readings in {minutes} min;"
        " please take the temperature with a thermometer",
    }


def _change(numbers: Numbers, _severity: Severity) -> Texts:
    rate = numbers["values"]["heart_rate"]
    usual = round(numbers["usual"]["heart_rate"])
    minutes, count = round(numbers["duration_s"] / 60), numbers["count"]
    apart = abs(round(rate - usual))
    zh, en = ("高", "above") if rate > usual else ("低", "below")
    return {
        "zh-CN": f"静息心率与平时不同：{rate:g} 次/分，比平时这个时段的 {usual}"
        f" {zh} {apart}，{minutes} 分钟内连续 {count} 次",
        "en": f"Resting heart rate unlike usual: {rate:g} a minute, {apart} {en} the"
        f" usual {usual} at this time of day, {count} readings in {minutes} min",
    }


def _inactivity(numbers: Numbers, _severity: Severity) -> Texts:
    zh, en = _span(numbers["values"]["still_s"])
    usual = numbers.get("usual", {}).get("still_s")
    zh_more, en_more = "", ""
    if usual is not None:
        zh_usual, en_usual = _span(usual)
        zh_more = f"（平时最长约 {zh_usual}）"
        en_more = f" (usually {en_usual} at the longest)"
    return {
        "zh-CN": f"戴着手环，已有 {zh}没有走动{zh_more}，不计夜间和安静时段",
        "en": f"No steps or motion for {en}{en_more} while wearing the wristband,"
        " nights and quiet hours not counted",
    }


def _not_worn(numbers: Numbers, _severity: Severity) -> Texts:
    zh, en = _span(numbers["values"]["off_s"])
    zh_why, en_why = _WHY[numbers["cause"]]
    return {
        "zh-CN": f"{zh_why.format(zh)}，请提醒佩戴",
        "en": f"{en_why.format(en)}: please remind them to wear it",
    }


_WHY: Final = {
    "said_off": ("手环已摘下 {}", "The wristband has been off for {}"),
    "frozen": (
        "心率读数 {}没有变化，手环可能没有戴在手上",
        "The heart rate has not changed for {}, perhaps not on a wrist",
    ),
    "no_signal": (
        "{}没有脉搏也没有活动，手环可能没有戴在手上",
        "No pulse and no motion for {}, perhaps not on a wrist",
    ),
}


def _battery(numbers: Numbers, severity: Severity) -> Texts:
    charge = numbers["values"]["battery"]
    soon = severity is Severity.WARNING
    zh_left, en_left = _hours(numbers.get("hours_left"))
    return {
        "zh-CN": f"手环电量 {charge:g}%{zh_left}，请{'尽快' if soon else ''}充电",
        "en": f"Wristband battery at {charge:g} %{en_left}: please charge it"
        f"{' soon' if soon else ''}",
    }


def _hours(left: int | None) -> tuple[str, str]:
    """How long a battery will last, in Chinese and English; nothing if not known."""
    if left is None:
        return "", ""
    if left < 1:
        return "，只能再用不到 1 小时", ", less than an hour left"
    return f"，约可再用 {left} 小时", f", about {left} h left"


def _exit(numbers: Numbers, _severity: Severity) -> Texts:
    name, metres = numbers["fence"], numbers["distance_m"]
    return {
        "zh-CN": f"已离开“{name}”约 {metres} 米{_night_zh(numbers)}",
        "en": f"Has left “{name}”, about {metres} m away{_night_en(numbers)}",
    }


def _enter(numbers: Numbers, _severity: Severity) -> Texts:
    return {
        "zh-CN": f"已进入“{numbers['fence']}”{_night_zh(numbers)}",
        "en": f"Has entered “{numbers['fence']}”{_night_en(numbers)}",
    }


def _night_zh(numbers: Numbers) -> str:
    return "（夜间）" if numbers["night"] else ""


def _night_en(numbers: Numbers) -> str:
    return " at night" if numbers["night"] else ""


def _span(seconds: float) -> tuple[str, str]:
    """A length of time in Chinese and English."""
    hours, minutes = divmod(int(seconds // 60), 60)
    if not hours:
        return f"{minutes} 分钟", f"{minutes} min"
    if not minutes:
        return f"{hours} 小时", f"{hours} h"
    return f"{hours} 小时 {minutes} 分钟", f"{hours} h {minutes} min"


_TEXTS: Final[Mapping[Kind, Callable[[Numbers, Severity], Texts]]] = {
    Kind.HEART_RATE_HIGH: _heart_rate_high,
    Kind.HEART_RATE_LOW: _heart_rate_low,
    Kind.BLOOD_PRESSURE_HIGH: _pressure_high,
    Kind.BLOOD_PRESSURE_LOW: _pressure_low,
    Kind.SPO2_LOW: _oxygen,
    Kind.TEMPERATURE_HIGH: _temperature,
    Kind.VITALS_CHANGE: _change,
    Kind.INACTIVITY: _inactivity,
    Kind.NOT_WORN: _not_worn,
    Kind.GEOFENCE_EXIT: _exit,
    Kind.GEOFENCE_ENTER: _enter,
    Kind.BATTERY_LOW: _battery,
}

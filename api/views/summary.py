"""One line that says what an alert is about, from its evidence."""

from collections.abc import Callable, Mapping
from typing import Any, Final

from api.views.plain import number
from api.views.words import known, length, say, span
from core.model import Kind

Evidence = Mapping[str, Any]
_FIELDS: Final = {
    Kind.HEART_RATE_HIGH: "heart_rate",
    Kind.HEART_RATE_LOW: "heart_rate",
    Kind.VITALS_CHANGE: "heart_rate",
    Kind.SPO2_LOW: "spo2",
    Kind.TEMPERATURE_HIGH: "temperature",
}


def kind_name(locale: str, kind: str) -> str:
    """The kind in words; an unknown one as it is spelt."""
    return say(locale, f"kind.{kind}") if known(f"kind.{kind}") else kind


def summary(
    locale: str, kind: str, evidence: Evidence, *, device_id: str | None = None
) -> str:
    """What happened, in `locale`, with the figures that `evidence` still holds.

    Parameters
    ----------
    locale : ``zh-CN`` or ``en``.
    kind : the alert's kind.
    evidence : what is left of it within the asker's scope: a figure out of scope is
        absent and the sentence does without it.
    device_id : named where nobody wears the wristband.
    """
    say_more = _SENTENCES.get(kind)
    text = say_more(locale, kind, evidence) if say_more else None
    if text is None:
        text = kind_name(locale, kind)
        if device_id is not None:
            text = say(locale, "summary.unbound", kind=text, device=device_id)
    return text


def _figure(evidence: Evidence, *names: str) -> float | None:
    for name in names:
        value = evidence.get(name)
        if isinstance(value, int | float) and not isinstance(value, bool):
            return number(round(value, 1))
    return None


def _vital(locale: str, kind: str, evidence: Evidence) -> str | None:
    name = _FIELDS[Kind(kind)]
    value = _figure(evidence, name, "value")
    if value is None:
        return None
    text = say(locale, f"summary.{name}", kind=kind_name(locale, kind), value=value)
    count = _figure(evidence, "readings", "count")
    if count is not None and count > 1:
        text = say(locale, "summary.readings", text=text, count=count)
    return text


def _pressure(locale: str, kind: str, evidence: Evidence) -> str | None:
    systolic, diastolic = _figure(evidence, "systolic"), _figure(evidence, "diastolic")
    if systolic is None or diastolic is None:
        return None
    return say(
        locale,
        "summary.blood_pressure",
        kind=kind_name(locale, kind),
        systolic=systolic,
        diastolic=diastolic,
    )


def _battery(locale: str, kind: str, evidence: Evidence) -> str | None:
    value = _figure(evidence, "battery", "value")
    if value is None:
        return None
    return say(locale, "summary.battery", kind=kind_name(locale, kind), value=value)


def _fence(locale: str, kind: str, evidence: Evidence) -> str | None:
    name = evidence.get("geofence") or evidence.get("fence")
    text = kind_name(locale, kind)
    if isinstance(name, str) and name:
        text = say(locale, "summary.fence", kind=text, fence=name)
    distance = _figure(evidence, "distance_m", "outside_m")
    if distance is None:
        return text
    return say(locale, "summary.distance", text=text, distance=length(locale, distance))


def _silent(locale: str, kind: str, evidence: Evidence) -> str | None:
    seconds = _figure(evidence, "silent_s", "duration_s")
    if seconds is None:
        return None
    return say(
        locale,
        "summary.silent",
        kind=kind_name(locale, kind),
        duration=span(locale, seconds),
    )


def _call(locale: str, kind: str, evidence: Evidence) -> str | None:
    if evidence.get("raised_by") or evidence.get("by_hand"):
        return say(locale, "summary.by_hand", kind=kind_name(locale, kind))
    return None


_SENTENCES: Final[dict[str, Callable[[str, str, Evidence], str | None]]] = {
    **dict.fromkeys(map(str, _FIELDS), _vital),
    Kind.BLOOD_PRESSURE_HIGH: _pressure,
    Kind.BLOOD_PRESSURE_LOW: _pressure,
    Kind.BATTERY_LOW: _battery,
    Kind.GEOFENCE_EXIT: _fence,
    Kind.GEOFENCE_ENTER: _fence,
    Kind.OFFLINE: _silent,
    Kind.NOT_WORN: _silent,
    Kind.INACTIVITY: _silent,
    Kind.SOS: _call,
    Kind.FALL: _call,
}

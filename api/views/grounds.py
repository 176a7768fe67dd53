"""What an alert rests on, in plain words: the readings, since when, what is usual."""

from collections.abc import Iterator, Mapping
from datetime import datetime
from typing import Any, Final, NamedTuple, cast

from api.views.plain import number
from api.views.words import known, say, span

Evidence = Mapping[str, Any]
_PAIR: Final = ("systolic", "diastolic")


class Reading(NamedTuple):
    """A reading that an alert rests on: when, and its values in words."""

    time: datetime
    text: str


class Grounds(NamedTuple):
    """What an alert rests on, as far as it may be shown.

    Attributes
    ----------
    since : when it began, None where that is the first of the readings.
    readings : newest first.
    lines : sentences: over how long, the days it is the mean of, what is usual.
    """

    since: datetime | None = None
    readings: tuple[Reading, ...] = ()
    lines: tuple[str, ...] = ()

    def __bool__(self) -> bool:
        return bool(self.since or self.readings or self.lines)


def grounds(locale: str, evidence: Evidence) -> Grounds:
    """The grounds in evidence that is already limited to the asker's scopes."""
    lines = (_over(locale, evidence), _usual(locale, evidence))
    return Grounds(
        _instant(evidence.get("since")),
        tuple(_readings(locale, evidence)),
        (*(line for line in lines if line), *_days(locale, evidence)),
    )


def _readings(locale: str, evidence: Evidence) -> Iterator[Reading]:
    for one in _objects(evidence.get("readings")):
        at, text = _instant(one.get("time")), values_in_words(locale, one)
        if at is not None and text:
            yield Reading(at, text)


def values_in_words(locale: str, values: Mapping[str, object]) -> str:
    """Measured values with their names and units, e.g. 心率 134 次/分."""
    numbers = {
        name: value
        for name, value in values.items()
        if isinstance(value, int | float) and not isinstance(value, bool)
    }
    parts: list[str] = []
    if all(name in numbers for name in _PAIR):
        systolic, diastolic = (_plain(numbers.pop(name)) for name in _PAIR)
        both = f"{systolic}/{diastolic}"
        parts.append(say(locale, "value.blood_pressure", value=both))
    parts += [
        say(locale, f"value.{name}", value=_plain(value))
        for name, value in numbers.items()
        if known(f"value.{name}")
    ]
    return say(locale, "comma").join(parts)


def _days(locale: str, evidence: Evidence) -> Iterator[str]:
    for one in _objects(evidence.get("days")):
        text = values_in_words(locale, one)
        if text and isinstance(one.get("date"), str):
            yield say(locale, "grounds.day", date=one["date"], values=text)


def _objects(found: object) -> Iterator[Mapping[str, object]]:
    """The objects of a JSON list; nothing where it is none."""
    if isinstance(found, list):
        for one in cast("list[object]", found):
            if isinstance(one, dict):
                yield cast("dict[str, object]", one)


def _over(locale: str, evidence: Evidence) -> str:
    duration: object = evidence.get("duration_s")
    if not isinstance(duration, int | float) or duration < 60:
        return ""
    return say(locale, "grounds.over", span=span(locale, float(duration)))


def _usual(locale: str, evidence: Evidence) -> str:
    usual: object = evidence.get("usual")
    if not isinstance(usual, dict):
        return ""
    text = values_in_words(locale, cast("dict[str, object]", usual))
    return say(locale, "grounds.usual", values=text) if text else ""


def _instant(text: object) -> datetime | None:
    try:
        return datetime.fromisoformat(text) if isinstance(text, str) else None
    except ValueError:
        return None


def _plain(value: float) -> float:
    return number(round(float(value), 1)) or 0

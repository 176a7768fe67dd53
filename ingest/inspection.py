"""Read one message field by field, with the exact reason for everything refused."""

import json
import math
from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import Any, Final, NamedTuple, TypeVar

from core.model import LOCATION_SOURCES
from core.payload import FIELDS, Field
from core.topics import MAX_ARRAY_LENGTH, MAX_PAYLOAD_BYTES
from ingest import claimed

T = TypeVar("T")
NAN: Final = math.nan
WHOLE: Final = -1
MAX_SEQ: Final = 2**63 - 1
COORDINATES: Final = ("wgs84", "gcj02")
KNOWN: Final = frozenset(
    {"time", "seq", "location_source", "coordinates", "worn", *FIELDS}
)
TOO_LARGE: Final = f"larger than {MAX_PAYLOAD_BYTES} bytes"
NO_OBJECT: Final = "not an object"
NO_TIME: Final = "neither RFC 3339 nor epoch seconds"
_SOURCES: Final = {str(source): i for i, source in enumerate(LOCATION_SOURCES)}
_BLANK: Final = " \t\n\r"
_LONGEST_INT: Final = 25


class Reason(NamedTuple):
    """Why something was refused; `field` is None where it is about the whole item."""

    field: str | None
    reason: str


class Rejected(NamedTuple):
    """An item refused wholly or in part; `idx` is WHOLE outside of an array."""

    idx: int
    reasons: tuple[Reason, ...]
    payload: bytes


class Report(NamedTuple):
    """One report as read: NaN, -1 where absent; the position still as sent."""

    idx: int
    claimed_s: float
    seq: int
    values: tuple[float, ...]  # in the order of core.payload.NUMERIC_FIELDS
    location_source: int
    gcj02: bool
    worn: int
    unknown: tuple[str, ...]


@dataclass(slots=True)
class Inspected:
    """What one message holds."""

    reports: list[Report] = field(default_factory=list[Report])
    rejected: list[Rejected] = field(default_factory=list[Rejected])


class UnreadableError(Exception):
    """A payload is no JSON text of ours; its text is the reason."""


def inspect(payload: bytes) -> Inspected:
    """Take a telemetry payload apart; never raises, whatever the bytes."""
    found = Inspected()
    try:
        for index, value, text in items(payload):
            _inspect_item(found, index, value, text)
    except UnreadableError as error:
        whole = Rejected(WHOLE, (Reason(None, str(error)),), payload)
        return Inspected(rejected=[whole])
    return found


def items(payload: bytes) -> Iterator[tuple[int, object, str]]:
    """Each report of a payload with its index and its own text.

    Raises
    ------
    UnreadableError
        If the payload cannot be read, is too large, or is an array too long.
    """
    if len(payload) > MAX_PAYLOAD_BYTES:
        raise UnreadableError(TOO_LARGE)
    text = readable(payload)
    if text.lstrip(_BLANK)[:1] != "[":
        yield WHOLE, parse(text), text
        return
    elements = _elements(text)
    if len(elements) > MAX_ARRAY_LENGTH:
        raise UnreadableError(f"an array of more than {MAX_ARRAY_LENGTH} reports")
    for index, (value, part) in enumerate(elements):
        yield index, value, part


def readable(payload: bytes) -> str:
    """The payload as text.

    Raises
    ------
    UnreadableError
        If it is not UTF-8.
    """
    try:
        return payload.decode()
    except UnicodeDecodeError:
        raise UnreadableError("not UTF-8") from None


def parse(text: str) -> object:
    """The JSON value that the text is.

    Raises
    ------
    UnreadableError
        If it is none, or nested too deeply.
    """
    value, end = _value_at(text, _skip(text, 0))
    if _skip(text, end) != len(text):
        raise UnreadableError("not JSON: something follows the value")
    return value


def number(of: Field, value: object) -> tuple[float, str | None]:
    """A numeric field's value, NaN where absent, and why it was refused if it was."""
    if value is None:
        return NAN, None
    if isinstance(value, bool) or not isinstance(value, int | float):
        return NAN, "wrong type: a number is expected"
    if value == 0 and of.zero_is_absent:
        return NAN, None
    if not of.low <= value <= of.high:
        return NAN, f"outside {of.low:g} to {of.high:g} {of.unit}"
    if of.name == "steps" and value != int(value):
        return NAN, "wrong type: a whole number is expected"
    return float(value), None


def sequence(value: object) -> tuple[int, str | None]:
    """A sequence number, -1 where absent, and why it was refused if it was."""
    if value is None:
        return -1, None
    if isinstance(value, float) and value.is_integer():
        value = int(value)
    if isinstance(value, bool) or not isinstance(value, int):
        return -1, "wrong type: a whole number is expected"
    if not 0 <= value <= MAX_SEQ:
        return -1, "outside 0 to 2^63-1"
    return value, None


def _inspect_item(found: Inspected, index: int, value: object, text: str) -> None:
    if not isinstance(value, dict):
        reasons = [Reason(None, NO_OBJECT)]
        found.rejected.append(Rejected(index, tuple(reasons), text.encode()))
        return
    report, reasons = _report(index, value)  # pyright: ignore[reportUnknownArgumentType]
    if report is not None:
        found.reports.append(report)
    if reasons:
        found.rejected.append(Rejected(index, tuple(reasons), text.encode()))


def _report(index: int, item: dict[str, Any]) -> tuple[Report | None, list[Reason]]:
    claimed_s = claimed.seconds(item.get("time"))
    if claimed_s is None:
        missing = item.get("time") is None
        why = "missing" if missing else NO_TIME
        return None, [Reason("time", why)]
    refused: list[Reason] = []
    values = [
        keep(refused, name, number(of, item.get(name))) for name, of in FIELDS.items()
    ]
    report = Report(
        idx=index,
        claimed_s=claimed_s,
        seq=keep(refused, "seq", sequence(item.get("seq"))),
        values=tuple(values),
        location_source=choice(refused, item, "location_source", tuple(_SOURCES)),
        gcj02=choice(refused, item, "coordinates", COORDINATES) == 1,
        worn=_worn(refused, item.get("worn")),
        unknown=tuple(name for name in item if name not in KNOWN),
    )
    return report, refused


def keep(refused: list[Reason], name: str, read: tuple[T, str | None]) -> T:
    """The value of a field that was read; why it was refused is added to `refused`."""
    value, why = read
    if why is not None:
        refused.append(Reason(name, why))
    return value


def choice(
    refused: list[Reason], item: dict[str, Any], name: str, allowed: tuple[str, ...]
) -> int:
    """Index of one of the allowed words, -1 where absent or refused."""
    value = item.get(name)
    if value is None:
        return -1
    if isinstance(value, str) and value in allowed:
        return allowed.index(value)
    refused.append(Reason(name, f"not one of {', '.join(allowed)}"))
    return -1


def _worn(refused: list[Reason], value: object) -> int:
    if value is None:
        return -1
    if isinstance(value, bool):
        return int(value)
    refused.append(Reason("worn", "wrong type: true or false is expected"))
    return -1


def _elements(text: str) -> list[tuple[object, str]]:
    """Values of a JSON array, each with its own text."""
    elements: list[tuple[object, str]] = []
    at = _skip(text, _skip(text, 0) + 1)
    closed = text[at : at + 1] == "]"
    while not closed:
        value, end = _value_at(text, at)
        elements.append((value, text[at:end]))
        at = _skip(text, end)
        closed = text[at : at + 1] == "]"
        if not closed:
            if text[at : at + 1] != ",":
                raise UnreadableError("not JSON: an array that does not end")
            at = _skip(text, at + 1)
    if _skip(text, at + 1) != len(text):
        raise UnreadableError("not JSON: something follows the array")
    return elements


def _value_at(text: str, at: int) -> tuple[object, int]:
    try:
        return _DECODER.raw_decode(text, at)
    except RecursionError:
        raise UnreadableError("nested too deeply") from None
    except ValueError as error:
        raise UnreadableError(f"not JSON: {_brief(error)}") from None


def _brief(error: ValueError) -> str:
    if isinstance(error, json.JSONDecodeError):
        return f"{error.msg} at character {error.pos}"
    return str(error)


def _skip(text: str, at: int) -> int:
    while at < len(text) and text[at] in _BLANK:
        at += 1
    return at


def _no_constant(name: str) -> float:
    raise ValueError(f"{name} is not a JSON number")


def _bounded_int(digits: str) -> int | float:
    """An integer; too long a one only says that it is out of every range."""
    return int(digits) if len(digits) <= _LONGEST_INT else float(digits)


_DECODER: Final = json.JSONDecoder(parse_int=_bounded_int, parse_constant=_no_constant)

"""Payloads as a wristband writes them, each with what ought to become of it."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import NamedTuple

import orjson

from core import topics

Value = str | int | float | bool | None


class ReportId(NamedTuple):
    """What a report is known by: claimed time [ms since 1970] and sequence number."""

    claimed_ms: int
    seq: int


@dataclass(frozen=True, slots=True)
class Message:
    """One MQTT message, and the truth about it.

    ``reports`` are the readings that ought to be stored for it, ``rejects`` the array
    indices that ought to be listed as rejected (−1: the message itself).
    """

    topic: str
    payload: bytes
    reports: tuple[ReportId, ...] = ()
    rejects: tuple[int, ...] = ()


def instant(at_s: float) -> str:
    """RFC 3339 in UTC to the millisecond of an instant [s since 1970]."""
    milliseconds = round(at_s * 1000)
    whole = datetime.fromtimestamp(milliseconds // 1000, UTC)
    return f"{whole:%Y-%m-%dT%H:%M:%S}.{milliseconds % 1000:03d}Z"


def report(
    device_id: str, at_s: float, seq: int, fields: Mapping[str, Value]
) -> Message:
    """One report; fields that are None are left out."""
    body: dict[str, Value] = {"time": instant(at_s), "seq": seq}
    body |= {name: value for name, value in fields.items() if value is not None}
    return Message(
        topics.telemetry(device_id),
        orjson.dumps(body),
        reports=(ReportId(round(at_s * 1000), seq),),
    )


def together(messages: Sequence[Message]) -> list[Message]:
    """Buffered messages as few as they can be: plain reports share arrays.

    Parameters
    ----------
    messages : of one wristband, in order; what is not one plain report stays alone.
    """
    plain = [message for message in messages if _is_plain(message)]
    rest = [message for message in messages if not _is_plain(message)]
    size = 200
    groups = [plain[start : start + size] for start in range(0, len(plain), size)]
    return [_array(group) for group in groups] + rest


def urgent(
    device_id: str, at_s: float, seq: int, trigger: str, fields: Mapping[str, Value]
) -> Message:
    """One urgent event: the button pressed, or a fall noticed."""
    body: dict[str, Value] = {"time": instant(at_s), "seq": seq, "trigger": trigger}
    body |= {name: value for name, value in fields.items() if value is not None}
    return Message(topics.sos(device_id), orjson.dumps(body))


def _is_plain(message: Message) -> bool:
    return len(message.reports) == 1 and not message.rejects


def _array(group: Sequence[Message]) -> Message:
    if len(group) == 1:
        return group[0]
    payload = b"[" + b",".join(message.payload for message in group) + b"]"
    reports = tuple(one for message in group for one in message.reports)
    return Message(group[0].topic, payload, reports)

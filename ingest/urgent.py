"""Read an urgent event: whatever the bytes, it is an SOS at the least."""

import math
from dataclasses import dataclass, field
from typing import Any, Final, cast

import numpy as np

from core.model import Trigger
from core.payload import FIELDS
from core.topics import MAX_PAYLOAD_BYTES
from ingest import claimed, inspection
from ingest.decode import fixes
from ingest.inspection import (
    Reason,
    UnreadableError,
    choice,
    keep,
    number,
    parse,
    readable,
    sequence,
)

_POSITION: Final = ("latitude", "longitude", "accuracy")
_SHOWN: Final = tuple(name for name in FIELDS if name not in _POSITION)
_TRIGGERS: Final = (Trigger.BUTTON, Trigger.FALL)


@dataclass(frozen=True, slots=True)
class Urgent:
    """One urgent event as understood.

    Attributes
    ----------
    claimed_ms : claimed time; None where there is none to read [ms since 1970]
    seq : None where there is none to read.
    observed_us : when it is taken to have happened [µs since 1970]
    evidence : the trigger, and whatever position and values could be read.
    time, seq : as sent, for the answer.
    refused : what could not be read, and why; it changes nothing of the event.
    """

    claimed_ms: int | None
    seq: int | None
    trigger: Trigger
    observed_us: int
    evidence: dict[str, Any] = field(default_factory=dict[str, Any])
    time: str | float | None = None
    refused: tuple[Reason, ...] = field(default=(), compare=False)

    def answer(self) -> dict[str, Any]:
        """What tells the wristband that its event has been taken over."""
        received = {"command": "sos_received", "seq": self.seq}
        return received if self.time is None else received | {"time": self.time}


def bare(received_us: int, *refused: Reason) -> Urgent:
    """An event of which nothing can be read: an SOS at its arrival."""
    evidence = {"trigger": str(Trigger.BUTTON)}
    return Urgent(
        None, None, Trigger.BUTTON, received_us, evidence, refused=tuple(refused)
    )


def read(payload: bytes, received_us: int) -> Urgent:
    """Read an urgent event; never raises, and never refuses one.

    Parameters
    ----------
    received_us : its arrival [µs since 1970]
    """
    refused: list[Reason] = []
    if len(payload) > MAX_PAYLOAD_BYTES:
        refused.append(Reason(None, inspection.TOO_LARGE))
    try:
        value = parse(readable(payload))
    except UnreadableError as error:
        return bare(received_us, *refused, Reason(None, str(error)))
    if not isinstance(value, dict):
        return bare(received_us, *refused, Reason(None, inspection.NO_OBJECT))
    return _event(cast("dict[str, Any]", value), received_us, refused)


def _event(event: dict[str, Any], received_us: int, refused: list[Reason]) -> Urgent:
    claimed_ms, observed_us = _time(event.get("time"), received_us)
    if claimed_ms is None and event.get("time") is not None:
        refused.append(Reason("time", inspection.NO_TIME))
    seq = keep(refused, "seq", sequence(event.get("seq")))
    fell = choice(refused, event, "trigger", tuple(map(str, _TRIGGERS))) == 1
    trigger = Trigger.FALL if fell else Trigger.BUTTON
    values = _values(event, refused) | _position(event, refused)
    return Urgent(
        claimed_ms=claimed_ms,
        seq=None if seq < 0 else seq,
        trigger=trigger,
        observed_us=observed_us,
        evidence={"trigger": str(trigger)} | values,
        time=_echoed(event.get("time"), claimed_ms),
        refused=tuple(refused),
    )


def _time(value: object, received_us: int) -> tuple[int | None, int]:
    """Claimed time [ms] and the instant to believe [µs since 1970]."""
    seconds = claimed.seconds(value)
    if seconds is None:
        return None, received_us
    claimed_ms = claimed.milliseconds(np.array([seconds]))
    if claimed.unbelievable(claimed_ms, np.array([received_us]))[0]:
        return int(claimed_ms[0]), received_us
    return int(claimed_ms[0]), int(claimed_ms[0]) * 1000


def _echoed(time: Any, claimed_ms: int | None) -> Any:  # noqa: ANN401  # as it came
    """The time as it came, for the answer; None where JSON has no word for it."""
    endless = isinstance(time, float) and math.isinf(time)
    return None if claimed_ms is None or endless else time


def _values(event: dict[str, Any], refused: list[Reason]) -> dict[str, float]:
    read = {name: _number(event, name, refused) for name in _SHOWN}
    return {name: value for name, value in read.items() if not math.isnan(value)}


def _number(event: dict[str, Any], name: str, refused: list[Reason]) -> float:
    return keep(refused, name, number(FIELDS[name], event.get(name)))


def _position(event: dict[str, Any], refused: list[Reason]) -> dict[str, float]:
    """The fix in WGS-84; nothing where there is none."""
    latitude, longitude, accuracy = (
        _number(event, name, refused) for name in _POSITION
    )
    gcj02 = choice(refused, event, "coordinates", inspection.COORDINATES) == 1
    north, east = fixes(np.array([latitude]), np.array([longitude]), np.array([gcj02]))
    if np.isnan(north[0]):
        return {}
    fix = {"latitude": float(north[0]), "longitude": float(east[0])}
    return fix if math.isnan(accuracy) else fix | {"accuracy": accuracy}

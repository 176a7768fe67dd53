"""Read an urgent event: whatever the bytes, it is an SOS at the least."""

import math
from dataclasses import dataclass, field
from typing import Any, Final, cast

import numpy as np

from core.model import Trigger
from core.payload import FIELDS
from ingest import claimed
from ingest.decode import fixes
from ingest.inspection import UnreadableError, number, parse, readable, sequence

_POSITION: Final = ("latitude", "longitude", "accuracy")
_SHOWN: Final = tuple(name for name in FIELDS if name not in _POSITION)


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
    """

    claimed_ms: int | None
    seq: int | None
    trigger: Trigger
    observed_us: int
    evidence: dict[str, Any] = field(default_factory=dict[str, Any])
    time: str | float | None = None

    def answer(self) -> dict[str, Any]:
        """What tells the wristband that its event has been taken over."""
        received = {"command": "sos_received", "seq": self.seq}
        return received if self.time is None else received | {"time": self.time}


def bare(received_us: int) -> Urgent:
    """An event of which nothing can be read: an SOS at its arrival."""
    return Urgent(
        None, None, Trigger.BUTTON, received_us, {"trigger": str(Trigger.BUTTON)}
    )


def read(payload: bytes, received_us: int) -> Urgent:
    """Read an urgent event; never raises, and never refuses one.

    Parameters
    ----------
    received_us : its arrival [µs since 1970]
    """
    try:
        value = parse(readable(payload))
    except UnreadableError:
        return bare(received_us)
    if not isinstance(value, dict):
        return bare(received_us)
    event = cast("dict[str, Any]", value)
    claimed_ms, observed_us = _time(event.get("time"), received_us)
    seq, _ = sequence(event.get("seq"))
    fell = event.get("trigger") == Trigger.FALL.value
    trigger = Trigger.FALL if fell else Trigger.BUTTON
    return Urgent(
        claimed_ms=claimed_ms,
        seq=None if seq < 0 else seq,
        trigger=trigger,
        observed_us=observed_us,
        evidence={"trigger": str(trigger)} | _values(event) | _position(event),
        time=event["time"] if claimed_ms is not None else None,
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


def _values(event: dict[str, Any]) -> dict[str, float]:
    read = {name: number(FIELDS[name], event.get(name))[0] for name in _SHOWN}
    return {name: value for name, value in read.items() if not math.isnan(value)}


def _position(event: dict[str, Any]) -> dict[str, float]:
    """The fix in WGS-84; nothing where there is none."""
    latitude, longitude, accuracy = (
        number(FIELDS[name], event.get(name))[0] for name in _POSITION
    )
    north, east = fixes(
        np.array([latitude]),
        np.array([longitude]),
        np.array([event.get("coordinates") == "gcj02"]),
    )
    if np.isnan(north[0]):
        return {}
    fix = {"latitude": float(north[0]), "longitude": float(east[0])}
    return fix if math.isnan(accuracy) else fix | {"accuracy": accuracy}

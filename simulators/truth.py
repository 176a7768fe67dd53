"""What was scripted and what was sent: the truth a service is measured against."""

import csv
import hashlib
from collections.abc import Callable, Iterable
from dataclasses import dataclass, field
from typing import Final, NamedTuple, TextIO

from core.model import Kind
from simulators.messages import Message, ReportId, instant
from simulators.scenarios import Happening, What

CONFIRM_S: Final = 1800.0
"""A blood pressure may be confirmed this long after the first reading [s]."""


class Label(NamedTuple):
    """What ought to be told, and by when [s since 1970]."""

    wristband: int
    kind: Kind
    start_s: float
    known_by_s: float


class Rejected(NamedTuple):
    """What a rejected item is known by."""

    topic: str
    sha256: bytes
    idx: int


@dataclass(slots=True)
class Ledger:
    """The distinct readings and rejects that all sent messages amount to."""

    readings: set[tuple[str, ReportId]] = field(
        default_factory=set[tuple[str, ReportId]]
    )
    rejected: set[Rejected] = field(default_factory=set[Rejected])
    urgent: set[tuple[str, bytes]] = field(default_factory=set[tuple[str, bytes]])
    messages: int = 0

    def note(self, device_id: str, message: Message) -> None:
        """Count one sent message; a repeat changes only ``messages``."""
        self.messages += 1
        if message.topic.endswith("/sos"):
            self.urgent.add((device_id, message.payload))
        self.readings.update((device_id, one) for one in message.reports)
        if message.rejects:
            digest = hashlib.sha256(message.payload).digest()
            self.rejected.update(
                Rejected(message.topic, digest, index) for index in message.rejects
            )


def labels(
    happenings: Iterable[Happening],
    interval_s: float,
    blood_pressure_every_s: float,
    expected_interval_s: float,
) -> list[Label]:
    """What of a script ought to be told, and by when it can be known.

    Parameters
    ----------
    happenings : the script as it was decided.
    interval_s : between reports [s].
    blood_pressure_every_s : between measurements [s].
    expected_interval_s : the registry's, which silence is counted in [s].
    """
    found: list[Label] = []
    for happening in happenings:
        told = _TOLD.get(happening.kind)
        if told is None:
            continue
        kind, known_after_s = told
        delay_s = known_after_s(
            happening,
            _Pace(interval_s, blood_pressure_every_s, expected_interval_s),
        )
        if happening.end_s - happening.start_s >= delay_s or kind in _SUDDEN:
            start_s = happening.start_s
            found.append(Label(happening.wristband, kind, start_s, start_s + delay_s))
    return found


def write(found: Iterable[Label], seniors: Callable[[int], str], file: TextIO) -> None:
    """Write labels as CSV: ``senior,kind,start,known_by``.

    Parameters
    ----------
    found : the labels.
    seniors : what the senior who wears a wristband is called in the file.
    file : opened for text, with ``newline=""``.
    """
    writer = csv.writer(file)
    writer.writerow(("senior", "kind", "start", "known_by"))
    for label in found:
        writer.writerow(
            (
                seniors(label.wristband),
                label.kind.value,
                instant(label.start_s),
                instant(label.known_by_s),
            )
        )


class _Pace(NamedTuple):
    interval_s: float
    blood_pressure_every_s: float
    expected_interval_s: float


def _at_once(_happening: Happening, _pace: _Pace) -> float:
    return 10.0


def _two_readings(_happening: Happening, pace: _Pace) -> float:
    """Two valid readings at least a minute apart."""
    return 60.0 + 2 * pace.interval_s


def _confirmed(_happening: Happening, pace: _Pace) -> float:
    """A first measurement, and a second within half an hour of it."""
    return pace.blood_pressure_every_s + CONFIRM_S + 2 * pace.interval_s


def _five_minutes(_happening: Happening, pace: _Pace) -> float:
    """Three readings, or five minutes."""
    return 300.0 + 3 * max(300.0, pace.interval_s)


def _outside(happening: Happening, pace: _Pace) -> float:
    """The walk to the fence and past the accuracy circle, and two fixes."""
    metres = happening.event.fence_m + 60.0
    return metres / happening.event.speed_m_s + 3 * pace.interval_s


def _silent(_happening: Happening, pace: _Pace) -> float:
    return 3 * pace.expected_interval_s + pace.interval_s + 30.0


def _next_report(_happening: Happening, pace: _Pace) -> float:
    return 2 * pace.interval_s


_SUDDEN: Final = frozenset({Kind.SOS, Kind.FALL})
_TOLD: Final[dict[What, tuple[Kind, Callable[[Happening, _Pace], float]]]] = {
    What.SOS: (Kind.SOS, _at_once),
    What.FALL: (Kind.FALL, _at_once),
    What.BRADYCARDIA: (Kind.HEART_RATE_LOW, _two_readings),
    What.TACHYCARDIA: (Kind.HEART_RATE_HIGH, _two_readings),
    What.HYPERTENSION: (Kind.BLOOD_PRESSURE_HIGH, _confirmed),
    What.HYPOXIA: (Kind.SPO2_LOW, _five_minutes),
    What.WANDERING: (Kind.GEOFENCE_EXIT, _outside),
    What.SILENCE: (Kind.OFFLINE, _silent),
    What.LOW_BATTERY: (Kind.BATTERY_LOW, _next_report),
}

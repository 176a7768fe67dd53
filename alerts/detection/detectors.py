"""Who judges what: each detector with those whom it concerns."""

from collections.abc import Callable
from dataclasses import dataclass
from functools import partial
from typing import Final, NamedTuple
from zoneinfo import ZoneInfo

from alerts.detection import vitals
from alerts.detection.batch import Batch
from alerts.detection.battery import BATTERY, battery, battery_beyond
from alerts.detection.columns import Bools, Ints, Rows, is_told
from alerts.detection.fences import Fences
from alerts.detection.gates import Gates
from alerts.detection.geofence import geofence, geofence_concerned
from alerts.detection.limits import Limits
from alerts.detection.memory import Memory
from alerts.detection.outlook import Outlook
from alerts.detection.streams import Vital, leave, under_way


@dataclass(frozen=True, slots=True)
class Ground:
    """What judging stands on, the same for a whole batch."""

    limits: Limits
    fences: Fences
    zone: ZoneInfo
    memory: Memory


class Detector(NamedTuple):
    """One stream of readings, whom it concerns and how it is judged.

    Attributes
    ----------
    concerned : (n,) reports that may begin something, and (m,) wristbands of which
        something is under way.
    judge : what the readings reach and clear; moves the states on.
    leave : has the states of some wristbands forget what is not under way any more.
    """

    concerned: Callable[[Batch, Gates, Ground], tuple[Bools, Bools]]
    judge: Callable[[Batch, Gates, Ground], Outlook]
    leave: Callable[[Rows, Ints], None]


def _vital(
    vital: Vital,
    beyond: Callable[[Batch, Gates], Bools],
    judge: Callable[[Batch, Gates], Outlook],
) -> Detector:
    def concerned(batch: Batch, gates: Gates, _: Ground) -> tuple[Bools, Bools]:
        return beyond(batch, gates), under_way(batch.state, vital)

    def judged(batch: Batch, gates: Gates, _: Ground) -> Outlook:
        return judge(batch, gates)

    return Detector(concerned, judged, partial(leave, vital=vital))


def _fenced(batch: Batch, _: Gates, ground: Ground) -> tuple[Bools, Bools]:
    return geofence_concerned(batch, ground.fences)


def _in_fences(batch: Batch, _: Gates, ground: Ground) -> Outlook:
    return geofence(batch, ground.fences, ground.zone)


def _low(batch: Batch, _: Gates, __: Ground) -> tuple[Bools, Bools]:
    return battery_beyond(batch), is_told(batch.state, (BATTERY,))


def _charge(batch: Batch, _: Gates, __: Ground) -> Outlook:
    return battery(batch)


def _nothing(_: Rows, __: Ints) -> None:
    """Its states hold nothing that is not under way."""


DETECTORS: Final = (
    _vital(vitals.HEART_RATE, vitals.heart_rate_beyond, vitals.heart_rate),
    _vital(vitals.PRESSURE, vitals.pressure_beyond, vitals.blood_pressure),
    _vital(vitals.OXYGEN, vitals.oxygen_beyond, vitals.oxygen),
    Detector(_fenced, _in_fences, _nothing),
    Detector(_low, _charge, _nothing),
)

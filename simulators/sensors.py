"""What a live wristband measures when: the model's readings, played out."""

import math
from dataclasses import dataclass, replace
from datetime import date
from typing import Any, Final

import numpy as np
from numpy.typing import NDArray

from core.model import LOCATION_SOURCES
from simulators.geography import Position, Spot, globe
from simulators.life import Life, Scenes
from simulators.messages import Value
from simulators.model import sensing

INDOOR_FIX_EVERY_S: Final = 600.0
SPO2_EVERY_S: Final = 300.0
AHEAD: Final = 64
"""So many reports are made at once: looking at one costs as much as at many."""


@dataclass(frozen=True, slots=True)
class _Block:
    """Readings at some instants, each field a list; absent values are None."""

    at: dict[float, int]
    day: date
    home: Position
    fields: dict[str, list[float | None]]
    source: list[int]
    out: list[bool]
    taken_off: list[bool]


class Sensors:
    """The sensors of one wristband.

    Parameters
    ----------
    life : what there is to sense.
    rng : their errors.
    blood_pressure_every_s : from one cuffless measurement to the next [s].
    """

    def __init__(
        self, life: Life, rng: np.random.Generator, blood_pressure_every_s: float
    ) -> None:
        self._life, self._rng = life, rng
        self._pressure_every_s = blood_pressure_every_s
        # Spread over the fleet, so that not all measure at once.
        self._pressure_due_s = float(rng.uniform(-1, 0)) * blood_pressure_every_s
        self._started = False
        self._fix_due_s = 0.0
        self._spo2_due_s = 0.0
        self._block: _Block | None = None

    def ask_blood_pressure(self) -> None:
        """Measure blood pressure with the next report."""
        self._pressure_due_s = float("-inf")

    def ask_fix(self) -> None:
        """Find the position with the next report."""
        self._fix_due_s = float("-inf")

    def read(self, now_s: float, every_s: float) -> dict[str, Value]:
        """Fields of a report that one follows every `every_s`; None where absent."""
        if not self._started:
            self._started = True
            self._pressure_due_s += now_s + self._pressure_every_s
        if self._block is None or now_s not in self._block.at:
            self._block = self._look(_ahead(self._life, now_s, every_s))
        return self._fields(now_s, self._block)

    def read_now(self, now_s: float) -> dict[str, Value]:
        """Fields of a report out of turn, as `measure` and `locate` ask for."""
        return self._fields(now_s, self._look([now_s]))

    def urgent(self, now_s: float) -> dict[str, Value]:
        """Fields of an urgent event."""
        block = self._look([now_s])
        pulse = None if block.taken_off[0] else block.fields["heart_rate"][0]
        found: dict[str, Value] = _position(block, 0)
        found.pop("location_source", None)
        return found | {
            "heart_rate": _whole(pulse),
            "battery": _whole(block.fields["battery"][0]),
        }

    def _fields(self, now_s: float, block: _Block) -> dict[str, Value]:
        which = block.at[now_s]
        of = block.fields
        found: dict[str, Value] = {}
        if not block.taken_off[which]:
            found |= self._vitals(now_s, which, of)
        if block.out[which] or now_s >= self._fix_due_s:
            self._fix_due_s = now_s + INDOOR_FIX_EVERY_S
            found |= _position(block, which)
        motion = of["motion"][which]
        return found | {
            "steps": _whole(of["steps"][which]),
            "motion": None if motion is None else round(motion, 3),
            "worn": of["worn"][which] == 1 and not block.taken_off[which],
            "battery": _whole(of["battery"][which]),
        }

    def _vitals(
        self, now_s: float, which: int, of: dict[str, list[float | None]]
    ) -> dict[str, Value]:
        warm = of["temperature"][which]
        found: dict[str, Value] = {
            "heart_rate": _whole(of["heart_rate"][which]),
            "temperature": None if warm is None else round(warm, 1),
        }
        if of["spo2"][which] is not None and now_s >= self._spo2_due_s:
            self._spo2_due_s = now_s + SPO2_EVERY_S
            found["spo2"] = _whole(of["spo2"][which])
        if of["systolic"][which] is not None and now_s >= self._pressure_due_s:
            self._pressure_due_s = now_s + self._pressure_every_s
            found["systolic"] = _whole(of["systolic"][which])
            found["diastolic"] = _whole(of["diastolic"][which])
        return found

    def _look(self, times_s: list[float]) -> _Block:
        scenes = self._life.at(times_s)
        m = len(times_s)
        drawn = replace(
            scenes.draws,
            readings=self._rng.normal(size=(1, m, sensing.NORMALS)),
            chances=self._rng.random((1, m, sensing.UNIFORMS)),
        )
        always = np.ones((1, m), np.bool_)
        readings = sensing.read(
            scenes.moments,
            people=scenes.people,
            draws=drawn,
            off=scenes.off,
            charge=scenes.battery,
            motion=_motion(times_s, scenes),
            measures=always,
            locates=always,
        )
        fields = {name: _list(getattr(readings, name)) for name in _FIELDS}
        for name in ("east", "north", "accuracy"):
            fields[name] = _list(getattr(readings.fixes, name))
        return _Block(
            at={at_s: which for which, at_s in enumerate(times_s)},
            day=scenes.day,
            home=scenes.home,
            fields=fields,
            source=readings.fixes.source[0].tolist(),
            out=scenes.moments.out[0].tolist(),
            taken_off=scenes.taken_off[0].tolist(),
        )


_FIELDS: Final = (
    *("heart_rate", "systolic", "diastolic", "spo2", "temperature"),
    *("steps", "motion", "worn", "battery"),
)


def _ahead(life: Life, now_s: float, every_s: float) -> list[float]:
    """An instant and those of the reports after it, within the local day."""
    times, day = [now_s], life.day_of(now_s)
    # Whole milliseconds, as the wristband counts.
    while len(times) < AHEAD:
        following = round(times[-1] + every_s, 3)
        if life.day_of(following) != day:
            break
        times.append(following)
    return times


def _motion(times_s: list[float], scenes: Scenes) -> NDArray[np.float64]:
    """Mean acceleration since the instant before; of its minute for the first."""
    found = scenes.motion.astype(np.float64)
    if len(times_s) > 1:
        since = np.diff(np.array(times_s)) / 60
        found[:, 1:] = np.diff(scenes.moments.moved, axis=1) / since
    return found


def _position(block: _Block, which: int) -> dict[str, Value]:
    """Where the wristband believes it is, or nothing if it found out nothing."""
    of = block.fields
    east, north = of["east"][which], of["north"][which]
    if east is None or north is None:
        return {}
    place = globe(block.home, Spot(east, north))
    return {
        "latitude": round(place.latitude, 6),
        "longitude": round(place.longitude, 6),
        "accuracy": _whole(of["accuracy"][which]),
        "location_source": LOCATION_SOURCES[block.source[which]].value,
    }


def _whole(value: float | None) -> int | None:
    return None if value is None else round(value)


def _list(values: NDArray[Any]) -> list[float | None]:
    """The values of a (1, m) array, None for NaN."""
    every: list[float] = values[0].tolist()
    return [None if math.isnan(value) else value for value in every]

"""What a wristband makes of the truth: readings with the errors that real ones have."""

from dataclasses import dataclass
from typing import Final

import numpy as np

from simulators.model.arrays import Bools, Floats
from simulators.model.body import Moments
from simulators.model.draws import Draws
from simulators.model.people import People
from simulators.model.plan import WALKING
from simulators.model.positions import Fixes, fixes

NORMALS: Final = 8
UNIFORMS: Final = 11
"""Draws for each moment; the last one is left to who carries the report."""
HEART_SD_BPM: Final = 1.0
PRESSURE_SD: Final = 0.03
"""Cuffless error of one reading, as a share."""
SPO2_SD: Final = 0.7
SKIN_SD: Final = 0.08
PULSELESS_BPM: Final = 10.0
_NO_READ: Final = 0.02
_BLOCK_MIN: Final = 30
_LOCK_ON_STEPS: Final = 70.0


@dataclass(frozen=True, slots=True)
class Readings:
    """Fields of reports, (n, r) each; NaN (−1 in `worn`) where not sent."""

    heart_rate: Floats
    systolic: Floats
    diastolic: Floats
    spo2: Floats
    temperature: Floats
    steps: Floats
    motion: Floats
    worn: np.ndarray[tuple[int, int], np.dtype[np.int8]]
    battery: Floats
    fixes: Fixes


def read(
    moments: Moments,
    *,
    people: People,
    draws: Draws,
    off: Bools,
    charge: Floats,
    motion: Floats,
    measures: Bools,
    locates: Bools,
) -> Readings:
    """What the wristbands report at the moments.

    Parameters
    ----------
    moments : the truth.
    people, draws : whose wristbands, and their chance (`readings` and `chances`).
    off : (n, r) off the arm.
    charge : (n, r) battery [%].
    motion : (n, r) mean acceleration beyond gravity since the report before [g].
    measures, locates : (n, r) whether a blood pressure, a position is due.
    """
    sensor = _Sensor(moments, people, draws, off)
    systolic, diastolic = sensor.pressure(measures)
    return Readings(
        heart_rate=sensor.heart_rate(),
        systolic=systolic,
        diastolic=diastolic,
        spo2=sensor.spo2(),
        temperature=sensor.temperature(),
        steps=np.floor(moments.steps * people.steps_seen[:, None]),
        motion=np.where(off, 0, np.round(motion, 3)).astype(np.float32),
        worn=np.where(off & people.senses_removal[:, None], 0, 1).astype(np.int8),
        battery=np.round(charge),
        fixes=fixes(
            moments, draws.readings[..., 4:], draws.chances[..., 6:10], locates
        ),
    )


class _Sensor:
    """One look of n wristbands at r moments."""

    def __init__(
        self, moments: Moments, people: People, draws: Draws, off: Bools
    ) -> None:
        self.moments, self.people, self.draws, self.off = moments, people, draws, off
        self.z, self.v = draws.readings, draws.chances
        self.loose = people.looseness[:, None]
        self.moving = (moments.activity == WALKING) | (moments.cadence > 0)
        self.alive = moments.heart_rate > PULSELESS_BPM

    def heart_rate(self) -> Floats:
        """Beat noise at rest; walking adds errors, lock-on to the steps, no signal."""
        truth, v = self.moments.heart_rate, self.v
        beat = np.hypot(self.people.beat_noise, HEART_SD_BPM)[:, None]
        spread = beat + np.where(self.moving, 2 + 5 * self.loose, 0)
        seen = truth + spread * np.clip(self.z[..., 0], -3, 3)
        cadence = self.moments.cadence
        locked = v[..., 0] < (0.03 + 0.17 * self.loose) * (cadence > _LOCK_ON_STEPS)
        seen = np.where(locked, cadence + self.z[..., 1], seen)
        seen = np.clip(np.round(seen), 25, 220)
        seen = np.where(self._stuck(), self._table_pulse(), seen)
        lost = np.where(self.moving, 0.04 + 0.2 * self.loose, 0.004 + 0.02 * self.loose)
        seen = np.where((v[..., 1] < lost) | ~self.alive, 0, seen)
        seen = np.where(v[..., 2] < _NO_READ, np.nan, seen)
        return self._off_arm(seen).astype(np.float32)

    def _off_arm(self, seen: Floats) -> Floats:
        """Off the arm: nothing, or no signal, or a frozen pulse off the table."""
        frozen = self.draws.u[:, 35, None] < 0.6
        table = np.where(frozen, self._table_pulse(), 0)
        without = np.where(self.people.senses_removal[:, None], np.nan, table)
        return np.where(self.off, without, seen)

    def _table_pulse(self) -> Floats:
        return np.round(58 + 26 * self.draws.u[:, 36, None])

    def _stuck(self) -> Bools:
        """A loose wristband shows the same pulse for a while."""
        block = (self.moments.minute / _BLOCK_MIN).astype(np.intp)
        drawn = np.take_along_axis(self.draws.u[:, 48:], block, 1)
        return drawn < 0.03 * self.loose

    def pressure(self, measures: Bools) -> tuple[Floats, Floats]:
        """Cuffless: off by a share of its own, and by another each time."""
        bias = 1 + self.people.pressure_bias[:, None]
        error = PRESSURE_SD * np.clip(self.z[..., 2:4], -3, 3)
        can = measures & ~self.off & ~self.moving & self.alive
        high = np.round(self.moments.systolic * bias * (1 + error[..., 0]))
        shared = 0.7 * error[..., 0] + 0.7 * error[..., 1]
        low = np.round(self.moments.diastolic * bias * (1 + shared))
        low = np.minimum(low, high - 10)
        return _where(can, high), _where(can, low)

    def spo2(self) -> Floats:
        """Missing while moving; a cold hand reads low; apnoea shows in dips."""
        m, v = self.moments, self.v
        cold = np.where(m.skin < 31, (31 - m.skin) * v[..., 3], 0)
        dips = (m.activity == 0) & (v[..., 4] < 0.12)
        seen = m.spo2 + SPO2_SD * np.clip(self.z[..., 1], -3, 3) - cold
        seen -= np.where(dips, self.people.apnoea[:, None], 0)
        lost = 0.03 + 0.1 * self.loose
        can = ~self.off & ~self.moving & self.alive & (v[..., 5] >= lost)
        return _where(can, np.clip(np.round(seen), 55, 100))

    def temperature(self) -> Floats:
        """Skin; gone with the wristband."""
        seen = self.moments.skin + SKIN_SD * self.z[..., 3]
        return _where(~self.off, np.round(seen, 1))


def _where(can: Bools, seen: Floats) -> Floats:
    return np.where(can, seen, np.nan).astype(np.float32)

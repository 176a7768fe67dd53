"""What a wristband's sensors make of the scene: which fields, rounded how."""

from typing import Final

import numpy as np

from simulators.life import Scene
from simulators.messages import Value
from simulators.physiology import Activity
from simulators.routine import METRES_PER_DEGREE, Position

INDOOR_FIX_EVERY_S: Final = 600.0
SPO2_EVERY_S: Final = 300.0


class Sensors:
    """The sensors of one wristband.

    Parameters
    ----------
    rng : their errors.
    blood_pressure_every_s : from one cuffless measurement to the next [s].
    """

    def __init__(self, rng: np.random.Generator, blood_pressure_every_s: float) -> None:
        self._rng = rng
        self._pressure_every_s = blood_pressure_every_s
        # Spread over the fleet, so that not all measure at once.
        self._pressure_due_s = float(rng.uniform(-1, 0)) * blood_pressure_every_s
        self._started_s: float | None = None
        self._fix_due_s = 0.0
        self._spo2_due_s = 0.0

    def ask_blood_pressure(self) -> None:
        """Measure blood pressure with the next report."""
        self._pressure_due_s = float("-inf")

    def ask_fix(self) -> None:
        """Find the position with the next report."""
        self._fix_due_s = float("-inf")

    def read(
        self, now_s: float, scene: Scene, worn: bool, battery: float
    ) -> dict[str, Value]:
        """Fields of a report at an instant; vital signs only when worn."""
        if self._started_s is None:
            self._started_s = now_s
            self._pressure_due_s += now_s + self._pressure_every_s
        # The same number of draws whatever is read keeps runs comparable.
        drawn = self._rng.normal(size=4)
        fields: dict[str, Value] = {}
        if worn:
            fields |= self._vitals(now_s, scene)
        fields |= self._fix(now_s, scene, drawn)
        fields |= {
            "steps": scene.steps,
            "motion": round(scene.motion_g, 3) if worn else 0.0,
            "worn": worn,
            "battery": round(battery),
        }
        return fields

    def urgent(self, scene: Scene, worn: bool, battery: float) -> dict[str, Value]:
        """Fields of an urgent event."""
        position, accuracy, _ = _located(scene, self._rng.normal(size=4))
        heart = round(scene.vitals.heart_rate_bpm) if worn else None
        return {
            "latitude": round(position.latitude, 6),
            "longitude": round(position.longitude, 6),
            "accuracy": accuracy,
            "heart_rate": heart,
            "battery": round(battery),
        }

    def _vitals(self, now_s: float, scene: Scene) -> dict[str, Value]:
        vitals = scene.vitals
        fields: dict[str, Value] = {
            "heart_rate": round(vitals.heart_rate_bpm),
            "temperature": round(vitals.skin_celsius, 1),
        }
        still = scene.activity is not Activity.WALKING
        if still and now_s >= self._spo2_due_s:
            fields["spo2"] = round(vitals.spo2_percent)
            self._spo2_due_s = now_s + SPO2_EVERY_S
        if still and now_s >= self._pressure_due_s:
            fields["systolic"] = round(vitals.systolic_mmhg)
            fields["diastolic"] = round(vitals.diastolic_mmhg)
            self._pressure_due_s = now_s + self._pressure_every_s
        return fields

    def _fix(
        self,
        now_s: float,
        scene: Scene,
        drawn: "np.ndarray[tuple[int], np.dtype[np.float64]]",
    ) -> dict[str, Value]:
        if not scene.outdoors and now_s < self._fix_due_s:
            return {}
        self._fix_due_s = now_s + INDOOR_FIX_EVERY_S
        position, accuracy, source = _located(scene, drawn)
        return {
            "latitude": round(position.latitude, 6),
            "longitude": round(position.longitude, 6),
            "accuracy": accuracy,
            "location_source": source,
        }


def _located(
    scene: Scene, drawn: "np.ndarray[tuple[int], np.dtype[np.float64]]"
) -> tuple[Position, int, str]:
    """Position as the device believes it, its accuracy [m] and how it was found."""
    accuracy = 8 + 4 * abs(float(drawn[2])) if scene.outdoors else 25.0
    accuracy += 5 * abs(float(drawn[3]))
    # The circle is meant to hold 95 % of errors: two standard deviations.
    error_m = np.clip(drawn[:2], -2, 2) * accuracy / 2.5
    latitude, longitude = scene.position
    shrink = float(np.cos(np.radians(latitude)))
    found = Position(
        latitude + float(error_m[0]) / METRES_PER_DEGREE,
        longitude + float(error_m[1]) / (METRES_PER_DEGREE * shrink),
    )
    return found, round(accuracy), "gnss" if scene.outdoors else "wifi"

"""What a wearer's body shows: heart rate, blood pressure, SpO2 and skin temperature.

Every figure stands with its source, or a dagger where there is none, in
``docs/simulation.md``.
"""

import math
from dataclasses import dataclass
from enum import StrEnum
from typing import Final, Literal

import numpy as np

Sex = Literal["female", "male", "unknown"]


class Activity(StrEnum):
    """What the body is doing."""

    ASLEEP = "asleep"
    SITTING = "sitting"
    STANDING = "standing"
    WALKING = "walking"


@dataclass(frozen=True, slots=True)
class Person:
    """One wearer's lasting traits; values at rest, seated, in the late morning."""

    age_years: int
    sex: Sex
    conditions: frozenset[str]
    heart_rate_bpm: float
    systolic_mmhg: float
    diastolic_mmhg: float
    spo2_percent: float
    skin_celsius: float
    speed_m_s: float
    dip: float


@dataclass(frozen=True, slots=True)
class Strain:
    """What an episode forces on the body; None leaves the body to itself."""

    heart_rate_bpm: float | None = None
    systolic_mmhg: float | None = None
    diastolic_mmhg: float | None = None
    spo2_percent: float | None = None


@dataclass(frozen=True, slots=True)
class Vitals:
    """What the body shows at an instant, before the sensor rounds it."""

    heart_rate_bpm: float
    systolic_mmhg: float
    diastolic_mmhg: float
    spo2_percent: float
    skin_celsius: float


CALM: Final = Strain()
HEART_RATE_TAU_S: Final = 45.0
"""Time constant of the heart's answer to a change of activity [s]."""
NOISE_TAU_S: Final = 300.0
"""Correlation time of slow fluctuations [s]."""
_EFFORT: Final = {
    Activity.ASLEEP: -0.02,
    Activity.SITTING: 0.0,
    Activity.STANDING: 0.05,
    Activity.WALKING: 0.30,
}
"""Share of the heart rate reserve in use."""
_POSTURE_SYSTOLIC: Final = {
    Activity.ASLEEP: 0.0,
    Activity.SITTING: 0.0,
    Activity.STANDING: -4.0,
    Activity.WALKING: 14.0,
}
"""Systolic pressure against sitting [mmHg]; sleep dips by its own share."""
_FLUCTUATION: Final = (1.8, 4.0, 2.5, 0.4, 0.12)
"""Standard deviations of heart rate, systolic, diastolic, SpO2, skin."""


def draw_person(
    rng: np.random.Generator,
    age_years: int | None = None,
    sex: Sex | None = None,
    conditions: frozenset[str] = frozenset(),
) -> Person:
    """Draw a wearer; what is given is kept.

    Parameters
    ----------
    rng : the wearer's own stream.
    age_years : age [years], drawn from 70–92 if None.
    sex : drawn evenly if None.
    conditions : ``hypertension`` raises blood pressure, ``copd`` lowers SpO2.
    """
    age = int(rng.integers(70, 93)) if age_years is None else age_years
    who: Sex = sex or ("female" if rng.random() < 0.5 else "male")
    raised = 10.0 if "hypertension" in conditions else 0.0
    oxygen = 91.5 if "copd" in conditions else 97.0
    faster = 2.0 if who == "female" else 0.0
    return Person(
        age_years=age,
        sex=who,
        conditions=conditions,
        heart_rate_bpm=_within(rng.normal(70 + faster, 5), 64, 84),
        systolic_mmhg=_within(rng.normal(130 + raised, 7), 120, 146),
        diastolic_mmhg=_within(rng.normal(75 + raised / 2, 5), 62, 86),
        spo2_percent=_within(rng.normal(oxygen, 0.5), oxygen - 1, oxygen + 1),
        skin_celsius=_within(rng.normal(33.6, 0.5), 32.4, 34.8),
        speed_m_s=_within(rng.normal(_gait_m_s(age, who), 0.12), 0.5, 1.5),
        dip=_within(rng.normal(0.11, 0.03), 0.04, 0.16),
    )


class Body:
    """A wearer's body: traits, slow fluctuations and the heart's inertia.

    Parameters
    ----------
    person : the traits.
    rng : stream of the fluctuations; drawn from once per call of :meth:`at`.
    """

    def __init__(self, person: Person, rng: np.random.Generator) -> None:
        self.person = person
        self._rng = rng
        self._noise = rng.normal(size=5)
        self._heart_rate_bpm: float | None = None
        self._last_s: float | None = None

    def at(
        self, now_s: float, hour: float, activity: Activity, strain: Strain = CALM
    ) -> Vitals:
        """Vital signs at an instant; call with rising times.

        Parameters
        ----------
        now_s : the instant [s since 1970].
        hour : local hour of day, 0–24.
        activity : what the body does.
        strain : an episode's values, which win over the rhythm.
        """
        gap_s = 0.0 if self._last_s is None else max(0.0, now_s - self._last_s)
        self._last_s = now_s
        self._drift(gap_s)
        heart = self._heart(gap_s, hour, activity, strain)
        systolic, diastolic = self._pressure(hour, activity, strain)
        oxygen = self._oxygen(activity, strain)
        skin = self.person.skin_celsius + skin_rhythm_celsius(hour)
        return Vitals(heart, systolic, diastolic, oxygen, skin + self._part(4))

    def _drift(self, gap_s: float) -> None:
        keep = math.exp(-gap_s / NOISE_TAU_S)
        fresh = self._rng.normal(size=5)
        self._noise = keep * self._noise + math.sqrt(1 - keep * keep) * fresh

    def _part(self, which: int) -> float:
        return _FLUCTUATION[which] * _within(float(self._noise[which]), -3, 3)

    def _heart(
        self, gap_s: float, hour: float, activity: Activity, strain: Strain
    ) -> float:
        quick = _within(float(self._rng.normal(0, 0.8)), -2, 2)
        if strain.heart_rate_bpm is not None:
            self._heart_rate_bpm = strain.heart_rate_bpm
            return strain.heart_rate_bpm + quick
        rest = self.person.heart_rate_bpm + heart_rhythm_bpm(hour)
        reserve = 208 - 0.7 * self.person.age_years - rest
        target = rest + _EFFORT[activity] * reserve
        before = target if self._heart_rate_bpm is None else self._heart_rate_bpm
        self._heart_rate_bpm = target + (before - target) * math.exp(
            -gap_s / HEART_RATE_TAU_S
        )
        return self._heart_rate_bpm + self._part(0) + quick

    def _pressure(
        self, hour: float, activity: Activity, strain: Strain
    ) -> tuple[float, float]:
        share = 1 - self.person.dip if activity is Activity.ASLEEP else 1.0
        surge = 0.0 if activity is Activity.ASLEEP else surge_mmhg(hour)
        posture = _POSTURE_SYSTOLIC[activity]
        systolic = self.person.systolic_mmhg * share + surge + posture
        diastolic = self.person.diastolic_mmhg * share + surge / 2
        systolic, noise = strain.systolic_mmhg or systolic, self._part(1)
        diastolic = strain.diastolic_mmhg or diastolic
        if strain.systolic_mmhg is not None:
            noise *= 0.5
        return systolic + noise, min(diastolic + self._part(2), systolic - 15)

    def _oxygen(self, activity: Activity, strain: Strain) -> float:
        if strain.spo2_percent is not None:
            return strain.spo2_percent + 0.3 * self._part(3)
        asleep = 0.7 if activity is Activity.ASLEEP else 0.0
        return min(100.0, self.person.spo2_percent - asleep + self._part(3))


def heart_rhythm_bpm(hour: float) -> float:
    """Day rhythm of the resting heart rate: lowest at 04:00 [1/min]."""
    return -2.0 - 4.0 * math.cos((hour - 4.0) / 24 * math.tau)


def skin_rhythm_celsius(hour: float) -> float:
    """Day rhythm of wrist skin temperature: warmest in the night, at 03:00 [°C]."""
    return 0.6 * math.cos((hour - 3.0) / 24 * math.tau)


def surge_mmhg(hour: float) -> float:
    """Morning surge of systolic pressure, 06:00–10:00, greatest at 08:00 [mmHg]."""
    if not 6.0 < hour < 10.0:
        return 0.0
    return 10.0 * math.sin((hour - 6.0) / 4 * math.pi)


def _gait_m_s(age_years: int, sex: Sex) -> float:
    if age_years >= 80:
        return 0.97 if sex == "male" else 0.94
    return 1.26 if sex == "male" else 1.13


def _within(value: float, low: float, high: float) -> float:
    return float(min(max(value, low), high))

"""Who wears the wristbands: lasting traits, drawn for many people at once."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any, Final, Literal

import numpy as np

from simulators.model.arrays import Bools, Floats

Sex = Literal["female", "male", "unknown"]
CONDITIONS: Final = (
    "hypertension",
    "dementia",
    "copd",
    "atrial_fibrillation",
    "heart_failure",
)
_UNIFORMS: Final = 32
_NORMALS: Final = 32
_PREVALENCE: Final = (0.57, 0.06, 0.10, 0.03, 0.03)
"""Of :data:`CONDITIONS` in people over 70."""


@dataclass(frozen=True, slots=True)
class Wish:
    """What is given of a person; what is None is drawn.

    ``conditions`` None draws those too.
    """

    age: int | None = None
    sex: Sex | None = None
    conditions: frozenset[str] | None = None


@dataclass(frozen=True, slots=True)
class People:
    """Traits of n people, each an (n,) array; values at rest, seated, late morning."""

    age: Floats
    female: Bools
    hypertension: Bools
    dementia: Bools
    copd: Bools
    atrial_fibrillation: Bools
    heart_failure: Bools
    beta_blocker: Bools
    treated: Bools  # takes antihypertensives
    lives_alone: Bools
    # Heart [1/min], minutes of recovery.
    heart_rate: Floats
    heart_rhythm: Floats  # half the swing of day and night
    heart_reserve: Floats
    beat_noise: Floats  # standard deviation of one reading
    recovery_min: Floats
    # Pressure [mmHg]; dip is a share.
    systolic: Floats
    diastolic: Floats
    dip: Floats
    surge: Floats
    white_coat: Floats
    standing_drop: Floats
    meal_drop: Floats
    # Oxygen [%], skin [°C].
    spo2: Floats
    apnoea: Floats  # depth of the dips asleep, 0 for most
    skin: Floats
    # Days.
    speed_m_s: Floats
    step_m: Floats
    wake_min: Floats
    bed_min: Floats
    napper: Bools
    nocturia: Floats  # walks to the toilet a night
    outgoing: Floats  # chance of each outing on a fair day
    vigour: Floats  # share of the heart's reserve in exercise
    floor: Floats  # flats of stairs
    # The wristband and its use.
    looseness: Floats  # 0 snug – 1 dangling
    senses_removal: Bools
    night_charger: Bools
    bathes_without: Bools
    forgetful: Floats  # chance that it stays off after charging
    pressure_bias: Floats  # share by which its cuffless pressure is off
    steps_seen: Floats  # share of steps it counts

    def __len__(self) -> int:
        return len(self.age)

    def conditions_of(self, row: int) -> tuple[str, ...]:
        """Names of one person's conditions."""
        return tuple(name for name in CONDITIONS if getattr(self, name)[row])


def draw(
    rngs: Sequence[np.random.Generator], wishes: Sequence[Wish] | None = None
) -> People:
    """Draw people, each from a stream of their own.

    Parameters
    ----------
    rngs : one generator a person; each draws the same number of values.
    wishes : what is given of each person.
    """
    n = len(rngs)
    u = np.empty((n, _UNIFORMS), np.float32)
    z = np.empty((n, _NORMALS), np.float32)
    for row, rng in enumerate(rngs):
        rng.random(out=u[row], dtype=np.float32)
        rng.standard_normal(out=z[row], dtype=np.float32)
    given = wishes or [Wish()] * n
    parts = _who(u, z, given)
    parts |= _drugs(u, parts)
    parts |= _heart(z, parts)
    parts |= _pressure(u, z, parts)
    parts |= _oxygen_and_skin(u, z, parts)
    parts |= _habits(u, z, parts)
    parts |= _wristband(u, z, parts)
    return People(**parts)


_Parts = dict[str, Any]
"""Traits by name as they come together; each draws on those before."""


def _within(
    mean: Floats | float, sd: float, z: Floats, low: float, high: float
) -> Floats:
    return np.clip(mean + sd * z, low, high).astype(np.float32)


def _who(u: Floats, z: Floats, wishes: Sequence[Wish]) -> _Parts:
    age = np.floor(_within(78, 6, z[:, 0], 70, 92))
    female = u[:, 0] < 0.55
    ill = u[:, 1:6] < np.array(_PREVALENCE, np.float32)
    for row, wish in enumerate(wishes):
        if wish.age is not None:
            age[row] = wish.age
        if wish.sex in {"female", "male"}:
            female[row] = wish.sex == "female"
        if wish.conditions is not None:
            ill[row] = [name in wish.conditions for name in CONDITIONS]
    parts: _Parts = {"age": age, "female": female, "lives_alone": u[:, 6] < 0.5}
    return parts | {name: ill[:, k] for k, name in enumerate(CONDITIONS)}


def _drugs(u: Floats, p: _Parts) -> _Parts:
    heart = p["atrial_fibrillation"] | p["heart_failure"]
    chance = np.where(heart, 0.6, np.where(p["hypertension"], 0.15, 0.0))
    return {
        "beta_blocker": u[:, 7] < chance,
        "treated": p["hypertension"] & (u[:, 8] < 0.7),
    }


def _heart(z: Floats, p: _Parts) -> _Parts:
    blocked = p["beta_blocker"]
    usual = 70 + 2 * p["female"] - 8 * blocked + 5 * p["heart_failure"]
    low = np.where(blocked, 59, 62)
    rest = np.maximum(_within(usual, 5.5, z[:, 1], 50, 86), low)
    highest = (208 - 0.7 * p["age"]) * np.where(blocked, 0.85, 1)
    swing = _within(4.5, 0.8, z[:, 2], 2.5, 6) * np.where(blocked, 0.7, 1)
    young = np.exp(-(p["age"] - 70) / 40)
    noise = np.where(p["atrial_fibrillation"], 6, 1.6 * young)
    return {
        "heart_rate": rest,
        "heart_rhythm": swing.astype(np.float32),
        "heart_reserve": (highest - rest).astype(np.float32),
        "beat_noise": noise.astype(np.float32),
        "recovery_min": (1.2 + 0.03 * (p["age"] - 70) + 0.5 * blocked).astype(
            np.float32
        ),
    }


def _pressure(u: Floats, z: Floats, p: _Parts) -> _Parts:
    raised = np.where(p["hypertension"], np.where(p["treated"], 11, 17), 0)
    systolic = _within(129 + raised, 6.5, z[:, 3], 121, 158)
    diastolic = _within(73 + raised / 2.2, 4.5, z[:, 4], 60, 92)
    return {
        "systolic": systolic,
        "diastolic": np.minimum(diastolic, systolic - 35),
        "dip": _within(0.09, 0.03, z[:, 5], -0.02, 0.14),
        "surge": _within(8, 4, z[:, 6], 0, 18),
        "white_coat": _within(np.where(u[:, 9] < 0.2, 20, 7), 3, z[:, 7], 0, 28),
        "standing_drop": _within(np.where(u[:, 10] < 0.2, 20, 5), 2, z[:, 8], 0, 26),
        "meal_drop": _within(8, 3, z[:, 9], 0, 15),
    }


def _oxygen_and_skin(u: Floats, z: Floats, p: _Parts) -> _Parts:
    mean = np.where(p["copd"], 91.5, 97.2)
    apnoea = np.where(u[:, 11] < 0.08, 3.0, 0.0) * ~p["copd"]
    return {
        "spo2": np.clip(mean + 0.4 * z[:, 10], mean - 0.7, mean + 1).astype(np.float32),
        "apnoea": apnoea.astype(np.float32),
        "skin": _within(33.4, 0.5, z[:, 11], 32.2, 34.6),
    }


def _habits(u: Floats, z: Floats, p: _Parts) -> _Parts:
    younger, older = 1.13 + 0.13 * ~p["female"], 0.94 + 0.03 * ~p["female"]
    speed = older + (younger - older) * (p["age"] < 80)
    frail = 0.5 * p["dementia"] + 0.2 * p["heart_failure"]
    return {
        "speed_m_s": _within(speed, 0.12, z[:, 12], 0.5, 1.5),
        "step_m": _within(0.58, 0.04, z[:, 13], 0.45, 0.7),
        "wake_min": _within(365, 30, z[:, 14], 285, 450),
        "bed_min": _within(1290, 30, z[:, 15], 1200, 1365),
        "napper": u[:, 12] < 0.65,
        "nocturia": _within(1.4, 0.7, z[:, 16], 0, 4),
        "outgoing": _within(0.5 - frail, 0.18, z[:, 17], 0.05, 0.95),
        "vigour": _within(0.42, 0.08, z[:, 18], 0.25, 0.65),
        "floor": np.floor(u[:, 13] * 6).astype(np.float32),
    }


def _wristband(u: Floats, z: Floats, p: _Parts) -> _Parts:
    return {
        "looseness": (u[:, 14] ** 2).astype(np.float32),
        "senses_removal": u[:, 15] < 0.75,
        "night_charger": u[:, 16] < 0.12,
        "bathes_without": u[:, 17] < 0.5,
        "forgetful": (0.02 + 0.06 * p["dementia"] + 0.04 * (u[:, 18] < 0.1)).astype(
            np.float32
        ),
        "pressure_bias": _within(0, 0.02, z[:, 19], -0.05, 0.05),
        "steps_seen": _within(0.93, 0.05, z[:, 20], 0.7, 1),
    }

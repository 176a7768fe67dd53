"""Who lives where in a cohort: homes, fences, workers, names of places and ids."""

import hashlib
from dataclasses import dataclass
from typing import Final
from uuid import UUID

import numpy as np
from numpy.typing import NDArray

from simulators import streams
from simulators.geography import METRES_PER_DEGREE
from simulators.model import people
from simulators.model.people import People

CENTRE: Final = (34.3416, 108.9398)
SENIORS_A_BUILDING: Final = 25
SENIORS_A_COMPOUND: Final = 100
SENIORS_A_COMMUNITY: Final = 1000
FENCE_SHARE: Final = 0.06
"""Of those without dementia; with it everybody has a fence."""
FENCE_MARGIN_M: Final = 450.0
USUAL_WAYS_M: Final = 750.0


@dataclass(frozen=True, slots=True)
class Town:
    """n seniors: who they are and where they live."""

    indices: range
    people: People
    home: NDArray[np.float64]  # (n, 2) latitude and longitude [°]
    fence_m: NDArray[np.float64]  # (n,) radius, NaN without a fence
    high_risk: NDArray[np.bool_]
    phase_ms: NDArray[np.int64]  # of the reports

    @property
    def degrees(self) -> NDArray[np.float64]:
        """(n, 2) degrees of latitude and longitude that one metre is."""
        north = np.full(len(self.home), 1 / METRES_PER_DEGREE)
        return np.stack([north, north / np.cos(np.radians(self.home[:, 0]))], axis=1)


def settle(seed: int, indices: range, interval_s: int) -> Town:
    """Draw the seniors with these numbers; nobody depends on the others."""
    own = [streams.of_wristband(seed, index) for index in indices]
    drawn = people.draw([each.person for each in own])
    more = np.array([each.device.random(5) for each in own])
    fenced = drawn.dementia | (more[:, 0] < FENCE_SHARE)
    radius = np.round(USUAL_WAYS_M + FENCE_MARGIN_M * more[:, 1], -1)
    risk = (
        drawn.dementia | drawn.heart_failure | ((drawn.age >= 85) & drawn.lives_alone)
    )
    return Town(
        indices=indices,
        people=drawn,
        home=np.round(_homes(indices, more[:, 2:4]), 6),
        fence_m=np.where(fenced, radius, np.nan),
        high_risk=risk,
        phase_ms=(more[:, 4] * interval_s * 1000).astype(np.int64),
    )


def senior_id(seed: int, index: int, at_ms: int) -> str:
    """A UUIDv7 that the same seed makes again."""
    digest = hashlib.sha256(f"yinling {seed} {index}".encode()).digest()
    value = (at_ms << 80) | (int.from_bytes(digest[:10], "big"))
    value = (value & ~(0xF << 76)) | (7 << 76)
    return str(UUID(int=(value & ~(0x3 << 62)) | (2 << 62)))


def device_id(seed: int, index: int) -> str:
    """The wristband of a senior."""
    return f"sim{seed}-{index:06d}"


def _homes(indices: range, drawn: NDArray[np.float64]) -> NDArray[np.float64]:
    """Compounds on a square lattice 400 m apart, homes within 120 m of their middle."""
    number = np.array(indices) // SENIORS_A_COMPOUND
    side = 40
    east = (number % side - side / 2) * 400 + (drawn[:, 0] - 0.5) * 240
    north = (number // side - side / 2) * 400 + (drawn[:, 1] - 0.5) * 240
    shrink = np.cos(np.radians(CENTRE[0]))
    return np.stack(
        [
            CENTRE[0] + north / METRES_PER_DEGREE,
            CENTRE[1] + east / (METRES_PER_DEGREE * shrink),
        ],
        axis=1,
    )

"""A fleet to judge: reports of people most of whom are well, by seed."""

from dataclasses import dataclass
from typing import Any, Final

import numpy as np
from numpy.typing import NDArray

from alerts.detection import fences, limits
from alerts.detection.columns import Ints, Rows, empty_reports
from alerts.detection.fences import Fences, FenceSet
from alerts.detection.limits import Limits
from core.rules import book

INTERVAL_S: Final = 300.0
START_S: Final = 1_795_226_400.0  # 2026-11-21 10:00 in Shanghai
HOME: Final = (34.3416, 108.9398)
RADIUS_M: Final = 300.0
FENCED: Final = 0.1
"""Share of wristbands with a geofence; every third report brings a fix."""
CONDITIONS: Final[tuple[tuple[str, ...], ...]] = ((), ("copd",), ("dementia",), ())
SHARES: Final = (0.85, 0.05, 0.05, 0.05)
THRESHOLDS: Final[tuple[dict[str, Any], ...]] = (
    {},
    {},
    {},
    {"heart_rate_high": {"warning": 105}},
)
_METRE: Final = 1 / 111_194.9  # degrees of latitude


@dataclass(frozen=True)
class Fleet:
    """Wristbands and who wears them.

    Attributes
    ----------
    limits, fences : of the m wristbands; ``profile`` says which of CONDITIONS they go by.
    normal : (m, 4) everyone's own heart rate, systolic, diastolic, SpO2.
    sent : (m,) reports so far.
    phase_s : (m,) when each began to report, after START_S.
    """

    limits: Limits
    fences: Fences
    normal: NDArray[np.float32]
    away: NDArray[np.bool_]
    off: NDArray[np.bool_]
    charge: NDArray[np.float32]
    phase_s: NDArray[np.float64]
    sent: Ints
    rng: np.random.Generator

    def reports(self, rows: Ints, each: int) -> Rows:
        """The next `each` reports of some wristbands, wristband by wristband."""
        row = np.repeat(rows, each)
        n, rng = len(row), self.rng
        number = self.sent[row] + np.tile(np.arange(each), len(rows))
        self.sent[rows] += each
        found = empty_reports(n)
        found["row"], found["seq"] = row, number
        found["time_s"] = START_S + self.phase_s[row] + number * INTERVAL_S
        found["received_s"] = found["time_s"] + rng.uniform(0.2, 20.0, n)
        walks = rng.random(n, np.float32) < 0.3
        noise = rng.standard_normal((4, n), np.float32)
        normal = self.normal[row].T
        found["heart_rate"] = np.rint(normal[0] + 5 * noise[0] + 20 * walks)
        found["spo2"] = np.minimum(np.rint(normal[3] + 0.7 * noise[3]), 100)
        found["temperature"] = np.round(33.5 + 0.4 * noise[1], 1)
        found["motion"] = np.where(walks, 0.3, 0.02).astype(np.float32)
        # Everyone's counter goes up with the walking of this hour.
        found["steps"] = 20 * number + np.where(walks, 15, 0)
        found["worn"] = ~self.off[row]
        # Charged when it is down to 15 %.
        found["battery"] = 15 + (self.charge[row] - 15 - 0.06 * number) % 85
        measured = number % 6 == 0
        found["systolic"][measured] = np.rint(normal[1] + 6 * noise[1])[measured]
        found["diastolic"][measured] = np.rint(normal[2] + 4 * noise[2])[measured]
        self._place(found, number % 3 == 0)
        return found

    def _place(self, found: Rows, fixed: NDArray[np.bool_]) -> None:
        at = np.flatnonzero(fixed)
        spread = self.rng.normal(0, 40 * _METRE, (2, len(at)))
        gone = self.away[found["row"][at]] * 600 * _METRE
        found["latitude"][at] = HOME[0] + spread[0] + gone
        found["longitude"][at] = HOME[1] + spread[1]
        found["accuracy"][at] = 15
        found["location_source"][at] = 0


def fleet(m: int, seed: int) -> Fleet:
    """`m` wristbands; a few per cent of their wearers are ill, out, or not wearing them."""
    rng = np.random.default_rng(seed)
    spread = np.array([8, 12, 8, 1.1], np.float32)
    normal = rng.standard_normal((m, 4), np.float32) * spread
    normal += np.array([72, 126, 76, 96.5], np.float32)
    ill = rng.random(m) < 0.01
    normal[ill, 0] += rng.choice([-35, 45], int(ill.sum()))
    return Fleet(
        limits=_limits(m, rng),
        fences=fences.compile(_fences(m, rng)),
        normal=normal,
        away=rng.random(m) < 0.02,
        off=rng.random(m) < 0.05,
        charge=rng.uniform(15, 100, m).astype(np.float32),
        phase_s=rng.uniform(0, 3600, m).round(),
        sent=np.zeros(m, np.intp),
        rng=rng,
    )


def _limits(m: int, rng: np.random.Generator) -> Limits:
    profiles: list[Rows] = []
    versions: list[str] = []
    for conditions, thresholds in zip(CONDITIONS, THRESHOLDS, strict=True):
        found = book.resolve(book.NOTHING, conditions=conditions, thresholds=thresholds)
        profiles.append(limits.resolve(found.values, conditions=conditions))
        versions.append(found.version)
    which = rng.choice(len(profiles), m, p=SHARES)
    return Limits(np.concatenate(profiles), which, tuple(versions))


def _fences(m: int, rng: np.random.Generator) -> list[FenceSet | None]:
    circle = {
        "type": "circle",
        "latitude": HOME[0],
        "longitude": HOME[1],
        "radius": RADIUS_M,
    }
    home = {"id": "home", "name": "home", "alert_on": "exit", "shape": circle}
    one = fences.fence_set([home])
    return [one if fenced else None for fenced in (rng.random(m) < FENCED).tolist()]

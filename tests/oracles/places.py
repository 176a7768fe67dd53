"""Circles left and entered, on two consecutive fixes."""

import math
from dataclasses import dataclass

from tests.oracles.readings import Reading

DEGREE_M = 6_371_008.8 * math.pi / 180
WIFI, CELL = 1, 2  # as reports number their location source


@dataclass
class Fence:
    """A circle, plainly."""

    latitude: float
    longitude: float
    radius: float
    enter: bool = False
    visited: bool = False
    violated: bool = False


@dataclass
class Fix:
    """Where somebody was, and how surely."""

    latitude: float
    longitude: float
    accuracy: float


def fix_of(reading: Reading) -> Fix:
    """A report's fix; what lacks an accuracy is taken for what its source gives."""
    report = reading.report
    taken = {
        WIFI: reading.rule("position.wifi_accuracy_m"),
        CELL: reading.rule("position.cell_accuracy_m"),
    }.get(report.get("location_source", -1), 0.0)
    accuracy = reading.value("accuracy") if reading.has("accuracy") else taken
    return Fix(report["latitude"], report["longitude"], accuracy)


class Places:
    """One wristband's fences and the fix before."""

    def __init__(self, fences: list[Fence]) -> None:
        self.fences = fences
        self.before: Fix | None = None

    def levels(self, newest: Reading) -> dict[str, tuple[int, bool]]:
        """What the newest fix reaches and ends, by kind."""
        fix, before = fix_of(newest), self.before
        self.before = fix
        for fence in self.fences:
            if not fence.enter and is_inside(fence, fix):
                fence.visited = True
        levels = {"geofence_exit": 0, "geofence_enter": 0}
        for fence in self.fences:
            kind = "geofence_enter" if fence.enter else "geofence_exit"
            hit, fine = is_outside, is_inside
            if fence.enter:
                hit, fine = fine, hit
            twice = before is not None and hit(fence, fix) and hit(fence, before)
            if twice and self._counts(fence) and newest.is_relevant():
                fence.violated = True
                grave = self._is_grave(newest, fence, fix, before)
                levels[kind] = max(levels[kind], 3 if grave else 2)
            elif fine(fence, fix):
                fence.violated = False
        return {kind: self._told(newest, kind, level) for kind, level in levels.items()}

    def _told(self, newest: Reading, kind: str, level: int) -> tuple[int, bool]:
        if not newest.rule(f"{kind}.enabled"):
            return 0, True
        enter = kind == "geofence_enter"
        return level, not any(f.violated for f in self.fences if f.enter == enter)

    def _counts(self, fence: Fence) -> bool:
        some_visited = any(one.visited for one in self.fences if not one.enter)
        return fence.enter or fence.visited or not some_visited

    def _is_grave(
        self, newest: Reading, fence: Fence, fix: Fix, before: Fix | None
    ) -> bool:
        local = newest.local
        hour = local.hour + local.minute / 60 + local.second / 3600
        night = not newest.rule("day.from_h") <= hour < newest.rule("day.to_h")
        if newest.profile.dementia or night:
            return True
        away = outside_by(fence, fix)
        grows = before is not None and away > outside_by(fence, before)
        return not fence.enter and grows and away > newest.rule("geofence_exit.far_m")


def outside_by(fence: Fence, fix: Fix) -> float:
    """Metres outside of the fence's edge, on a plane through its middle."""
    east = (fix.longitude - fence.longitude) * math.cos(math.radians(fence.latitude))
    north = fix.latitude - fence.latitude
    return math.hypot(east * DEGREE_M, north * DEGREE_M) - fence.radius


def is_outside(fence: Fence, fix: Fix) -> bool:
    return outside_by(fence, fix) > fix.accuracy


def is_inside(fence: Fence, fix: Fix) -> bool:
    return -outside_by(fence, fix) >= fix.accuracy

"""A sketch of where somebody is: home, geofences and the last fix on a local plan, no tiles."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from math import cos, radians
from typing import Any, Final, cast

METRES_PER_DEGREE: Final = 111_195.0
SIZE: Final = 320.0
MARGIN: Final = 34.0
LEAST_SPAN_M: Final = 160.0
SCALE_STEPS_M: Final = (20, 50, 100, 200, 500, 1000, 2000, 5000, 10_000, 50_000)
Json = Mapping[str, Any]
Point = tuple[float, float]


@dataclass(frozen=True, slots=True)
class Circle:
    """A circle on the sheet [sheet units]."""

    x: float
    y: float
    radius: float


@dataclass(frozen=True, slots=True)
class Plan:
    """What to draw, in sheet units from the top left; the sheet is `SIZE` square.

    Attributes
    ----------
    polygons : corner lists as SVG ``points``.
    accuracy : circle around the fix.
    scale_m, scale_width : a round length on the ground [m] and on the sheet.
    """

    home: Point
    fix: Point
    accuracy: Circle
    circles: tuple[Circle, ...]
    polygons: tuple[str, ...]
    scale_m: int
    scale_width: float
    size: float = SIZE


@dataclass(frozen=True, slots=True)
class _Sheet:
    """Turns degrees into sheet units: equirectangular around home, north up."""

    latitude: float
    longitude: float
    middle_m: Point = (0.0, 0.0)
    per_m: float = 1.0

    def ground_m(self, latitude: float, longitude: float) -> Point:
        east = (longitude - self.longitude) * cos(radians(self.latitude))
        north = latitude - self.latitude
        return east * METRES_PER_DEGREE, north * METRES_PER_DEGREE

    def point(self, latitude: float, longitude: float) -> Point:
        east_m, north_m = self.ground_m(latitude, longitude)
        return (
            round(SIZE / 2 + (east_m - self.middle_m[0]) * self.per_m, 1),
            round(SIZE / 2 - (north_m - self.middle_m[1]) * self.per_m, 1),
        )

    def circle(self, latitude: float, longitude: float, radius_m: float) -> Circle:
        x, y = self.point(latitude, longitude)
        return Circle(x, y, round(min(max(radius_m * self.per_m, 3.0), 4 * SIZE), 1))


def plan(home: Point, fix: Point, accuracy_m: float, shapes: Iterable[Json]) -> Plan:
    """Lay out the sketch.

    Parameters
    ----------
    home, fix : (latitude, longitude), degrees WGS-84.
    accuracy_m : radius within which the fix is meant [m].
    shapes : geofences' shapes: circles as in the contract, or GeoJSON Polygons.
    """
    shapes = list(shapes)
    sheet = _fitted(home, fix)
    circles = [shape for shape in shapes if shape.get("type") == "circle"]
    polygons = [shape for shape in shapes if shape.get("type") == "Polygon"]
    scale_m = _scale(sheet.per_m)
    return Plan(
        home=sheet.point(*home),
        fix=sheet.point(*fix),
        accuracy=sheet.circle(*fix, accuracy_m),
        circles=tuple(
            sheet.circle(each["latitude"], each["longitude"], each["radius"])
            for each in circles
        ),
        polygons=tuple(_corners(sheet, each) for each in polygons),
        scale_m=scale_m,
        scale_width=round(scale_m * sheet.per_m, 1),
    )


def _fitted(home: Point, fix: Point) -> _Sheet:
    """A sheet that holds home and fix with room around them."""
    sheet = _Sheet(*home)
    east_m, north_m = sheet.ground_m(*fix)
    span_m = max(LEAST_SPAN_M, abs(east_m) * 1.3, abs(north_m) * 1.3)
    return _Sheet(
        *home,
        middle_m=(east_m / 2, north_m / 2),
        per_m=(SIZE - 2 * MARGIN) / span_m,
    )


def _corners(sheet: _Sheet, polygon: Json) -> str:
    ring = cast("list[list[float]]", polygon["coordinates"][0])
    points = (sheet.point(corner[1], corner[0]) for corner in ring)
    return " ".join(f"{x},{y}" for x, y in points)


def _scale(per_m: float) -> int:
    """The longest round length that takes at most a third of the sheet [m]."""
    fitting = [step for step in SCALE_STEPS_M if step * per_m <= SIZE / 3]
    return max(fitting, default=SCALE_STEPS_M[0])

"""Polygons against a plain reading of them: every edge, one fix at a time."""

import math
from itertools import pairwise
from random import Random

import numpy as np
import pytest

from alerts.detection import fences

WEST, SOUTH = 108.93, 34.34
DEGREE_M = fences.EARTH_RADIUS_M * math.pi / 180
Point = tuple[float, float]
Ring = list[Point]


def plane(point: Point, rings: list[Ring]) -> Point:
    """Metres east and north of the middle of the outer ring's corners."""
    corners = rings[0][:-1]
    west = sum(x for x, _ in corners) / len(corners)
    south = sum(y for _, y in corners) / len(corners)
    east = (point[0] - west) * math.cos(math.radians(south)) * DEGREE_M
    return east, (point[1] - south) * DEGREE_M


def plain_distance(point: Point, rings: list[Ring]) -> float:
    """Signed distance from the nearest edge, inside negative."""
    x, y = plane(point, rings)
    nearest, crossings = math.inf, 0
    for ring in rings:
        corners = [plane(one, rings) for one in ring]
        for (x0, y0), (x1, y1) in pairwise(corners):
            if (x0, y0) == (x1, y1):
                continue
            length = math.hypot(x1 - x0, y1 - y0)
            along = ((x - x0) * (x1 - x0) + (y - y0) * (y1 - y0)) / length**2
            along = min(1.0, max(0.0, along))
            nearest = min(
                nearest,
                math.hypot(x - x0 - along * (x1 - x0), y - y0 - along * (y1 - y0)),
            )
            if (y0 > y) != (y1 > y):
                crossings += x < x0 + (y - y0) / (y1 - y0) * (x1 - x0)
    return -nearest if crossings % 2 else nearest


def star(chance: Random, west: float, south: float, size: float) -> Ring:
    """A ring of uneven corners around a point."""
    count = chance.randint(3, 9)
    ring = [
        (
            west + size * chance.uniform(0.3, 1) * math.cos(2 * math.pi * i / count),
            south + size * chance.uniform(0.3, 1) * math.sin(2 * math.pi * i / count),
        )
        for i in range(count)
    ]
    return [*ring, ring[0]]


def a_fence(name: str, rings: list[Ring]) -> dict[str, object]:
    shape = {"type": "Polygon", "coordinates": rings}
    return {"id": name, "name": name, "alert_on": "exit", "shape": shape}


@pytest.mark.parametrize("seed", range(20))
def test_distances_from_stars_with_holes(seed: int) -> None:
    chance = Random(seed)
    shapes = [
        [star(chance, WEST, SOUTH, 0.02), star(chance, WEST, SOUTH, 0.004)],
        [star(chance, WEST + 0.01, SOUTH, 0.01)],
    ]
    one = fences.fence_set([a_fence(str(i), rings) for i, rings in enumerate(shapes)])
    joined = fences.compile([one, None, one])
    fence = np.array([chance.randrange(4) for _ in range(60)])
    x = np.array([WEST + chance.uniform(-0.03, 0.03) for _ in fence])
    y = np.array([SOUTH + chance.uniform(-0.03, 0.03) for _ in fence])
    found = fences.distance_m(joined, fence, y, x)
    for i, which in enumerate(fence.tolist()):
        rings = shapes[which % 2]
        meant = plain_distance((float(x[i]), float(y[i])), rings)
        assert found[i] == pytest.approx(meant, abs=1e-4)


def test_a_fix_as_far_north_as_corners() -> None:
    # The corners lie on whole metres of the plane, and so does the fix.
    degree = 0.001
    diamond = [
        (WEST + degree, SOUTH),
        (WEST, SOUTH + degree),
        (WEST - degree, SOUTH),
        (WEST, SOUTH - degree),
        (WEST + degree, SOUTH),
    ]
    compiled = fences.compile([[a_fence("a", [diamond])]])
    for east in (-2, -0.5, 0.5, 2):
        point = (WEST + east * degree, SOUTH)
        found = fences.distance_m(
            compiled, np.array([0]), np.array([point[1]]), np.array([point[0]])
        )
        assert found[0] == pytest.approx(plain_distance(point, [diamond]), abs=1e-4)


def test_a_circle_among_polygons() -> None:
    circle = {
        "id": "0",
        "name": "0",
        "alert_on": "enter",
        "shape": {
            "type": "circle",
            "latitude": SOUTH,
            "longitude": WEST,
            "radius": 100,
        },
    }
    rings = [star(Random(1), WEST, SOUTH, 0.02)]
    joined = fences.compile([[circle, a_fence("1", rings)]])
    found = fences.distance_m(
        joined,
        np.array([1, 0, 1]),
        np.full(3, SOUTH + 0.003),
        np.array([WEST, WEST, WEST + 0.05]),
    )
    assert found[1] == pytest.approx(0.003 * DEGREE_M - 100)
    for i, x in ((0, WEST), (2, WEST + 0.05)):
        meant = plain_distance((x, SOUTH + 0.003), rings)
        assert found[i] == pytest.approx(meant, abs=1e-4)

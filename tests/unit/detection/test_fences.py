"""Where a fix lies against circles and polygons."""

import numpy as np
import pytest

from alerts.detection import fences
from core.errors import InvalidError

WEST, SOUTH = 108.93, 34.34
DEGREE_M = fences.EARTH_RADIUS_M * np.pi / 180


def square(west: float, south: float, side: float) -> list[list[float]]:
    return [
        [west, south],
        [west + side, south],
        [west + side, south + side],
        [west, south + side],
        [west, south],
    ]


def polygon(*rings: list[list[float]], name: str = "a") -> dict[str, object]:
    shape = {"type": "Polygon", "coordinates": list(rings)}
    return {"id": name, "name": name, "alert_on": "exit", "shape": shape}


def distance(fence: dict[str, object], latitude: float, longitude: float) -> float:
    compiled = fences.compile([None, [fence]])
    found = fences.distance_m(
        compiled, np.array([0]), np.array([latitude]), np.array([longitude])
    )
    return float(found[0])


def test_inside_a_square_is_negative_to_the_nearest_edge() -> None:
    fence = polygon(square(WEST, SOUTH, 0.01))
    assert distance(fence, SOUTH + 0.002, WEST + 0.005) == pytest.approx(
        -0.002 * DEGREE_M, rel=1e-3
    )


def test_outside_is_positive_to_edge_or_corner() -> None:
    fence = polygon(square(WEST, SOUTH, 0.01))
    assert distance(fence, SOUTH - 0.003, WEST + 0.005) == pytest.approx(
        0.003 * DEGREE_M, rel=1e-3
    )
    corner = distance(fence, SOUTH - 0.003, WEST - 0.004)
    east = 0.004 * np.cos(np.radians(SOUTH))
    assert corner == pytest.approx(np.hypot(0.003, east) * DEGREE_M, rel=1e-3)


def test_a_hole_is_outside() -> None:
    fence = polygon(
        square(WEST, SOUTH, 0.01), square(WEST + 0.004, SOUTH + 0.004, 0.002)
    )
    assert distance(fence, SOUTH + 0.005, WEST + 0.005) > 0
    assert distance(fence, SOUTH + 0.002, WEST + 0.005) < 0


def test_a_repeated_position_does_no_harm() -> None:
    ring = square(WEST, SOUTH, 0.01)
    assert distance(polygon([ring[0], *ring]), SOUTH + 0.005, WEST + 0.005) < 0


def test_the_date_line_is_no_edge() -> None:
    shape = {"type": "circle", "latitude": 0.0, "longitude": 179.999, "radius": 500}
    fence = {"id": "x", "name": "x", "alert_on": "exit", "shape": shape}
    assert distance(fence, 0.0, -179.999) == pytest.approx(0.002 * DEGREE_M - 500)


def test_many_rows_keep_their_own() -> None:
    one = fences.fence_set([polygon(square(WEST, SOUTH, 0.01), name="one")])
    two = [
        polygon(square(WEST, SOUTH, 0.02), name="two"),
        polygon(square(WEST + 1, SOUTH, 0.01), name="far"),
    ]
    joined = fences.compile([one, None, two])
    assert joined.names == ("one", "far", "two")  # by id
    assert joined.start.tolist() == [0, 1, 1, 3]
    found = fences.distance_m(
        joined, np.arange(3), np.full(3, SOUTH + 0.015), np.full(3, WEST + 0.015)
    )
    assert (found < 0).tolist() == [False, False, True]


def test_a_set_has_an_identity_of_its_own() -> None:
    a, b = polygon(square(WEST, SOUTH, 0.01)), polygon(square(WEST, SOUTH, 0.02))
    assert fences.fence_set([a]).identity == fences.fence_set([dict(a)]).identity
    assert fences.fence_set([a]).identity != fences.fence_set([b]).identity
    assert fences.fence_set([]).identity == 0


def test_more_than_the_masks_hold_is_refused() -> None:
    many = [polygon(square(WEST, SOUTH, 0.01), name=str(i)) for i in range(33)]
    with pytest.raises(InvalidError):
        fences.fence_set(many)


def test_a_position_repeated_on_the_way_does_no_harm() -> None:
    ring = square(WEST, SOUTH, 0.01)
    twice = [ring[0], ring[1], ring[1], ring[2], ring[2], *ring[3:]]
    assert len(fences.fence_set([polygon(twice)]).edges) == 4
    assert distance(polygon(twice), SOUTH + 0.005, WEST + 0.005) < 0


def test_heights_of_positions_are_left_out() -> None:
    ring = [[*position, 400.0] for position in square(WEST, SOUTH, 0.01)]
    assert distance(polygon(ring), SOUTH + 0.005, WEST + 0.005) < 0


def test_the_identity_names_id_shape_and_direction_alone() -> None:
    one = {
        "id": "a",
        "name": "Home",
        "alert_on": "exit",
        "shape": {"type": "circle", "latitude": 1.0, "longitude": 2.0, "radius": 3.0},
    }
    known = fences.fence_set([one]).identity
    turned = {"shape": dict(reversed(list(dict(one["shape"]).items())))}
    assert fences.fence_set([one | turned | {"name": "House"}]).identity == known
    for other in ({"id": "b"}, {"alert_on": "enter"}):
        assert fences.fence_set([one | other]).identity != known


def test_the_date_line_is_no_edge_from_either_side() -> None:
    for at, other in ((179.999, -179.999), (-179.999, 179.999)):
        shape = {"type": "circle", "latitude": 0.0, "longitude": at, "radius": 500}
        fence = {"id": "x", "name": "x", "alert_on": "exit", "shape": shape}
        found = distance(fence, 0.0, other)
        assert found == pytest.approx(0.002 * DEGREE_M - 500)
    shape = {"type": "circle", "latitude": 0.0, "longitude": 10.0, "radius": 500}
    fence = {"id": "x", "name": "x", "alert_on": "exit", "shape": shape}
    assert distance(fence, 0.0, 10.01) == pytest.approx(0.01 * DEGREE_M - 500)

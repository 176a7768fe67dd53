"""Which geofences may be drawn."""

from typing import Any

import pytest
from pydantic import TypeAdapter, ValidationError

from core.rules.geofence import Boundary, Geofence
from core.rules.routine import Routine

SQUARE = [[108.9, 34.3], [108.91, 34.3], [108.91, 34.31], [108.9, 34.31], [108.9, 34.3]]


def circle(**changes: Any) -> dict[str, Any]:
    shape = {"type": "circle", "latitude": 34.3, "longitude": 108.9, "radius": 300}
    return {"name": "home", "shape": shape | changes}


def polygon(*rings: list[list[float]]) -> dict[str, Any]:
    return {"name": "home", "shape": {"type": "Polygon", "coordinates": list(rings)}}


def test_good_ones() -> None:
    assert Geofence.model_validate(circle()).alert_on == "exit"
    assert Geofence.model_validate(polygon(SQUARE) | {"alert_on": "enter"})
    hole = [[108.904, 34.304], [108.906, 34.304], [108.905, 34.306], [108.904, 34.304]]
    assert Geofence.model_validate(polygon(SQUARE, hole))


@pytest.mark.parametrize(
    "body",
    [
        circle(radius=29),
        circle(radius=100_001),
        circle(latitude=91),
        circle(longitude=float("nan")),
        circle(extra=1),
        circle(type="square"),
        circle(radius="300"),
        circle(latitude="34.3"),
        polygon([[str(lon), lat] for lon, lat in SQUARE]),
        circle() | {"name": " "},
        circle() | {"alert_on": "both"},
        polygon(),
        polygon(SQUARE[:-1]),
        polygon([SQUARE[0], SQUARE[1], SQUARE[0]]),
        polygon([[lat, lon] for lon, lat in SQUARE]),
        polygon([SQUARE[0], SQUARE[2], SQUARE[1], SQUARE[3], SQUARE[0]]),
        polygon([SQUARE[0], SQUARE[1], [108.905, 34.3], SQUARE[2], SQUARE[0]]),
        polygon([SQUARE[0], SQUARE[1], SQUARE[1], SQUARE[2], SQUARE[0]]),
        polygon(
            [SQUARE[0], SQUARE[1], SQUARE[2], [108.905, 34.3], SQUARE[3], SQUARE[0]]
        ),
        polygon([[0, 0], [6, 0], [6, 1], [0, 0]]),
        polygon([[108.9 + i * 1e-5, 34.3 + (i % 2) * 1e-5] for i in range(101)]),
    ],
)
def test_bad_ones(body: dict[str, Any]) -> None:
    with pytest.raises(ValidationError):
        Geofence.model_validate(body)


def test_boundaries() -> None:
    boundary = TypeAdapter[Any](Boundary)
    one = {"type": "Polygon", "coordinates": [SQUARE]}
    two = {"type": "MultiPolygon", "coordinates": [[SQUARE], [SQUARE]]}
    for good in (one, two):
        shown = boundary.validate_python(good).model_dump(mode="json")
        assert shown == good
    crossed = [SQUARE[0], SQUARE[2], SQUARE[1], SQUARE[3], SQUARE[0]]
    for bad in (
        {},
        {"type": "Point", "coordinates": [108.9, 34.3]},
        {"type": "Polygon"},
        {"type": "Polygon", "coordinates": SQUARE},
        {"type": "Polygon", "coordinates": [crossed]},
        {"type": "MultiPolygon", "coordinates": []},
        {"type": "MultiPolygon", "coordinates": [[]]},
        {"type": "MultiPolygon", "coordinates": [[SQUARE], [SQUARE[:-1]]]},
        one | {"colour": "red"},
    ):
        with pytest.raises(ValidationError):
            boundary.validate_python(bad)


def test_a_fine_boundary_is_checked_whole() -> None:
    def ring(count: int) -> list[list[float]]:
        saw = [[108 + i * 1e-4, 34 + (i % 2) * 1e-4] for i in range(count - 2)]
        return [*saw, [108.0, 34.5], saw[0]]

    boundary = TypeAdapter[Any](Boundary)
    assert boundary.validate_python({"type": "Polygon", "coordinates": [ring(1000)]})
    knot = ring(1000)
    knot[500], knot[502] = knot[502], knot[500]
    for bad in (ring(1001), knot):
        with pytest.raises(ValidationError):
            boundary.validate_python({"type": "Polygon", "coordinates": [bad]})


def test_null_equals_absent() -> None:
    assert Routine.model_validate({"quiet_hours": None}).quiet_hours == []
    for bad in ({"quiet_hours": [{"from": "22:00", "to": None}]}, {"more": None}):
        with pytest.raises(ValidationError):
            Routine.model_validate(bad)


def test_quiet_hours() -> None:
    routine = Routine.model_validate(
        {"quiet_hours": [{"from": "22:00", "to": "06:30"}]}
    )
    assert routine.model_dump(mode="json", by_alias=True) == {
        "quiet_hours": [{"from": "22:00:00", "to": "06:30:00"}]
    }
    for bad in ("22:00", "06:30+08:00", 3600, "3600", "06:30:00.5", True):
        with pytest.raises(ValidationError):
            Routine.model_validate({"quiet_hours": [{"from": "22:00", "to": bad}]})

"""Geofences a manager may draw: circles and GeoJSON polygons, checked."""

from collections.abc import Iterator, Sequence
from itertools import pairwise
from typing import Annotated, Final, Literal

from pydantic import Field, StringConstraints, field_validator

from core.rules.body import Body, Number

MAX_PER_SENIOR: Final = 16
MAX_POSITIONS: Final = 100
MAX_BOUNDARY_POSITIONS: Final = 1000
MIN_RADIUS_M: Final = (
    30.0  # below a wristband's own error nothing is ever wholly inside
)
MAX_RADIUS_M: Final = 100_000.0
MAX_SPAN_DEG: Final = 5.0

Position = tuple[Number, Number]
Edge = tuple[Position, Position]


class Circle(Body):
    """A circle around a WGS-84 point, its radius in metres."""

    type: Literal["circle"]
    latitude: Annotated[Number, Field(ge=-85, le=85)]
    longitude: Annotated[Number, Field(ge=-180, le=180)]
    radius: Annotated[Number, Field(ge=MIN_RADIUS_M, le=MAX_RADIUS_M)]


class Polygon(Body):
    """A GeoJSON Polygon (RFC 7946): an outer ring and holes, [longitude, latitude]."""

    type: Literal["Polygon"]
    coordinates: Annotated[list[list[Position]], Field(min_length=1)]

    @field_validator("coordinates")
    @classmethod
    def _rings(cls, rings: list[list[Position]]) -> list[list[Position]]:
        _check_rings(rings, MAX_POSITIONS)
        return rings


class Area(Body):
    """A GeoJSON Polygon as a place's boundary, in finer detail than a geofence."""

    type: Literal["Polygon"]
    coordinates: Annotated[list[list[Position]], Field(min_length=1)]

    @field_validator("coordinates")
    @classmethod
    def _rings(cls, rings: list[list[Position]]) -> list[list[Position]]:
        _check_rings(rings, MAX_BOUNDARY_POSITIONS)
        return rings


class Areas(Body):
    """A GeoJSON MultiPolygon (RFC 7946): a boundary in several parts."""

    type: Literal["MultiPolygon"]
    coordinates: Annotated[
        list[Annotated[list[list[Position]], Field(min_length=1)]], Field(min_length=1)
    ]

    @field_validator("coordinates")
    @classmethod
    def _rings(cls, parts: list[list[list[Position]]]) -> list[list[list[Position]]]:
        _check_rings([ring for part in parts for ring in part], MAX_BOUNDARY_POSITIONS)
        return parts


Boundary = Annotated[Area | Areas, Field(discriminator="type")]
"""Where a place lies."""


class Geofence(Body):
    """A geofence as it is asked for: whether leaving or entering it alarms."""

    name: Annotated[
        str, StringConstraints(strip_whitespace=True, min_length=1, max_length=100)
    ]
    shape: Annotated[Circle | Polygon, Field(discriminator="type")]
    alert_on: Literal["exit", "enter"] = "exit"


def _check_rings(rings: Sequence[Sequence[Position]], most: int) -> None:
    if sum(len(ring) for ring in rings) > most:
        raise ValueError(f"a polygon has at most {most} positions")
    for ring in rings:
        _check_ring(ring)


def _check_ring(ring: Sequence[Position]) -> None:
    if len(ring) < 4 or ring[0] != ring[-1]:
        raise ValueError("a ring has at least 4 positions, the last equal to the first")
    longitudes = [position[0] for position in ring]
    latitudes = [position[1] for position in ring]
    if max(map(abs, longitudes)) > 180 or max(map(abs, latitudes)) > 85:
        raise ValueError("a position is [longitude, latitude] in degrees")
    if max(_span(longitudes), _span(latitudes)) > MAX_SPAN_DEG:
        raise ValueError(f"a polygon spans at most {MAX_SPAN_DEG:g} degrees")
    if _crosses_itself(ring):
        raise ValueError("a ring may not cross or touch itself, nor be flat")


def _span(values: Sequence[float]) -> float:
    return max(values) - min(values)


def _crosses_itself(ring: Sequence[Position]) -> bool:
    edges = list(pairwise(ring))
    last = len(edges) - 1
    return any(
        _folds_back(edges[i], edges[j])
        if j == i + 1 or (i, j) == (0, last)
        else _meet(edges[i], edges[j])
        for i, j in _near(edges)
    )


def _near(edges: Sequence[Edge]) -> Iterator[tuple[int, int]]:
    """Pairs i < j of edges that share a longitude: no others can meet."""
    spans = [(min(a[0], b[0]), max(a[0], b[0])) for a, b in edges]
    from_west = sorted(range(len(edges)), key=lambda i: spans[i][0])
    for rank, i in enumerate(from_west):
        for j in from_west[rank + 1 :]:
            if spans[j][0] > spans[i][1]:
                break
            yield min(i, j), max(i, j)


def _turn(a: Position, b: Position, c: Position) -> float:
    return (b[0] - a[0]) * (c[1] - a[1]) - (b[1] - a[1]) * (c[0] - a[0])


def _within(edge: Edge, p: Position) -> bool:
    """Whether `p`, on the edge's line, lies between its ends."""
    (ax, ay), (bx, by) = edge
    return min(ax, bx) <= p[0] <= max(ax, bx) and min(ay, by) <= p[1] <= max(ay, by)


def _meet(one: Edge, other: Edge) -> bool:
    """Whether two edges that share no corner have a point in common."""
    turns = (
        _turn(*one, other[0]),
        _turn(*one, other[1]),
        _turn(*other, one[0]),
        _turn(*other, one[1]),
    )
    if turns[0] * turns[1] < 0 and turns[2] * turns[3] < 0:
        return True
    ends = ((one, other[0]), (one, other[1]), (other, one[0]), (other, one[1]))
    return any(
        turn == 0 and _within(edge, end)
        for turn, (edge, end) in zip(turns, ends, strict=True)
    )


def _folds_back(one: Edge, other: Edge) -> bool:
    """Whether neighbouring edges lie on each other, or one of them is a point."""
    shared = one[1] if one[1] == other[0] else one[0]
    if one[0] == one[1] or other[0] == other[1]:
        return True
    far = one[0] if shared == one[1] else one[1]
    end = other[1] if shared == other[0] else other[0]
    return _turn(far, shared, end) == 0 and (
        _within((shared, far), end) or _within((shared, end), far)
    )

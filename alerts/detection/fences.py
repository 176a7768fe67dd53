"""Geofences as arrays, and how far a fix lies inside or outside of each."""

import hashlib
import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Final

import numpy as np
from numpy.typing import NDArray

from alerts.detection.columns import Floats, Ints, Rows, picked
from alerts.detection.segments import joined
from core.errors import InvalidError

EARTH_RADIUS_M: Final = 6_371_008.8
MAX_FENCES: Final = 32  # bits of the state's masks

FENCE: Final = np.dtype(
    [
        ("row", "<i4"),
        ("bit", "u1"),  # which bit of the state's masks is about this fence
        ("enter", "?"),
        ("latitude", "<f8"),  # of the local plane's origin
        ("longitude", "<f8"),
        ("cosine", "<f8"),
        ("radius_m", "<f8"),  # NaN for a polygon
        ("edge", "<i8"),  # its first edge
        ("edges", "<i8"),  # how many
    ]
)
_EDGE = np.dtype([("x0", "<f8"), ("y0", "<f8"), ("x1", "<f8"), ("y1", "<f8")])
_RADIAN_M = EARTH_RADIUS_M * np.pi / 180.0

Geofence = Mapping[str, Any]


@dataclass(frozen=True, slots=True)
class FenceSet:
    """The geofences of one senior, compiled once and kept until they change.

    Attributes
    ----------
    names, ids : of each fence.
    identity : names this very set, so that state knows when it changed.
    """

    fences: Rows
    edges: Rows
    names: tuple[str, ...]
    ids: tuple[str, ...]
    identity: int


@dataclass(frozen=True, slots=True)
class Fences:
    """The geofences of many rows, joined: row `r` has ``start[r]:start[r + 1]``."""

    fences: Rows
    edges: Rows
    names: tuple[str, ...]
    ids: tuple[str, ...]
    start: Ints
    identity: NDArray[np.uint64]


def fence_set(geofences: Sequence[Geofence]) -> FenceSet:
    """Compile one senior's geofences.

    Parameters
    ----------
    geofences : dicts with ``id``, ``name``, ``shape`` and ``alert_on``, as stored
        (core.rules.geofence checks them when they are set).

    Raises
    ------
    InvalidError
        If there are more than MAX_FENCES.
    """
    if not geofences:
        return _NONE
    if len(geofences) > MAX_FENCES:
        raise InvalidError(f"a senior has at most {MAX_FENCES} geofences")
    ordered = sorted(geofences, key=lambda geofence: str(geofence["id"]))
    fences = np.zeros(len(ordered), FENCE)
    edges: list[Rows] = []
    for bit, geofence in enumerate(ordered):
        fences["bit"][bit] = bit
        fences["enter"][bit] = geofence["alert_on"] == "enter"
        _place(fences[bit : bit + 1], geofence["shape"], edges)
    return FenceSet(
        fences=fences,
        edges=np.concatenate([np.zeros(0, _EDGE), *edges]),
        names=tuple(str(geofence["name"]) for geofence in ordered),
        ids=tuple(str(geofence["id"]) for geofence in ordered),
        identity=_identity(ordered),
    )


def compile(rows: Sequence[FenceSet | Sequence[Geofence] | None]) -> Fences:  # noqa: A001  the brief word for it
    """Join the geofences of many rows.

    Parameters
    ----------
    rows : for each row of the state its geofences: compiled, as dicts, or None.
    """
    sets = [row if isinstance(row, FenceSet) else fence_set(row or ()) for row in rows]
    some = [one for one in sets if one.identity]
    counts = np.array([len(one.names) for one in sets], np.intp)
    fences = joined([one.fences for one in some], FENCE)
    fences["row"] = np.repeat(np.arange(len(sets)), counts)
    edges = np.array([len(one.edges) for one in some], np.int64)
    fences["edge"] += np.repeat(np.cumsum(edges) - edges, counts[counts > 0])
    return Fences(
        fences=fences,
        edges=joined([one.edges for one in some], _EDGE),
        names=tuple(name for one in some for name in one.names),
        ids=tuple(name for one in some for name in one.ids),
        start=np.append(0, np.cumsum(counts)),
        identity=np.array([one.identity for one in sets], np.uint64),
    )


def distance_m(
    fences: Fences, fence: Ints, latitude: Floats, longitude: Floats
) -> Floats:
    """How far each fix lies outside of a fence's edge; negative inside.

    Distances are on a plane through the fence's middle, good to 0.1 % within 50 km.

    Parameters
    ----------
    fence : (n,) index of the fence of each fix.
    latitude, longitude : (n,) float64, WGS-84 [°]

    Returns
    -------
    (n,) float64 [m]
    """
    of = picked(fences.fences, fence)
    turned = (longitude - of["longitude"] + 180.0) % 360.0 - 180.0
    x = turned * of["cosine"] * _RADIAN_M
    y = (latitude - of["latitude"]) * _RADIAN_M
    distance = np.hypot(x, y) - of["radius_m"]
    polygon = np.flatnonzero(of["edges"] > 0)
    if polygon.size:
        distance[polygon] = _from_rings(
            fences.edges, picked(of, polygon), x[polygon], y[polygon]
        )
    return distance


def _from_rings(edges: Rows, of: Rows, x: Floats, y: Floats) -> Floats:
    """Signed distance from polygons, every fix against every edge of its own."""
    counts = of["edges"]
    begins = np.cumsum(counts) - counts
    each = np.repeat(np.arange(len(of)), counts)
    edge = edges[np.arange(counts.sum()) - np.repeat(begins - of["edge"], counts)]
    px, py = x[each], y[each]
    dx, dy = edge["x1"] - edge["x0"], edge["y1"] - edge["y0"]
    along = ((px - edge["x0"]) * dx + (py - edge["y0"]) * dy) / (dx * dx + dy * dy)
    along = np.clip(along, 0.0, 1.0)
    apart = np.hypot(px - edge["x0"] - along * dx, py - edge["y0"] - along * dy)
    nearest = np.minimum.reduceat(apart, begins)
    straddles = (edge["y0"] > py) != (edge["y1"] > py)
    left_of = (px - edge["x0"]) * dy < (py - edge["y0"]) * dx
    crossed = straddles & (left_of == (dy > 0))
    inside = np.add.reduceat(crossed.astype(np.intp), begins) % 2 == 1
    return np.where(inside, -nearest, nearest)


def _place(fence: Rows, shape: Mapping[str, Any], edges: list[Rows]) -> None:
    """Write a shape's geometry into its row, its edges to the end of `edges`."""
    rings = [np.asarray(ring, float)[:, :2] for ring in shape.get("coordinates", ())]
    if rings:
        fence["longitude"], fence["latitude"] = rings[0][:-1].mean(axis=0)
        fence["radius_m"] = np.nan
    else:
        fence["latitude"], fence["longitude"] = shape["latitude"], shape["longitude"]
        fence["radius_m"] = shape["radius"]
    fence["cosine"] = np.cos(np.radians(fence["latitude"]))
    fence["edge"] = sum(len(one) for one in edges)
    edges.extend(_edges(ring, fence) for ring in rings)
    fence["edges"] = sum(len(one) for one in edges) - fence["edge"]


def _edges(ring: Floats, fence: Rows) -> Rows:
    x = (ring[:, 0] - fence["longitude"]) * fence["cosine"] * _RADIAN_M
    y = (ring[:, 1] - fence["latitude"]) * _RADIAN_M
    edges = np.zeros(len(ring) - 1, _EDGE)
    edges["x0"], edges["y0"], edges["x1"], edges["y1"] = x[:-1], y[:-1], x[1:], y[1:]
    return edges[(x[:-1] != x[1:]) | (y[:-1] != y[1:])]


def _identity(ordered: Sequence[Geofence]) -> int:
    """A number for a set of fences: the same for the same ones, and not 0."""
    digest = hashlib.blake2b(digest_size=8)
    for geofence in ordered:
        parts = (str(geofence["id"]), geofence["shape"], geofence["alert_on"])
        digest.update(json.dumps(parts, sort_keys=True).encode())
    return int.from_bytes(digest.digest(), "little") or 1


_NONE: Final = FenceSet(np.zeros(0, FENCE), np.zeros(0, _EDGE), (), (), 0)

"""What a file may say of a senior in columns that do not vary from row to row."""

from collections.abc import Mapping
from dataclasses import replace
from typing import Final

from core.errors import InvalidError
from yinling.backtest.history import Wearer

ABOUT_WEARER: Final = (
    "place",
    "conditions",
    "risk",
    "expected_interval_s",
    "home_latitude",
    "home_longitude",
    "geofence_radius_m",
)
"""Columns about the senior; ``place`` and ``conditions`` are lists, ``;`` between."""
DEFAULT_RADIUS_M: Final = 500.0
_RISKS: Final = ("normal", "high")


def wearer(senior: str, about: Mapping[str, str], alike: Wearer) -> Wearer:
    """A senior as a file describes them, as `alike` where it says nothing.

    Raises
    ------
    InvalidError
        If a description cannot be read.
    """
    found = replace(alike, senior=senior)
    for name, text in about.items():
        if name == "place":
            found = replace(found, place=_listed(text))
        elif name == "conditions":
            found = replace(found, conditions=_listed(text))
        elif name == "risk":
            if text not in _RISKS:
                raise InvalidError(f"risk of {senior} is {text!r}: normal or high")
            found = replace(found, risk=text)
        elif name == "expected_interval_s":
            found = replace(found, expected_interval_s=_number(senior, name, text))
    if {"home_latitude", "home_longitude"} <= about.keys():
        home = [_number(senior, one, about[one]) for one in _HOME]
        radius = about.get("geofence_radius_m")
        radius_m = _number(senior, "geofence_radius_m", radius) if radius else None
        found = replace(found, geofences=(home_fence(*home, radius_m=radius_m),))
    return found


_HOME: Final = ("home_latitude", "home_longitude")
_RANGES: Final = {
    "home_latitude": (-90.0, 90.0),
    "home_longitude": (-180.0, 180.0),
    "geofence_radius_m": (1.0, 1e6),
    "expected_interval_s": (1.0, 86400.0 * 30),
}


def home_fence(
    latitude: float, longitude: float, radius_m: float | None = None
) -> dict[str, object]:
    """A circle around a home that is not to be left [°, m]."""
    return {
        "id": "home",
        "name": "home",
        "alert_on": "exit",
        "shape": {
            "type": "circle",
            "latitude": latitude,
            "longitude": longitude,
            "radius": DEFAULT_RADIUS_M if radius_m is None else radius_m,
        },
    }


def _listed(text: str) -> tuple[str, ...]:
    return tuple(part.strip() for part in text.split(";") if part.strip())


def _number(senior: str, name: str, text: str) -> float:
    low, high = _RANGES[name]
    try:
        value = float(text)
    except ValueError:
        value = float("nan")
    if not low <= value <= high:
        raise InvalidError(
            f"{name} of {senior} is {text!r}: a number from {low:g} to {high:g}"
        )
    return value

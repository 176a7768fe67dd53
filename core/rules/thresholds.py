"""Personal limits a manager may set, and the safe corridor they must stay within."""

from collections.abc import Iterable, Mapping
from typing import Annotated, Any, Final, Literal, NamedTuple, cast

from pydantic import Field, ValidationError

from core.errors import InvalidError
from core.rules.body import Body, Number

Direction = Literal["above", "below"]


class HeartRateHigh(Body):
    """Heart rate at or above which it alarms [1/min]."""

    warning: Annotated[Number, Field(ge=100, le=150)] | None = None
    critical: Annotated[Number, Field(ge=110, le=180)] | None = None


class HeartRateLow(Body):
    """Heart rate at or below which it alarms [1/min]."""

    warning: Annotated[Number, Field(ge=35, le=60)] | None = None
    critical: Annotated[Number, Field(ge=30, le=50)] | None = None


class PressureHighWarning(Body):
    """Mean blood pressure of days worth a task [mmHg]."""

    systolic: Annotated[Number, Field(ge=120, le=170)] | None = None
    diastolic: Annotated[Number, Field(ge=75, le=105)] | None = None


class PressureHighCritical(Body):
    """Blood pressure at or above which it alarms once confirmed [mmHg]."""

    systolic: Annotated[Number, Field(ge=150, le=220)] | None = None
    diastolic: Annotated[Number, Field(ge=95, le=130)] | None = None


class BloodPressureHigh(Body):
    """Limits of high blood pressure."""

    warning: PressureHighWarning | None = None
    critical: PressureHighCritical | None = None


class PressureLowWarning(Body):
    """Systolic pressure at or below which it warns once repeated [mmHg]."""

    systolic: Annotated[Number, Field(ge=80, le=115)] | None = None


class PressureLowCritical(Body):
    """Systolic pressure at or below which it alarms once repeated [mmHg]."""

    systolic: Annotated[Number, Field(ge=70, le=100)] | None = None


class BloodPressureLow(Body):
    """Limits of low blood pressure."""

    warning: PressureLowWarning | None = None
    critical: PressureLowCritical | None = None


class SpO2Low(Body):
    """Oxygen saturation at or below which it alarms [%]."""

    warning: Annotated[Number, Field(ge=80, le=96)] | None = None
    critical: Annotated[Number, Field(ge=75, le=94)] | None = None


class BatteryLow(Body):
    """Charge at or below which it is shown (info) or told (warning) [%]."""

    info: Annotated[Number, Field(ge=10, le=24)] | None = None
    warning: Annotated[Number, Field(ge=5, le=20)] | None = None


class Thresholds(Body):
    """Personal limits by kind; what is absent or null has its default."""

    heart_rate_high: HeartRateHigh | None = None
    heart_rate_low: HeartRateLow | None = None
    blood_pressure_high: BloodPressureHigh | None = None
    blood_pressure_low: BloodPressureLow | None = None
    spo2_low: SpO2Low | None = None
    battery_low: BatteryLow | None = None


DEFAULTS: Final[dict[str, float]] = {
    "heart_rate_high.warning": 111,
    "heart_rate_high.critical": 131,
    "heart_rate_low.warning": 50,
    "heart_rate_low.critical": 40,
    "blood_pressure_high.warning.systolic": 135,
    "blood_pressure_high.warning.diastolic": 85,
    "blood_pressure_high.critical.systolic": 180,
    "blood_pressure_high.critical.diastolic": 110,
    "blood_pressure_low.warning.systolic": 100,
    "blood_pressure_low.critical.systolic": 90,
    "spo2_low.warning": 94,
    "spo2_low.critical": 92,
    "battery_low.info": 20,
    "battery_low.warning": 10,
}
"""Limits in force where nobody set others, by dotted name."""

BY_CONDITION: Final[Mapping[str, Mapping[str, float]]] = {
    "copd": {"spo2_low.warning": 87, "spo2_low.critical": 83},
}
"""Limits that a senior's condition puts in the place of the defaults."""


class _Order(NamedTuple):
    milder: str
    graver: str
    direction: Direction


_ORDER: Final[tuple[_Order, ...]] = (
    _Order("heart_rate_high.warning", "heart_rate_high.critical", "above"),
    _Order("heart_rate_low.warning", "heart_rate_low.critical", "below"),
    _Order(
        "blood_pressure_high.warning.systolic",
        "blood_pressure_high.critical.systolic",
        "above",
    ),
    _Order(
        "blood_pressure_high.warning.diastolic",
        "blood_pressure_high.critical.diastolic",
        "above",
    ),
    _Order(
        "blood_pressure_low.warning.systolic",
        "blood_pressure_low.critical.systolic",
        "below",
    ),
    _Order("spo2_low.warning", "spo2_low.critical", "below"),
    _Order("battery_low.info", "battery_low.warning", "below"),
)


def merged(
    thresholds: Thresholds | Mapping[str, Any], conditions: Iterable[str] = ()
) -> dict[str, float]:
    """The limits in force for one senior, by dotted name.

    Parameters
    ----------
    thresholds : personal limits, as a model or as stored; null means default.
    conditions : the senior's conditions; ``copd`` has its own SpO2 limits.
    """
    if isinstance(thresholds, Thresholds):
        thresholds = thresholds.model_dump()
    limits: dict[str, float] = dict(DEFAULTS)
    for condition in conditions:
        limits.update(BY_CONDITION.get(condition, {}))
    limits.update(_flat(thresholds))
    return limits


def check(thresholds: Thresholds, conditions: Iterable[str] = ()) -> dict[str, float]:
    """The limits in force, once it is sure that the graver lies beyond the milder.

    Raises
    ------
    InvalidError
        If, merged with the defaults, a critical limit would be reached before the
        warning one; ``field`` names it with dots.
    """
    limits = merged(thresholds, conditions)
    for milder, graver, direction in _ORDER:
        gap = limits[graver] - limits[milder]
        if (gap if direction == "above" else -gap) <= 0:
            raise InvalidError(
                f"{graver} ({limits[graver]:g}) must lie {direction}"
                f" {milder} ({limits[milder]:g})",
                field=graver,
            )
    return limits


def parse(body: Mapping[str, Any], conditions: Iterable[str] = ()) -> Thresholds:
    """Read personal limits and check them against the corridor and each other.

    Raises
    ------
    InvalidError
        If a kind or field is unknown, a limit outside its corridor or the order of
        the limits wrong.
    """
    try:
        thresholds = Thresholds.model_validate(body)
    except ValidationError as error:
        first = error.errors()[0]
        field = ".".join(str(part) for part in first["loc"])
        raise InvalidError(f"{field}: {first['msg']}", field=field) from None
    check(thresholds, conditions)
    return thresholds


def _flat(tree: Mapping[str, Any], prefix: str = "") -> dict[str, float]:
    """Leaves of nested limits that are set, by dotted name."""
    leaves: dict[str, float] = {}
    for name, value in tree.items():
        if isinstance(value, Mapping):
            inner = cast("Mapping[str, Any]", value)
            leaves.update(_flat(inner, f"{prefix}{name}."))
        elif value is not None:
            leaves[f"{prefix}{name}"] = float(value)
    return leaves

"""Personal limits a manager may set, and the safe corridor they must stay within."""

from collections.abc import Iterable, Mapping
from typing import Annotated, Any, Final

from pydantic import Field, ValidationError

from core.errors import InvalidError
from core.rules.body import Body, Number
from core.rules.book import NOTHING, SHIPPED, RuleSet, resolve
from core.rules.parameters import PARAMETERS

_CORRIDOR: Final = {one.name: (one.low, one.high) for one in PARAMETERS}


def _within(name: str) -> Any:  # noqa: ANN401  # what pydantic's Field is typed as
    """A field that stays within a rule's corridor."""
    low, high = _CORRIDOR[name]
    return Field(ge=low, le=high)


class HeartRateHigh(Body):
    """Heart rate at or above which it alarms [1/min]."""

    warning: Annotated[Number, _within("heart_rate_high.warning")] | None = None
    critical: Annotated[Number, _within("heart_rate_high.critical")] | None = None


class HeartRateLow(Body):
    """Heart rate at or below which it alarms [1/min]."""

    warning: Annotated[Number, _within("heart_rate_low.warning")] | None = None
    critical: Annotated[Number, _within("heart_rate_low.critical")] | None = None


class PressureHighWarning(Body):
    """Mean blood pressure of days worth a task [mmHg]."""

    systolic: (
        Annotated[Number, _within("blood_pressure_high.warning.systolic")] | None
    ) = None
    diastolic: (
        Annotated[Number, _within("blood_pressure_high.warning.diastolic")] | None
    ) = None


class PressureHighCritical(Body):
    """Blood pressure at or above which it alarms once confirmed [mmHg]."""

    systolic: (
        Annotated[Number, _within("blood_pressure_high.critical.systolic")] | None
    ) = None
    diastolic: (
        Annotated[Number, _within("blood_pressure_high.critical.diastolic")] | None
    ) = None


class BloodPressureHigh(Body):
    """Limits of high blood pressure."""

    warning: PressureHighWarning | None = None
    critical: PressureHighCritical | None = None


class PressureLowWarning(Body):
    """Systolic pressure at or below which it warns once repeated [mmHg]."""

    systolic: (
        Annotated[Number, _within("blood_pressure_low.warning.systolic")] | None
    ) = None


class PressureLowCritical(Body):
    """Systolic pressure at or below which it alarms once repeated [mmHg]."""

    systolic: (
        Annotated[Number, _within("blood_pressure_low.critical.systolic")] | None
    ) = None


class BloodPressureLow(Body):
    """Limits of low blood pressure."""

    warning: PressureLowWarning | None = None
    critical: PressureLowCritical | None = None


class SpO2Low(Body):
    """Oxygen saturation at or below which it alarms [%]."""

    warning: Annotated[Number, _within("spo2_low.warning")] | None = None
    critical: Annotated[Number, _within("spo2_low.critical")] | None = None


class BatteryLow(Body):
    """Charge at or below which it is shown (info) or told (warning) [%]."""

    info: Annotated[Number, _within("battery_low.info")] | None = None
    warning: Annotated[Number, _within("battery_low.warning")] | None = None


class Thresholds(Body):
    """Personal limits by kind; what is absent or null has its default."""

    heart_rate_high: HeartRateHigh | None = None
    heart_rate_low: HeartRateLow | None = None
    blood_pressure_high: BloodPressureHigh | None = None
    blood_pressure_low: BloodPressureLow | None = None
    spo2_low: SpO2Low | None = None
    battery_low: BatteryLow | None = None


def check(
    thresholds: Thresholds,
    conditions: Iterable[str] = (),
    book: RuleSet = SHIPPED,
    own: RuleSet = NOTHING,
) -> None:
    """Make sure that, merged with the rules, the graver limit lies beyond the milder.

    Parameters
    ----------
    conditions : the senior's conditions, for which the rules may have other limits.
    book : the merged rules of the service and of the places the senior lives in.
    own : the senior's own rules.

    Raises
    ------
    InvalidError
        If a critical limit would be reached before the warning one; ``field`` names
        it with dots.
    """
    personal = thresholds.model_dump()
    resolve(book, conditions=conditions, own=own, thresholds=personal)


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

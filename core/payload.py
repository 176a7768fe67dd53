"""Field names, units and physical ranges of a report: the wire's facts, once."""

from typing import Final, NamedTuple


class Field(NamedTuple):
    """A numeric field of a report.

    ``low`` and ``high`` are inclusive; ``zero_is_absent`` marks vital signs whose
    0 means "no signal".
    """

    name: str
    low: float
    high: float
    unit: str
    zero_is_absent: bool = False


NUMERIC_FIELDS: Final[tuple[Field, ...]] = (
    Field("heart_rate", 20, 250, "1/min", zero_is_absent=True),
    Field("systolic", 50, 260, "mmHg", zero_is_absent=True),
    Field("diastolic", 30, 160, "mmHg", zero_is_absent=True),
    Field("spo2", 50, 100, "%", zero_is_absent=True),
    Field("temperature", 20, 43, "°C", zero_is_absent=True),
    Field("latitude", -90, 90, "°"),
    Field("longitude", -180, 180, "°"),
    Field("accuracy", 0, 100_000, "m"),
    Field("steps", 0, 200_000, "1"),
    Field("motion", 0, 16, "g"),
    Field("battery", 0, 100, "%"),
)
FIELDS: Final[dict[str, Field]] = {field.name: field for field in NUMERIC_FIELDS}
EARLIEST_TIME: Final = "2020-01-01T00:00:00Z"
MAX_AHEAD_S: Final = 300.0

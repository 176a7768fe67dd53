"""Which figures must lie in which order, or the graver would come before the milder."""

from collections.abc import Iterator, Mapping
from typing import Final, NamedTuple


class Breach(NamedTuple):
    """Two figures in the wrong order; `first` must be changed, or `second`."""

    first: str
    second: str
    reason: str


class _Order(NamedTuple):
    """`first` must lie above (below) `second`, or at it where that is harmless."""

    first: str
    above: bool
    second: str
    equal: bool = False

    def holds(self, values: Mapping[str, float]) -> bool:
        gap = values[self.first] - values[self.second]
        gap = gap if self.above else -gap
        return gap > 0 or (self.equal and gap == 0)

    def breach(self, values: Mapping[str, float]) -> Breach:
        words = "above" if self.above else "below"
        words = f"at or {words}" if self.equal else words
        reason = (
            f"{self.first} ({values[self.first]:g}) must lie {words}"
            f" {self.second} ({values[self.second]:g})"
        )
        return Breach(self.first, self.second, reason)


_PRESSURES: Final = ("blood_pressure_high", "blood_pressure_low")
ORDER: Final[tuple[_Order, ...]] = (
    _Order("heart_rate_high.critical", True, "heart_rate_high.warning"),
    _Order("heart_rate_low.critical", False, "heart_rate_low.warning"),
    *(
        _Order(
            f"blood_pressure_high.critical.{part}",
            True,
            f"blood_pressure_high.warning.{part}",
        )
        for part in ("systolic", "diastolic")
    ),
    _Order(
        "blood_pressure_low.critical.systolic",
        False,
        "blood_pressure_low.warning.systolic",
    ),
    _Order("spo2_low.critical", False, "spo2_low.warning"),
    _Order("battery_low.warning", False, "battery_low.info"),
    _Order("battery_low.clear", True, "battery_low.info"),
    _Order("inactivity.critical_s", True, "inactivity.warning_s"),
    _Order("not_worn.warning_s", True, "not_worn.info_s", equal=True),
    _Order("not_worn.warning_high_risk_s", False, "not_worn.warning_s", equal=True),
    _Order("offline.warning_high_risk_s", False, "offline.warning_s", equal=True),
    _Order("day.to_h", True, "day.from_h"),
    _Order("late.window_s", True, "late.relevant_s", equal=True),
    *(
        _Order(f"{kind}.within_s", True, f"{kind}.apart_s", equal=True)
        for kind in ("heart_rate_high", "heart_rate_low")
    ),
    *(
        _Order(f"{kind}.confirm_max_s", True, f"{kind}.confirm_min_s")
        for kind in _PRESSURES
    ),
    *(
        _Order(f"{kind}.measure_after_s", False, f"{kind}.confirm_max_s")
        for kind in _PRESSURES
    ),
    *(
        _Order(f"{kind}.clear_deviations", False, f"{kind}.deviations")
        for kind in ("temperature_high", "vitals_change")
    ),
)


def breaches(values: Mapping[str, float]) -> Iterator[Breach]:
    """Pairs in the wrong order.

    Parameters
    ----------
    values : figures by dotted name; pairs that it has not both of are left out.
    """
    return (
        one.breach(values)
        for one in ORDER
        if {one.first, one.second} <= values.keys() and not one.holds(values)
    )

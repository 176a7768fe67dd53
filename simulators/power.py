"""A wristband's battery, and the hours it lies on its charger instead of an arm."""

from collections.abc import Sequence
from datetime import UTC, datetime
from typing import Final
from zoneinfo import ZoneInfo

import numpy as np

from simulators.scenarios import Happening, What

DRAIN_PER_HOUR: Final = 0.8
CHARGE_PER_HOUR: Final = 55.0
CHARGE_BELOW: Final = 40.0
CHARGE_UNTIL: Final = 96.0


class Battery:
    """Charge [%] over time, with charging at bedtime when it is low.

    Parameters
    ----------
    rng : draws the first charge.
    zone : local time; the charger is used from 20:30.
    script : `low_battery` and `off_wrist` events act here.
    """

    def __init__(
        self, rng: np.random.Generator, zone: ZoneInfo, script: Sequence[Happening]
    ) -> None:
        self._charge = float(rng.uniform(45, 100))
        self._zone = zone
        self._charging = False
        self._last_s: float | None = None
        self._low = [each for each in script if each.kind is What.LOW_BATTERY]
        self._off = [each for each in script if each.kind is What.OFF_WRIST]

    def at(self, now_s: float, asleep: bool) -> tuple[float, bool]:
        """Charge [%] and whether the wristband is worn; call with rising times."""
        hours = 0.0 if self._last_s is None else max(0.0, now_s - self._last_s) / 3600
        self._last_s = now_s
        rate = CHARGE_PER_HOUR if self._charging else -DRAIN_PER_HOUR
        self._charge = min(100.0, max(1.0, self._charge + rate * hours))
        self._plug(now_s, asleep)
        charge = self._charge
        for each in self._low:
            if each.start_s <= now_s < each.end_s:
                level = each.event.battery_percent
                charge = min(charge, 8.0 if level is None else level)
        off = any(each.start_s <= now_s < each.end_s for each in self._off)
        return charge, not (off or self._charging)

    def _plug(self, now_s: float, asleep: bool) -> None:
        if self._charging:
            self._charging = self._charge < CHARGE_UNTIL
            return
        local = datetime.fromtimestamp(now_s, UTC).astimezone(self._zone)
        evening = local.hour * 60 + local.minute >= 20 * 60 + 30 and not asleep
        self._charging = evening and self._charge < CHARGE_BELOW

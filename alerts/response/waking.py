"""Hours in which people may be asked how somebody is: nobody is woken for that."""

from dataclasses import dataclass
from datetime import datetime, timedelta
from zoneinfo import ZoneInfo

HOUR = timedelta(hours=1)


@dataclass(frozen=True, slots=True)
class WakingHours:
    """From ``begins_h`` to ``ends_h`` o'clock local time, 0 <= begins < ends <= 24."""

    begins_h: int
    ends_h: int
    zone: ZoneInfo

    def from_then(self, instant: datetime) -> datetime:
        """`instant` where it lies in these hours, else when they begin next."""
        begins, ends = self._hours_of(instant)
        if instant < begins:
            return begins
        return instant if instant < ends else self._tomorrow(instant)

    def after(self, instant: datetime, span: timedelta) -> datetime:
        """The instant at which `span` of these hours has passed since `instant`."""
        start, left = self.from_then(instant), span
        while True:
            _, ends = self._hours_of(start)
            if left <= ends - start:
                return start + left
            left -= ends - start
            start = self._tomorrow(start)

    def _hours_of(self, instant: datetime) -> tuple[datetime, datetime]:
        midnight = self._midnight(instant)
        return self._at(midnight, self.begins_h), self._at(midnight, self.ends_h)

    def _tomorrow(self, instant: datetime) -> datetime:
        noon_next = self._midnight(instant) + timedelta(hours=36)
        return self._at(self._midnight(noon_next), self.begins_h)

    def _midnight(self, instant: datetime) -> datetime:
        local = instant.astimezone(self.zone)
        return local.replace(hour=0, minute=0, second=0, microsecond=0)

    def _at(self, midnight: datetime, hour: int) -> datetime:
        """That wall-clock hour of the day, in UTC: spans are then of real time."""
        day = midnight + timedelta(days=hour // 24)
        local = day.replace(hour=hour % 24)
        return local.astimezone(ZoneInfo("UTC"))

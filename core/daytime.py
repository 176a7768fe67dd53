"""Hours of the service's own day, whatever the zone does to them."""

from datetime import datetime, time, timedelta
from zoneinfo import ZoneInfo


def next_hour(now: datetime, hour: int, zone: ZoneInfo) -> datetime:
    """The first instant after `now` at which clocks in `zone` show a full `hour`.

    An hour that a change to summer time leaves out comes when clocks show the next.
    """
    day = now.astimezone(zone).date()
    while True:
        there = datetime.combine(day, time(hour), zone)
        if there.timestamp() > now.timestamp():
            return there.astimezone(now.tzinfo)
        day += timedelta(days=1)

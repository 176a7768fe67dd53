"""The alerts service with what it tells once a day, written through the api's views."""

from threading import Event

from psycopg import Connection

from alerts import service
from api import daily
from core.clock import SystemClock
from core.settings import Settings

DAILY_EVERY_S = 20.0


def run(settings: Settings, stop: Event) -> None:
    """Serve as :func:`alerts.service.run` does."""
    clock = SystemClock()

    def send_daily(conn: Connection) -> float:
        daily.send_due(conn, settings.zone, clock.now())
        return DAILY_EVERY_S

    service.run(settings, stop, clock, {"daily": send_daily})

"""Turn SIGINT and SIGTERM into an event that everything waits for."""

import signal
from threading import Event
from types import FrameType


def stop_event() -> Event:
    """An event that SIGINT or SIGTERM sets; call from the main thread."""
    stop = Event()

    def ask(_number: int, _frame: FrameType | None) -> None:
        stop.set()

    signal.signal(signal.SIGINT, ask)
    signal.signal(signal.SIGTERM, ask)
    return stop

"""Wait for a condition with a deadline, instead of sleeping and hoping."""

import threading
import time
from collections.abc import Callable
from typing import TypeVar

T = TypeVar("T")
_PAUSE = threading.Event()


def until(
    condition: Callable[[], T], timeout_s: float = 10, what: str = "the condition"
) -> T:
    """First truthy answer of `condition`, asked every 20 ms for `timeout_s` [s].

    Raises
    ------
    AssertionError
        If it stays falsy; the text names `what` was waited for.
    """
    deadline = time.monotonic() + timeout_s
    while True:
        answer = condition()
        if answer:
            return answer
        if time.monotonic() > deadline:
            raise AssertionError(f"{what} did not come true within {timeout_s} s")
        _PAUSE.wait(0.02)

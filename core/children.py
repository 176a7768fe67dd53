"""Child processes that cannot outlive the one that started them."""

import ctypes
import os
import signal
from collections.abc import Callable

_PR_SET_PDEATHSIG = 1
_LIBC = ctypes.CDLL(None, use_errno=True)


def die_with_parent(death_signal: signal.Signals) -> Callable[[], None] | None:
    """What the child runs before exec: ask the kernel for a signal when we die.

    It only calls into a library loaded before the fork, so it is safe although
    threads run. After a change of user, which would clear the request. The kernel
    watches the starting thread: it must live as long as the child may.
    """
    if not hasattr(_LIBC, "prctl"):
        return None
    parent = os.getpid()

    def request() -> None:
        _LIBC.prctl(_PR_SET_PDEATHSIG, int(death_signal), 0, 0, 0)
        if os.getppid() != parent:  # it died in between
            os._exit(1)

    return request

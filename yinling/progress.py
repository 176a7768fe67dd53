"""Tell the person at the terminal what is starting, on stderr."""

import contextlib
from collections.abc import Generator
from threading import Event

from rich.console import Console

from core.clock import Clock


class Progress:
    """One line a step, with a spinner where somebody watches.

    Parameters
    ----------
    stop : once set, a step that ends has not succeeded and is not shown.
    """

    def __init__(self, clock: Clock, stop: Event) -> None:
        self._clock = clock
        self._stop = stop
        self._console = Console(stderr=True, highlight=False)

    @contextlib.contextmanager
    def step(self, what: str) -> Generator[None]:
        """Show that `what` is going on, then how long it took."""
        began_s = self._clock.monotonic_s()
        with self._console.status(what):
            yield
        if self._stop.is_set():
            return
        took_s = self._clock.monotonic_s() - began_s
        self._console.print(f"  [green]✓[/green] {what} [dim]{took_s:.1f} s[/dim]")

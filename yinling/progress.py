"""Tell the person at the terminal what is starting, on stderr."""

import contextlib
from collections.abc import Generator

from rich.console import Console

from core.clock import Clock


class Progress:
    """One line a step, with a spinner where somebody watches."""

    def __init__(self, clock: Clock, *, quiet: bool = False) -> None:
        self._clock = clock
        self._console = Console(stderr=True, highlight=False, quiet=quiet)

    @contextlib.contextmanager
    def step(self, what: str) -> Generator[None]:
        """Show that `what` is going on, then how long it took."""
        began_s = self._clock.monotonic_s()
        with self._console.status(what):
            yield
        took_s = self._clock.monotonic_s() - began_s
        self._console.print(f"  [green]✓[/green] {what} [dim]{took_s:.1f} s[/dim]")

    def say(self, text: str) -> None:
        """Print a line."""
        self._console.print(text)

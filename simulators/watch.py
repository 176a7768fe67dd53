"""What a running fleet shows: a live table, or plain lines where there is no terminal."""

import threading
from contextlib import ExitStack
from typing import Final

from rich.console import Console
from rich.live import Live
from rich.table import Table

from core.clock import Clock
from simulators.cohort import Cohort
from simulators.fleet import Fleet
from simulators.scenarios import Scenario

TABLE_EVERY_S: Final = 0.5
LINE_EVERY_S: Final = 10.0


class Watch:
    """A fleet with a display of its counts beside it.

    Parameters
    ----------
    fleet, made, scenario : what runs.
    clock : real time.
    console : where the counts go.
    """

    def __init__(
        self,
        fleet: Fleet,
        made: Cohort,
        scenario: Scenario,
        clock: Clock,
        console: Console,
    ) -> None:
        self._fleet, self._made, self._scenario = fleet, made, scenario
        self._clock, self._console = clock, console
        self._ended = threading.Event()
        self._failure: BaseException | None = None

    def run(self, stop: threading.Event, duration_s: float | None) -> None:
        """Run until `stop` is set, or for so long [s].

        Raises
        ------
        Exception
            Whatever ended the fleet's thread.
        """
        thread = threading.Thread(target=self._live, args=(stop,), name="fleet")
        thread.start()
        try:
            self._show(stop, duration_s)
        finally:
            stop.set()
            thread.join()
        self._console.print(self._line(), highlight=False, soft_wrap=True)
        if self._failure is not None:
            raise self._failure

    def _live(self, stop: threading.Event) -> None:
        try:
            self._fleet.run(stop)
        except BaseException as error:  # noqa: BLE001  # raised again by run()
            self._failure = error
        finally:
            self._ended.set()

    def _show(self, stop: threading.Event, duration_s: float | None) -> None:
        console = self._console
        with ExitStack() as stack:
            screen: Live | None = None
            if console.is_terminal:
                screen = stack.enter_context(Live(console=console, auto_refresh=False))
            next_s = self._clock.monotonic_s() + LINE_EVERY_S
            while not self._ended.wait(TABLE_EVERY_S) and not stop.is_set():
                if duration_s is not None and self._seconds() >= duration_s:
                    return
                if screen is not None:
                    screen.update(self._table(), refresh=True)
                elif self._clock.monotonic_s() >= next_s:
                    next_s += LINE_EVERY_S
                    console.print(self._line(), highlight=False, soft_wrap=True)

    def _seconds(self) -> float:
        return self._clock.now().timestamp() - self._made.start_s

    def _rows(self) -> list[tuple[str, str]]:
        """Name and value of each count."""
        counts = self._fleet.counts
        tallies = [one.tally for one in self._fleet.wristbands]
        presses = sum(tally.presses for tally in tallies)
        answered = sum(tally.answered for tally in tallies)
        seconds = self._seconds()
        events = [each.start_s - self._made.start_s for each in self._made.happenings]
        begun = sum(at_s <= seconds for at_s in events)
        return [
            ("connected", f"{counts.connected} of {len(tallies)}"),
            ("published", str(counts.published)),
            ("acknowledged", str(counts.acknowledged)),
            ("sos pressed", str(presses)),
            ("sos answered", str(answered)),
            ("commands received", str(counts.received)),
            ("reconnects", str(counts.reconnects)),
            ("refused", str(counts.refused)),
            ("events begun", f"{begun} of {len(events)}"),
            ("seconds", f"{seconds:.0f}"),
        ]

    def _table(self) -> Table:
        table = Table(title=f"scenario {self._scenario.name}", show_header=False)
        for name, value in self._rows():
            table.add_row(name, value)
        return table

    def _line(self) -> str:
        return "  ".join(f"{name} {value}" for name, value in self._rows())

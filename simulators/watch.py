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


class _Display:
    """The counts of a fleet, ready to be shown."""

    def __init__(self, fleet: Fleet, made: Cohort, scenario: Scenario) -> None:
        self._fleet, self._made, self._scenario = fleet, made, scenario

    def rows(self, now_s: float) -> list[tuple[str, str]]:
        """Name and value of each count."""
        counts = self._fleet.counts
        tallies = [one.tally for one in self._fleet.wristbands]
        presses = sum(tally.presses for tally in tallies)
        answered = sum(tally.answered for tally in tallies)
        begun = sum(each.start_s <= now_s for each in self._made.happenings)
        return [
            ("connected", f"{counts.connected} of {len(tallies)}"),
            ("published", str(counts.published)),
            ("acknowledged", str(counts.acknowledged)),
            ("sos pressed", str(presses)),
            ("sos answered", str(answered)),
            ("commands received", str(counts.received)),
            ("reconnects", str(counts.reconnects)),
            ("refused", str(counts.refused)),
            ("events begun", f"{begun} of {len(self._made.happenings)}"),
            ("seconds", f"{now_s - self._made.start_s:.0f}"),
        ]

    def table(self, now_s: float) -> Table:
        """The counts as a table."""
        table = Table(title=f"scenario {self._scenario.name}", show_header=False)
        for name, value in self.rows(now_s):
            table.add_row(name, value)
        return table

    def line(self, now_s: float) -> str:
        """The counts as one line."""
        return "  ".join(f"{name} {value}" for name, value in self.rows(now_s))


def watch(
    fleet: Fleet,
    made: Cohort,
    scenario: Scenario,
    duration_s: float | None,
    stop: threading.Event,
    clock: Clock,
    console: Console,
) -> None:
    """Run a fleet beside a display of its counts.

    Parameters
    ----------
    fleet, made, scenario : what runs.
    duration_s : ends it after so long [s]; None runs until `stop` is set.
    stop : ends it.
    clock : real time.
    console : where the counts go.

    Raises
    ------
    Exception
        Whatever ended the fleet's thread.
    """
    ended = threading.Event()
    failures: list[BaseException] = []

    def live() -> None:
        try:
            fleet.run(stop)
        except BaseException as error:  # noqa: BLE001  # raised again below
            failures.append(error)
        finally:
            ended.set()

    thread = threading.Thread(target=live, name="fleet")
    thread.start()
    display = _Display(fleet, made, scenario)
    try:
        _show(display, made.start_s, duration_s, ended, stop, clock, console)
    finally:
        stop.set()
        thread.join()
    console.print(display.line(clock.now().timestamp()), highlight=False)
    if failures:
        raise failures[0]


def _show(
    display: _Display,
    start_s: float,
    duration_s: float | None,
    ended: threading.Event,
    stop: threading.Event,
    clock: Clock,
    console: Console,
) -> None:
    every_s = TABLE_EVERY_S if console.is_terminal else LINE_EVERY_S
    with ExitStack() as stack:
        screen: Live | None = None
        if console.is_terminal:
            screen = stack.enter_context(Live(console=console, auto_refresh=False))
        next_s = clock.monotonic_s() + every_s
        while not ended.wait(0.2) and not stop.is_set():
            now_s = clock.now().timestamp()
            if duration_s is not None and now_s - start_s >= duration_s:
                return
            if screen is not None:
                screen.update(display.table(now_s), refresh=True)
            elif clock.monotonic_s() >= next_s:
                next_s += every_s
                console.print(display.line(now_s), highlight=False, soft_wrap=True)

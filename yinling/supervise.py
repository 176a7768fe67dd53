"""Keep the services running: start in order, start again what died, stop in order."""

import subprocess
import threading
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from threading import Event

from core import logs
from core.clock import Clock
from core.errors import UnavailableError
from yinling import process
from yinling.logfile import LogFile

START_TIMEOUT_S = 45.0
STOP_TIMEOUT_S = (4.0, 2.0, 3.0)
"""Longest the layers may take to stop, the uppermost first [s]; below 10 in all."""
_LOOK_EVERY_S = 0.1
_SHORTEST_PAUSE_S, _LONGEST_PAUSE_S = 0.2, 2.0
_STEADY_AFTER_S = 3.0
_STARTS_BEFORE_GIVING_UP = 4
_ASK_EVERY_S = 10.0
_MISSES_BEFORE_KILLING = 3
log = logs.get("supervise")


@dataclass(frozen=True)
class Part:
    """One supervised child.

    Parameters
    ----------
    name : what people call it.
    layer : 0 what stands on others, 2 what others stand on; 0 is stopped first.
    prepare : says how to start it; called before each start.
    ready : whether it serves; called until it says so.
    responds : whether it still answers at all, in 3 s at most; asked now and then, and
        what stays silent three times is killed and started again.
    buried : told the process id of each child that ended.
    """

    name: str
    layer: int
    prepare: Callable[[], process.Program]
    ready: Callable[[], bool]
    responds: Callable[[], bool] = lambda: True
    buried: Callable[[int], None] = lambda _: None


class Asking:
    """A question to a part, asked in a thread: whoever waits for it holds nobody up."""

    def __init__(self, part: Part) -> None:
        self._part = part
        self._answered = False
        self._thread = threading.Thread(
            target=self._ask, name=f"ask {part.name}", daemon=True
        )
        self._thread.start()

    @property
    def answer(self) -> bool | None:
        """Whether it responded; None while that is not known."""
        return None if self._thread.is_alive() else self._answered

    def _ask(self) -> None:
        self._answered = self._part.responds()


class Running:
    """One part's present child, and when to start the next."""

    def __init__(self, part: Part, folder: Path, clock: Clock) -> None:
        self.part = part
        self.log = LogFile(folder / f"{part.name}.log")
        self.starts = 0
        self._clock = clock
        self._child: subprocess.Popen[bytes] | None = None
        self._program: process.Program | None = None
        self._started_s = 0.0
        self._again_s: float | None = None
        self._pause_s = _SHORTEST_PAUSE_S
        self._ask_s = 0.0
        self._misses = 0
        self._asking: Asking | None = None

    @property
    def alive(self) -> bool:
        """Whether its child runs."""
        return self._child is not None and self._child.poll() is None

    @property
    def pid(self) -> int | None:
        """Process id of its child, if one runs."""
        return self._child.pid if self._child is not None and self.alive else None

    def start(self) -> None:
        """Start a child."""
        self._program = self.part.prepare()
        self.log.rotate()
        self._child = process.start(self._program, self.log.path)
        self._started_s = self._clock.monotonic_s()
        self._again_s = None
        self._ask_s = self._started_s + _ASK_EVERY_S
        self._misses = 0
        self._asking = None
        self.starts += 1

    def look(self) -> None:
        """Notice a death or a silence; start again once the pause after it is over."""
        now_s = self._clock.monotonic_s()
        if self.alive:
            self._ask(now_s)
        elif self._again_s is None:
            self._mourn(now_s)
        elif now_s >= self._again_s:
            self._restart(now_s)

    def ask_to_stop(self) -> None:
        """Send the signal that ends it cleanly."""
        if self._child is not None and self._program is not None and self.alive:
            self._child.send_signal(self._program.stop_signal)

    def stop(self, timeout_s: float) -> bool:
        """Wait for its end, kill it after `timeout_s` [s]; whether it was willing."""
        if self._child is None or self._program is None:
            return True
        return process.await_end(self._child, timeout_s, self._program.death_signal)

    def _ask(self, now_s: float) -> None:
        """Ask now and then whether it answers; kill it after three silences."""
        if self._asking is None:
            if now_s >= self._ask_s:
                self._asking = Asking(self.part)
            return
        answer = self._asking.answer
        if answer is None:
            return
        self._misses = 0 if answer else self._misses + 1
        self._asking, self._ask_s = None, now_s + _ASK_EVERY_S
        if self._misses >= _MISSES_BEFORE_KILLING and self._child is not None:
            log.warning("silent", name=self.part.name, times=self._misses)
            self._child.kill()

    def _mourn(self, now_s: float) -> None:
        if self._child is not None:
            self.part.buried(self._child.pid)
            log.warning("died", name=self.part.name, code=self._child.returncode)
        if now_s - self._started_s > _STEADY_AFTER_S:
            self._pause_s = _SHORTEST_PAUSE_S
        self._again_s = now_s + self._pause_s
        self._pause_s = min(2 * self._pause_s, _LONGEST_PAUSE_S)

    def _restart(self, now_s: float) -> None:
        try:
            self.start()
        except (OSError, UnavailableError) as error:
            log.warning("cannot start", name=self.part.name, reason=str(error))
            self._again_s = now_s + self._pause_s
            return
        log.info("started again", name=self.part.name, starts=self.starts)


class Supervisor:
    """All parts of one `up`; use it from one thread, which must live on.

    Parameters
    ----------
    folder : where the children's logs go.
    stop : set when the whole is to end.
    """

    def __init__(self, folder: Path, clock: Clock, stop: Event) -> None:
        self._folder = folder
        self._clock = clock
        self._stop = stop
        self._running: dict[str, Running] = {}

    def start(self, part: Part) -> None:
        """Start a part; do not wait for it."""
        running = Running(part, self._folder, self._clock)
        self._running[part.name] = running
        running.start()

    def await_ready(self, name: str) -> bool:
        """Wait until a part serves; False if the whole was asked to stop meanwhile.

        Raises
        ------
        UnavailableError
            If it keeps dying, or does not serve in time.
        """
        running = self._running[name]
        deadline_s = self._clock.monotonic_s() + START_TIMEOUT_S
        while not self._stop.is_set():
            if running.alive and running.part.ready():
                return True
            late = self._clock.monotonic_s() > deadline_s
            if late or running.starts >= _STARTS_BEFORE_GIVING_UP:
                raise UnavailableError(
                    f"{name} does not start: {running.log.last_line()}"
                    f" (see {running.log.path})"
                )
            self.look()
            self._stop.wait(_LOOK_EVERY_S / 2)
        return False

    def watch(self) -> None:
        """Keep everything running until `stop` is set."""
        while not self._stop.wait(_LOOK_EVERY_S):
            self.look()

    def look(self) -> None:
        """Start again what died, and pass on the warnings of the children's logs."""
        for running in self._running.values():
            running.look()
            running.log.pass_on_warnings()

    def pid(self, name: str) -> int | None:
        """Process id of a part's child, if one runs."""
        return self._running[name].pid

    def end(self) -> bool:
        """Stop everything, layer by layer; whether nothing had to be killed."""
        willing = True
        for layer, timeout_s in enumerate(STOP_TIMEOUT_S):
            deadline_s = self._clock.monotonic_s() + timeout_s
            here = [r for r in self._running.values() if r.part.layer == layer]
            for running in here:
                running.ask_to_stop()
            for running in here:
                left_s = max(deadline_s - self._clock.monotonic_s(), 0.05)
                if not running.stop(left_s):
                    log.warning("killed", name=running.part.name)
                    willing = False
        return willing

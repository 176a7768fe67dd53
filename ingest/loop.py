"""One thread that drives any number of MQTT sessions, and alone touches them."""

import contextlib
import selectors
import socket
from collections import deque
from collections.abc import Callable
from functools import partial
from threading import Event
from typing import Final

from core.clock import Clock
from ingest.session import Session

_TICK_S: Final = 0.25


class Loop:
    """Reads, writes, pings and reconnects the sessions until told to stop."""

    def __init__(self, clock: Clock, stop: Event) -> None:
        self._clock = clock
        self._stop = stop
        self._sessions: list[Session] = []
        self._posted: deque[Callable[[], object]] = deque()
        self._selector = selectors.DefaultSelector()
        self._bell, self._ear = socket.socketpair()
        self._bell.setblocking(False)
        self._ear.setblocking(False)
        self._selector.register(self._ear, selectors.EVENT_READ)
        self._watched: dict[Session, int] = {}
        self._more: set[Session] = set()  # with something left in their buffers
        self._rung = False
        self._ticked_s = 0.0

    def post(self, action: Callable[[], object]) -> None:
        """Have the loop's thread call `action` soon; in the order posted."""
        self._posted.append(action)
        if not self._rung:
            self._rung = True
            with contextlib.suppress(BlockingIOError):
                self._bell.send(b"\0")

    def add(self, session: Session) -> None:
        """Drive this session too. Call before :meth:`run`, or by :meth:`post`."""
        session.client.on_socket_close = partial(self._forget, session)
        self._sessions.append(session)

    def remove(self, session: Session) -> None:
        """Disconnect the session and forget it; by :meth:`post`."""
        if session in self._sessions:
            self._sessions.remove(session)
            session.drop()

    def resume(self, session: Session) -> None:
        """Read from a paused session again; by :meth:`post`."""
        if session.paused:
            session.paused = False
            self._more.add(session)

    def run(self) -> None:
        """Drive the sessions until `stop` is set; then disconnect cleanly."""
        try:
            while not self._stop.is_set():
                self._turn()
            self._run_posted()
        finally:
            for session in tuple(self._sessions):
                self.remove(session)
            self._selector.close()
            self._bell.close()
            self._ear.close()

    def _turn(self) -> None:
        waits = not self._posted and all(one.paused for one in self._more)
        events = self._selector.select(_TICK_S if waits else 0)
        now_us = round(self._clock.now().timestamp() * 1e6)
        readable = {
            key.data for key, mask in events if key.data and mask & selectors.EVENT_READ
        }
        for session in readable | self._more:
            if not session.paused:
                self._more.discard(session)
                if session.read(now_us):
                    self._more.add(session)
        if any(key.fileobj is self._ear for key, _ in events):
            self._hear()
        self._run_posted()
        self._care()
        for session in self._sessions:
            session.write()
            self._watch(session)

    def _hear(self) -> None:
        self._rung = False
        with contextlib.suppress(BlockingIOError):
            while self._ear.recv(4096):
                pass

    def _run_posted(self) -> None:
        for _ in range(len(self._posted)):
            self._posted.popleft()()

    def _care(self) -> None:
        """Ping and reconnect where it is time; an absent broker is tried once a turn."""
        now_s = self._clock.monotonic_s()
        ticked = now_s - self._ticked_s >= _TICK_S
        if ticked:
            self._ticked_s = now_s
        for session in self._sessions:
            if session.connected:
                if ticked:
                    session.client.loop_misc()
            elif now_s >= session.retry_at_s:
                session.connect(now_s)
                if not session.connected:
                    break

    def _watch(self, session: Session) -> None:
        """Have the selector watch the session's present socket for what it needs."""
        buffered = session.client.buffered
        if not session.connected or buffered is None:
            return
        mask = 0 if session.paused else selectors.EVENT_READ
        mask |= selectors.EVENT_WRITE if session.unsent else 0
        present = self._watched.get(session, 0)
        if mask == present:
            return
        if present:
            self._selector.unregister(buffered)
        if mask:
            self._selector.register(buffered, mask, session)
        self._watched[session] = mask

    def _forget(self, session: Session, *_: object) -> None:
        """Stop watching a socket that is about to be closed."""
        self._more.discard(session)
        session.paused = False
        if self._watched.pop(session, 0):
            buffered = session.client.buffered
            assert buffered is not None  # noqa: S101  it is what is watched
            self._selector.unregister(buffered)

"""A fleet: hundreds of wristbands, each on its own connection, in one loop."""

import heapq
import itertools
import selectors
import threading
from collections.abc import Callable, Mapping, Sequence
from typing import Final

import numpy as np

from core import logs
from core.clock import Clock
from simulators.broker import BrokerAddress
from simulators.link import Counts, Link
from simulators.messages import Message
from simulators.wristband import Wristband

LOOP_S: Final = 0.25
CONNECTS_A_LOOP: Final = 25
KEEP_ALIVE_EVERY_S: Final = 5.0
FIRST_BACKOFF_S: Final = 1.0
LAST_BACKOFF_S: Final = 30.0
STOP_WITHIN_S: Final = 3.0
OnSent = Callable[[Wristband, Message], None]
log = logs.get("simulators")


class _Member:
    """A wristband, its link, and when the link is tried again."""

    def __init__(self, wristband: Wristband) -> None:
        self.wristband = wristband
        self.link: Link | None = None
        self.backoff_s = FIRST_BACKOFF_S
        self.due_s: float | None = None


class Fleet:
    """Wristbands over real MQTT connections.

    Parameters
    ----------
    wristbands : the fleet.
    passwords : by device id, for every wristband.
    broker : where all connect to.
    clock : real time.
    on_sent : told of every message as it is handed to its connection.
    """

    def __init__(
        self,
        wristbands: Sequence[Wristband],
        passwords: Mapping[str, str],
        broker: BrokerAddress,
        clock: Clock,
        on_sent: OnSent | None = None,
    ) -> None:
        self.counts = Counts()
        self.wristbands = wristbands
        self._clock = clock
        self._on_sent = on_sent
        self._selector = selectors.DefaultSelector()
        self._jitter = np.random.default_rng()
        self._order = itertools.count()
        self._due: list[tuple[float, int, _Member]] = []
        self._connects: list[tuple[float, int, _Member]] = []
        self._away_until_s = float("-inf")
        self._keep_alive_at_s = 0.0
        self._members = [self._join(one, passwords, broker) for one in wristbands]

    def run(self, stop: threading.Event) -> None:
        """Live until `stop` is set, then say goodbye within a few seconds."""
        log.info("fleet starts", wristbands=len(self._members))
        now_s = self._now_s()
        for member in self._members:
            self._plan(member)
            self._connect_at(member, now_s)
        try:
            while not stop.is_set():
                self._turn()
            self._settle()
        finally:
            self._close()

    def _join(
        self, wristband: Wristband, passwords: Mapping[str, str], broker: BrokerAddress
    ) -> _Member:
        member = _Member(wristband)
        member.link = Link(
            device_id=wristband.device_id,
            password=passwords[wristband.device_id],
            address=broker,
            selector=self._selector,
            counts=self.counts,
            on_ready=lambda: self._ready(member),
            on_gone=lambda: self._gone(member),
            on_command=lambda payload: self._command(member, payload),
        )
        return member

    def _now_s(self) -> float:
        return self._clock.now().timestamp()

    def _turn(self) -> None:
        """One round of the loop: sockets, what is due, who must connect."""
        timeout_s = LOOP_S
        if self._due:
            timeout_s = min(LOOP_S, max(0.0, self._due[0][0] - self._now_s()))
        if self._connects and self._connects[0][0] <= self._now_s():
            timeout_s = 0.0 if self._away_until_s <= self._now_s() else LOOP_S
        self._serve(timeout_s)
        now_s = self._now_s()
        self._advance(now_s)
        self._connect(now_s)
        if now_s >= self._keep_alive_at_s:
            self._keep_alive_at_s = now_s + KEEP_ALIVE_EVERY_S
            self._look_after(now_s)

    def _serve(self, timeout_s: float) -> None:
        for key, events in self._selector.select(timeout_s):
            link = key.data
            if isinstance(link, Link):
                link.work(events)

    def _advance(self, now_s: float) -> None:
        while self._due and self._due[0][0] <= now_s:
            at_s, _, member = heapq.heappop(self._due)
            if at_s != member.due_s:
                continue  # it was planned anew, for earlier
            self._send(member, member.wristband.advance(now_s))
            member.due_s = None
            self._plan(member)
            self._mind_range(member, now_s)

    def _plan(self, member: _Member) -> None:
        """Have the member woken when its wristband is next due."""
        at_s = member.wristband.next_at_s
        if member.due_s is None or at_s < member.due_s:
            member.due_s = at_s
            heapq.heappush(self._due, (at_s, next(self._order), member))

    def _send(self, member: _Member, out: Sequence[Message]) -> None:
        if member.link is None:
            return
        for message in out:
            member.link.publish(message)
            if self._on_sent is not None:
                self._on_sent(member.wristband, message)

    def _mind_range(self, member: _Member, now_s: float) -> None:
        link = member.link
        if link is not None and link.open and not member.wristband.reachable(now_s):
            link.drop()

    def _connect_at(self, member: _Member, at_s: float) -> None:
        heapq.heappush(self._connects, (at_s, next(self._order), member))

    def _connect(self, now_s: float) -> None:
        if now_s < self._away_until_s:
            return
        for _ in range(CONNECTS_A_LOOP):
            if not self._connects or self._connects[0][0] > now_s:
                return
            _, _, member = heapq.heappop(self._connects)
            if not member.wristband.reachable(now_s):
                self._connect_at(member, now_s + 2 * FIRST_BACKOFF_S)
            elif member.link is not None and not member.link.connect():
                self._away_until_s = now_s + FIRST_BACKOFF_S
                self._again(member)
                return

    def _again(self, member: _Member) -> None:
        # Jitter spreads a herd; it touches no payload, so it needs no seed.
        wait_s = member.backoff_s * float(self._jitter.uniform(0.5, 1.5))
        member.backoff_s = min(LAST_BACKOFF_S, member.backoff_s * 2)
        self._connect_at(member, self._now_s() + wait_s)

    def _look_after(self, now_s: float) -> None:
        for member in self._members:
            if member.link is not None and member.link.open:
                member.link.keep_alive()
                self._mind_range(member, now_s)

    def _ready(self, member: _Member) -> None:
        member.backoff_s = FIRST_BACKOFF_S
        self._send(member, member.wristband.connected(True))

    def _gone(self, member: _Member) -> None:
        member.wristband.connected(False)
        self._again(member)

    def _command(self, member: _Member, payload: bytes) -> None:
        member.wristband.receive(payload, self._now_s())
        self._plan(member)

    def _settle(self) -> None:
        """Give the broker a moment to acknowledge what is on its way."""
        end_s = self._clock.monotonic_s() + STOP_WITHIN_S
        while self.counts.unacknowledged and self.counts.connected:
            if self._clock.monotonic_s() > end_s:
                break
            self._serve(0.05)

    def _close(self) -> None:
        for member in self._members:
            if member.link is not None:
                member.link.close()
        self._selector.close()
        log.info(
            "fleet stopped",
            published=self.counts.published,
            acknowledged=self.counts.acknowledged,
        )

"""Slows password guessing down by address, and never locks the right one out.

Checks of one address take turns, each as long as one argon2 hash, newest first: a
flood of guesses, however fast, leaves the person who comes last with the right
password one hash behind. Only then is the answer to a wrong password held back, for a
pause that grows with the address's recent failures: who guesses waits, who knows does
not. The waiting line and the number of remembered addresses are bounded.
"""

import asyncio
import ipaddress
from collections import OrderedDict, deque
from collections.abc import AsyncGenerator
from contextlib import asynccontextmanager
from dataclasses import dataclass, field

from api.errors import TooManyError
from core.clock import Clock

FREE_FAILURES = 3
FIRST_PAUSE_S = 0.25
LONGEST_PAUSE_S = 4.0
FORGET_AFTER_S = 900.0
MOST_WAITING = 32
MOST_ADDRESSES = 10_000


@dataclass(slots=True)
class _Address:
    failures: int = 0
    failed_at_s: float = 0.0
    busy: bool = False
    waiting: deque[asyncio.Future[None]] = field(
        default_factory=deque[asyncio.Future[None]]
    )


class LoginGate:
    """Turns and pauses of every address that tries passwords. For one event loop."""

    def __init__(self, clock: Clock) -> None:
        self._clock = clock
        self._addresses: OrderedDict[str, _Address] = OrderedDict()

    @asynccontextmanager
    async def turn(self, address: str | None) -> AsyncGenerator["Turn"]:
        """Wait for the address's turn, and keep it until the block ends.

        Raises
        ------
        TooManyError
            To the one who has waited longest where too many wait.
        """
        entry = self._entry(_network(address))
        await self._enter(entry)
        try:
            yield Turn(entry, self._clock)
        finally:
            _leave(entry)

    async def _enter(self, entry: _Address) -> None:
        if not entry.busy:
            entry.busy = True
            return
        mine: asyncio.Future[None] = asyncio.get_running_loop().create_future()
        entry.waiting.append(mine)
        if len(entry.waiting) > MOST_WAITING:
            oldest = entry.waiting.popleft()
            oldest.set_exception(
                TooManyError("too many logins from this address", retry_after_s=5)
            )
        try:
            await mine
        except asyncio.CancelledError:
            if mine.done() and not mine.cancelled() and mine.exception() is None:
                _leave(entry)
            elif mine in entry.waiting:
                entry.waiting.remove(mine)
            raise

    def _entry(self, address: str) -> _Address:
        entry = self._addresses.setdefault(address, _Address())
        self._addresses.move_to_end(address)
        if len(self._addresses) > MOST_ADDRESSES:
            self._forget_one()
        return entry

    def _forget_one(self) -> None:
        for address, entry in self._addresses.items():
            if not entry.busy:
                del self._addresses[address]
                return


class Turn:
    """One address's turn to try a password, and what a wrong one costs after it."""

    def __init__(self, entry: _Address, clock: Clock) -> None:
        self._entry = entry
        self._clock = clock

    async def failed(self) -> None:
        """Count a wrong password, and wait the pause it costs; call it after the turn."""
        now_s = self._clock.monotonic_s()
        if now_s - self._entry.failed_at_s > FORGET_AFTER_S:
            self._entry.failures = 0
        self._entry.failures += 1
        self._entry.failed_at_s = now_s
        await asyncio.sleep(pause_s(self._entry.failures))


def pause_s(failures: int) -> float:
    """How long the n-th wrong password of an address is held up [s]."""
    beyond = failures - FREE_FAILURES
    if beyond <= 0:
        return 0.0
    return min(FIRST_PAUSE_S * 2.0 ** min(beyond - 1, 16), LONGEST_PAUSE_S)


def _leave(entry: _Address) -> None:
    while entry.waiting:
        newest = entry.waiting.pop()
        if not newest.done():
            newest.set_result(None)
            return
    entry.busy = False


def _network(address: str | None) -> str:
    """An IPv6 customer has a /64, an IPv4 one an address."""
    try:
        parsed = ipaddress.ip_address(address or "")
    except ValueError:
        return address or ""
    if parsed.version == 4:
        return str(parsed)
    return str(ipaddress.ip_network((parsed, 64), strict=False))

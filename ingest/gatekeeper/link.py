"""The gatekeeper's connection to the broker, kept up for as long as it takes."""

import asyncio
from collections.abc import Callable
from typing import Final

from nats.aio.client import Client
from nats.errors import SlowConsumerError

from core import logs
from core.errors import UnavailableError
from ingest.gatekeeper import metrics
from ingest.gatekeeper.broker_config import GATEKEEPER_INBOX, GATEKEEPER_USER

_RECONNECT_S: Final = 0.5
_PING_S: Final = 5
log = logs.get("gatekeeper")


class Link:
    """One plain NATS connection, tried again for ever.

    Parameters
    ----------
    url : ``nats://user:password@host:port``.
    on_back : called after each connection that replaces a lost one.
    """

    def __init__(self, url: str, on_back: Callable[[], None]) -> None:
        self._url = url
        self._on_back = on_back
        self._closed = asyncio.Event()
        self._told: str | None = None
        self.client = Client()

    async def connect(self) -> None:
        """Return once connected, however long the broker takes to come."""
        await self.client.connect(  # pyright: ignore[reportUnknownMemberType]
            self._url,
            name=GATEKEEPER_USER,
            inbox_prefix=GATEKEEPER_INBOX,
            max_reconnect_attempts=-1,
            reconnect_time_wait=_RECONNECT_S,  # pyright: ignore[reportArgumentType]
            ping_interval=_PING_S,
            closed_cb=self._note_closed,
            disconnected_cb=self._note_lost,
            reconnected_cb=self._note_back,
            error_cb=self._note_error,
        )
        self._told = None

    async def fail_when_closed(self) -> None:
        """Wait until the connection is closed for good.

        Raises
        ------
        UnavailableError
            Then.
        """
        await self._closed.wait()
        raise UnavailableError("the connection to the broker is closed for good")

    async def close(self) -> None:
        """End it."""
        await self.client.close()

    async def _note_closed(self) -> None:
        self._closed.set()

    async def _note_lost(self) -> None:
        log.warning("broker away")

    async def _note_back(self) -> None:
        log.info("broker back")
        self._told = None
        self._on_back()

    async def _note_error(self, error: Exception) -> None:
        if isinstance(error, SlowConsumerError):
            metrics.DROPPED.inc()
            return
        reason = type(error).__name__
        if reason != self._told:  # the same again, twice a second, says nothing new
            self._told = reason
            log.warning("broker error", reason=reason)

"""Ends the live connections of wristbands that are no longer in service."""

import asyncio
import json
from typing import Final

import msgspec
from nats.aio.client import Client
from nats.aio.msg import Msg

from core import logs, topics
from ingest.gatekeeper import metrics, tokens
from ingest.gatekeeper.broker_config import (
    GATEKEEPER_INBOX,
    SERVICE_USERS,
    WRISTBANDS,
)
from ingest.gatekeeper.roster import Roster

PAGE: Final = 1000
# A login answered just before the revocation may be listed a moment after it.
RECHECKS_S: Final = (0.0, 0.3, 1.0)
_EVERYWHERE: Final = "PING"
log = logs.get("gatekeeper")


class _Connection(msgspec.Struct):
    cid: int
    type: str = ""
    mqtt_client: str = ""
    authorized_user: str = ""


class _Page(msgspec.Struct):
    server_id: str
    total: int
    offset: int
    limit: int
    connections: list[_Connection]


class _Answer(msgspec.Struct):
    data: _Page


_decoder = msgspec.json.Decoder(_Answer)


class Connections:
    """Asks the broker who is connected, and kicks whoever should not be.

    The question carries no memory: each page that comes back is held against the
    roster as it is then, whoever asked and on whichever server of a cluster.
    """

    def __init__(self, broker: Client, roster: Roster) -> None:
        self._broker = broker
        self._roster = roster

    async def open(self) -> None:
        """Begin to listen for the broker's lists."""
        await self._broker.subscribe(  # pyright: ignore[reportUnknownMemberType]
            f"{GATEKEEPER_INBOX}.connz.*", cb=self._judge
        )

    async def sweep(self) -> None:
        """Check every live connection."""
        await self._ask(_EVERYWHERE, {"offset": 0}, "all")

    async def end(self, device_ids: set[str]) -> None:
        """Check the connections of these wristbands now and twice again."""
        previous_s = 0.0
        for after_s in RECHECKS_S:
            await asyncio.sleep(after_s - previous_s)
            previous_s = after_s
            for device_id in device_ids:
                await self._ask(_EVERYWHERE, {"mqtt_client": device_id}, "one")

    async def _ask(self, server: str, options: dict[str, object], tag: str) -> None:
        question = {"auth": True, "acc": WRISTBANDS, "limit": PAGE} | options
        await self._broker.publish(
            f"$SYS.REQ.SERVER.{server}.CONNZ",
            json.dumps(question).encode(),
            reply=f"{GATEKEEPER_INBOX}.connz.{tag}",
        )

    async def _judge(self, message: Msg) -> None:
        try:
            page = _decoder.decode(message.data).data
        except msgspec.MsgspecError:
            log.warning("list of connections unreadable", octets=len(message.data))
            return
        for connection in page.connections:
            if self._unwelcome(connection):
                await self._kick(page.server_id, connection)
        read = page.offset + len(page.connections)
        if message.subject.endswith(".all") and page.connections and read < page.total:
            await self._ask(page.server_id, {"offset": read}, "all")

    def _unwelcome(self, connection: _Connection) -> bool:
        """Whether it is a wristband's, and not by the password of one in service."""
        device_id = connection.mqtt_client
        if connection.type != "mqtt" or not topics.is_device_id(device_id):
            return False
        if connection.authorized_user in SERVICE_USERS:
            return False
        digest = self._roster.digests.get(device_id)
        return (
            digest is None
            or tokens.connection_name(device_id, digest) != connection.authorized_user
        )

    async def _kick(self, server_id: str, connection: _Connection) -> None:
        metrics.KICKED.inc()
        log.info("kicked", device_id=connection.mqtt_client)
        # The broker ignores such a request without a reply subject.
        await self._broker.publish(
            f"$SYS.REQ.SERVER.{server_id}.KICK",
            json.dumps({"cid": connection.cid}).encode(),
            reply=f"{GATEKEEPER_INBOX}.kick",
        )

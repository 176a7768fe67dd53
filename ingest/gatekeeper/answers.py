"""Answers each login the broker asks about: from the roster, else from the database."""

import asyncio
from typing import Final

from nats.aio.client import Client
from nats.aio.msg import Msg

from core import logs
from core.clock import Clock
from core.errors import InvalidError
from ingest.gatekeeper import metrics, tokens
from ingest.gatekeeper.admission import UNSETTLED, Verdict, decide, password_digest
from ingest.gatekeeper.broker_config import LOGIN_TIMEOUT_S
from ingest.gatekeeper.issuer import Issuer
from ingest.gatekeeper.registry import Registry
from ingest.gatekeeper.roster import Roster
from ingest.gatekeeper.tokens import Login

SUBJECT: Final = "$SYS.REQ.USER.AUTH"
QUEUE: Final = "gatekeeper"
# What a process answers before the broker gives up on it; more would be in vain.
MOST_PENDING: Final = 2_000 * LOGIN_TIMEOUT_S
log = logs.get("gatekeeper")


class Answers:
    """The auth callout of the broker.

    A login that the roster admits is answered at once; one it does not know, or knows
    under another password, waits for one look-up in the database beside the others.
    """

    def __init__(
        self,
        broker: Client,
        *,
        issuer: Issuer,
        roster: Roster,
        registry: Registry,
        partitions: int,
        clock: Clock,
    ) -> None:
        self._broker = broker
        self._issuer = issuer
        self._roster = roster
        self._registry = registry
        self._partitions = partitions
        self._clock = clock
        self._looking_up: set[asyncio.Task[None]] = set()

    async def open(self) -> None:
        """Begin to answer."""
        await self._broker.subscribe(  # pyright: ignore[reportUnknownMemberType]
            SUBJECT, queue=QUEUE, cb=self._ask, pending_msgs_limit=MOST_PENDING
        )

    async def _ask(self, message: Msg) -> None:
        try:
            login = tokens.read_login(message.data)
        except InvalidError:
            log.warning("login unreadable", octets=len(message.data))
            return
        verdict = decide(login, self._roster.digests)
        if verdict not in UNSETTLED:
            await self._answer(message, login, verdict)
            return
        task = asyncio.create_task(self._look_up(message, login))
        self._looking_up.add(task)
        task.add_done_callback(self._looking_up.discard)

    async def _look_up(self, message: Msg, login: Login) -> None:
        answered = await self._registry.look_up(login.user)
        verdict = decide(login, self._roster.digests)
        if verdict in UNSETTLED and not answered:
            verdict = Verdict.UNAVAILABLE
        await self._answer(message, login, verdict)

    async def _answer(self, message: Msg, login: Login, verdict: Verdict) -> None:
        metrics.LOGINS.labels(verdict.name.lower()).inc()
        now_s = self._now_s()
        if verdict is Verdict.ADMITTED:
            digest = password_digest(login.password)
            name = tokens.connection_name(login.user, digest)
            token = tokens.admit(self._issuer, login, name, self._partitions, now_s)
        else:
            token = tokens.refuse(self._issuer, login, verdict.value, now_s)
        await self._broker.publish(message.reply, token)

    def _now_s(self) -> int:
        return int(self._clock.now().timestamp())

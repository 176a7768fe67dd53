"""The telemetry sessions of the partitions that this worker owns."""

from collections import defaultdict
from collections.abc import Iterable, Sequence
from functools import partial
from typing import Final

from ingest import metrics
from ingest.address import Address
from ingest.inbox import Inbox
from ingest.loop import Loop
from ingest.message import Message
from ingest.session import Session

CLIENT_ID: Final = "yinling:ingest:{}"


class Subscriber:
    """Keeps one persistent session a partition, whose messages go to the inbox.

    Parameters
    ----------
    partitions : into how many the broker spreads telemetry; 1 is no spreading.
    """

    def __init__(
        self, loop: Loop, inbox: Inbox, address: Address, partitions: int
    ) -> None:
        self._loop = loop
        self._inbox = inbox
        self._address = address
        self._partitions = partitions
        self._sessions: dict[int, Session] = {}

    def serve(self, partitions: Iterable[int]) -> None:
        """Hold the sessions of these partitions, and of no others."""
        wanted = set(partitions)
        for partition in self._sessions.keys() - wanted:
            session = self._sessions.pop(partition)
            self._loop.post(partial(self._loop.remove, session))
        for partition in sorted(wanted - self._sessions.keys()):
            session = self._session(partition)
            self._sessions[partition] = session
            self._loop.post(partial(self._loop.add, session))

    def subscribed(self, partition: int) -> bool:
        """Whether the partition's session is connected and its subscription accepted."""
        session = self._sessions.get(partition)
        return session is not None and session.subscribed

    def acknowledge(self, messages: Sequence[Message]) -> None:
        """Send the PUBACKs of messages that are committed, in order."""
        groups: dict[tuple[Session, int], list[int]] = defaultdict(list)
        for message in messages:
            if message.packet_id:
                key = (message.session, message.generation)
                groups[key].append(message.packet_id)
        for (session, generation), packet_ids in groups.items():
            self._loop.post(partial(session.acknowledge, generation, packet_ids))
        metrics.MESSAGES.inc(len(messages))

    def relieve(self) -> None:
        """Read on from sessions that sent too much, once there is room."""
        for session in self._sessions.values():
            if session.paused and self._inbox.roomy(session):
                self._loop.post(partial(self._loop.resume, session))

    def _session(self, partition: int) -> Session:
        topics = "wb/+/telemetry"
        if self._partitions > 1:
            topics = f"wbp/{partition}/+/telemetry"
        client_id = CLIENT_ID.format(partition)
        return Session(client_id, topics, self._address, self._arrived, partition)

    def _arrived(self, messages: list[Message]) -> None:
        """Queue messages; from a session that sends more than we hold nothing is read.

        Disconnecting it would drop what it sent, to come again and fill the queue
        again: with a long backlog nothing was ever confirmed. Its connection stays as
        long as the broker has patience with it.
        """
        session = messages[0].session
        self._inbox.put(messages)
        if self._inbox.full(session):
            session.paused = True
            metrics.PAUSES.inc()

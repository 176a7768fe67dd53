"""What the subscriber hands on: one message, with the connection that must confirm it."""

from functools import lru_cache
from typing import TYPE_CHECKING, NamedTuple

from core import topics

if TYPE_CHECKING:
    from ingest.session import Session


class Origin(NamedTuple):
    """A wristband's topic, as the contract writes it, and the id in it."""

    topic: str
    device_id: str


class Message(NamedTuple):
    """One message as it came.

    ``generation`` names the connection it came on: only that one may confirm
    ``packet_id``, since packet ids begin again with the next. 0 needs no PUBACK.
    """

    session: "Session"
    generation: int
    packet_id: int
    origin: Origin
    payload: bytes
    received_us: int  # [µs since 1970]
    retained: bool = False  # a copy that the broker keeps and sends to each subscriber

    @property
    def stale(self) -> bool:
        """Whether its connection is gone: it will come again."""
        return self.generation != self.session.generation


@lru_cache(maxsize=1 << 18)
def origin(topic: str) -> Origin:
    """Origin of a message from the topic the broker delivered it under.

    A partition's ``wbp/{n}/…`` becomes ``wb/…`` again; an id that no wristband can
    have stays as it is, so that its messages are refused by name.
    """
    known = topics.parse(topic)
    if known is not None:
        return Origin(f"wb/{known.device_id}/{known.channel}", known.device_id)
    levels = topic.split("/")
    return Origin(topic, levels[-2] if len(levels) > 1 else topic)

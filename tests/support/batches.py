"""Batches given to ingest's writer by hand: no broker, a clock that stands still."""

from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from zoneinfo import ZoneInfo

import msgspec
import psycopg

from core.clock import FixedClock
from ingest import stage
from ingest.message import Message, origin
from ingest.ownership import Ownership
from ingest.state import Roster, microseconds
from ingest.writer import Writer

NOON = datetime(2026, 11, 21, 4, 0, tzinfo=UTC)  # 12:00 in Asia/Shanghai


@dataclass(eq=False)
class Hand:
    """Stands in for the session that a message came on."""

    generation: int = 1
    partition: int = 0


@dataclass
class Bench:
    """A writer on a connection of its own, with the partition 0."""

    conn: psycopg.Connection
    clock: FixedClock = field(default_factory=lambda: FixedClock(NOON))

    def __post_init__(self) -> None:
        self.conn.autocommit = True
        stage.prepare(self.conn)
        self.roster = Roster(self.clock)
        self.writer = Writer(self.roster, self.clock, ZoneInfo("Asia/Shanghai"))
        self.ownership = Ownership(self.clock, 1)
        self.ownership.extend(self.conn)

    def message(self, device_id: str, payload: object, late_s: float = 0) -> Message:
        """A message that arrives now, or `late_s` later."""
        body = payload if isinstance(payload, bytes) else msgspec.json.encode(payload)
        at = self.clock.now() + timedelta(seconds=late_s)
        topic = origin(f"wb/{device_id}/telemetry")
        return Message(Hand(), 1, 1, topic, body, microseconds(at))  # pyright: ignore[reportArgumentType]

    def write(self, *messages: Message) -> None:
        """One batch."""
        self.writer.write(self.conn, messages, self.ownership.epochs)

    def report(self, device_id: str, *payloads: object) -> None:
        """One batch of one wristband's messages."""
        self.write(*(self.message(device_id, one) for one in payloads))

    def rows(self, statement: object, *values: object) -> Sequence[tuple[object, ...]]:
        """All rows of a query."""
        return self.conn.execute(statement, values).fetchall()  # pyright: ignore[reportArgumentType, reportCallIssue]

    def pass_time(self, seconds: float) -> None:
        """Move the clock on."""
        self.clock.at += timedelta(seconds=seconds)

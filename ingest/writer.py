"""Write one batch of messages: one transaction, judged on the way."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Final
from zoneinfo import ZoneInfo

import numpy as np
from numpy.typing import NDArray
from psycopg import Connection

from core.clock import Clock
from core.errors import UnavailableError
from core.queries import load
from core.registry import rulebook
from ingest import consequences, metrics, refusals, stage
from ingest.decode import Decoded, decode
from ingest.judge import Judged, judge
from ingest.message import Message
from ingest.refusals import Refusal, UnknownFields
from ingest.state import Roster

SQL: Final = load("ingest")


class LostPartitionError(UnavailableError):
    """Another worker writes a partition that was ours."""


@dataclass(slots=True)
class _Counts:
    new: int = 0
    repeated: int = 0
    rejected: int = 0


class Writer:
    """Takes batches into the database, and keeps the memory in step with it.

    Parameters
    ----------
    roster : what is known of the wristbands; changed only by what was committed.
    zone : whose day and night count.
    """

    def __init__(self, roster: Roster, clock: Clock, zone: ZoneInfo) -> None:
        self._roster = roster
        self._clock = clock
        self._zone = zone
        self._distinct = stage.Distinct()
        self._unknown = UnknownFields()

    def write(
        self, conn: Connection, messages: Sequence[Message], epochs: Mapping[int, int]
    ) -> None:
        """Commit a batch, then make its states the present ones.

        Parameters
        ----------
        epochs : epoch of each partition that the messages may be of.

        Raises
        ------
        LostPartitionError
            If a partition has another owner by now.
        psycopg.Error
            As the database says; nothing, or all of an unknown outcome, is written.
        """
        counts = _Counts()
        with conn.transaction():
            check_epochs(conn, epochs)
            judged = self._write(conn, messages, counts, self._clock.now())
        judged.publish(self._roster)
        metrics.REPORTS.labels("new").inc(counts.new)
        metrics.REPORTS.labels("repeated").inc(counts.repeated)
        metrics.REJECTED.inc(counts.rejected)

    def set_aside(
        self,
        conn: Connection,
        message: Message,
        reason: str,
        epochs: Mapping[int, int],
    ) -> None:
        """Keep a message that cannot be stored, with its reason, as rejected."""
        with conn.transaction():
            check_epochs(conn, epochs)
            refusals.reject(conn, [refusals.whole(message, reason)], self._clock.now())
        metrics.SET_ASIDE.inc()

    def _write(
        self,
        conn: Connection,
        messages: Sequence[Message],
        counts: _Counts,
        now: datetime,
    ) -> Judged:
        self._roster.refresh(conn)
        self._roster.admit(conn, {message.origin.device_id for message in messages})
        known, unknown = self._sort(messages)
        decoded = decode(
            [message.payload for message in known],
            [message.received_us for message in known],
        )
        new = self._store(conn, known, decoded)
        refused = [Refusal(known[n], item) for n, item in decoded.rejected]
        refused += [refusals.whole(one, refusals.UNKNOWN_WRISTBAND) for one in unknown]
        refusals.reject(conn, refused, now)
        self._count_unknown(conn, decoded, new)
        judged = judge(
            self._roster, new, self._zone, lambda wanted: stage.history(conn, wanted)
        )
        stage.write_state(conn, judged, now)
        stage.write_memory(conn, judged, now)
        consequences.ask(conn, judged.asked, now)
        rulebook.keep_versions(conn, self._roster.profiles.used(judged.versions), now)
        consequences.carry_out(conn, judged.events, now)
        counts.new, counts.rejected = len(new), len(refused)
        counts.repeated = len(decoded.rows) - len(new)
        return judged

    def _sort(self, messages: Sequence[Message]) -> tuple[list[Message], list[Message]]:
        """Messages of wristbands in the registry, and those of others."""
        known: list[Message] = []
        unknown: list[Message] = []
        for one in messages:
            there = self._roster.key(one.origin.device_id) >= 0
            (known if there else unknown).append(one)
        return known, unknown

    def _store(
        self, conn: Connection, known: Sequence[Message], decoded: Decoded
    ) -> NDArray[np.void]:
        """Store the readings; those that were new, in order of arrival."""
        keys = [self._roster.key(message.origin.device_id) for message in known]
        rows = decoded.rows
        rows["wristband"] = np.array(keys, np.int32)[rows["message"]]
        rows = rows[stage.first_of_each(rows)]
        self._distinct.stamp(rows)
        return rows[stage.store(conn, rows)]

    def _count_unknown(
        self, conn: Connection, decoded: Decoded, new: NDArray[np.void]
    ) -> None:
        """Count unknown fields of new reports only: a repeat changes nothing."""
        if decoded.unknown:
            fresh = set(zip(new["message"].tolist(), new["idx"].tolist(), strict=True))
            names = [
                name
                for message, index, unknown in decoded.unknown
                if (message, index) in fresh
                for name in refusals.told_apart(unknown)
            ]
            self._unknown.count(conn, names)


def check_epochs(conn: Connection, epochs: Mapping[int, int]) -> None:
    """Lock the partitions' rows until commit and check that they are still ours.

    Raises
    ------
    LostPartitionError
        If one is not.
    """
    rows = conn.execute(SQL["lock_epochs"], {"partitions": sorted(epochs)}).fetchall()
    if dict(rows) != dict(epochs):
        raise LostPartitionError("another worker took over a partition")

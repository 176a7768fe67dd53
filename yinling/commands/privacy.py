"""`yinling privacy | retention`: consents, copies, erasures and keeping without the API."""

from collections.abc import Callable, Iterator
from datetime import datetime, timedelta
from pathlib import Path
from uuid import UUID

from psycopg import Connection

from core import database
from core.clock import SystemClock
from core.database import Row
from core.errors import InvalidError, NotFoundError
from core.privacy import consents, copying, erasing, kinds, retention
from core.privacy.catalogue import Whose
from core.privacy.consents import Declaration, Purpose, Recorder
from core.privacy.forms import forms
from core.privacy.kinds import InForce
from core.settings import Settings
from yinling.commands import records

ME = Recorder(None, "command line")


def consents_of(settings: Settings, senior_id: UUID) -> list[Row]:
    """What a senior declared, newest first."""
    return records.in_transaction(
        settings, lambda conn, _: consents.history(conn, senior_id)
    )


def declare(settings: Settings, senior_id: UUID, said: Declaration) -> UUID:
    """Record what a senior declared."""

    def change(conn: Connection, now: datetime) -> UUID:
        consent_id = consents.declare(conn, senior_id, said, ME, now)
        action = "consent.give" if said.given else "consent.withdraw"
        records.audit(conn, now, action, str(consent_id), senior_id)
        return consent_id

    return records.in_transaction(settings, change)


def form_of(purpose: Purpose) -> str:
    """The version of the form in use."""
    return next(form.version for form in forms() if form.purpose is purpose)


def copy(settings: Settings, whose: Whose, subject: UUID, path: Path) -> int:
    """Write a copy of one person's data; how many rows it holds.

    Raises
    ------
    InvalidError
        If the file is there already.
    """
    if path.exists():
        raise InvalidError(f"{path} is there already")

    def write(conn: Connection, now: datetime) -> int:
        path.touch(mode=0o600)
        with path.open("wb") as file:
            counts = copying.write_copy(
                conn, whose, subject, file, zone=settings.zone, now=now
            )
        if not counts[whose]:
            raise NotFoundError(f"no such {whose}")
        senior_id = subject if whose is Whose.SENIOR else None
        records.audit(conn, now, f"{whose}.export", str(subject), senior_id)
        return sum(counts.values())

    try:
        return records.in_transaction(settings, write)
    except BaseException:
        path.unlink(missing_ok=True)
        raise


def erase(
    settings: Settings, whose: Whose, subject: UUID, *, reason: str, days: int
) -> Row:
    """Have a person erased after some days, 0: now."""

    def change(conn: Connection, now: datetime) -> Row:
        due_at = now + timedelta(days=days)
        erasure_id = erasing.request(
            conn, whose, subject, reason=reason, recorder=ME, now=now, due_at=due_at
        )
        if days == 0:
            erasing.run(conn, erasure_id, now)
        _note(conn, now, whose, subject, "erase")
        return erasing.find(conn, only=erasure_id)[0]

    return records.in_transaction(settings, change)


def undo(settings: Settings, whose: Whose, subject: UUID) -> None:
    """Take an erasure back while it waits."""

    def change(conn: Connection, now: datetime) -> None:
        erasing.undo(conn, whose, subject, now)
        _note(conn, now, whose, subject, "keep")

    records.in_transaction(settings, change)


def erasures(settings: Settings) -> list[Row]:
    """Erasures as asked for, newest first."""
    return records.in_transaction(settings, lambda conn, _: erasing.find(conn))


def kept(settings: Settings) -> list[InForce]:
    """How long each kind is kept."""
    return records.in_transaction(settings, lambda conn, _: kinds.in_force(conn))


def keep(settings: Settings, kind: str, days: int | None, note: str | None) -> None:
    """Keep a kind so long; None: as shipped."""

    def change(conn: Connection, now: datetime) -> None:
        kinds.set_days(conn, kind, days, note, ME, now)
        records.audit(conn, now, "retention.set", kind)

    records.in_transaction(settings, change)


def due(settings: Settings) -> dict[str, dict[str, int]]:
    """How many rows of which table would be taken now, by kind."""

    def look(conn: Connection, now: datetime) -> dict[str, dict[str, int]]:
        return {
            one.kind.name: retention.count(conn, one, now)
            for one in kinds.in_force(conn)
        }

    return records.in_transaction(settings, look)


def take(settings: Settings, on: Callable[[str, int], None]) -> None:
    """Take now what was kept long enough, batch by batch; `on` hears of each."""
    with database.connect(records.database_url(settings), "command line") as conn:
        conn.autocommit = True
        for one in kinds.in_force(conn):
            with conn.transaction():
                retention.begin(conn, one, SystemClock().now())
            for rows in _batches(conn, one):
                on(one.kind.name, rows)


def _batches(conn: Connection, one: InForce) -> Iterator[int]:
    while True:
        now = SystemClock().now()
        with conn.transaction():
            rows = retention.batch(conn, one, now)
            retention.go_on(conn, one, rows, now)
        if not rows:
            return
        yield rows


def _note(
    conn: Connection, now: datetime, whose: Whose, subject: UUID, verb: str
) -> None:
    senior_id = subject if whose is Whose.SENIOR else None
    records.audit(conn, now, f"{whose}.{verb}", str(subject), senior_id)

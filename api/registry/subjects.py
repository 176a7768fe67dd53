"""What is done with all that is kept about one person: a copy of it, and its end."""

import tempfile
from datetime import datetime, timedelta
from typing import IO
from uuid import UUID
from zoneinfo import ZoneInfo

from psycopg import Connection

from api import access, audit
from api.pagination import PageRequest
from api.principal import Principal
from api.schemas.privacy import EraseBody
from core.database import Row
from core.errors import ForbiddenError, NotFoundError
from core.privacy import copying, erasing
from core.privacy.catalogue import Whose


def copy(
    conn: Connection,
    principal: Principal,
    whose: Whose,
    subject: UUID,
    *,
    zone: ZoneInfo,
    now: datetime,
) -> IO[bytes]:
    """A ZIP of all that is kept about a person, in a file that nobody else can open.

    Raises
    ------
    NotFoundError, ForbiddenError
        A person gets their own; of anyone, and of seniors, administrators only.
    """
    _may_copy(conn, principal, whose, subject)
    file = tempfile.TemporaryFile()  # noqa: SIM115 - the answer closes it once sent
    try:
        counts = copying.write_copy(conn, whose, subject, file, zone=zone, now=now)
    except BaseException:
        file.close()
        raise
    if not counts[whose]:
        file.close()
        raise NotFoundError(f"no such {whose}")
    rows = sum(counts.values())
    _record(conn, principal, now, whose, subject, "export", {"rows": rows})
    file.seek(0)
    return file


def erase(  # noqa: PLR0917 - who, whom, how, when
    conn: Connection,
    principal: Principal,
    whose: Whose,
    subject: UUID,
    body: EraseBody,
    now: datetime,
) -> Row:
    """Have a person erased, after some days in which it can be undone, or now."""
    _may_erase(conn, principal, whose, subject)
    days = 0 if body.now else body.days or erasing.COOLING_OFF_DAYS
    erasure_id = erasing.request(
        conn,
        whose,
        subject,
        reason=body.reason,
        recorder=principal.recorder,
        now=now,
        due_at=now + timedelta(days=days),
    )
    if body.now:
        erasing.run(conn, erasure_id, now)
    _record(conn, principal, now, whose, subject, "erase", {"days": days})
    return erasing.find(conn, only=erasure_id)[0]


def keep(
    conn: Connection, principal: Principal, whose: Whose, subject: UUID, now: datetime
) -> Row:
    """Take an erasure back while it waits."""
    principal.require_admin()
    erasure_id = erasing.undo(conn, whose, subject, now)
    _record(conn, principal, now, whose, subject, "keep", {})
    return erasing.find(conn, only=erasure_id)[0]


def erasures(conn: Connection, principal: Principal, asked: PageRequest) -> list[Row]:
    """Erasures as asked for, newest first."""
    principal.require_admin()
    return erasing.find(conn, after=asked.after_id(), limit=asked.limit + 1)


def _may_copy(
    conn: Connection, principal: Principal, whose: Whose, subject: UUID
) -> None:
    if principal.is_admin or (whose is Whose.PERSON and principal.id == subject):
        return
    _see(conn, principal, whose, subject)
    raise ForbiddenError("only the person themself or an administrator may do this")


def _may_erase(
    conn: Connection, principal: Principal, whose: Whose, subject: UUID
) -> None:
    if not principal.is_admin:
        _see(conn, principal, whose, subject)
        principal.require_admin()


def _see(conn: Connection, principal: Principal, whose: Whose, subject: UUID) -> None:
    """Answer as if there were no such person to whom may not see them."""
    look = access.senior if whose is Whose.SENIOR else access.person
    look(conn, principal, subject)


def _record(  # noqa: PLR0917 - who, when, what, on what
    conn: Connection,
    principal: Principal,
    now: datetime,
    whose: Whose,
    subject: UUID,
    verb: str,
    detail: dict[str, object],
) -> None:
    audit.record(
        conn,
        principal,
        now,
        f"{whose}.{verb}",
        whose,
        subject,
        senior_id=subject if whose is Whose.SENIOR else None,
        detail=detail,
    )

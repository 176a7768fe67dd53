"""Erasing one person: asked for with a reason, undone in time, or done for good."""

from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Final
from uuid import UUID

from psycopg import Connection
from psycopg.errors import UniqueViolation
from psycopg.sql import SQL, Identifier
from psycopg.types.json import Jsonb

from core.database import Row
from core.errors import ConflictError, NotFoundError
from core.ids import new_id
from core.ledger import erase_entries
from core.model import Role
from core.privacy.catalogue import Part, Whose, parts
from core.privacy.consents import Recorder
from core.privacy.removing import is_sealed, removing
from core.privacy.rows import every, one
from core.queries import load
from core.registry.changes import note_senior_changed

COOLING_OFF_DAYS: Final = 7
"""So long an erasure waits and can be undone, unless asked for otherwise [d]."""
ALIASES: Final[Mapping[str, str]] = {
    Role.FAMILY: "家属（已删除）",
    Role.BUILDING_HEAD: "楼栋长（已删除）",
    Role.GRID_WORKER: "网格员（已删除）",
    Role.COMMUNITY_MANAGER: "社区负责人（已删除）",
    Role.STREET_MANAGER: "街道负责人（已删除）",
    Role.DISTRICT_MANAGER: "区负责人（已删除）",
    Role.VOLUNTEER: "志愿者（已删除）",
    Role.ADMIN: "管理员（已删除）",
}
"""What stands in the place of a name."""
SENIOR_ALIAS: Final = "已删除"


def request(
    conn: Connection,
    whose: Whose,
    subject: UUID,
    *,
    reason: str,
    recorder: Recorder,
    now: datetime,
    due_at: datetime,
) -> UUID:
    """Ask for an erasure: from now on the person is archived, at `due_at` erased.

    Raises
    ------
    NotFoundError
        If there is no such person, or nothing is left of them.
    ConflictError
        If they wear a wristband, an alert is unresolved, they are needed otherwise, or
        an erasure is asked for already.
    """
    _lock(conn, whose, subject)
    _require_free(conn, whose, subject)
    erasure_id = new_id()
    values: dict[str, object] = {
        "id": erasure_id,
        "senior_id": subject if whose is Whose.SENIOR else None,
        "person_id": subject if whose is Whose.PERSON else None,
        "reason": reason,
        "requested_by": recorder.id,
        "requested_by_name": recorder.name,
        "now": now,
        "due_at": due_at,
    }
    try:
        with conn.transaction():
            conn.execute(load("core.privacy")["add_erasure"], values)
    except UniqueViolation:
        raise ConflictError("an erasure is asked for already") from None
    who = {"id": subject, "now": now}
    conn.execute(load("core.privacy")[f"archive_{whose}"], who)
    return erasure_id


def undo(conn: Connection, whose: Whose, subject: UUID, now: datetime) -> UUID:
    """Take an erasure back while it waits; the person is as before.

    Raises
    ------
    NotFoundError
        If none waits.
    """
    row = one(conn, "pending_erasure", {"id": subject})
    if row is None:
        raise NotFoundError("no erasure of theirs waits")
    queries = load("core.privacy")
    conn.execute(queries["undo_erasure"], {"id": row["id"], "now": now})
    back = {"id": subject, "at": row["requested_at"]}
    conn.execute(queries[f"bring_back_{whose}"], back)
    return row["id"]


def run(conn: Connection, erasure_id: UUID, now: datetime) -> dict[str, int]:
    """Erase for good, in the caller's transaction; rows changed or removed by table.

    Raises
    ------
    NotFoundError
        If no such erasure waits.
    ConflictError
        If the person is needed after all.
    """
    row = one(conn, "lock_erasure", {"id": erasure_id})
    if row is None:
        raise NotFoundError("no such erasure waits")
    whose = Whose.PERSON if row["senior_id"] is None else Whose.SENIOR
    subject: UUID = row["senior_id"] or row["person_id"]
    found = _lock(conn, whose, subject)
    _require_free(conn, whose, subject)
    alias = SENIOR_ALIAS if whose is Whose.SENIOR else ALIASES.get(found["role"], "—")
    values = {"id": subject, "now": now, "alias": alias, "name": found["name"]}
    queries = load("core.privacy")
    conn.execute(queries["be_patient"])
    with removing(conn, now, erasure_id=erasure_id) as removal:
        touched = [part for part in parts(whose) if part.erase is not None]
        sealed = _sealed(conn, touched, values)
        why = f"a {whose} was erased on request"
        erase_entries(conn, sealed, now, reason=why, by=row["requested_by"])
        for part in touched:
            removal.count(part.table, _take(conn, part, values))
    done = {"id": erasure_id, "now": now, "counts": Jsonb(removal.counts)}
    conn.execute(queries["end_erasure"], done)
    if whose is Whose.SENIOR:
        note_senior_changed(conn, subject, now)
    return removal.counts


def due(conn: Connection, now: datetime) -> list[UUID]:
    """Erasures whose time to undo is over."""
    return [row["id"] for row in every(conn, "due_erasures", {"now": now})]


def find(
    conn: Connection,
    *,
    only: UUID | None = None,
    after: UUID | None = None,
    limit: int = 1000,
) -> list[Row]:
    """Erasures as asked for, newest first."""
    return every(conn, "erasures", {"id": only, "after": after, "limit": limit})


def _lock(conn: Connection, whose: Whose, subject: UUID) -> Row:
    row = one(conn, f"lock_any_{whose}", {"id": subject})
    if row is None:
        raise NotFoundError(f"no such {whose}")
    return row


def _require_free(conn: Connection, whose: Whose, subject: UUID) -> None:
    row = one(conn, f"{whose}_needed", {"id": subject})
    if row is not None and row["reason"] is not None:
        raise ConflictError(f"they cannot be erased: {row['reason']}")


def _sealed(
    conn: Connection, touched: Sequence[Part], values: Mapping[str, object]
) -> dict[str, list[UUID]]:
    """Rows of the ledger that will change, by table."""
    found: dict[str, list[UUID]] = {}
    for part in touched:
        if is_sealed(part.table, part.erase or ()):
            query = load("core.privacy")["part_ids"].format(
                table=Identifier(part.table), where=part.reach
            )
            found[part.table] = [row_id for (row_id,) in conn.execute(query, values)]
    return found


def _take(conn: Connection, part: Part, values: Mapping[str, object]) -> int:
    queries, table = load("core.privacy"), Identifier(part.table)
    if not part.erase:
        query = queries["part_delete"].format(table=table, where=part.reach)
        return conn.execute(query, values).rowcount
    changes = SQL(", ").join(
        SQL("{} = {}").format(Identifier(name), value)
        for name, value in part.erase.items()
    )
    query = queries["part_change"].format(table=table, values=changes, where=part.reach)
    return conn.execute(query, values).rowcount

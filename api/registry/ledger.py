"""What administrators look up: rejected messages, and who saw and did what."""

import base64
from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from psycopg import Connection

from api import rows
from api.pagination import PageRequest
from api.principal import Principal
from core.database import Row
from core.ledger import sealing
from core.queries import load


@dataclass(frozen=True, slots=True)
class AuditFilter:
    """Which entries are wanted; None means any."""

    senior_id: UUID | None = None
    actor_id: UUID | None = None
    action: str | None = None
    since: datetime | None = None
    until: datetime | None = None


def find_rejected(
    conn: Connection, principal: Principal, asked: PageRequest
) -> list[Row]:
    """Rejected items, newest first."""
    principal.require_admin()
    after = asked.after(datetime.fromisoformat, UUID) or (None, None)
    values = {"first_at": after[0], "id": after[1], "limit": asked.limit + 1}
    return rows.every(conn, load("api.registry")["rejected"], values)


def show_rejected(row: Row) -> dict[str, object]:
    """A rejected item; its index is null where the whole message was rejected."""
    return {
        "id": row["id"],
        "topic": row["topic"],
        "index": row["idx"] if row["idx"] >= 0 else None,
        "reasons": row["reasons"],
        "payload": _text(row["payload"]),
        "first_at": row["first_at"],
        "count": row["count"],
    }


def find_audit(
    conn: Connection, principal: Principal, asked: PageRequest, wanted: AuditFilter
) -> list[Row]:
    """Entries of the audit log, newest first."""
    principal.require_admin()
    key = asked.after(int)
    values = {
        "after": key[0] if key else None,
        "senior_id": wanted.senior_id,
        "actor_id": wanted.actor_id,
        "action": wanted.action,
        "from": wanted.since,
        "to": wanted.until,
        "limit": asked.limit + 1,
    }
    return rows.every(conn, load("api.registry")["audit"], values)


def show_audit(row: Row) -> dict[str, object]:
    """An entry of the audit log."""
    names = ("id", "at", "action", "object_type", "object_id", "senior_id")
    names += ("detail", "address")
    actor: dict[str, object] = {"id": row["actor_id"], "name": row["actor_name"]}
    entry: dict[str, object] = {name: row[name] for name in names}
    return entry | {"actor": actor}


def head(conn: Connection, principal: Principal) -> dict[str, object]:
    """Where the ledger ends, and what is not sealed yet (rows to 10,000) since when."""
    principal.require_admin()
    end, waiting = sealing.head(conn), sealing.waiting(conn)
    return {
        "position": end.position,
        "head": str(end),
        "waiting": waiting.rows,
        "waiting_s": round(waiting.longest_s, 3),
    }


def _text(payload: bytes) -> str:
    """The payload as text; what is not UTF-8 as a base64 data URL."""
    try:
        return bytes(payload).decode()
    except UnicodeDecodeError:
        encoded = base64.b64encode(payload).decode()
        return f"data:application/octet-stream;base64,{encoded}"

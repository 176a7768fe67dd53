"""Wristbands: provisioning, binding, revoking, archiving; and who may see them."""

from datetime import datetime

from psycopg import Connection
from psycopg.sql import Composed

from api import access, audit, rows
from api.pagination import PageRequest
from api.principal import Principal
from api.registry import wearing
from api.schemas.wristbands import (
    BindingBody,
    ReplaceBody,
    ReturnBody,
    WristbandBody,
    WristbandChange,
)
from core import registry
from core.database import Row
from core.errors import ConflictError, NotFoundError
from core.queries import load
from core.registry import Replacement


def find(conn: Connection, principal: Principal, asked: PageRequest) -> list[Row]:
    """Wristbands the asker may see, in the order they were added."""
    key = asked.after(int)
    values = {"device_id": None, "after": key[0] if key else None}
    values |= {"limit": asked.limit + 1}
    return rows.every(conn, _wristbands(), access.parameters(principal) | values)


def get(conn: Connection, principal: Principal, device_id: str) -> Row:
    """One wristband: any for an administrator, else one worn by a senior of theirs."""
    values = {"device_id": device_id, "after": None, "limit": 1}
    row = rows.one(conn, _wristbands(), access.parameters(principal) | values)
    if row is None:
        raise NotFoundError("no such wristband")
    return row


def show(row: Row) -> dict[str, object]:
    """A wristband as its readers see it."""
    names = ("device_id", "model", "senior_id", "bound_since", "last_seen")
    names += ("revoked_at", "returned_at", "return_reason", "created_at")
    return {"id": row["device_id"]} | {name: row[name] for name in names}


def add(
    conn: Connection, principal: Principal, body: WristbandBody, now: datetime
) -> dict[str, object]:
    """Provision a wristband; the answer alone holds its password."""
    principal.require_admin()
    password = registry.add_wristband(conn, body.device_id, body.model, now)
    _record(conn, principal, now, "create", body.device_id)
    return show(get(conn, principal, body.device_id)) | {"password": password}


def change(
    conn: Connection,
    principal: Principal,
    device_id: str,
    body: WristbandChange,
    now: datetime,
) -> Row:
    """Correct a wristband's model."""
    get(conn, principal, device_id)
    principal.require_managing()
    conn.execute(
        load("api.registry")["change_wristband"],
        {"device_id": device_id, "model": body.model},
    )
    _record(conn, principal, now, "change", device_id)
    return get(conn, principal, device_id)


def archive(
    conn: Connection, principal: Principal, device_id: str, now: datetime
) -> None:
    """Archive a wristband nobody wears; it can no longer connect."""
    row = get(conn, principal, device_id)
    principal.require_managing()
    values: dict[str, object] = {"device_id": device_id, "now": now}
    queries = load("api.registry")
    rows.one(conn, load("core")["lock_wristband"], values)
    row = get(conn, principal, device_id)
    if row["senior_id"] is not None:
        raise ConflictError("the wristband is bound; end its binding first")
    if rows.one(conn, queries["open_alert_of_wristband"], values):
        raise ConflictError("an alert of this wristband is unresolved")
    conn.execute(queries["archive_wristband"], values)
    _record(conn, principal, now, "archive", device_id)
    registry.notify(conn, registry.WRISTBANDS_CHANGED, device_id)
    registry.note_change(conn, [row["key"]])


def bind(
    conn: Connection,
    principal: Principal,
    device_id: str,
    body: BindingBody,
    now: datetime,
) -> dict[str, object]:
    """Put a wristband on a senior; holds for every message published afterwards."""
    get(conn, principal, device_id)
    principal.require_admin()
    access.senior(conn, principal, body.senior_id)
    bound = wearing.bind(conn, device_id, body.senior_id, body.starts_at, now)
    audit.record(
        conn,
        principal,
        now,
        "wristband.bind",
        "wristband",
        device_id,
        senior_id=body.senior_id,
        detail={"from": bound.starts_at.isoformat()},
    )
    return {
        "id": bound.id,
        "device_id": device_id,
        "senior_id": bound.senior_id,
        "from": bound.starts_at,
    }


def unbind(
    conn: Connection, principal: Principal, device_id: str, now: datetime
) -> None:
    """Take a wristband off its wearer; taken off already, nothing changes."""
    get(conn, principal, device_id)
    principal.require_admin()
    was = wearing.unbind(conn, device_id, now)
    if was is None:
        return
    audit.record(
        conn,
        principal,
        now,
        "wristband.unbind",
        "wristband",
        device_id,
        senior_id=was,
    )


def revoke(
    conn: Connection, principal: Principal, device_id: str, now: datetime
) -> Row:
    """Void a wristband's password; its live connection ends within 2 s."""
    get(conn, principal, device_id)
    principal.require_admin()
    registry.revoke(conn, device_id, now)
    _record(conn, principal, now, "revoke", device_id)
    return get(conn, principal, device_id)


def replace(
    conn: Connection,
    principal: Principal,
    device_id: str,
    body: ReplaceBody,
    now: datetime,
) -> Replacement:
    """Put a new wristband on whoever wears this one, which is revoked."""
    get(conn, principal, device_id)
    principal.require_admin()
    done = wearing.replace(
        conn,
        device_id,
        body.device_id,
        body.reason,
        now,
        keep_password=body.keep_password,
    )
    if done.anew:
        audit.record(
            conn,
            principal,
            now,
            "wristband.replace",
            "wristband",
            device_id,
            senior_id=done.binding.senior_id,
            detail={"by": done.device_id},
        )
    return done


def show_replacement(done: Replacement, device_id: str) -> dict[str, object]:
    """The new binding, with the new one's password."""
    return {
        "id": done.binding.id,
        "device_id": done.device_id,
        "replaced": device_id,
        "senior_id": done.binding.senior_id,
        "from": done.binding.starts_at,
        "password": done.password,
    }


def take_back(
    conn: Connection,
    principal: Principal,
    device_id: str,
    body: ReturnBody,
    now: datetime,
) -> Row:
    """Note that a wristband came back; it can be provisioned again."""
    get(conn, principal, device_id)
    principal.require_admin()
    done = wearing.take_back(conn, device_id, body.reason, now)
    if done.anew:
        audit.record(
            conn,
            principal,
            now,
            "wristband.return",
            "wristband",
            device_id,
            senior_id=done.senior_id,
        )
    return get(conn, principal, device_id)


def renew_password(
    conn: Connection, principal: Principal, device_id: str, now: datetime
) -> dict[str, object]:
    """Give a wristband another password; the answer alone holds it."""
    get(conn, principal, device_id)
    principal.require_admin()
    password = registry.renew_password(conn, device_id)
    _record(conn, principal, now, "renew_password", device_id)
    return {"device_id": device_id, "password": password}


def _record(
    conn: Connection, principal: Principal, now: datetime, verb: str, device_id: str
) -> None:
    audit.record(conn, principal, now, f"wristband.{verb}", "wristband", device_id)


def _wristbands() -> Composed:
    return load("api.registry")["wristbands"].format(visible=access.visible_senior())

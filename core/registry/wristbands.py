"""Provisioning wristbands, and who wears which from when to when."""

import hashlib
import secrets
from datetime import datetime, timedelta
from typing import NamedTuple
from uuid import UUID

from psycopg import Connection

from core import topics
from core.database import Row
from core.errors import ConflictError, InvalidError, NotFoundError
from core.ids import new_id
from core.queries import load
from core.registry.changes import WRISTBANDS_CHANGED, note_change, notify
from core.registry.rows import every, one

CLOCK_SKEW = timedelta(minutes=5)


class Ending(NamedTuple):
    """As what a binding ended, and why, in the words of whoever ended it.

    Attributes
    ----------
    kind : ``moved`` (to somebody else, or for another wristband), ``unbound``,
        ``replaced`` or ``returned``.
    """

    kind: str
    reason: str | None = None


MOVED, UNBOUND = Ending("moved"), Ending("unbound")


class Binding(NamedTuple):
    """A binding as made or found; `ended` names whose earlier binding it ended."""

    id: UUID
    senior_id: UUID
    starts_at: datetime
    ended: tuple[UUID, ...] = ()


def add_wristband(
    conn: Connection, device_id: str, model: str | None, now: datetime
) -> str:
    """Provision a wristband; return its random password, which is stored nowhere.

    Raises
    ------
    InvalidError
        If `device_id` is none, or the name of a service's user at the broker.
    ConflictError
        If it is provisioned already.
    """
    key, password = provision(conn, device_id, model, now)
    note_change(conn, [key])
    return password


def provision(
    conn: Connection, device_id: str, model: str | None, now: datetime
) -> tuple[int, str]:
    """The same, for a caller who notes the change of its key last; key and password."""
    fault = topics.device_id_fault(device_id)
    if fault is not None:
        raise InvalidError(fault, "device_id")
    password, digest = _password()
    values = {
        "device_id": device_id,
        "model": model,
        "password_sha256": digest,
        "now": now,
    }
    row = one(conn, "add_wristband", values)
    if row is None:
        raise ConflictError(f"wristband {device_id} is provisioned already")
    notify(conn, WRISTBANDS_CHANGED, device_id)
    return row["key"], password


def fresh_password(conn: Connection, device_id: str) -> str:
    """Give a wristband in service another password; the caller has locked it."""
    password, digest = _password()
    values: dict[str, object] = {"device_id": device_id, "password_sha256": digest}
    conn.execute(load("core")["set_wristband_password"], values)
    notify(conn, WRISTBANDS_CHANGED, device_id)
    return password


def revoke(conn: Connection, device_id: str, now: datetime) -> None:
    """Void a wristband's password; its live connection ends within 2 s.

    Raises
    ------
    NotFoundError
        If there is no such wristband.
    """
    if one(conn, "lock_wristband", {"device_id": device_id}) is None:
        raise NotFoundError(f"no wristband {device_id}")
    conn.execute(load("core")["revoke_wristband"], {"device_id": device_id, "now": now})
    notify(conn, WRISTBANDS_CHANGED, device_id)


def bind(
    conn: Connection,
    device_id: str,
    senior_id: UUID,
    starts_at: datetime | None,
    now: datetime,
    *,
    ending: Ending = MOVED,
) -> Binding:
    """Put a wristband on a senior, ending what either had at that instant.

    The same pair again, without another instant, changes nothing. `ending` says as
    what bindings before end.

    Raises
    ------
    NotFoundError
        If there is no such wristband or senior.
    ConflictError
        If the wristband is revoked, or a later binding of either exists.
    InvalidError
        If `starts_at` lies in the future.
    """
    wristband = _lock_wristband(conn, device_id)
    senior = one(conn, "lock_senior", {"senior_id": senior_id})
    if senior is None:
        raise NotFoundError("no such senior")
    at = min(starts_at or now, now)
    if starts_at and starts_at > now + CLOCK_SKEW:
        raise InvalidError("a binding cannot start in the future", "from")
    key = int(wristband["key"])
    reaching = every(
        conn,
        "bindings_reaching",
        {"key": key, "senior_id": senior_id, "starts_at": at},
    )
    same = _already(reaching, key, senior_id, starts_at)
    if same:
        return same
    _refuse_later(reaching, at)
    end_bindings(conn, reaching, at, ending)
    binding_id = new_id()
    values = {"id": binding_id, "key": key, "senior_id": senior_id, "now": now}
    conn.execute(load("core")["add_binding"], values | {"starts_at": at})
    conn.execute(
        load("core")["add_state"],
        values | {"expected_interval_s": senior["expected_interval_s"]},
    )
    note_change(conn, {key, *(row["wristband_key"] for row in reaching)})
    ended = {row["senior_id"] for row in reaching}
    return Binding(binding_id, senior_id, at, tuple(ended))


def unbind(conn: Connection, device_id: str, now: datetime) -> UUID | None:
    """Take a wristband off whoever wears it; return that senior, if there was one.

    Raises
    ------
    NotFoundError
        If there is no such wristband.
    """
    wristband = one(conn, "lock_wristband", {"device_id": device_id})
    if wristband is None:
        raise NotFoundError(f"no wristband {device_id}")
    row = one(conn, "open_binding", {"key": wristband["key"]})
    if row is None:
        return None
    end_bindings(conn, [row], max(now, row["starts_at"]), UNBOUND)
    note_change(conn, [wristband["key"]])
    return row["senior_id"]


def end_bindings(
    conn: Connection, bindings: list[Row], at: datetime, ending: Ending
) -> None:
    """End bindings that the caller has locked; the change of their keys is not noted."""
    ids = [row["id"] for row in bindings]
    values: dict[str, object] = {"ids": ids, "at": at, **ending._asdict()}
    conn.execute(load("core")["end_bindings"], values)
    conn.execute(load("core")["still_silence"], {"ids": ids})


def _password() -> tuple[str, bytes]:
    """A random password of 192 bits, and what is kept of it."""
    password = secrets.token_urlsafe(24)
    return password, hashlib.sha256(password.encode()).digest()


def _lock_wristband(conn: Connection, device_id: str) -> Row:
    wristband = one(conn, "lock_wristband", {"device_id": device_id})
    if wristband is None:
        raise NotFoundError(f"no wristband {device_id}")
    if wristband["revoked_at"] is not None:
        raise ConflictError(f"wristband {device_id} is revoked and cannot be worn")
    return wristband


def _already(
    reaching: list[Row], key: int, senior_id: UUID, starts_at: datetime | None
) -> Binding | None:
    """The binding that is what was asked for, if there is one."""
    for row in reaching:
        if (
            row["ends_at"] is None
            and (row["wristband_key"], row["senior_id"]) == (key, senior_id)
            and starts_at in (None, row["starts_at"])
        ):
            return Binding(row["id"], senior_id, row["starts_at"])
    return None


def _refuse_later(reaching: list[Row], at: datetime) -> None:
    later = [row["starts_at"] for row in reaching if row["starts_at"] >= at]
    if later:
        raise ConflictError(
            f"a binding of this wristband or this senior starts at"
            f" {min(later).isoformat()}, not before the asked instant"
        )

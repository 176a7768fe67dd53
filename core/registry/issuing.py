"""Wristbands that change hands: replaced in one step, returned, given a new password."""

from datetime import datetime
from typing import NamedTuple
from uuid import UUID

from psycopg import Connection

from core.database import Row
from core.errors import ConflictError, InvalidError, NotFoundError
from core.queries import load
from core.registry.changes import WRISTBANDS_CHANGED, note_change, notify
from core.registry.rows import every, one
from core.registry.wristbands import (
    Binding,
    Ending,
    bind,
    end_bindings,
    fresh_password,
    provision,
)


class Replacement(NamedTuple):
    """A wristband in the place of another.

    Attributes
    ----------
    password : of the new one; None where it kept its own, or this was done before.
    anew : whether this changed anything.
    """

    binding: Binding
    device_id: str
    password: str | None
    anew: bool = True


class Return(NamedTuple):
    """A wristband that came back, from whom, and whether this changed anything."""

    senior_id: UUID | None
    anew: bool


def replace(
    conn: Connection,
    device_id: str,
    new_device_id: str,
    reason: str,
    now: datetime,
    *,
    keep_password: bool = False,
) -> Replacement:
    """Put a new wristband on whoever wears `device_id`, which is revoked.

    The new one is provisioned if need be. It gets a new password, unless it is in
    service, unworn, and keeps its own. The same again changes nothing.

    Raises
    ------
    NotFoundError
        If there is no wristband `device_id`.
    ConflictError
        If nobody wears it, or the new one is worn or revoked.
    InvalidError
        If both are the same, or the new one's id is none.
    """
    if device_id == new_device_id:
        raise InvalidError("a wristband cannot replace itself", "device_id")
    locked = _lock(conn, [device_id, new_device_id])
    old, new = locked.get(device_id), locked.get(new_device_id)
    if old is None or old["archived_at"] is not None:
        raise NotFoundError(f"no wristband {device_id}")
    worn = one(conn, "open_binding", {"key": old["key"]})
    if worn is None:
        return _done_before(conn, old, new_device_id)
    password = _issue(conn, new, new_device_id, now, keep_password=keep_password)
    values: dict[str, object] = {"device_id": device_id, "now": now}
    conn.execute(load("core")["revoke_wristband"], values)
    notify(conn, WRISTBANDS_CHANGED, device_id)
    ending = Ending("replaced", reason)
    binding = bind(conn, new_device_id, worn["senior_id"], None, now, ending=ending)
    return Replacement(binding, new_device_id, password)


def take_back(conn: Connection, device_id: str, reason: str, now: datetime) -> Return:
    """Note that a wristband came back: nobody wears it, its password is void.

    Provisioning it again issues it anew. The same again changes nothing.

    Raises
    ------
    NotFoundError
        If there is no such wristband.
    """
    wristband = _lock(conn, [device_id]).get(device_id)
    if wristband is None or wristband["archived_at"] is not None:
        raise NotFoundError(f"no wristband {device_id}")
    if wristband["returned_at"] is not None:
        return Return(None, anew=False)
    worn = one(conn, "open_binding", {"key": wristband["key"]})
    if worn is not None:
        at = max(now, worn["starts_at"])
        end_bindings(conn, [worn], at, Ending("returned", reason))
    values = {"device_id": device_id, "now": now, "reason": reason}
    conn.execute(load("core")["return_wristband"], values)
    notify(conn, WRISTBANDS_CHANGED, device_id)
    note_change(conn, [wristband["key"]])
    return Return(worn["senior_id"] if worn else None, anew=True)


def renew_password(conn: Connection, device_id: str) -> str:
    """A new password for a wristband in service; whoever used the old one is cut off.

    Raises
    ------
    NotFoundError
        If there is no such wristband.
    ConflictError
        If it is revoked.
    """
    wristband = _lock(conn, [device_id]).get(device_id)
    if wristband is None or wristband["archived_at"] is not None:
        raise NotFoundError(f"no wristband {device_id}")
    if wristband["revoked_at"] is not None:
        raise ConflictError(f"wristband {device_id} is revoked and has no password")
    return fresh_password(conn, device_id)


def _lock(conn: Connection, device_ids: list[str]) -> dict[str, Row]:
    """Wristbands by id, locked in one order whoever asks: nobody waits for ever."""
    found = every(conn, "lock_wristbands", {"device_ids": device_ids})
    return {row["device_id"]: row for row in found}


def _issue(
    conn: Connection,
    new: Row | None,
    device_id: str,
    now: datetime,
    *,
    keep_password: bool,
) -> str | None:
    """Make the new wristband ready to be worn; its new password, if it gets one."""
    ready = (
        new is not None and new["archived_at"] is None and new["returned_at"] is None
    )
    if not ready:
        if keep_password:
            raise ConflictError(
                f"wristband {device_id} is not in service and has no password to keep"
            )
        return provision(conn, device_id, new["model"] if new else None, now)[1]
    assert new is not None  # noqa: S101 - it is ready
    if new["revoked_at"] is not None:
        raise ConflictError(
            f"wristband {device_id} is revoked; once returned it can be issued again"
        )
    if one(conn, "open_binding", {"key": new["key"]}) is not None:
        raise ConflictError(f"wristband {device_id} is worn; end its binding first")
    return None if keep_password else fresh_password(conn, device_id)


def _done_before(conn: Connection, old: Row, new_device_id: str) -> Replacement:
    """The replacement that was asked for, if it is done; the old one is not worn."""
    row = one(conn, "replacement", {"old": old["key"], "new": new_device_id})
    if row is None:
        raise ConflictError(
            f"nobody wears wristband {old['device_id']}: bind the new one instead"
        )
    binding = Binding(row["id"], row["senior_id"], row["starts_at"])
    return Replacement(binding, new_device_id, None, anew=False)

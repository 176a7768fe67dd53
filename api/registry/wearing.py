"""Who wears which wristband: the change and what it clears, for the api and the command line."""

from collections.abc import Iterable
from datetime import datetime
from uuid import UUID

from psycopg import Connection

from alerts.incidents import store
from alerts.incidents.types import Clearing
from core import registry
from core.model import Kind
from core.registry import Binding, Replacement

OF_THE_DEVICE = (Kind.OFFLINE, Kind.NOT_WORN, Kind.BATTERY_LOW)
"""Alerts that are over once their senior no longer wears the wristband."""


def bind(
    conn: Connection,
    device_id: str,
    senior_id: UUID,
    starts_at: datetime | None,
    now: datetime,
) -> Binding:
    """Put a wristband on a senior, see :func:`core.registry.bind`."""
    bound = registry.bind(conn, device_id, senior_id, starts_at, now)
    clear(conn, bound.ended, now)
    return bound


def unbind(conn: Connection, device_id: str, now: datetime) -> UUID | None:
    """Take a wristband off its wearer, see :func:`core.registry.unbind`."""
    was = registry.unbind(conn, device_id, now)
    if was is not None:
        clear(conn, [was], now)
    return was


def replace(
    conn: Connection,
    device_id: str,
    new_device_id: str,
    reason: str,
    now: datetime,
    *,
    keep_password: bool = False,
) -> Replacement:
    """Put a new wristband in the place of another, see :func:`core.registry.replace`."""
    done = registry.replace(
        conn, device_id, new_device_id, reason, now, keep_password=keep_password
    )
    clear(conn, done.binding.ended, now)
    return done


def take_back(
    conn: Connection, device_id: str, reason: str, now: datetime
) -> registry.Return:
    """Note that a wristband came back, see :func:`core.registry.take_back`."""
    done = registry.take_back(conn, device_id, reason, now)
    if done.senior_id is not None:
        clear(conn, [done.senior_id], now)
    return done


def clear(conn: Connection, seniors: Iterable[UUID], now: datetime) -> None:
    """End alerts of the wristband of seniors whose binding has ended."""
    over = [Clearing(senior, kind, now) for senior in seniors for kind in OF_THE_DEVICE]
    store.clear_alerts(conn, over, now)

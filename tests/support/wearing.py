"""Wristbands, states and readings put straight into the database, as ingest would."""

from dataclasses import dataclass
from datetime import datetime
from typing import Any
from uuid import UUID

import psycopg
from psycopg import sql

from core.ids import new_id


@dataclass(frozen=True)
class Worn:
    """A wristband on somebody's wrist."""

    key: int
    binding_id: UUID


def wear(
    conn: psycopg.Connection,
    senior_id: str,
    device_id: str,
    since: datetime,
    until: datetime | None = None,
) -> Worn:
    """Bind a new wristband to a senior for a period."""
    key = conn.execute(
        "INSERT INTO wristband (device_id, created_at) VALUES (%s, %s)"
        " ON CONFLICT (device_id) DO UPDATE SET device_id = excluded.device_id RETURNING key",
        (device_id, since),
    ).fetchone()[0]
    binding_id = new_id()
    conn.execute(
        "INSERT INTO binding (id, wristband_key, senior_id, starts_at, ends_at, created_at)"
        " VALUES (%s, %s, %s, %s, %s, %s)",
        (binding_id, key, senior_id, since, until, since),
    )
    conn.commit()
    return Worn(key, binding_id)


def reading(
    conn: psycopg.Connection, of: Worn, time: datetime, seq: int = -1, **values: Any
) -> None:
    """Store one report."""
    row = {"wristband_key": of.key, "time": time, "seq": seq, "received_at": time}
    _insert(conn, "reading", row | values)


def state(conn: psycopg.Connection, of: Worn, at: datetime, **values: Any) -> None:
    """Write the latest known of a binding; vital signs are from `at` unless given."""
    row: dict[str, Any] = {
        "binding_id": of.binding_id,
        "wristband_key": of.key,
        "last_time": at,
        "last_received_at": at,
        "updated_at": at,
    }
    for name, column in {
        "heart_rate": "heart_rate_at",
        "systolic": "blood_pressure_at",
        "spo2": "spo2_at",
        "temperature": "temperature_at",
        "latitude": "location_at",
    }.items():
        if name in values:
            row[column] = at
    if "heart_rate" in values:  # no gate is closed
        row["valid_heart_rate_at"] = at
    conn.execute("DELETE FROM wristband_state WHERE binding_id = %s", (of.binding_id,))
    _insert(conn, "wristband_state", row | values)
    conn.commit()


def _insert(conn: psycopg.Connection, table: str, row: dict[str, Any]) -> None:
    conn.execute(
        sql.SQL("INSERT INTO {} ({}) VALUES ({})").format(
            sql.Identifier(table),
            sql.SQL(", ").join(map(sql.Identifier, row)),
            sql.SQL(", ").join(sql.Placeholder() * len(row)),
        ),
        list(row.values()),
    )

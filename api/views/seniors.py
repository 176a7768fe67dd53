"""Seniors' statuses, found for one viewer and shown as Status objects."""

from collections.abc import Sequence
from datetime import datetime
from typing import Any
from uuid import UUID

from psycopg import Connection

from api import rows
from api.views.status import status_object
from api.views.viewer import Viewer
from core.database import Row
from core.errors import NotFoundError
from core.queries import load

Json = dict[str, Any]


def find(
    connection: Connection,
    viewer: Viewer,
    now: datetime,
    ids: Sequence[UUID] | None = None,
) -> list[Row]:
    """Rows of how the seniors are whom `viewer` may see; of `ids` only, if given."""
    parameters: Json = viewer.parameters() | {
        "ids": None if ids is None else list(ids),
        "now": now,
    }
    return rows.every(connection, load("api.views")["statuses"], parameters)


def one(connection: Connection, viewer: Viewer, now: datetime, senior_id: UUID) -> Json:
    """One senior's Status object.

    Raises
    ------
    NotFoundError
        If there is none such, or not for these eyes.
    """
    for row in find(connection, viewer, now, [senior_id]):
        status = shown(row, viewer, now)
        if status is not None:
            return status
    raise NotFoundError("no such senior")


def shown(row: Row, viewer: Viewer, now: datetime) -> Json | None:
    """The Status object of a row, or None where `viewer` may not see the senior."""
    eyes = viewer.eyes(row["senior_id"], row["path"])
    return None if eyes is None else status_object(row, eyes, now)


def parts_told(status: Json) -> list[str]:
    """Which protected parts a Status object tells, for the audit log."""
    vitals = ("heart_rate", "blood_pressure", "spo2", "temperature")
    told = ["vitals"] if any(status[name] for name in vitals) else []
    return [*told, "location"] if status["location"] else told

"""The sketch of a senior's whereabouts, as far as a Status object tells them."""

from collections.abc import Mapping
from typing import Any

from psycopg import Connection

from api import rows
from api.pages.ground import Plan, plan
from core.database import Row
from core.queries import load


def sketch(connection: Connection, row: Row, status: Mapping[str, Any]) -> Plan | None:
    """The plan around home and last fix; None where the status holds no location.

    Parameters
    ----------
    row : of the query ``statuses``, for the home.
    status : the Status object made of it, which decides what may be shown.
    """
    location = status["location"]
    if location is None:
        return None
    fences = rows.every(
        connection, load("api.views")["fences"], {"senior_id": row["senior_id"]}
    )
    return plan(
        (row["home_latitude"], row["home_longitude"]),
        (location["latitude"], location["longitude"]),
        location["accuracy"] or 0.0,
        [fence["shape"] for fence in fences],
    )

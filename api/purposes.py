"""For what purpose somebody saw where seniors are: it stands with each read in the audit."""

from collections.abc import Iterable, Mapping
from typing import Any
from uuid import UUID

from psycopg import Connection

from api import access, rows
from api.principal import Principal
from core.model import Role
from core.queries import load

Json = dict[str, Any]
NAMES = ("link_id", "alert_id", "consent_id")
"""What may have opened the view, the narrowest first."""


def purposes(
    connection: Connection, principal: Principal, senior_ids: Iterable[UUID]
) -> Mapping[UUID, Json]:
    """What lets the asker see the whereabouts of these seniors.

    Returns
    -------
    For each ``{"purpose": {"alert_id": …}}``: of staff the unresolved alert, else the
    standing consent; of a relative their link.
    """
    asked = list(dict.fromkeys(senior_ids))
    if not asked:
        return {}
    values = access.parameters(principal) | {"senior_ids": asked}
    found = rows.every(connection, load("api")["location_purposes"], values)
    return {row["senior_id"]: _purpose(row, principal) for row in found}


def _purpose(row: Mapping[str, Any], principal: Principal) -> Json:
    names = NAMES[:1] if principal.role is Role.FAMILY else NAMES[1:]
    given = next((name for name in names if row[name] is not None), None)
    return {"purpose": {given: str(row[given])}} if given else {}

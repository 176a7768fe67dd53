"""The audit log: who saw and did what, written with the change itself."""

from collections.abc import Iterable, Mapping
from datetime import datetime
from uuid import UUID

from psycopg import Connection
from psycopg.types.json import Jsonb

from api.principal import Principal
from core.ids import new_id
from core.queries import load


def record(  # noqa: PLR0917 - who, when, what, on what
    conn: Connection,
    principal: Principal,
    now: datetime,
    action: str,
    object_type: str,
    object_id: UUID | str | None,
    *,
    senior_id: UUID | None = None,
    detail: Mapping[str, object] | None = None,
) -> None:
    """Add one entry to the caller's transaction.

    Parameters
    ----------
    action : ``object.verb``, e.g. ``place.create``, ``senior.read_vitals``.
    detail : names of fields, counts, spans; never a health value, a position, a
        URL or a password, since entries outlive the person's erasure.
    """
    values: dict[str, object] = {
        "id": new_id(),
        "at": now,
        "actor_id": principal.id,
        "actor_name": principal.name,
        "action": action,
        "object_type": object_type,
        "object_id": None if object_id is None else str(object_id),
        "senior_id": senior_id,
        "detail": Jsonb(detail or {}),
        "address": principal.address,
    }
    conn.execute(load("api")["record"], values)


def record_reads(
    conn: Connection,
    principal: Principal,
    now: datetime,
    action: str,
    senior_ids: Iterable[UUID],
    *,
    details: Mapping[UUID, Mapping[str, object]] | None = None,
) -> None:
    """Add one entry for each senior that a list showed.

    Parameters
    ----------
    details : by senior, e.g. for what purpose a position was shown.
    """
    values: list[dict[str, object]] = [
        {
            "id": new_id(),
            "at": now,
            "actor_id": principal.id,
            "actor_name": principal.name,
            "action": action,
            "object_type": "senior",
            "object_id": str(senior_id),
            "senior_id": senior_id,
            "detail": Jsonb((details or {}).get(senior_id, {})),
            "address": principal.address,
        }
        for senior_id in senior_ids
    ]
    with conn.cursor() as cursor:
        cursor.executemany(load("api")["record"], values)

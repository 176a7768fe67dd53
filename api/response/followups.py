"""Follow-ups of resolved alerts: which are due, and what was found."""

from collections.abc import Sequence
from datetime import datetime
from typing import Any, Final
from uuid import UUID

from psycopg import Connection

from alerts.incidents import store
from alerts.incidents.helping import followups
from alerts.incidents.lifecycle import REOPEN_WITHIN
from alerts.incidents.types import Action
from api import access, rows, steps
from api.asking import Asking
from api.principal import Principal
from api.schemas.response import FollowupBody
from core.database import Row
from core.errors import ForbiddenError, InvalidError, NotFoundError
from core.model import AlertStatus, FollowupResult, FollowupStatus, Kind, Role
from core.queries import load

LIMITS: Final[tuple[str, ...]] = (
    "id",
    "alerts",
    "senior_id",
    "place_id",
    "after",
    "limit",
)


def find(
    conn: Connection,
    principal: Principal,
    *,
    statuses: Sequence[str] | None = None,
    overdue: bool = False,
    **wanted: object,
) -> list[Row]:
    """Follow-ups of the alerts that the asker sees, in the order they came.

    Parameters
    ----------
    overdue : only those without an answer in time.
    wanted : of ``id``, ``alerts``, ``senior_id``, ``place_id``, ``after``, ``limit``.
    """
    me = access.parameters(principal)
    values: dict[str, object] = {**dict.fromkeys(LIMITS), **wanted, **me}
    values |= {"overdue": overdue, "statuses": statuses and list(statuses)}
    return rows.every(conn, load("api.response")["followups"], values)


def one(conn: Connection, principal: Principal, followup_id: UUID) -> Row:
    """One follow-up.

    Raises
    ------
    NotFoundError
        If there is none such, or not for these eyes.
    """
    found = find(conn, principal, id=followup_id)
    if not found:
        raise NotFoundError("no such follow-up")
    return found[0]


def record(ask: Asking, followup_id: UUID, body: FollowupBody) -> Row:
    """Write down what was found; with ``then``, have somebody come again at once."""
    before = one(ask.connection, ask.principal, followup_id)
    if body.then is not None and body.result is not FollowupResult.NOT_WELL:
        raise InvalidError("only for who is not well", "then")
    actor = steps.actor(ask.principal)
    new = followups.record(
        ask.connection, followup_id, actor, body.result, body.note, ask.now
    )
    if new and body.then is not None:
        _send_again(ask, before, body)
    senior_id, result = before["senior_id"], str(body.result)
    ask.record("followup.record", "followup", followup_id, senior_id, result=result)
    return one(ask.connection, ask.principal, followup_id)


def _send_again(ask: Asking, row: Row, body: FollowupBody) -> None:
    if body.then == "reopen":
        step = steps.Step(note=body.note)
        steps.take(ask, row["alert_id"], Action.REOPEN, step)
        return
    actor = steps.actor(ask.principal)
    alert_id = store.open_by_hand(
        ask.connection, row["senior_id"], Kind.SOS, actor, body.note, ask.now
    )
    kind = str(Kind.SOS)
    ask.record("alert.raise", "alert", alert_id, row["senior_id"], kind=kind)


def family_says(ask: Asking, followup_id: UUID, fine: bool) -> None:
    """Write down a relative's answer: all is well, or please call."""
    row = one(ask.connection, ask.principal, followup_id)
    if ask.principal.role is not Role.FAMILY:
        raise ForbiddenError("only relatives answer this way")
    me = steps.actor(ask.principal)
    followups.family_says(ask.connection, followup_id, me, fine, ask.now)
    senior_id = row["senior_id"]
    ask.record("followup.family", "followup", followup_id, senior_id, fine=fine)


def shown(row: Row, now: datetime) -> dict[str, Any]:
    """The Followup object; one without an answer in time is ``overdue``."""
    names = (
        *("id", "alert_id", "place", "kind", "resolved_at", "due_at", "answer_by"),
        *("asked_at", "overdue_at", "assignee", "family_answer", "result", "tries"),
        *("note", "answered_by", "closed_at"),
    )
    late = row["status"] == FollowupStatus.OPEN and row["overdue_at"] is not None
    until = row["resolved_at"] + REOPEN_WITHIN
    may = row["alert_status"] == AlertStatus.RESOLVED and now <= until
    return {name: row[name] for name in names} | {
        "senior": {"id": row["senior_id"], "name": row["senior_name"]},
        "status": "overdue" if late else row["status"],
        "may_reopen_until": until if may else None,
    }

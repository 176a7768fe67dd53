"""Calls for help as they stand, for whoever sees their alerts."""

import re
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any
from uuid import UUID

from psycopg import Connection

from alerts.incidents.helping import answering
from alerts.incidents.helping.answering import Answer
from api import access, rows
from api.asking import Asking
from api.principal import Principal
from api.schemas.response import RequestAnswer
from api.steps import actor
from core.database import Row
from core.errors import ForbiddenError, NotFoundError
from core.model import RequestStatus, Role
from core.queries import load

ANSWERS = frozenset(str(status) for status in answering.LEADS_TO)
OPEN = tuple(set(RequestStatus) - answering.CLOSED)


@dataclass(frozen=True, slots=True)
class Search:
    """Which calls for help are asked for; None does not limit."""

    statuses: Sequence[str] | None = None
    kind: str | None = None
    place_id: UUID | None = None
    alerts: Sequence[UUID] | None = None
    id: UUID | None = None
    before: tuple[datetime, UUID] | None = None
    limit: int | None = None

    def parameters(self) -> dict[str, Any]:
        """As parameters of the query ``requests``."""
        before_at, before_id = self.before or (None, None)
        return {
            "statuses": self.statuses and [str(status) for status in self.statuses],
            "kind": self.kind,
            "place_id": self.place_id,
            "alerts": None if self.alerts is None else list(self.alerts),
            "id": self.id,
            "before_at": before_at,
            "before_id": before_id,
            "limit": self.limit,
        }


def find(conn: Connection, principal: Principal, search: Search) -> list[Row]:
    """Rows of the calls for help that the asker may see, newest first."""
    values = search.parameters() | access.parameters(principal)
    return rows.every(conn, load("api.response")["requests"], values)


def one(conn: Connection, principal: Principal, request_id: UUID) -> Row:
    """One call for help.

    Raises
    ------
    NotFoundError
        If there is none such, or not for these eyes.
    """
    found = find(conn, principal, Search(id=request_id))
    if not found:
        raise NotFoundError("no such request")
    return found[0]


def require_staff(principal: Principal) -> None:
    """Refuse relatives: calls for help are between responders and departments."""
    if principal.role is Role.FAMILY:
        raise ForbiddenError("only responders do this")


def answer(ask: Asking, request_id: UUID, body: RequestAnswer) -> Row:
    """Record what came of a call for help; return it as it then stands."""
    row = one(ask.connection, ask.principal, request_id)
    require_staff(ask.principal)
    status = RequestStatus(body.status) if body.status else None
    said = Answer(status, body.note, body.called_at)
    answering.answer(ask.connection, request_id, said, actor(ask.principal), ask.now)
    fields = sorted(body.given())
    ask.record("request.answer", "request", request_id, row["senior_id"], fields=fields)
    return one(ask.connection, ask.principal, request_id)


def shown(row: Row) -> dict[str, Any]:
    """The Request object."""
    names = (
        *("id", "alert_id", "alert_kind", "drill", "place", "to", "phone", "status"),
        *("asked_by", "asked_at", "asks", "due_at", "overdue_at", "answered_at"),
        *("called_at", "closed_at", "note", "answer"),
    )
    senior = {"id": row["senior_id"], "name": row["senior_name"]}
    department = {"id": row["department_id"], "name": row["name"]}
    return {name: row[name] for name in names} | {
        "senior": senior if row["senior_id"] else None,
        "department": department if row["department_id"] else None,
        "tel": tel(row["phone"]),
    }


def tel(phone: str | None) -> str | None:
    """A link that lets a person ring the number."""
    return f"tel:{re.sub(r'[ -]', '', phone)}" if phone else None

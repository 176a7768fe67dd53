"""Bodies of hand-over, calls for help, departments and follow-ups."""

from datetime import datetime
from typing import Annotated, Any, Literal
from uuid import UUID

from pydantic import Field, StringConstraints

from api.schemas.base import Answer, Body, Instant, Name, Note, Whole
from core.model import DepartmentKind, FollowupResult, RequestStatus

Phone = Annotated[str, StringConstraints(pattern=r"^\+?[0-9][0-9 -]{2,19}$")]
Deadline = Annotated[Whole, Field(ge=60, le=86400)]


class HandOver(Body):
    """Whom to ask to take an alert over."""

    person_id: UUID
    note: Note | None = None


class Noted(Body):
    """A note, if there is one."""

    note: Note | None = None


class WhistleBody(Body):
    """Whom to call for help, and by when it is to be on its way."""

    to: Literal["level_up"] | DepartmentKind | UUID
    note: Note | None = None
    deadline_s: Deadline | None = None


class RequestAnswer(Body):
    """What came of a call for help, as somebody says it."""

    status: Literal["accepted", "on_the_way", "done", "declined"] | None = None
    note: Note | None = None
    called_at: Instant | None = None


class Request(Answer):
    """A call for help; `tel` is for people to ring, nothing dials it."""

    id: UUID
    alert_id: UUID
    alert_kind: str
    drill: bool
    senior: dict[str, Any] | None
    place: list[str]
    to: Literal["level_up"] | DepartmentKind
    department: dict[str, Any] | None
    phone: str | None
    tel: str | None
    status: RequestStatus
    asked_by: dict[str, Any]
    asked_at: datetime
    asks: int
    due_at: datetime
    overdue_at: datetime | None
    answered_at: datetime | None
    called_at: datetime | None
    closed_at: datetime | None
    note: str | None
    answer: str | None


class RequestList(Answer):
    """A page of calls for help."""

    items: list[Request]
    next_cursor: str | None


class DepartmentBody(Body):
    """A department for a place and all below it."""

    place_id: UUID
    kind: DepartmentKind
    name: Name
    phone: Phone | None = None
    deadline_s: Deadline | None = None


class DepartmentChange(Body):
    """What changes about a department; what is absent stays."""

    name: Name | None = None
    phone: Phone | None = None
    deadline_s: Deadline | None = None


class Department(Answer):
    """A department; its contacts are those of its person, `contacts` counts the verified."""

    id: UUID
    place_id: UUID
    place: list[str]
    kind: DepartmentKind
    name: str
    phone: str | None
    deadline_s: int | None
    person_id: UUID
    contacts: int
    created_at: datetime


class DepartmentList(Answer):
    """A page of departments."""

    items: list[Department]
    next_cursor: str | None


class FollowupBody(Body):
    """What was found; who is not well can be helped at once."""

    result: FollowupResult
    note: Note | None = None
    then: Literal["reopen", "raise"] | None = None


class Followup(Answer):
    """Asking afterwards how a senior is."""

    id: UUID
    alert_id: UUID
    senior: dict[str, Any]
    place: list[str]
    kind: str
    status: Literal["planned", "open", "overdue", "done", "cancelled"]
    resolved_at: datetime
    due_at: datetime | None
    answer_by: datetime | None
    asked_at: datetime | None
    overdue_at: datetime | None
    assignee: dict[str, Any] | None
    family_answer: Literal["fine", "call"] | None
    result: FollowupResult | None
    tries: int
    note: str | None
    answered_by: dict[str, Any] | None
    closed_at: datetime | None
    may_reopen_until: datetime | None


class FollowupList(Answer):
    """A page of follow-ups."""

    items: list[Followup]
    next_cursor: str | None


class Responder(Answer):
    """Somebody of an alert's chain, and whether they stand now."""

    person_id: UUID
    name: str
    role: str
    level: str
    on_duty: bool


class ResponderList(Answer):
    """An alert's chain, nearest first."""

    items: list[Responder]
    next_cursor: str | None

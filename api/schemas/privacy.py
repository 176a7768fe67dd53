"""Bodies and answers about consent, erasure and how long things are kept."""

from datetime import datetime
from typing import Annotated, Any, Literal
from uuid import UUID

from pydantic import Field

from api.schemas.base import Answer, Body, Flag, Name, Note, Whole
from core.privacy.consents import Purpose


class ConsentBody(Body):
    """What a senior, or who speaks for them, agreed to or withdrew."""

    purpose: Purpose
    agreed: Annotated[Flag, Field(alias="given")]
    given_by: Literal["senior", "guardian"] = "senior"
    guardian: Name | None = None
    reason: Note | None = None
    text_version: Annotated[Name, Field(max_length=60)] | None = None
    person_id: UUID | None = None


class Consent(Answer):
    """A declaration as recorded; `in_force` where it is the newest and was given."""

    id: UUID
    senior_id: UUID
    purpose: Purpose
    person_id: UUID | None
    scopes: list[str] | None
    given: bool
    given_by: Literal["senior", "guardian"]
    guardian: str | None
    reason: str | None
    text_version: str
    recorded_by: UUID | None
    recorded_by_name: str
    at: datetime
    in_force: bool


class ConsentList(Answer):
    """A page of declarations, newest first."""

    items: list[Consent]
    next_cursor: str | None


class ConsentForm(Answer):
    """A form to read out before somebody agrees."""

    purpose: Purpose
    version: str
    text: dict[str, str]


class ConsentFormList(Answer):
    """The forms in use."""

    items: list[ConsentForm]
    next_cursor: str | None


class EraseBody(Body):
    """Why somebody is erased, and whether without time to undo it."""

    reason: Note
    now: Flag = False
    days: Annotated[Whole, Field(ge=1, le=30)] | None = None


class Erasure(Answer):
    """A request to erase one person, and what became of it."""

    id: UUID
    senior_id: UUID | None
    person_id: UUID | None
    reason: str
    requested_by: UUID | None
    requested_by_name: str
    requested_at: datetime
    due_at: datetime
    undone_at: datetime | None
    done_at: datetime | None
    counts: dict[str, Any]
    status: Literal["pending", "undone", "done"]


class ErasureList(Answer):
    """A page of erasures, newest first."""

    items: list[Erasure]
    next_cursor: str | None


class RetentionBody(Body):
    """How long a kind is kept; without days, as shipped."""

    days: Annotated[Whole, Field(ge=0, le=36_500)] | None = None
    note: Note | None = None


class Retention(Answer):
    """How long a kind is kept, within which corridor, and when it was last seen to."""

    kind: str
    name: dict[str, str]
    days: int
    default_days: int
    least_days: int
    most_days: int
    source: str
    set_by_name: str | None
    set_at: datetime | None
    note: str | None
    last_run_at: datetime | None
    last_removed: int | None


class RetentionList(Answer):
    """Every kind."""

    items: list[Retention]
    next_cursor: str | None

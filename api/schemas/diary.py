"""Bodies and answers of the visit diary and of drills."""

from datetime import datetime
from typing import Literal
from uuid import UUID

from pydantic import model_validator

from api.schemas.base import Answer, Body, Flag, Instant, Note


class VisitBody(Body):
    """A visit or a call: to a senior, or about a place."""

    senior_id: UUID | None = None
    place_id: UUID | None = None
    at: Instant | None = None
    note: Note
    kind: Literal["visit", "call"] = "visit"
    found_well: Flag | None = None
    alert_id: UUID | None = None
    corrects_id: UUID | None = None

    @model_validator(mode="after")
    def _one_of(self) -> "VisitBody":
        if (self.senior_id is None) == (self.place_id is None):
            raise ValueError("give senior_id or place_id, not both")
        return self


class Named(Answer):
    """Who or what, by name."""

    id: UUID
    name: str


class VisitEntry(Answer):
    """An entry of the visit diary; corrections are entries of their own."""

    id: UUID
    senior: Named | None
    place: Named
    person: Named
    at: datetime
    kind: Literal["visit", "call"]
    note: str
    found_well: bool | None
    alert_id: UUID | None
    corrects_id: UUID | None
    corrected_by_id: UUID | None
    created_at: datetime


class VisitList(Answer):
    """A page of the diary, newest first."""

    items: list[VisitEntry]
    next_cursor: str | None


class DrillBody(Body):
    """What may come with the beginning of a drill."""

    note: Note | None = None

"""Bodies and answers about duty: coverage, rota, overrides, swaps, calendars, holidays."""

from datetime import datetime
from typing import Annotated
from uuid import UUID

from pydantic import Field

from api.schemas.base import Answer
from core.duty.coverage import Cause, Reach
from core.model import Role


class Named(Answer):
    """A senior by name."""

    id: UUID
    name: str


class Absent(Answer):
    """A responder and why they cannot be reached now (null: they can)."""

    id: UUID
    name: str
    role: Role
    place_id: UUID
    cause: Cause | None


class Uncovered(Answer):
    """A senior whom no responder (`reach` above: none nearby) can be told of now."""

    id: UUID
    senior_id: UUID
    senior: Named
    risk: str
    place_id: UUID
    place: list[str]
    reach: Reach
    cause: Cause
    causes: list[Cause]
    people: list[Absent]
    family_reachable: int


class CoverageGap(Answer):
    """A span in which the seniors of a place lack help."""

    place_id: UUID
    place: list[str]
    starts_at: Annotated[datetime, Field(alias="from")]
    ends_at: Annotated[datetime, Field(alias="to")]
    reach: Reach
    cause: Cause
    causes: list[Cause]
    seniors: int
    high_risk: int


class Coverage(Answer):
    """Seniors without help now, a page of them, and gaps to come (first page only)."""

    items: list[Uncovered]
    next_cursor: str | None
    as_of: datetime
    starts_at: Annotated[datetime, Field(alias="from")]
    ends_at: Annotated[datetime, Field(alias="to")]
    seniors: int
    uncovered: int
    only_from_above: int
    gaps: list[CoverageGap]
    gaps_left_off: int

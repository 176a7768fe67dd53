"""Bodies and answers about duty: coverage, rota, overrides, swaps, calendars, holidays."""

from datetime import date, datetime
from typing import Annotated, Any, Literal
from uuid import UUID

from pydantic import Field

from api.schemas.base import Answer, Body, Flag, Instant, Name, Note, PlaceLevelName
from core.duty.coverage import Cause, Reach
from core.model import Role

SwapStatus = Literal["proposed", "agreed", "declined", "undone"]


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


class OverrideBody(Body):
    """Who is added, taken off, or (with both) put in another's place, and when."""

    place_id: UUID
    starts_at: Instant
    ends_at: Instant
    add_person_id: UUID | None = None
    remove_person_id: UUID | None = None
    note: Note | None = None


class Override(Answer):
    """An override as stored."""

    id: UUID
    place_id: UUID
    starts_at: datetime
    ends_at: datetime
    add_person_id: UUID | None
    remove_person_id: UUID | None
    swap_id: UUID | None
    note: str | None
    created_by: UUID
    created_at: datetime


class OverrideList(Answer):
    """A page of overrides."""

    items: list[Override]
    next_cursor: str | None


class Side(Body):
    """One person's duty for a place between two instants."""

    person_id: UUID
    place_id: UUID
    starts_at: Annotated[Instant, Field(alias="from")]
    ends_at: Annotated[Instant, Field(alias="to")]


class SwapBody(Body):
    """Two people who are to take each other's duty."""

    first: Side
    second: Side
    note: Note | None = None


class SwapSide(Answer):
    """One person's duty in a swap, and when they agreed."""

    person_id: UUID
    name: str
    place_id: UUID
    place: str
    starts_at: Annotated[datetime, Field(alias="from")]
    ends_at: Annotated[datetime, Field(alias="to")]
    agreed_at: datetime | None


class Swap(Answer):
    """A swap: proposed, agreed, declined or undone."""

    id: UUID
    status: SwapStatus
    first: SwapSide
    second: SwapSide
    note: str | None
    proposed_by: UUID
    created_at: datetime


class SwapList(Answer):
    """A page of swaps."""

    items: list[Swap]
    next_cursor: str | None


class Someone(Answer):
    """A responder by name and role."""

    id: UUID
    name: str
    role: Role


class Duty(Answer):
    """One duty of a rota."""

    person: Someone
    shift_id: UUID | None
    override_id: UUID | None
    starts_at: Annotated[datetime, Field(alias="from")]
    ends_at: Annotated[datetime, Field(alias="to")]


class RotaPlace(Answer):
    """A place's duties, who is responsible without a shift, and who is there now."""

    place_id: UUID
    level: PlaceLevelName
    place: list[str]
    on_duty: list[Someone]
    standing: list[Someone]
    duties: list[Duty]
    gaps: list[CoverageGap]


class Rota(Answer):
    """Duties of places at or below one, from one instant to another."""

    place_id: UUID
    as_of: datetime
    starts_at: Annotated[datetime, Field(alias="from")]
    ends_at: Annotated[datetime, Field(alias="to")]
    places: list[RotaPlace]
    places_left_off: bool


class HolidayBody(Body):
    """Whether a day is worked, and what it is called."""

    working: Flag
    name: Name


class Holiday(Answer):
    """A day that is not as its weekday says."""

    day: date
    working: bool
    name: str
    name_en: str | None
    source: Literal["shipped", "administrator"]


class HolidayList(Answer):
    """A year's public holidays and weekend days worked in their stead."""

    year: int
    provisional: bool
    items: list[Holiday]


class Feed(Answer):
    """The secret address of one's duties as a calendar, shown this once."""

    url: str


class LastHandover(Answer):
    """A hand-over that was told."""

    at: datetime
    leaving: list[UUID]
    following: list[UUID]
    open_alerts: int


class Handover(Answer):
    """What whoever takes over a place must know."""

    place_id: UUID
    as_of: datetime
    on_duty: list[Someone]
    alerts: list[dict[str, Any]]
    last: list[LastHandover]

"""Bodies of wristbands, their bindings, and shifts."""

from datetime import date, datetime
from typing import Annotated, Literal
from uuid import UUID

from pydantic import Field, StringConstraints

from api.schemas.base import Answer, Body, Day, Flag, Instant, Name

DeviceId = Annotated[str, StringConstraints(pattern=r"^[A-Za-z0-9_-]{1,64}$")]
RRule = Annotated[str, StringConstraints(min_length=1, max_length=500)]
ExDates = Annotated[list[Day], Field(max_length=400)]


class WristbandBody(Body):
    """A wristband to provision."""

    device_id: DeviceId
    model: Name | None = None


class WristbandChange(Body):
    """What changes about a wristband."""

    model: Name | None = None


class Wristband(Answer):
    """A wristband; its id is its `device_id`."""

    id: str
    device_id: str
    model: str | None
    senior_id: UUID | None
    bound_since: datetime | None
    last_seen: datetime | None
    revoked_at: datetime | None
    returned_at: datetime | None
    return_reason: str | None
    created_at: datetime


class Provisioned(Wristband):
    """A new wristband with its password, which is shown this once."""

    password: str


class WristbandList(Answer):
    """A page of wristbands."""

    items: list[Wristband]
    next_cursor: str | None


class ReplaceBody(Body):
    """Which wristband takes the place of another, and why.

    The new one gets a new password; `keep_password`: it is in service and keeps its own.
    """

    device_id: DeviceId
    reason: Name
    keep_password: Flag = False


class ReturnBody(Body):
    """Why a wristband came back."""

    reason: Name


class Password(Answer):
    """A wristband's new password, which is shown this once."""

    device_id: str
    password: str


class Replaced(Answer):
    """The new binding; `password` is shown this once, null where it kept its own."""

    id: UUID
    device_id: str
    replaced: str
    senior_id: UUID
    starts_at: Annotated[datetime, Field(alias="from")]
    password: str | None


class WornWristband(Answer):
    """Who wore a wristband from when to when; `ended_as` and `reason` say how it ended."""

    id: UUID
    device_id: str
    model: str | None
    senior_id: UUID
    senior: str
    starts_at: Annotated[datetime, Field(alias="from")]
    ends_at: Annotated[datetime | None, Field(alias="to")]
    ended_as: Literal["moved", "unbound", "replaced", "returned"] | None
    reason: str | None


class WornWristbandList(Answer):
    """A page of a binding history, newest first."""

    items: list[WornWristband]
    next_cursor: str | None


class BindingBody(Body):
    """Who wears it from now, or since an earlier instant."""

    senior_id: UUID
    starts_at: Annotated[Instant | None, Field(alias="from")] = None


class Binding(Answer):
    """Who wears a wristband since when."""

    id: UUID
    device_id: str
    senior_id: UUID
    starts_at: Annotated[datetime, Field(alias="from")]


class ShiftBody(Body):
    """Who is on duty for a place; `rrule` (RFC 5545) repeats it in local time.

    `exdates` are local days it does not begin on; `holidays` leaves out China's public
    holidays and adds the weekend days worked in their stead (`skip`), or keeps those
    days alone (`only`); `always_handover` hands over also when no alert is open.
    """

    person_id: UUID
    place_id: UUID
    starts_at: Instant
    ends_at: Instant
    rrule: RRule | None = None
    exdates: ExDates = Field(default_factory=list[date])
    holidays: Literal["skip", "only"] | None = None
    always_handover: Flag = False


class ShiftChange(Body):
    """What changes about a shift; what is absent stays."""

    person_id: UUID | None = None
    place_id: UUID | None = None
    starts_at: Instant | None = None
    ends_at: Instant | None = None
    rrule: RRule | None = None
    exdates: ExDates | None = None
    holidays: Literal["skip", "only"] | None = None
    always_handover: Flag | None = None


class Shift(Answer):
    """A shift as stored."""

    id: UUID
    person_id: UUID
    place_id: UUID
    starts_at: datetime
    ends_at: datetime
    rrule: str | None
    exdates: list[date]
    holidays: Literal["skip", "only"] | None
    always_handover: bool
    created_at: datetime


class ShiftList(Answer):
    """A page of shifts."""

    items: list[Shift]
    next_cursor: str | None

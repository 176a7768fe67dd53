"""Bodies of seniors and of what is kept about them."""

from datetime import date, datetime
from typing import Annotated, Any, Literal
from uuid import UUID

from pydantic import Field, StringConstraints

from api.schemas.base import (
    Answer,
    Body,
    Day,
    Flag,
    Instant,
    Name,
    Note,
    Position,
    Whole,
)
from api.schemas.people import Locale, Phone
from core.rules.geofence import Circle, Polygon

Sex = Literal["female", "male", "unknown"]
Risk = Literal["normal", "high"]
Condition = Annotated[str, StringConstraints(pattern=r"^[a-z][a-z0-9_]{0,63}$")]
Conditions = Annotated[list[Condition], Field(max_length=50)]
IntervalS = Annotated[Whole, Field(ge=1, le=86_400)]
Clearable = Literal[
    "address", "medication_note", "key_holder", "hospital", "discharged_on"
]
CareList = Literal[
    "living_alone",
    "over_80",
    "dementia",
    "recently_in_hospital",
    "high_risk",
    "special_care",
]


class KeyHolderBody(Body):
    """Who can open a senior's door."""

    name: Name
    phone: Phone | None = None
    note: Note | None = None


class SeniorBody(Body):
    """A new senior, who wears nothing yet."""

    name: Name
    birth_date: Day
    sex: Sex
    place_id: UUID
    home: Position
    address: Name | None = None
    lives_alone: Flag = False
    conditions: Annotated[Conditions, Field(default_factory=list[str])]
    risk: Risk = "normal"
    expected_interval_s: IntervalS = 300
    location_consent: Flag = False
    health_consent: Flag = True
    medication_note: Note | None = None
    key_holder: KeyHolderBody | None = None
    hospital: Name | None = None
    language: Locale = "zh-CN"
    discharged_on: Day | None = None


class SeniorChange(Body):
    """What changes about a senior; what is absent stays, `clear` empties fields."""

    name: Name | None = None
    birth_date: Day | None = None
    sex: Sex | None = None
    place_id: UUID | None = None
    home: Position | None = None
    address: Name | None = None
    lives_alone: Flag | None = None
    conditions: Conditions | None = None
    risk: Risk | None = None
    expected_interval_s: IntervalS | None = None
    location_consent: Flag | None = None
    medication_note: Note | None = None
    key_holder: KeyHolderBody | None = None
    hospital: Name | None = None
    language: Locale | None = None
    discharged_on: Day | None = None
    clear: Annotated[
        list[Clearable], Field(max_length=10, default_factory=list[Clearable])
    ]


class HomeAnswer(Answer):
    """Where a senior lives."""

    latitude: float
    longitude: float


class Relative(Answer):
    """A relative of a senior and the ways they are told."""

    person_id: UUID
    name: str
    relation: str
    kinds: list[str]


class KeyHolder(Answer):
    """Who can open a senior's door."""

    name: str
    phone: str | None
    note: str | None


class Senior(Answer):
    """A registry card; what is not in a relative's scopes is null."""

    id: UUID
    name: str
    birth_date: date
    age: int
    sex: Sex
    place_id: UUID
    place: list[str]
    home: HomeAnswer | None
    address: str | None
    lives_alone: bool
    conditions: list[str] | None
    risk: Risk | None
    flags: list[str]
    expected_interval_s: int
    location_consent: bool
    health_consent: bool
    medication_note: str | None
    key_holder: KeyHolder | None
    hospital: str | None
    language: Locale
    discharged_on: date | None
    device_id: str | None
    contacts: list[Relative]
    created_at: datetime


class SeniorList(Answer):
    """A page of registry cards; `counts` of each list on the first page of a list."""

    items: list[Senior]
    next_cursor: str | None
    counts: dict[CareList, int] | None = None


class GeofenceBody(Body):
    """A geofence: leaving or entering it alarms."""

    name: Annotated[Name, Field(max_length=100)]
    shape: Annotated[Circle | Polygon, Field(discriminator="type")]
    alert_on: Literal["exit", "enter"]


class Geofence(Answer):
    """A geofence as stored."""

    id: UUID
    senior_id: UUID
    name: str
    shape: dict[str, Any]
    alert_on: Literal["exit", "enter"]
    created_at: datetime


class GeofenceList(Answer):
    """A page of geofences."""

    items: list[Geofence]
    next_cursor: str | None


class AbsenceBody(Body):
    """When a senior is away: hospital, travel; at most 30 days."""

    starts_at: Annotated[Instant, Field(alias="from")]
    ends_at: Annotated[Instant, Field(alias="to")]
    reason: Note


class Absence(Answer):
    """An absence as stored."""

    id: UUID
    senior_id: UUID
    starts_at: Annotated[datetime, Field(alias="from")]
    ends_at: Annotated[datetime, Field(alias="to")]
    reason: str
    created_by: UUID
    created_at: datetime


class AbsenceList(Answer):
    """A page of absences, newest first."""

    items: list[Absence]
    next_cursor: str | None

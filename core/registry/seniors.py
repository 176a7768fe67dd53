"""Adding seniors and linking their relatives."""

from collections.abc import Sequence
from datetime import date, datetime
from typing import NamedTuple
from uuid import UUID

from psycopg import Connection
from psycopg.errors import UniqueViolation

from core.errors import ConflictError, NotFoundError
from core.ids import new_id
from core.model import Scope
from core.queries import load
from core.registry.rows import one


class KeyHolder(NamedTuple):
    """Who can open a senior's door."""

    name: str | None = None
    phone: str | None = None
    note: str | None = None


class Care(NamedTuple):
    """What whoever goes there should know.

    Attributes
    ----------
    hospital : where the senior is usually taken.
    language : that the senior is spoken to in, ``zh-CN`` or ``en``.
    discharged_on : their last day in hospital.
    """

    medication_note: str | None = None
    key_holder: KeyHolder = KeyHolder()
    hospital: str | None = None
    language: str = "zh-CN"
    discharged_on: date | None = None


class Home(NamedTuple):
    """Where a senior lives, degrees WGS-84."""

    latitude: float
    longitude: float


def add_senior(
    conn: Connection,
    *,
    name: str,
    birth_date: date,
    sex: str,
    place_id: UUID,
    home: Home,
    now: datetime,
    address: str | None = None,
    lives_alone: bool = False,
    conditions: Sequence[str] = (),
    risk: str = "normal",
    expected_interval_s: int = 300,
    location_consent: bool = False,
    care: Care = Care(),  # noqa: B008 - a tuple of constants
) -> UUID:
    """Add a senior, who wears nothing yet.

    Raises
    ------
    NotFoundError
        If there is no such place.
    """
    if one(conn, "place_for_share", {"id": place_id}) is None:
        raise NotFoundError("no such place")
    senior_id = new_id()
    conn.execute(
        load("core")["add_senior"],
        {
            "id": senior_id,
            "name": name,
            "birth_date": birth_date,
            "sex": sex,
            "place_id": place_id,
            "home_latitude": home.latitude,
            "home_longitude": home.longitude,
            "address": address,
            "lives_alone": lives_alone,
            "conditions": list(conditions),
            "risk": risk,
            "expected_interval_s": expected_interval_s,
            "location_consent": location_consent,
            "medication_note": care.medication_note,
            "key_holder_name": care.key_holder.name,
            "key_holder_phone": care.key_holder.phone,
            "key_holder_note": care.key_holder.note,
            "hospital": care.hospital,
            "language": care.language,
            "discharged_on": care.discharged_on,
            "now": now,
        },
    )
    return senior_id


def link_family(
    conn: Connection,
    *,
    senior_id: UUID,
    person_id: UUID,
    relation: str,
    scopes: Sequence[Scope],
    consent_by: UUID,
    now: datetime,
) -> UUID:
    """Link a relative within `scopes`; `consent_by` recorded the senior's consent.

    Raises
    ------
    ConflictError
        If the two are linked already.
    """
    link_id = new_id()
    values = {
        "id": link_id,
        "senior_id": senior_id,
        "person_id": person_id,
        "relation": relation,
        "scopes": [str(scope) for scope in scopes],
        "consent_by": consent_by,
        "now": now,
    }
    try:
        with conn.transaction():
            conn.execute(load("core")["add_family_link"], values)
    except UniqueViolation:
        raise ConflictError("this person is linked to this senior already") from None
    return link_id

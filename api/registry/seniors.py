"""Seniors' registry cards: who they are, where they live, who belongs to them."""

from datetime import date, datetime, timedelta
from uuid import UUID
from zoneinfo import ZoneInfo

from psycopg import Connection
from psycopg.sql import SQL, Composed

from api import access, audit, rows
from api.pagination import PageRequest
from api.principal import Principal
from api.registry.special_care import Listed, under
from api.schemas.seniors import SeniorBody, SeniorChange
from core.database import Row
from core.errors import ConflictError, InvalidError, NotFoundError
from core.model import Role, Scope
from core.privacy import consents
from core.queries import load
from core.registry import Care, Home, KeyHolder, add_senior, note_senior_changed
from core.registry.outlook import about_senior
from core.registry.rulebook import rulebook
from core.rules import thresholds

EARLIEST_BIRTH = date(1890, 1, 1)
RECENTLY = timedelta(days=30)
"""So long after it somebody counts as recently in hospital."""


def find(
    conn: Connection,
    principal: Principal,
    asked: PageRequest,
    place_id: UUID | None = None,
    listed: Listed | None = None,
) -> list[Row]:
    """Seniors the asker may see, in the order they were added; of one list, if given."""
    values: dict[str, object] = {
        "id": None,
        "place_id": place_id,
        "under": under(principal),
        "today": listed.today if listed else None,
        "after": asked.after_id(),
        "limit": asked.limit + 1,
    }
    condition = listed.condition() if listed else load("api.registry")["everyone"]
    return rows.every(conn, _seniors(condition), access.parameters(principal) | values)


def get(conn: Connection, principal: Principal, senior_id: UUID) -> Row:
    """One senior the asker may see."""
    values = {"id": senior_id, "place_id": None, "under": None}
    values |= {"after": None, "limit": 1}
    statement = _seniors(load("api.registry")["everyone"])
    row = rows.one(conn, statement, access.parameters(principal) | values)
    if row is None:
        raise NotFoundError("no such senior")
    return row


def card(
    row: Row, principal: Principal, now: datetime, zone: ZoneInfo
) -> dict[str, object]:
    """A registry card as its reader may see it."""
    scopes = set(row["scopes"] or ()) if principal.role is Role.FAMILY else set(Scope)
    home = {"latitude": row["home_latitude"], "longitude": row["home_longitude"]}
    located = Scope.LOCATION in scopes
    health = Scope.VITALS in scopes and row["health_consent"]
    today = now.astimezone(zone).date()
    return {
        "id": row["id"],
        "name": row["name"],
        "birth_date": row["birth_date"],
        "age": age(row["birth_date"], today),
        "sex": row["sex"],
        "place_id": row["place_id"],
        "place": row["place"],
        "home": home if located else None,
        "address": row["address"] if located else None,
        "lives_alone": row["lives_alone"],
        "conditions": row["conditions"] if health else None,
        "risk": row["risk"] if health else None,
        "flags": _flags(row, today, health=health),
        "expected_interval_s": row["expected_interval_s"],
        "location_consent": row["location_consent"],
        "health_consent": row["health_consent"],
        "medication_note": row["medication_note"] if health else None,
        "key_holder": _key_holder(row) if located else None,
        "hospital": row["hospital"] if health else None,
        "language": row["language"],
        "discharged_on": row["discharged_on"] if health else None,
        "device_id": row["device_id"],
        "contacts": row["contacts"],
        "created_at": row["created_at"],
    }


def age(birth_date: date, today: date) -> int:
    """Completed years on a day [a]."""
    before = (today.month, today.day) < (birth_date.month, birth_date.day)
    return today.year - birth_date.year - before


def add(conn: Connection, principal: Principal, body: SeniorBody, now: datetime) -> Row:
    """Add a senior at or below the asker's place."""
    principal.require_managing()
    access.place(conn, principal, body.place_id)
    _check_days(body.birth_date, body.discharged_on, now)
    holder = body.key_holder
    senior_id = add_senior(
        conn,
        name=body.name,
        birth_date=body.birth_date,
        sex=body.sex,
        place_id=body.place_id,
        home=Home(body.home.latitude, body.home.longitude),
        address=body.address,
        lives_alone=body.lives_alone,
        conditions=_distinct(body.conditions),
        risk=body.risk,
        expected_interval_s=body.expected_interval_s,
        location_consent=body.location_consent,
        care=Care(
            medication_note=body.medication_note,
            key_holder=KeyHolder(**holder.model_dump()) if holder else KeyHolder(),
            hospital=body.hospital,
            language=body.language,
            discharged_on=body.discharged_on,
        ),
        now=now,
    )
    consents.registered(
        conn, senior_id, principal.recorder, now, health=body.health_consent
    )
    audit.record(
        conn, principal, now, "senior.create", "senior", senior_id, senior_id=senior_id
    )
    return get(conn, principal, senior_id)


def change(
    conn: Connection,
    principal: Principal,
    senior_id: UUID,
    body: SeniorChange,
    now: datetime,
) -> Row:
    """Change a senior's card; in force for detectors within 5 s."""
    access.managed_senior(conn, principal, senior_id)
    place = None
    if body.place_id is not None:
        place = access.place(conn, principal, body.place_id)
    _check_days(body.birth_date, body.discharged_on, now)
    _check_cleared(body)
    queries = load("api.registry")
    rows.one(conn, queries["lock_senior"], {"id": senior_id})
    if place is not None or body.conditions is not None:
        _check_limits(conn, senior_id, place, body.conditions)
    values = body.model_dump(exclude={"home", "key_holder"})
    if body.conditions is not None:
        values["conditions"] = _distinct(body.conditions)
    values |= {
        "id": senior_id,
        "home_latitude": body.home.latitude if body.home else None,
        "home_longitude": body.home.longitude if body.home else None,
        "key_holder_name": body.key_holder.name if body.key_holder else None,
        "key_holder_phone": body.key_holder.phone if body.key_holder else None,
        "key_holder_note": body.key_holder.note if body.key_holder else None,
    }
    conn.execute(queries["change_senior"], values)
    consents.record_card(conn, [senior_id], principal.recorder, now)
    fields = {"fields": sorted(body.given())}
    audit.record(
        conn,
        principal,
        now,
        "senior.change",
        "senior",
        senior_id,
        senior_id=senior_id,
        detail=fields,
    )
    note_senior_changed(conn, senior_id, now)
    return get(conn, principal, senior_id)


def archive(
    conn: Connection, principal: Principal, senior_id: UUID, now: datetime
) -> None:
    """Archive a senior who wears nothing and about whom no alert is unresolved."""
    access.managed_senior(conn, principal, senior_id)
    queries = load("api.registry")
    values: dict[str, object] = {"id": senior_id, "now": now}
    rows.one(conn, queries["lock_senior"], values)
    reason = rows.one(conn, queries["senior_in_use"], values)
    if reason and reason["reason"]:
        raise ConflictError(f"the senior cannot be archived: {reason['reason']}")
    conn.execute(queries["archive_senior"], values)
    audit.record(
        conn, principal, now, "senior.archive", "senior", senior_id, senior_id=senior_id
    )


def _check_limits(
    conn: Connection,
    senior_id: UUID,
    place: access.PlaceAccess | None,
    conditions: list[str] | None,
) -> None:
    """Make sure that personal limits agree with the rules of the new card."""
    about = about_senior(conn, senior_id)
    book, _ = rulebook(conn).book(place.path if place else about.path)
    thresholds.check(
        thresholds.Thresholds.model_validate(about.thresholds or {}),
        about.conditions if conditions is None else conditions,
        book,
        about.own_rules(),
    )


def _flags(row: Row, today: date, *, health: bool) -> list[str]:
    flags = ["lives_alone"] if row["lives_alone"] else []
    if health:
        flags += ["high_risk"] if row["risk"] == "high" else []
        flags += row["conditions"]
        out = row["discharged_on"]
        recently = out is not None and out <= today <= out + RECENTLY
        flags += ["recently_in_hospital"] if recently else []
    return flags


def _key_holder(row: Row) -> dict[str, object] | None:
    if row["key_holder_name"] is None:
        return None
    return {name: row[f"key_holder_{name}"] for name in ("name", "phone", "note")}


def _check_days(
    birth_date: date | None, discharged_on: date | None, now: datetime
) -> None:
    """Refuse days that cannot be; where it is tomorrow already, that is today."""
    if birth_date and not EARLIEST_BIRTH <= birth_date <= now.date():
        raise InvalidError("must lie between 1890 and today", "birth_date")
    tomorrow = now.date() + timedelta(days=1)
    if discharged_on and not EARLIEST_BIRTH <= discharged_on <= tomorrow:
        raise InvalidError("must not lie in the future", "discharged_on")


def _check_cleared(body: SeniorChange) -> None:
    given = body.model_dump(exclude_none=True)
    for name in body.clear:
        if name in given:
            raise InvalidError("is both given and cleared", name)


def _distinct(conditions: list[str]) -> list[str]:
    return list(dict.fromkeys(conditions))


def _seniors(listed: SQL | Composed) -> Composed:
    queries = load("api.registry")
    return queries["seniors"].format(
        path_names=queries["path_names"],
        visible=access.visible_senior(),
        listed=listed,
    )

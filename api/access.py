"""Who may see whom: not visible is 404, visible but not allowed is 403."""

from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from uuid import UUID

from psycopg import Connection
from psycopg.sql import SQL, Composed

from api import rows
from api.principal import Principal
from core.database import Row
from core.errors import ForbiddenError, NotFoundError
from core.model import Role, Scope, Severity
from core.queries import load

EVER = datetime(1970, 1, 1, tzinfo=UTC)
STAFF_SCOPES: frozenset[Scope] = frozenset(Scope)


def parameters(principal: Principal) -> dict[str, object]:
    """Parameters of the ``visible_*`` conditions."""
    return {
        "me": principal.id,
        "my_role": principal.role,
        "my_place": principal.place_id,
        "my_places": [
            *([] if principal.place_id is None else [principal.place_id]),
            *principal.duty_places,
        ],
        "manages": principal.manages,
    }


def visible_senior() -> SQL:
    """Condition on the table ``senior``: those the asker may see.

    Its parameters are :func:`parameters`; put it into a statement by
    ``statement.format(visible=visible_senior())``.
    """
    return load("api")["visible_senior"]


def visible_place() -> SQL:
    """Condition on the table ``place``: at or below the asker's own."""
    return load("api")["visible_place"]


def visible_person() -> SQL:
    """Condition on the table ``person``: those the asker may see."""
    return load("api")["visible_person"]


@dataclass(frozen=True, slots=True)
class SeniorAccess:
    """A senior the asker may see, and how much of them."""

    senior_id: UUID
    place_id: UUID
    scopes: frozenset[Scope]
    location_consent: bool
    health_consent: bool
    expected_interval_s: int

    def require(self, scope: Scope) -> None:
        """Refuse a relative who is linked without `scope`."""
        if scope not in self.scopes:
            raise ForbiddenError(f"your link to this senior lacks the scope {scope}")


def senior(conn: Connection, principal: Principal, senior_id: UUID) -> SeniorAccess:
    """The asker's access to a senior.

    Raises
    ------
    NotFoundError
        If there is none such, or not for these eyes.
    """
    row = rows.one(
        conn,
        _where(load("api")["senior_access"], visible_senior()),
        parameters(principal) | {"senior_id": senior_id},
    )
    if row is None:
        raise NotFoundError("no such senior")
    scopes = STAFF_SCOPES
    if principal.role is Role.FAMILY:
        scopes = frozenset(Scope(scope) for scope in row["scopes"])
    return SeniorAccess(
        senior_id=row["id"],
        place_id=row["place_id"],
        scopes=scopes,
        location_consent=row["location_consent"],
        health_consent=row["health_consent"],
        expected_interval_s=row["expected_interval_s"],
    )


BEFORE_AN_EMERGENCY = timedelta(hours=24)
"""So long before an alert whereabouts may help to find somebody."""


def located_since(
    conn: Connection, principal: Principal, access: SeniorAccess
) -> datetime | None:
    """From when on the asker may see where this senior was; None: not at all.

    Relatives within their scope and staff with the senior's standing consent see
    everything; staff without it, while a critical or geofence alert of theirs is
    unresolved, what may help to find the senior.
    """
    if principal.role is Role.FAMILY:
        return EVER if Scope.LOCATION in access.scopes else None
    if access.location_consent:
        return EVER
    alert = _emergency(conn, access)
    return alert["opened_at"] - BEFORE_AN_EMERGENCY if alert else None


def may_read_vitals(conn: Connection, access: SeniorAccess) -> bool:
    """Whether the asker may see vital signs of this senior.

    Within their scope, and with the senior's consent to health data or while a
    critical alert is unresolved.
    """
    if Scope.VITALS not in access.scopes:
        return False
    if access.health_consent:
        return True
    alert = _emergency(conn, access)
    return alert is not None and alert["severity"] == Severity.CRITICAL


def _emergency(conn: Connection, access: SeniorAccess) -> Row | None:
    values: dict[str, object] = {"senior_id": access.senior_id}
    return rows.one(conn, load("api")["emergency"], values)


def managed_senior(
    conn: Connection, principal: Principal, senior_id: UUID
) -> SeniorAccess:
    """Access to a senior whose card the asker keeps (404, then 403)."""
    access = senior(conn, principal, senior_id)
    principal.require_managing()
    if principal.duty_places:
        _require_own(conn, principal, access.place_id)
    return access


def _require_own(conn: Connection, principal: Principal, place_id: UUID) -> None:
    """Refuse a manager who is on duty in a place that is not theirs to keep."""
    try:
        place(conn, principal, place_id)
    except NotFoundError:
        raise ForbiddenError("this senior's place is not yours to keep") from None


@dataclass(frozen=True, slots=True)
class PlaceAccess:
    """A place the asker may see."""

    id: UUID
    level: str
    parent_id: UUID | None
    path: tuple[UUID, ...]


def place(conn: Connection, principal: Principal, place_id: UUID) -> PlaceAccess:
    """A place at or below the asker's own.

    Raises
    ------
    NotFoundError
        If there is none such, or not for these eyes.
    """
    row = rows.one(
        conn,
        _where(load("api")["place_access"], visible_place()),
        parameters(principal) | {"id": place_id},
    )
    if row is None:
        raise NotFoundError("no such place")
    return PlaceAccess(row["id"], row["level"], row["parent_id"], tuple(row["path"]))


@dataclass(frozen=True, slots=True)
class PersonAccess:
    """A person the asker may see."""

    id: UUID
    role: Role
    place_id: UUID | None
    username: str | None


def person(conn: Connection, principal: Principal, person_id: UUID) -> PersonAccess:
    """A person the asker may see: themself, or one they manage.

    Raises
    ------
    NotFoundError
        If there is none such, or not for these eyes.
    """
    row = rows.one(
        conn,
        _where(load("api")["person_access"], visible_person()),
        parameters(principal) | {"id": person_id},
    )
    if row is None:
        raise NotFoundError("no such person")
    return PersonAccess(row["id"], Role(row["role"]), row["place_id"], row["username"])


def _where(statement: SQL, condition: SQL) -> Composed:
    return statement.format(visible=condition)

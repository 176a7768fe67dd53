"""Who may see whom: not visible is 404, visible but not allowed is 403."""

from dataclasses import dataclass
from uuid import UUID

from psycopg import Connection
from psycopg.sql import SQL, Composed

from api import rows
from api.principal import Principal
from core.errors import ForbiddenError, NotFoundError
from core.model import Role, Scope
from core.queries import load

STAFF_SCOPES: frozenset[Scope] = frozenset(Scope)


def parameters(principal: Principal) -> dict[str, object]:
    """Parameters of the ``visible_*`` conditions."""
    return {
        "me": principal.id,
        "my_role": principal.role,
        "my_place": principal.place_id,
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
        expected_interval_s=row["expected_interval_s"],
    )


def may_locate(conn: Connection, principal: Principal, access: SeniorAccess) -> bool:
    """Whether the asker may see where this senior is now.

    Relatives within their scope; staff with the senior's standing consent, or while
    a critical or geofence alert of theirs is unresolved.
    """
    if principal.role is Role.FAMILY:
        return Scope.LOCATION in access.scopes
    if access.location_consent:
        return True
    values: dict[str, object] = {"senior_id": access.senior_id}
    return rows.one(conn, load("api")["location_needed"], values) is not None


def managed_senior(
    conn: Connection, principal: Principal, senior_id: UUID
) -> SeniorAccess:
    """Access to a senior whose card the asker keeps (404, then 403)."""
    access = senior(conn, principal, senior_id)
    principal.require_managing()
    return access


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

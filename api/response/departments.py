"""Departments that can be called for help: hospital, police, fire, property management."""

from datetime import datetime
from typing import Final
from uuid import UUID

from psycopg import Connection

from api import access, audit, rows
from api.pagination import PageRequest
from api.principal import Principal
from api.schemas.response import DepartmentBody, DepartmentChange
from core.database import Row
from core.errors import ConflictError, ForbiddenError, NotFoundError
from core.ids import new_id
from core.model import DepartmentKind, Role
from core.queries import load
from core.registry import add_person

LIMITS: Final[tuple[str, ...]] = ("id", "kind", "place_id", "near", "after")


def find(
    conn: Connection,
    principal: Principal,
    asked: PageRequest,
    *,
    kind: DepartmentKind | None = None,
    place_id: UUID | None = None,
    near: UUID | None = None,
) -> list[Row]:
    """Departments at, below or above the asker's place.

    Parameters
    ----------
    place_id : only those at or below it.
    near : only those for this place, the nearest first and no further page.
    """
    _require_staff(principal)
    if near is not None:
        access.place(conn, principal, near)
    limit = 1000 if near is not None else asked.limit + 1
    return _rows(
        conn,
        principal,
        kind=kind,
        place_id=place_id,
        near=near,
        after=asked.after_id(),
        limit=limit,
    )


def nearest(conn: Connection, principal: Principal, place_id: UUID) -> list[Row]:
    """The nearest department of each kind for the place of an alert that the asker sees."""
    everyone = {"my_role": Role.ADMIN, "near": place_id, "limit": 1000}
    found = _rows(conn, principal, **everyone)
    return list({row["kind"]: row for row in reversed(found)}.values())


def get(conn: Connection, principal: Principal, department_id: UUID) -> Row:
    """One department.

    Raises
    ------
    NotFoundError
        If there is none such, or not for these eyes.
    """
    found = _rows(conn, principal, id=department_id, limit=1)
    if not found or principal.role is Role.FAMILY:
        raise NotFoundError("no such department")
    return found[0]


def add(
    conn: Connection, principal: Principal, body: DepartmentBody, now: datetime
) -> Row:
    """Add a department at or below the asker's place; its contacts are added after."""
    access.place(conn, principal, body.place_id)
    principal.require_managing()
    person_id = add_person(
        conn, name=body.name, role=Role.DEPARTMENT, place_id=body.place_id, now=now
    )
    department_id = new_id()
    values = {"id": department_id, "person_id": person_id, "now": now}
    query = load("api.response")["add_department"]
    conn.execute(query, body.model_dump() | values)
    audit.record(conn, principal, now, "department.create", "department", department_id)
    return get(conn, principal, department_id)


def change(
    conn: Connection,
    principal: Principal,
    department_id: UUID,
    body: DepartmentChange,
    now: datetime,
) -> Row:
    """Change a department's name, number or deadline."""
    before = _managed(conn, principal, department_id)
    given = body.given()
    given = given if given.get("name") else given | {"name": before["name"]}
    names = ("id", "person_id", "name", "phone", "deadline_s")
    values = {name: before[name] for name in names} | given
    for query in ("change_department", "rename_person"):
        conn.execute(load("api.response")[query], values)
    fields = {"fields": sorted(body.given())}
    audit.record(
        conn,
        principal,
        now,
        "department.change",
        "department",
        department_id,
        detail=fields,
    )
    return get(conn, principal, department_id)


def archive(
    conn: Connection, principal: Principal, department_id: UUID, now: datetime
) -> None:
    """Archive a department with its contacts, unless it is being waited for."""
    row = _managed(conn, principal, department_id)
    queries = load("api.response")
    if rows.one(conn, queries["department_needed"], {"id": department_id}):
        raise ConflictError("a call for help to it is not closed")
    values = {"id": department_id, "person_id": row["person_id"], "now": now}
    for query in ("archive_department", "archive_its_person", "archive_its_contacts"):
        conn.execute(queries[query], values)
    audit.record(
        conn, principal, now, "department.archive", "department", department_id
    )


def _managed(conn: Connection, principal: Principal, department_id: UUID) -> Row:
    """A department the asker keeps: one above their place they only see."""
    row = get(conn, principal, department_id)
    principal.require_managing()
    try:
        access.place(conn, principal, row["place_id"])
    except NotFoundError:
        raise ForbiddenError("this department is kept by those above") from None
    return row


def _require_staff(principal: Principal) -> None:
    if principal.role is Role.FAMILY:
        raise ForbiddenError("only responders see departments")


def _rows(conn: Connection, principal: Principal, **wanted: object) -> list[Row]:
    me = access.parameters(principal)
    values: dict[str, object] = {**dict.fromkeys(LIMITS), **me, **wanted}
    return rows.every(conn, load("api.response")["departments"], values)

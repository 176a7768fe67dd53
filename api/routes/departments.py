"""Departments that responders can call for help."""

from typing import Annotated
from uuid import UUID

from fastapi import APIRouter, Query, Response
from pydantic import BaseModel

from api.answers import answer, created, nothing
from api.deps import Asker, Database, Now
from api.pagination import Page, page
from api.response import departments
from api.schemas.response import (
    Department,
    DepartmentBody,
    DepartmentChange,
    DepartmentList,
)
from core.model import DepartmentKind

router = APIRouter(prefix="/v1/departments", tags=["departments"])


class Filters(BaseModel):
    """Which departments to list; each that is given limits further."""

    kind: DepartmentKind | None = None
    place_id: UUID | None = None
    near: UUID | None = None


@router.get("", response_model=DepartmentList)
def list_departments(
    principal: Asker,
    connection: Database,
    asked: Page,
    filters: Annotated[Filters, Query()],
) -> Response:
    """Departments I may call; `near` lists those for a place, the nearest first."""
    found = departments.find(
        connection,
        principal,
        asked,
        kind=filters.kind,
        place_id=filters.place_id,
        near=filters.near,
    )
    if filters.near is not None:
        return answer({"items": found, "next_cursor": None})
    return page(found, asked, dict)


@router.post("", response_model=Department, status_code=201)
def add_department(
    body: DepartmentBody, principal: Asker, connection: Database, now: Now
) -> Response:
    """Add a department for a place and all below it."""
    return created(departments.add(connection, principal, body, now))


@router.get("/{department_id}", response_model=Department)
def get_department(
    department_id: UUID, principal: Asker, connection: Database
) -> Response:
    """One department."""
    return answer(departments.get(connection, principal, department_id))


@router.patch("/{department_id}", response_model=Department)
def change_department(
    department_id: UUID,
    body: DepartmentChange,
    principal: Asker,
    connection: Database,
    now: Now,
) -> Response:
    """Change a department's name, number or deadline."""
    return answer(departments.change(connection, principal, department_id, body, now))


@router.delete("/{department_id}", status_code=204)
def archive_department(
    department_id: UUID, principal: Asker, connection: Database, now: Now
) -> Response:
    """Archive a department."""
    departments.archive(connection, principal, department_id, now)
    return nothing()

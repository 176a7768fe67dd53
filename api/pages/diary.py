"""A senior's visit diary on the grid worker's phone: what was written, and one form."""

from functools import partial
from typing import Annotated, Literal
from uuid import UUID

from fastapi import APIRouter, Form, Response
from pydantic import BaseModel, Field, ValidationError

from api import access, audit, drilling
from api.diary import entries
from api.pages.live import act_and_return, missing
from api.pages.rendering import render
from api.pages.visiting import Visit, Visitor, go
from api.pagination import PageRequest
from api.registry import seniors
from api.reports.words import say
from api.schemas.diary import VisitBody
from core.errors import InvalidError, NotFoundError
from core.model import Role

router = APIRouter(prefix="/grid/visits", include_in_schema=False)
MOST_SHOWN = 30


@router.get("/{senior_id}")
def diary_page(visit: Visitor, senior_id: UUID) -> Response:
    """The newest entries about a senior, and the form for the next."""
    ask = visit.ask
    if ask.principal.role is Role.FAMILY:
        return go("/family")
    try:
        senior = seniors.get(ask.connection, ask.principal, senior_id)
    except NotFoundError:
        return missing(visit)
    wanted = entries.Wanted(senior_id=senior_id)
    asked = PageRequest(MOST_SHOWN, None)
    found = entries.find(ask.connection, ask.principal, asked, wanted)
    audit.record_reads(
        ask.connection, ask.principal, ask.now, "visit.list", [senior_id]
    )
    values: dict[str, object] = {
        "senior": senior,
        "entries": found[:MOST_SHOWN],
        "r": partial(say, visit.locale),
        "me": ask.principal,
    }
    return render(visit.request, "diary.html", visit.locale, values)


class VisitForm(BaseModel):
    """What the form sends."""

    note: Annotated[str, Field(max_length=2000)] = ""
    kind: Literal["visit", "call"] = "visit"
    found_well: Literal["yes", "no", ""] = ""


@router.post("/{senior_id}")
def write(
    visit: Visitor, senior_id: UUID, form: Annotated[VisitForm, Form()]
) -> Response:
    """Write the entry."""
    return act_and_return(
        visit, lambda: _write(visit, senior_id, form), f"/grid/visits/{senior_id}"
    )


@router.post("/{senior_id}/drill")
def drill(visit: Visitor, senior_id: UUID) -> Response:
    """Begin an SOS drill for the senior; it stands among the alerts."""
    return act_and_return(
        visit, lambda: drilling.begin(visit.ask, senior_id, None), "/grid"
    )


def _write(visit: Visit, senior_id: UUID, form: VisitForm) -> None:
    ask = visit.ask
    access.senior(ask.connection, ask.principal, senior_id)
    well = {"yes": True, "no": False}.get(form.found_well)
    try:
        body = VisitBody(
            senior_id=senior_id, note=form.note, kind=form.kind, found_well=well
        )
    except ValidationError:
        raise InvalidError("say how it was", "note") from None
    entries.add(ask.connection, ask.principal, body, ask.now)

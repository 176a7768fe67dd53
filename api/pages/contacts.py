"""One's own contacts on a page: see where one is told, prove a phone by its code."""

from collections.abc import Mapping
from functools import partial
from typing import Annotated, NamedTuple
from uuid import UUID

from fastapi import APIRouter, Form, Query, Request, Response
from pydantic import BaseModel, Field, ValidationError

from api.auth.session import cookie_token, require_same_origin
from api.deps import Now, Own, Services, find_principal
from api.pages.joining_words import say
from api.pages.rendering import render
from api.pages.visiting import Visit, Visitor, go
from api.pagination import PageRequest
from api.principal import Principal
from api.registry import contacts
from api.schemas.people import ContactBody
from core import destinations
from core.errors import (
    ConflictError,
    InvalidError,
    NotFoundError,
    UnauthenticatedError,
)
from core.proofs import plain_code
from core.registry.verification import Verdict

router = APIRouter(prefix="/contacts", include_in_schema=False)
SAID = ("sent", "verified", "removed", "added")
FAULTS: Mapping[Verdict, str] = {
    Verdict.WRONG: "contacts.wrong",
    Verdict.SPENT: "contacts.spent",
    Verdict.NONE: "contacts.none_holds",
}


class Fault(NamedTuple):
    """What went wrong, in the page's words, and the status it is answered with."""

    word: str
    status: int
    left: int = 0


@router.get("")
def contacts_page(
    visit: Visitor, said: Annotated[str, Query(max_length=20)] = ""
) -> Response:
    """Where I am told, and what still waits for its code."""
    return _page(visit, said=said if said in SAID else None)


@router.post("/{contact_id}/code")
def send_code(visit: Visitor, contact_id: UUID) -> Response:
    """Have a new code sent."""
    me = visit.ask.principal
    try:
        _, wait_s = contacts.ask_for_code(
            visit.ask.connection, me, me.id, contact_id, visit.ask.now
        )
    except NotFoundError:
        return go("/contacts")
    if wait_s:
        return _page(visit, fault=Fault("contacts.wait", 429, wait_s))
    return go("/contacts?said=sent")


@router.post("/{contact_id}/verify")
def prove(
    visit: Visitor,
    own: Own,
    contact_id: UUID,
    code: Annotated[str, Form(max_length=40)] = "",
) -> Response:
    """Prove the contact; a wrong code is counted, so nothing is raised here."""
    digits = plain_code(code)
    if digits is None:
        return _page(visit, fault=Fault("contacts.six_digits", 422))
    ask, me = visit.ask, visit.ask.principal
    try:
        verdict, left = contacts.try_code(
            ask.connection, me, (me.id, contact_id), digits, ask.now, key=own.key
        )
    except NotFoundError:
        return go("/contacts")
    if verdict in FAULTS:
        return _page(visit, fault=Fault(FAULTS[verdict], 422, left))
    return go("/contacts?said=verified")


@router.post("/{contact_id}/remove")
def remove(visit: Visitor, contact_id: UUID) -> Response:
    """Remove a contact; one that is gone already is no fault."""
    ask, me = visit.ask, visit.ask.principal
    try:
        contacts.archive(ask.connection, me, me.id, contact_id, ask.now)
    except NotFoundError:
        return go("/contacts")
    return go("/contacts?said=removed")


class NewContact(BaseModel):
    """What the form sends."""

    kind: Annotated[str, Field(max_length=20)] = ""
    url: Annotated[str, Field(max_length=2000)] = ""


@router.post("")
def add(
    request: Request, own: Own, now: Now, form: Annotated[NewContact, Form()]
) -> Response:
    """Add a contact, which is sent a code."""
    me = _asker(request, own)
    if me is None:
        return go("/login")
    fault = _added(own, me, form, now)
    if fault is None:
        return go("/contacts?said=added")
    return go(f"/contacts/refused?why={fault}")


@router.get("/refused")
def refused_page(
    visit: Visitor, why: Annotated[str, Query(max_length=20)] = ""
) -> Response:
    """The same page, saying why a contact was not added."""
    word = "contacts.too_many" if why == "too_many" else "contacts.bad_url"
    return _page(visit, fault=Fault(word, 422))


def _added(own: Services, me: Principal, form: NewContact, now: Now) -> str | None:
    """Why the contact was not added, None where it was."""
    try:
        values = {"kind": form.kind, "url": form.url.strip()}
        body = ContactBody.model_validate(values)
        # Names are looked up here, which may be slow: no connection waits for it.
        destinations.require_fitting(body.kind, body.url)
        destinations.check(body.url, own.settings.notify_hosts)
        with own.pool.connection() as connection:
            contacts.add(connection, me, me.id, body, now)
    except ConflictError:
        return "too_many"
    except (ValidationError, InvalidError):
        return "bad_url"
    return None


def _asker(request: Request, own: Services) -> Principal | None:
    """Who sends the form, with no connection held afterwards."""
    now = own.clock.now()
    address = request.client.host if request.client else None
    try:
        token = own.signer.read(cookie_token(request) or "", now)
        with own.pool.connection() as connection:
            principal = find_principal(connection, token, address, now)
    except UnauthenticatedError:
        return None
    require_same_origin(request)
    return principal


def _page(
    visit: Visit, said: str | None = None, fault: Fault | None = None
) -> Response:
    ask, me = visit.ask, visit.ask.principal
    asked = PageRequest(contacts.MOST_PER_PERSON, None)
    found = contacts.find(ask.connection, me, me.id, asked)
    values: dict[str, object] = {
        "me": me,
        "contacts": found,
        "said": said and f"contacts.{said}",
        "fault": fault,
        "w": partial(say, visit.locale),
    }
    status = fault.status if fault else 200
    return render(visit.request, "contacts.html", visit.locale, values, status=status)

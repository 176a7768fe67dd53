"""The page of an invitation: its holder sets user name and password, once."""

import re
from dataclasses import dataclass
from functools import partial
from typing import Annotated
from uuid import UUID

from fastapi import APIRouter, Form, Request, Response
from starlette.concurrency import run_in_threadpool

from api import audit
from api.deps import Database, Now, Own, Services
from api.pages.joining_words import say
from api.pages.rendering import locale_of, render
from api.principal import Principal
from api.registry import contacts
from api.schemas.people import USERNAME
from core import passwords, proofs
from core.errors import ConflictError, InvalidError
from core.registry.invitations import Invited, accept, invited

router = APIRouter(include_in_schema=False)
TOKEN_LENGTH = 100


@dataclass(frozen=True, slots=True)
class Typed:
    """What was typed into the form."""

    username: str
    password: str
    again: str


@router.get("/invite/{token}")
def invitation_page(
    request: Request, connection: Database, own: Own, now: Now, token: str
) -> Response:
    """The form; nothing happens yet."""
    invitation_id = proofs.invitation_of(own.key, token[:TOKEN_LENGTH])
    found = invited(connection, invitation_id, now) if invitation_id else None
    return _gone(request) if found is None else _form(request, found)


@router.post("/invite/{token}")
async def accept_invitation(  # noqa: PLR0917 - a form's fields
    request: Request,
    own: Own,
    token: str,
    username: Annotated[str, Form(max_length=200)] = "",
    password: Annotated[str, Form(max_length=1000)] = "",
    again: Annotated[str, Form(max_length=1000)] = "",
) -> Response:
    """Set the login, or say what is wrong with it."""
    invitation_id = proofs.invitation_of(own.key, token[:TOKEN_LENGTH])
    if invitation_id is None:
        return _gone(request)
    typed = Typed(username.strip(), password, again)
    return await run_in_threadpool(_accept, request, own, invitation_id, typed)


def _accept(
    request: Request, own: Services, invitation_id: UUID, typed: Typed
) -> Response:
    now = own.clock.now()
    with own.pool.connection() as connection:
        found = invited(connection, invitation_id, now)
    if found is None:
        return _gone(request)
    fault = _fault(found, typed)
    if fault is not None:
        return _form(request, found, typed.username, fault)
    # No connection is held while argon2 works.
    password_hash = passwords.hashed(typed.password)
    try:
        with own.pool.connection() as connection:
            done = accept(connection, invitation_id, typed.username, password_hash, now)
            if done is not None:
                who = _principal(request, done, invitation_id)
                audit.record(connection, who, now, "person.accept", "person", who.id)
                contacts.send_codes(connection, who, now)
    except ConflictError:
        return _form(request, found, typed.username, "invite.taken")
    return _gone(request) if done is None else _done(request, done)


def _fault(found: Invited, typed: Typed) -> str | None:
    """The word that says what is wrong, None where nothing is."""
    if found.username is None and re.fullmatch(USERNAME, typed.username) is None:
        return "invite.username"
    if typed.password != typed.again:
        return "invite.differ"
    try:
        passwords.check(typed.password)
    except InvalidError:
        return "invite.weak"
    return None


def _principal(request: Request, done: Invited, invitation_id: UUID) -> Principal:
    return Principal(
        id=done.person_id,
        name=done.name,
        role=done.role,
        place_id=None,
        locale=done.locale,
        token_id=invitation_id,
        token_expires_at=request.app.state.services.clock.now(),
        address=request.client.host if request.client else None,
    )


def _form(
    request: Request, found: Invited, username: str = "", fault: str | None = None
) -> Response:
    locale = locale_of(request, found.locale)
    values: dict[str, object] = {
        "name": found.name,
        "fixed": found.username,
        "username": found.username or username,
        "fault": fault,
        "shortest": passwords.SHORTEST,
        "w": partial(say, locale),
    }
    status = 200 if fault is None else 422
    return render(request, "invite.html", locale, values, status=status, private=True)


def _done(request: Request, done: Invited) -> Response:
    locale = locale_of(request, done.locale)
    values = {"username": done.username, "w": partial(say, locale)}
    return render(request, "invited.html", locale, values, private=True)


def _gone(request: Request) -> Response:
    locale = locale_of(request)
    values = {"w": partial(say, locale)}
    return render(request, "uninvited.html", locale, values, status=404, private=True)

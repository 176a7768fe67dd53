"""Logging in and out of the pages, and choosing a language."""

from typing import Annotated

from fastapi import APIRouter, Form, Query, Request, Response

from api.auth.login import log_in, revoke
from api.auth.session import clear_cookie, require_same_origin, set_cookie
from api.deps import Own
from api.errors import TooManyError
from api.pages.rendering import LOCALE_COOKIE, LOCALES, locale_of, render
from api.pages.visiting import Visitor, go, own_path
from core.errors import UnauthenticatedError
from core.model import Role

router = APIRouter(include_in_schema=False)
A_YEAR_S = 365 * 86400


@router.get("/")
def start(visit: Visitor) -> Response:
    """To the page of one's role."""
    family = visit.ask.principal.role is Role.FAMILY
    return go("/family" if family else "/grid")


@router.get("/login")
async def login_page(
    request: Request, target: Annotated[str | None, Query(alias="next")] = None
) -> Response:
    """The form."""
    values = {"target": own_path(target), "fault": None, "username": ""}
    return render(request, "login.html", locale_of(request), values)


@router.post("/login")
async def submit_login(
    request: Request,
    own: Own,
    username: Annotated[str, Form(max_length=200)] = "",
    password: Annotated[str, Form(max_length=1000)] = "",
    target: Annotated[str | None, Form(alias="next")] = None,
) -> Response:
    """Begin a session, or say what was wrong."""
    require_same_origin(request)
    address = request.client.host if request.client else None
    try:
        session = await log_in(own, username, password, address)
    except (UnauthenticatedError, TooManyError) as error:
        busy = isinstance(error, TooManyError)
        return render(
            request,
            "login.html",
            locale_of(request),
            {
                "target": own_path(target),
                "fault": "login.busy" if busy else "login.wrong",
                "username": username,
            },
            status=429 if busy else 401,
        )
    answer = go(own_path(target))
    set_cookie(request, answer, session.text, session.lifetime_s)
    return answer


@router.post("/logout")
def log_out(visit: Visitor) -> Response:
    """End the session."""
    revoke(visit.ask.connection, visit.ask.principal, visit.ask.now)
    answer = go("/login")
    clear_cookie(visit.request, answer)
    return answer


@router.get("/language/{locale}")
async def choose_language(
    locale: str, target: Annotated[str | None, Query(alias="next")] = None
) -> Response:
    """Read the pages in another language from now on."""
    answer = go(own_path(target))
    if locale in LOCALES:
        answer.set_cookie(
            LOCALE_COOKIE, locale, max_age=A_YEAR_S, path="/", samesite="lax"
        )
    return answer

"""Who is at the page: their session cookie, or the way to the login."""

from dataclasses import dataclass, replace
from typing import Annotated
from urllib.parse import quote

from fastapi import Depends, HTTPException, Request
from fastapi.responses import RedirectResponse
from psycopg import Connection

from api import rows
from api.asking import Asking
from api.auth.session import cookie_token, require_same_origin
from api.deps import Database, Now, Own, find_principal
from api.pages.rendering import locale_of
from api.views.viewer import viewer_of
from core.errors import UnauthenticatedError
from core.queries import load


@dataclass(frozen=True, slots=True)
class Visit:
    """A signed-in person at a page, and the language they read it in."""

    request: Request
    ask: Asking
    locale: str
    since: str
    """Position in the stream before anything of the page was read."""


def visiting(request: Request, connection: Database, own: Own, now: Now) -> Visit:
    """The person behind the session cookie; without one, the login page instead."""
    address = request.client.host if request.client else None
    try:
        token = own.signer.read(cookie_token(request) or "", now)
        principal = find_principal(connection, token, address, now)
    except UnauthenticatedError:
        raise HTTPException(303, headers={"location": _login(request)}) from None
    require_same_origin(request)
    since = f"{_snapshot(connection)}@{int(now.timestamp() * 1000)}"
    locale = locale_of(request, principal.locale)
    viewer = replace(viewer_of(connection, principal), locale=locale)
    return Visit(request, Asking(connection, principal, viewer, now), locale, since)


Visitor = Annotated[Visit, Depends(visiting)]


def own_path(path: str | None) -> str:
    """`path` if it is a plain path of ours, else the start page."""
    if path is None or not path.startswith("/") or path[1:2] in {"/", "\\"}:
        return "/"
    return path if path.isprintable() and "\\" not in path else "/"


def go(path: str) -> RedirectResponse:
    """Send the browser to a page of ours, by GET."""
    return RedirectResponse(path, 303, headers={"cache-control": "no-store"})


def _login(request: Request) -> str:
    if request.method != "GET":
        return "/login"
    return f"/login?next={quote(request.url.path)}"


def _snapshot(connection: Connection) -> str:
    row = rows.one(connection, load("api.pages")["present"], {})
    assert row is not None  # noqa: S101 - it reads no table
    return row["snapshot"]

"""The pages' session: a token in a cookie, safe against other sites' forms."""

from urllib.parse import urlsplit

from fastapi import Request, Response

from core.errors import ForbiddenError

SAFE_METHODS = frozenset({"GET", "HEAD", "OPTIONS"})
_PLAIN = "yinling_session"
_SECURE = "__Host-yinling_session"


def cookie_token(request: Request) -> str | None:
    """The token in the request's session cookie, if there is one."""
    return request.cookies.get(_name(request))


def set_cookie(
    request: Request, response: Response, token: str, lifetime_s: int
) -> None:
    """Begin a session: no script can read the cookie, no other site sends it."""
    response.set_cookie(
        _name(request),
        token,
        max_age=lifetime_s,
        path="/",
        httponly=True,
        samesite="lax",
        secure=_is_secure(request),
    )


def clear_cookie(request: Request, response: Response) -> None:
    """End a session in the browser."""
    response.delete_cookie(
        _name(request),
        path="/",
        httponly=True,
        samesite="lax",
        secure=_is_secure(request),
    )


def require_same_origin(request: Request) -> None:
    """Refuse a changing request that another site's page sent.

    Raises
    ------
    ForbiddenError
        Unless the browser says that the request came from our own pages.
    """
    if request.method in SAFE_METHODS:
        return
    fetch_site = request.headers.get("sec-fetch-site")
    if fetch_site is not None:
        if fetch_site == "same-origin":
            return
    elif _origin_host(request) == request.headers.get("host"):
        return
    raise ForbiddenError("the request came from another site")


def _origin_host(request: Request) -> str:
    origin = request.headers.get("origin")
    if origin is None:
        return ""
    return urlsplit(origin).netloc


def _is_secure(request: Request) -> bool:
    public_url = request.app.state.services.settings.public_url or ""
    return request.url.scheme == "https" or public_url.startswith("https://")


def _name(request: Request) -> str:
    return _SECURE if _is_secure(request) else _PLAIN

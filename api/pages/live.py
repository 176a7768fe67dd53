"""Pages that renew themselves: whole at first, then only their changing part."""

from collections.abc import Callable

from fastapi import Response

from api.pages.rendering import render
from api.pages.visiting import Visit, go
from core.errors import ConflictError, InvalidError

FRAGMENT = "x-fragment"


def live_page(visit: Visit, template: str, **values: object) -> Response:
    """Render a page, or only its changing part where a script asks for that."""
    about = {
        "fragment": FRAGMENT in visit.request.headers,
        "since": visit.since,
        "me": visit.ask.principal,
    }
    return render(visit.request, template, visit.locale, about | values)


def missing(visit: Visit) -> Response:
    """Say in words that there is no such thing, or not for these eyes."""
    values = {"fault": "error.404", "back": "/"}
    return render(visit.request, "error.html", visit.locale, values, status=404)


def act_and_return(visit: Visit, step: Callable[[], object], back: str) -> Response:
    """Take a step; a script hears how it went, a plain form goes back to its page."""
    if "text/html" not in visit.request.headers.get("accept", ""):
        step()
        return Response(status_code=204)
    try:
        with visit.ask.connection.transaction():
            step()
    except (ConflictError, InvalidError) as error:
        word = "conflict" if isinstance(error, ConflictError) else "failed"
        values = {"fault": word, "back": back}
        return render(visit.request, "error.html", visit.locale, values, status=409)
    return go(back)

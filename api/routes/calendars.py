"""Calendars of one's own duties, read by calendar programs without a login."""

from typing import Annotated
from uuid import UUID

from fastapi import APIRouter, Path, Request, Response

from api.answers import answer, nothing
from api.deps import Asker, Database, Now, Own
from api.duty import calendars
from api.schemas.duty import Feed

router = APIRouter(tags=["duty"])
PRIVATE = {"cache-control": "private, no-store", "x-robots-tag": "noindex, nofollow"}
Token = Annotated[str, Path(min_length=20, max_length=100)]


@router.post("/v1/people/{person_id}/calendar", response_model=Feed, status_code=201)
def make_calendar(
    person_id: UUID,
    principal: Asker,
    connection: Database,
    request: Request,
    *,
    now: Now,
    own: Own,
) -> Response:
    """A new secret address of my duties; an earlier one is void."""
    token = calendars.make(connection, principal, person_id, now)
    base = own.settings.public_url or str(request.base_url)
    return answer({"url": f"{base.rstrip('/')}/calendar/{token}.ics"}, 201)


@router.delete("/v1/people/{person_id}/calendar", status_code=204)
def revoke_calendar(
    person_id: UUID, principal: Asker, connection: Database, now: Now
) -> Response:
    """Void the address."""
    calendars.revoke(connection, principal, person_id, now)
    return nothing()


@router.get("/calendar/{token}.ics", response_class=Response)
def read_calendar(token: Token, connection: Database, now: Now) -> Response:
    """Somebody's duties as text/calendar, for whoever has the address."""
    text = calendars.feed(connection, token, now)
    return Response(text, media_type="text/calendar; charset=utf-8", headers=PRIVATE)

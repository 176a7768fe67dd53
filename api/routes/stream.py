"""The live stream: alerts and statuses as they change, as server-sent events."""

from typing import Annotated, NamedTuple

from fastapi import APIRouter, Depends, Header, Query, Request, Response
from fastapi.responses import StreamingResponse

from api.auth.tokens import Token
from api.deps import Asker, Own, Services, valid_token
from api.stream.feed import Feed
from api.stream.hub import EVENTS, Hub, Listener
from api.stream.position import Position
from api.stream.reading import source
from core.errors import UnauthenticatedError

router = APIRouter(prefix="/v1/stream", tags=["stream"])
HEADERS = {"cache-control": "no-store", "x-accel-buffering": "no"}


class Asked(NamedTuple):
    """What the reader asks the stream for."""

    resume: Position | None
    names: frozenset[str]


async def asked_for(
    last_event_id: Annotated[str | None, Header(max_length=4000)] = None,
    since: Annotated[str | None, Query(max_length=4000)] = None,
    events: Annotated[str, Query(pattern="^(alert|status)(,(alert|status))?$")] = (
        "alert,status"
    ),
) -> Asked:
    """After which event to go on (`since` where no header can be sent), and with what."""
    resume = Position.parse(last_event_id or since or "")
    return Asked(resume, EVENTS.intersection(events.split(",")))


@router.get("", response_class=StreamingResponse)
async def read_stream(
    request: Request,
    own: Own,
    token: Annotated[Token, Depends(valid_token)],
    principal: Asker,
    asked: Annotated[Asked, Depends(asked_for)],
) -> Response:
    """Events `alert` and `status` with the Alert or Status object as data.

    The header `Last-Event-ID` (or, for a first connection, `since`) resumes after that
    event: whatever changed since is sent first. The stream ends when the token does.
    """
    reads = source(own, token, principal)
    viewer = await reads.renew()
    if viewer is None:
        raise UnauthenticatedError("the token is not valid")
    hub = hub_of(request, own)
    listener = Listener(viewer, asked.names)
    position = await hub.join(listener)
    text = Feed(hub, reads, listener).text(position, asked.resume)
    return StreamingResponse(text, media_type="text/event-stream", headers=HEADERS)


def hub_of(request: Request, own: Services) -> Hub:
    """The application's one hub, made when the first stream opens."""
    hub: Hub | None = getattr(request.app.state, "hub", None)
    if hub is None:
        hub = Hub(str(own.pool.conninfo), own.clock)
        request.app.state.hub = hub
    return hub

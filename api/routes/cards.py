"""Contact cards (居民联系卡) as PDF: one senior's, a building's, a compound's."""

import threading
from collections.abc import Iterator
from uuid import UUID

from fastapi import APIRouter, Request, Response
from fastapi.responses import StreamingResponse

from api import access, audit
from api.cards import contents, fonts, paper
from api.cards.paper import Print
from api.deps import Asker, Database, Now, Own, Services
from api.errors import TooManyError
from core.clock import Clock
from core.errors import ForbiddenError
from core.model import Role

router = APIRouter(prefix="/v1", tags=["cards"])
MEDIA_TYPE = "application/pdf"
MOST_PRINTING = 2
_CHUNK_BYTES = 64 * 1024
_printing = threading.BoundedSemaphore(MOST_PRINTING)
PDF: dict[int | str, dict[str, object]] = {
    200: {"content": {MEDIA_TYPE: {}}, "description": "A PDF"}
}


@router.get("/seniors/{senior_id}/card.pdf", responses=PDF, response_class=Response)
def get_card(  # noqa: PLR0917 - each is a part of the request
    senior_id: UUID,
    principal: Asker,
    connection: Database,
    request: Request,
    now: Now,
    own: Own,
) -> Response:
    """A senior's card: whom to call, and a code that opens their page for staff."""
    access.senior(connection, principal, senior_id)
    if principal.role is Role.FAMILY:
        raise ForbiddenError("only staff may do this")
    card = contents.card_of(connection, senior_id, _base(request, own))
    audit.record_reads(connection, principal, now, "senior.print_card", [senior_id])
    with _Turn():
        return _pdf(paper.single(card, _how(own, own.clock)), "card.pdf")


@router.get("/places/{place_id}/cards.pdf", responses=PDF, response_class=Response)
def get_cards(  # noqa: PLR0917 - each is a part of the request
    place_id: UUID,
    principal: Asker,
    connection: Database,
    request: Request,
    now: Now,
    own: Own,
) -> Response:
    """A sheet for each building at or below a place, with the cards of who lives there."""
    access.place(connection, principal, place_id)
    cards = contents.cards_at(connection, place_id, _base(request, own))
    seniors = [card.senior_id for card in cards]
    audit.record_reads(connection, principal, now, "senior.print_card", seniors)
    with _Turn():
        how = _how(own, own.clock)
        return _pdf(paper.building_sheets(contents.sheets(cards), how), "cards.pdf")


class _Turn:
    """Drawing takes seconds of a core: few at once, the others come again."""

    def __enter__(self) -> None:
        if not _printing.acquire(timeout=5):
            raise TooManyError("other cards are being printed: try again", 10)

    def __exit__(self, *_: object) -> None:
        _printing.release()


def _base(request: Request, own: Services) -> str:
    return own.settings.public_url or str(request.base_url)


def _how(own: Services, clock: Clock) -> Print:
    settings = own.settings
    font = fonts.find(settings.font)
    return Print(font, settings.service_phone, clock.now().astimezone(settings.zone))


def _pdf(content: bytes, name: str) -> Response:
    headers = {
        "content-disposition": f'inline; filename="{name}"',
        "content-length": str(len(content)),
    }
    return StreamingResponse(_chunks(content), media_type=MEDIA_TYPE, headers=headers)


def _chunks(content: bytes) -> Iterator[bytes]:
    for start in range(0, len(content), _CHUNK_BYTES):
        yield content[start : start + _CHUNK_BYTES]

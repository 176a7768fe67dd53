"""Contact cards (居民联系卡) as PDF: one senior's, a building's, a compound's."""

from uuid import UUID

from fastapi import APIRouter, Request, Response

from api import access, audit
from api.cards import contents, fonts, paper
from api.cards.paper import Print
from api.cards.printing import PDF, Turn, pdf
from api.deps import Asker, Database, Now, Own, Services
from core.clock import Clock
from core.errors import ForbiddenError
from core.model import Role

router = APIRouter(prefix="/v1", tags=["cards"])


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
    with Turn():
        return pdf(paper.single(card, _how(own, own.clock)), "card.pdf")


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
    with Turn():
        how = _how(own, own.clock)
        return pdf(paper.building_sheets(contents.sheets(cards), how), "cards.pdf")


def _base(request: Request, own: Services) -> str:
    return own.settings.public_url or str(request.base_url)


def _how(own: Services, clock: Clock) -> Print:
    settings = own.settings
    font = fonts.find(settings.font)
    return Print(font, settings.service_phone, clock.now().astimezone(settings.zone))

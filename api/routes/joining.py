"""A whole place's logins: everybody invited, their links on paper, codes to contacts."""

from uuid import UUID

from fastapi import APIRouter, Response

from api.answers import answer
from api.cards import fonts, slips
from api.cards.printing import PDF, Turn, pdf
from api.deps import Asker, Database, Now, Own
from api.pagination import Page, page
from api.registry import joining
from api.registry.joining import Who
from api.schemas.joining import HeldList, JoiningBody, Progress
from core import proofs

router = APIRouter(prefix="/v1", tags=["people"])


@router.post("/invitations", response_model=Progress)
def invite_some(
    body: JoiningBody, principal: Asker, connection: Database, now: Now
) -> Response:
    """Invite up to 500 people of a place who have neither login nor open invitation.

    Call it again until `done` is 0.
    """
    made = joining.invite_some(connection, principal, body.place_id, body.who, now)
    sent = sum(bool(one.sent_to) for one in made)
    after = joining.progress(connection, principal, body.place_id, body.who, now)
    return answer({"done": len(made), "sent": sent, **after._asdict()})


@router.post("/contact-codes", response_model=Progress)
def send_some_codes(
    body: JoiningBody, principal: Asker, connection: Database, now: Now
) -> Response:
    """Send a code to up to 500 unverified contacts of people who have a login.

    Each gets one a day in this way. Call it again until `done` is 0.
    """
    place_id, who = body.place_id, body.who
    done = joining.send_some_codes(connection, principal, place_id, who, now)
    after = joining.progress(connection, principal, place_id, who, now)
    return answer({"done": done, "sent": done, **after._asdict()})


@router.get("/invitations", response_model=HeldList)
def list_invitations(
    principal: Asker,
    connection: Database,
    asked: Page,
    *,
    now: Now,
    own: Own,
    place_id: UUID | None = None,
    who: Who = Who.STAFF,
) -> Response:
    """Open invitations of a place with their links, as far as I may see them."""
    found = joining.listed(connection, principal, place_id, who, now, asked)
    base = own.settings.reached_at
    rows = [
        one._asdict() | {"url": proofs.invitation_url(base, own.key, one.id)}
        for one in found
    ]
    return page(rows, asked, dict)


@router.get("/invitations.pdf", responses=PDF, response_class=Response)
def print_invitations(
    principal: Asker,
    connection: Database,
    *,
    now: Now,
    own: Own,
    place_id: UUID | None = None,
    who: Who = Who.STAFF,
) -> Response:
    """The same as slips to cut apart, each with a QR code, community by community."""
    settings = own.settings
    font = fonts.find(settings.font)
    found = joining.held(connection, principal, place_id, who, now)
    made = slips.of(found, settings.reached_at, own.key)
    with Turn():
        content = slips.sheets(made, font, now.astimezone(settings.zone))
    return pdf(content, "invitations.pdf")

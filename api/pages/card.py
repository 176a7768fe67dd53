"""Where the QR code of a contact card leads: the senior's page, for staff, after a login."""

from functools import partial
from uuid import UUID

from fastapi import APIRouter, Response

from api import audit
from api.deps import Own
from api.pages.live import missing
from api.pages.phones import phones
from api.pages.rendering import render
from api.pages.street_words import condition, say
from api.pages.visiting import Visitor, go
from api.registry import seniors
from core.errors import NotFoundError
from core.model import Role

router = APIRouter(prefix="/card", include_in_schema=False)


@router.get("/{senior_id}")
def card_page(visit: Visitor, own: Own, senior_id: UUID) -> Response:
    """Who they are, where they live, who has a key and whom to call."""
    ask = visit.ask
    if ask.principal.role is Role.FAMILY:
        return go("/family")
    values: dict[str, object] = {"me": ask.principal, "w": partial(say, visit.locale)}
    try:
        row = seniors.get(ask.connection, ask.principal, senior_id)
    except NotFoundError:
        return missing(visit)
    ids = [senior_id]
    audit.record_reads(ask.connection, ask.principal, ask.now, "senior.read", ids)
    card = seniors.card(row, ask.principal, ask.now, own.settings.zone)
    values["senior"] = card
    values["conditions"] = [condition(visit.locale, one) for one in row["conditions"]]
    values["phones"] = phones(ask.connection, ids).get(senior_id, [])
    return render(visit.request, "card.html", visit.locale, values)

"""What became of notifications: receipts of gateways, and the tries as staff see them."""

from typing import Annotated
from uuid import UUID

from fastapi import APIRouter, Query, Response

from api import deliveries
from api.answers import answer
from api.asking import Ask
from api.deps import Database, Now, Own
from api.schemas.telling import DeliveryList, Receipt, ReceiptBody
from api.views import alerts
from core import links
from core.errors import ForbiddenError, NotFoundError
from core.model import Role

router = APIRouter(prefix="/v1", tags=["notifications"])


@router.post("/notifications/{notification_id}/receipt", response_model=Receipt)
def note_receipt(  # noqa: PLR0917 - what a request brings
    notification_id: UUID,
    body: ReceiptBody,
    token: Annotated[str, Query(max_length=100)],
    connection: Database,
    own: Own,
    now: Now,
) -> Response:
    """A gateway's receipt, sent to the hook's `receipt_url`; its token is the login."""
    if links.verify(own.key, token, links.RECEIPT) != notification_id:
        raise NotFoundError("no such notification")
    kept = deliveries.note_receipt(
        connection, notification_id, body.status, body.at or now, now
    )
    return answer(kept)


@router.get("/alerts/{alert_id}/notifications", response_model=DeliveryList)
def list_notifications(ask: Ask, alert_id: UUID) -> Response:
    """Who was told of an alert, by what, when it was sent, delivered and read."""
    row = alerts.one(ask.connection, ask.viewer, alert_id)
    if ask.principal.role is Role.FAMILY:
        raise ForbiddenError("only staff see who was told by what")
    ask.record("alert.read_notifications", "alert", alert_id, row["senior_id"])
    return answer({"items": deliveries.of_alert(ask.connection, alert_id)})

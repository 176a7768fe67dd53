"""Messages that could not be read, or not whole."""

from fastapi import APIRouter, Response

from api import audit
from api.deps import Asker, Database, Now
from api.pagination import Page, page
from api.registry import ledger
from api.schemas.ledger import RejectedList

router = APIRouter(prefix="/v1/rejected", tags=["administration"])


@router.get("", response_model=RejectedList)
def list_rejected(
    principal: Asker, connection: Database, asked: Page, now: Now
) -> Response:
    """Rejected items, newest first, each listed once however often it came.

    They are shown as they came, so that a look at them is audited.
    """
    found = ledger.find_rejected(connection, principal, asked)
    detail = {"items": min(len(found), asked.limit)}
    audit.record(
        connection, principal, now, "rejected.read", "rejected", None, detail=detail
    )
    return page(
        found, asked, ledger.show_rejected, lambda row: (row["first_at"], row["id"])
    )

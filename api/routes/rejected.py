"""Messages that could not be read, or not whole."""

from fastapi import APIRouter, Response

from api.deps import Asker, Database
from api.pagination import Page, page
from api.registry import ledger
from api.schemas.ledger import RejectedList

router = APIRouter(prefix="/v1/rejected", tags=["administration"])


@router.get("", response_model=RejectedList)
def list_rejected(principal: Asker, connection: Database, asked: Page) -> Response:
    """Rejected items, newest first, each listed once however often it came."""
    found = ledger.find_rejected(connection, principal, asked)
    return page(
        found, asked, ledger.show_rejected, lambda row: (row["first_at"], row["id"])
    )

"""Who saw and did what."""

from typing import Annotated
from uuid import UUID

from fastapi import APIRouter, Query, Response

from api.answers import answer
from api.deps import Asker, Database
from api.pagination import Page, page
from api.registry import ledger
from api.schemas.base import Instant
from api.schemas.ledger import AuditList, LedgerHead

router = APIRouter(prefix="/v1/audit", tags=["administration"])


@router.get("", response_model=AuditList)
def list_audit(  # noqa: PLR0917 - each is a filter
    principal: Asker,
    connection: Database,
    asked: Page,
    senior_id: UUID | None = None,
    actor_id: UUID | None = None,
    action: Annotated[str | None, Query(max_length=100)] = None,
    since: Annotated[Instant | None, Query(alias="from")] = None,
    until: Annotated[Instant | None, Query(alias="to")] = None,
) -> Response:
    """Entries of the audit log, newest first."""
    wanted = ledger.AuditFilter(senior_id, actor_id, action, since, until)
    found = ledger.find_audit(connection, principal, asked, wanted)
    return page(found, asked, ledger.show_audit, lambda row: (row["position"],))


@router.get("/head", response_model=LedgerHead)
def read_head(principal: Asker, connection: Database) -> Response:
    """Where the ledger ends: written down elsewhere, it anchors all before it."""
    return answer(ledger.head(connection, principal))

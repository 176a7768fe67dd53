"""Coverage: seniors with no reachable responder, and why."""

from typing import Annotated
from uuid import UUID

from fastapi import APIRouter, Query, Response

from api import access, audit
from api.answers import answer
from api.deps import Asker, Database, Now
from api.duty import coverage
from api.duty.coverage import MOST_GAPS
from api.pagination import Page, next_cursor
from api.schemas.base import Instant
from api.schemas.duty import Coverage

router = APIRouter(prefix="/v1/coverage", tags=["duty"])


@router.get("", response_model=Coverage)
def read_coverage(
    principal: Asker,
    connection: Database,
    asked: Page,
    *,
    now: Now,
    place_id: UUID | None = None,
    since: Annotated[Instant | None, Query(alias="from")] = None,
    until: Annotated[Instant | None, Query(alias="to")] = None,
    near: bool = False,
) -> Response:
    """Every senior with no reachable responder right now, and gaps from `from` to `to`.

    `near` also lists those whom only people further up can reach.
    """
    principal.require_managing()
    root = principal.place_id if place_id is None else place_id
    if place_id is not None:
        access.place(connection, principal, place_id)
    roots = None if root is None else [root]
    outlook = coverage.look(connection, roots, now, since, until)
    lacking = {gap.home.place_id: gap for gap in outlook.lacking(near=near)}
    found = coverage.seniors(
        connection, lacking.values(), asked.after_id(), asked.limit + 1
    )
    listed = found[: asked.limit]
    if principal.is_admin:
        ids = [row["id"] for row in listed]
        audit.record_reads(connection, principal, now, "senior.read", ids)
    below = principal.place_id
    items = [
        coverage.shown(row, gap, coverage.whose(outlook, gap, below))
        for row in listed
        for gap in [lacking[row["place_id"]]]
    ]
    ahead = outlook.ahead(near=near) if asked.cursor is None else []
    return answer(
        {
            "items": items,
            "next_cursor": next_cursor(found, asked),
            "as_of": now,
            "from": outlook.since,
            "to": outlook.until,
            **coverage.counts(outlook),
            "gaps": coverage.gaps_shown(connection, ahead),
            "gaps_left_off": max(0, len(ahead) - MOST_GAPS),
        }
    )

"""Swaps of duty between two people."""

from uuid import UUID

from fastapi import APIRouter, Response

from api.answers import answer, created
from api.deps import Asker, Database, Now, Own
from api.duty import swaps
from api.pagination import Page, page
from api.schemas.duty import Swap, SwapBody, SwapList, SwapStatus

router = APIRouter(prefix="/v1/swaps", tags=["duty"])


@router.get("", response_model=SwapList)
def list_swaps(
    principal: Asker,
    connection: Database,
    asked: Page,
    status: SwapStatus | None = None,
) -> Response:
    """My swaps, and those at or below my place."""
    found = swaps.find(connection, principal, asked, status)
    return page(found, asked, swaps.shown)


@router.post("", response_model=Swap, status_code=201)
def propose_swap(
    body: SwapBody, principal: Asker, connection: Database, now: Now
) -> Response:
    """Propose that two people take each other's duty."""
    return created(swaps.shown(swaps.propose(connection, principal, body, now)))


@router.get("/{swap_id}", response_model=Swap)
def get_swap(swap_id: UUID, principal: Asker, connection: Database) -> Response:
    """One swap."""
    return answer(swaps.shown(swaps.get(connection, principal, swap_id)))


@router.post("/{swap_id}/accept", response_model=Swap)
def accept_swap(
    swap_id: UUID, principal: Asker, connection: Database, now: Now, own: Own
) -> Response:
    """Agree; when both have, the swap is in force."""
    zone = own.settings.zone
    return answer(swaps.shown(swaps.accept(connection, principal, swap_id, now, zone)))


@router.post("/{swap_id}/decline", response_model=Swap)
def decline_swap(
    swap_id: UUID, principal: Asker, connection: Database, now: Now
) -> Response:
    """Say no, or take my proposal back."""
    return answer(swaps.shown(swaps.decline(connection, principal, swap_id, now)))


@router.post("/{swap_id}/undo", response_model=Swap)
def undo_swap(
    swap_id: UUID, principal: Asker, connection: Database, now: Now, own: Own
) -> Response:
    """Take an agreed swap back."""
    zone = own.settings.zone
    return answer(swaps.shown(swaps.undo(connection, principal, swap_id, now, zone)))

"""Alerts: list, one with its timeline, raise by hand, and the steps people take on them."""

from collections.abc import Sequence
from datetime import datetime
from typing import Annotated, Any, Final
from uuid import UUID

from fastapi import APIRouter, Query, Response
from pydantic import BaseModel, Field

from alerts.incidents.types import Action
from api import steps
from api.answers import answer, created
from api.asking import Ask, Asking
from api.deps import Own
from api.pagination import Page, page
from api.response import helping, requests
from api.schemas.base import Instant
from api.schemas.response import (
    HandOver,
    Noted,
    Request,
    ResponderList,
    WhistleBody,
)
from api.schemas.watching import Alert, AlertList
from api.views import alerts
from api.views.alerts import Search
from core.database import Row
from core.model import AlertStatus, Kind, Severity

router = APIRouter(prefix="/v1/alerts", tags=["alerts"])
UNRESOLVED: Final = ("open", "unresolved")
"""Both words mean the same to ``?status=``: not resolved."""
UNRESOLVED_STATUSES: Final = tuple(set(AlertStatus) - {AlertStatus.RESOLVED})
Body = steps.Step | None


class Filters(BaseModel):
    """Which alerts to list; each that is given limits further."""

    status: Annotated[
        str | None, Field(pattern=f"^({'|'.join(AlertStatus)}|unresolved)$")
    ] = None
    kind: Kind | None = None
    severity: Severity | None = None
    place_id: UUID | None = None
    senior_id: UUID | None = None
    since: Annotated[Instant | None, Field(alias="from")] = None
    until: Annotated[Instant | None, Field(alias="to")] = None


@router.get("", response_model=AlertList)
def list_alerts(
    ask: Ask, asked: Page, filters: Annotated[Filters, Query()]
) -> Response:
    """Alerts, newest first; `status=open` means every one that is not resolved."""
    search = Search(
        statuses=_statuses(filters.status),
        kind=filters.kind,
        severity=filters.severity,
        place_id=filters.place_id,
        senior_id=filters.senior_id,
        since=filters.since,
        until=filters.until,
        before=asked.after(datetime.fromisoformat, UUID),
        limit=asked.limit + 1,
    )
    found = alerts.find(ask.connection, ask.viewer, search)
    items = {row["id"]: _shown(row, ask) for row in found[: asked.limit]}
    ask.record_seen("alert.list", alerts.shown_seniors(items.values()))
    return page(
        found,
        asked,
        lambda row: items[row["id"]],
        lambda row: (row["opened_at"], row["id"]),
    )


@router.get("/{alert_id}", response_model=Alert)
def read_alert(ask: Ask, alert_id: UUID) -> Response:
    """One alert with its whole timeline."""
    row = alerts.one(ask.connection, ask.viewer, alert_id)
    ask.record_alert(alert_id, row["senior_id"])
    return answer(_shown(row, ask))


@router.post("", response_model=Alert, status_code=201)
def raise_alert(ask: Ask, body: steps.Opening) -> Response:
    """Raise an alert by hand; an unresolved one of the same kind is told again."""
    return created(_shown(steps.open_by_hand(ask, body), ask))


@router.post("/{alert_id}/acknowledge", response_model=Alert)
def acknowledge(ask: Ask, alert_id: UUID, body: Body = None) -> Response:
    """Take the alert on; from family it is recorded as theirs and changes nothing."""
    return _step(ask, alert_id, Action.ACKNOWLEDGE, body)


@router.post("/{alert_id}/depart", response_model=Alert)
def depart(ask: Ask, alert_id: UUID, body: Body = None) -> Response:
    """Be on the way."""
    return _step(ask, alert_id, Action.DEPART, body)


@router.post("/{alert_id}/arrive", response_model=Alert)
def arrive(ask: Ask, alert_id: UUID, body: Body = None) -> Response:
    """Be there; earlier steps are implied."""
    return _step(ask, alert_id, Action.ARRIVE, body)


@router.post("/{alert_id}/escalate", response_model=Alert)
def escalate(ask: Ask, alert_id: UUID, body: Body = None) -> Response:
    """Have the next level told at once."""
    return _step(ask, alert_id, Action.ESCALATE, body)


@router.post("/{alert_id}/note", response_model=Alert)
def note(ask: Ask, alert_id: UUID, body: Body = None) -> Response:
    """Add a note to the timeline."""
    return _step(ask, alert_id, Action.NOTE, body)


@router.post("/{alert_id}/resolve", response_model=Alert)
def resolve(ask: Ask, alert_id: UUID, body: steps.Resolving) -> Response:
    """Close the alert with an outcome."""
    return _step(ask, alert_id, Action.RESOLVE, body)


@router.post("/{alert_id}/reopen", response_model=Alert)
def reopen(ask: Ask, alert_id: UUID, body: Body = None) -> Response:
    """Open a resolved alert again, within 24 h."""
    return _step(ask, alert_id, Action.REOPEN, body)


@router.get("/{alert_id}/responders", response_model=ResponderList)
def list_responders(ask: Ask, alert_id: UUID) -> Response:
    """The alert's chain: whom it can be handed over to."""
    items = helping.responders(ask, alert_id)
    return answer({"items": items, "next_cursor": None})


@router.post("/{alert_id}/hand_over", response_model=Alert)
def hand_over(ask: Ask, alert_id: UUID, body: HandOver) -> Response:
    """Ask a responder of the chain to take over; the owner stays until they accept."""
    return answer(_shown(helping.hand_over(ask, alert_id, body), ask))


@router.post("/{alert_id}/accept", response_model=Alert)
def accept(ask: Ask, alert_id: UUID, body: Noted | None = None) -> Response:
    """Take the alert over, as one was asked to."""
    return answer(_shown(helping.accept(ask, alert_id, body or Noted()), ask))


@router.post("/{alert_id}/decline", response_model=Alert)
def decline(ask: Ask, alert_id: UUID, body: Noted | None = None) -> Response:
    """Say that one does not take it over."""
    return answer(_shown(helping.decline(ask, alert_id, body or Noted()), ask))


@router.post("/{alert_id}/whistle", response_model=Request, status_code=201)
def whistle(ask: Ask, alert_id: UUID, body: WhistleBody, own: Own) -> Response:
    """Call for help one level up or to a department; 200 while that call is open."""
    usual_s = own.settings.request_deadline_s
    made = helping.whistle(ask, alert_id, body, usual_s)
    row = requests.one(ask.connection, ask.principal, made.id)
    return answer(requests.shown(row), 201 if made.new else 200)


def _step(ask: Asking, alert_id: UUID, action: Action, body: Body) -> Response:
    row = steps.take(ask, alert_id, action, body or steps.Step())
    return answer(_shown(row, ask))


def _shown(row: Row, ask: Asking) -> dict[str, Any]:
    shown = alerts.shown(row, ask.viewer)
    assert shown is not None  # noqa: S101 - the row was found for this viewer
    return shown


def _statuses(status: str | None) -> Sequence[str] | None:
    if status is None:
        return None
    return UNRESOLVED_STATUSES if status in UNRESOLVED else (status,)

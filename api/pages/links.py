"""The links in notifications: acknowledge by one button, see where; no login needed."""

from dataclasses import dataclass, replace
from datetime import datetime
from typing import Any
from uuid import UUID

from fastapi import APIRouter, Request, Response

from alerts.incidents.types import Action
from api import deliveries, rows, steps
from api.asking import Asking
from api.deps import Database, Now, Own
from api.pages.ground import Plan
from api.pages.rendering import locale_of, render
from api.pages.whereabouts import sketch
from api.principal import Principal
from api.views import alerts, seniors
from api.views.alert import unworn_location
from api.views.viewer import viewer_of
from core import links
from core.database import Row
from core.errors import ConflictError, NotFoundError
from core.model import AlertStatus, Role
from core.queries import load

router = APIRouter(include_in_schema=False)
Json = dict[str, Any]
TOKEN_LENGTH = 100


@dataclass(frozen=True, slots=True)
class Told:
    """Who holds a link, and which alert it is about as they may see it."""

    request: Request
    ask: Asking
    row: Row
    alert: Json
    used: bool
    """Whether the link has acknowledged before: it does so once."""

    @property
    def over(self) -> bool:
        """Whether the alert is resolved."""
        return self.row["status"] == AlertStatus.RESOLVED

    @property
    def family(self) -> bool:
        """Whether the holder is a relative."""
        return self.ask.principal.role is Role.FAMILY


@router.get("/a/{token}")
def alert_link(
    request: Request, connection: Database, own: Own, now: Now, token: str
) -> Response:
    """Show whom it is about, and a button; nothing happens yet."""
    told = _told(request, connection, own, now, token)
    if told is None:
        return invalid(request)
    return _over(told) if told.over else _page(told)


@router.post("/a/{token}")
def acknowledge_by_link(
    request: Request, connection: Database, own: Own, now: Now, token: str
) -> Response:
    """Acknowledge as the person whom the notification told; a link does so once."""
    told = _told(request, connection, own, now, token)
    if told is None:
        return invalid(request)
    if told.over:
        return _over(told)
    try:
        with connection.transaction():
            if not deliveries.use_link(connection, told.ask.principal.token_id, now):
                return _page(replace(told, used=True))
            steps.take(told.ask, told.row["id"], Action.ACKNOWLEDGE, steps.Step())
    except ConflictError:
        fresh = _told(request, connection, own, now, token) or told
        return _over(fresh) if fresh.over else _page(fresh, "link.taken")
    fresh = _told(request, connection, own, now, token) or told
    if told.family:
        return _page(fresh, "link.done_family")
    mine = fresh.row["owner_id"] == told.ask.principal.id
    return _page(fresh, "link.done" if mine else "link.taken_by")


@router.get("/l/{token}")
def location_link(
    request: Request, connection: Database, own: Own, now: Now, token: str
) -> Response:
    """Show where the senior is, as long as the alert is unresolved."""
    told = _told(request, connection, own, now, token)
    if told is None:
        return invalid(request)
    if told.over:
        return _over(told)
    location, plan = _where(told)
    return render(
        request,
        "place.html",
        told.ask.viewer.locale,
        {"alert": told.alert, "location": location, "plan": plan},
        private=True,
    )


def _told(
    request: Request, connection: Database, own: Own, now: Now, token: str
) -> Told | None:
    """The link's holder and alert; None where the link is none or no longer theirs."""
    notification_id = links.verify(own.key, token[:TOKEN_LENGTH])
    person = _person(connection, notification_id, now) if notification_id else None
    if person is None:
        return None
    ask = linked(request, connection, person, now)
    viewer = ask.viewer
    try:
        row = alerts.one(connection, viewer, person["alert_id"])
    except NotFoundError:
        return None
    alert = alerts.shown(row, viewer)
    return None if alert is None else Told(request, ask, row, alert, person["used"])


def linked(
    request: Request, connection: Database, person: Row, now: datetime
) -> Asking:
    """The person whom a notification told, asking through its link.

    Parameters
    ----------
    person : with ``id``, ``name``, ``role``, ``place_id``, ``locale``, and the
        ``notification_id``.
    """
    principal = Principal(
        id=person["id"],
        name=person["name"],
        role=Role(person["role"]),
        place_id=person["place_id"],
        locale=person["locale"],
        token_id=person["notification_id"],
        token_expires_at=now,
        address=request.client.host if request.client else None,
        duty_places=tuple(person.get("duty_places") or ()),
    )
    viewer = viewer_of(connection, principal)
    viewer = replace(viewer, locale=locale_of(request, principal.locale))
    return Asking(connection, principal, viewer, now)


def _person(connection: Database, notification_id: UUID, now: datetime) -> Row | None:
    values = {"id": notification_id, "now": now}
    return rows.one(connection, load("api.pages")["told"], values)


def _over(told: Told) -> Response:
    """Say that the alert is over, and nothing of whom it was about."""
    locale = told.ask.viewer.locale
    return render(told.request, "over.html", locale, {}, status=410, private=True)


def _page(told: Told, outcome: str | None = None) -> Response:
    told.ask.record_alert(told.row["id"], told.row["senior_id"])
    return render(
        told.request,
        "link.html",
        told.ask.viewer.locale,
        {
            "alert": told.alert,
            "address": None if told.family else told.row["address"],
            "family": told.family,
            "used": told.used,
            "outcome": outcome,
        },
        private=True,
    )


def _where(told: Told) -> tuple[Json | None, Plan | None]:
    ask, senior_id = told.ask, told.row["senior_id"]
    if senior_id is None:
        ask.record_alert(told.row["id"], None)
        return unworn_location(told.row, ask.viewer.locale), None
    for row in seniors.find(ask.connection, ask.viewer, ask.now, [senior_id]):
        status = seniors.shown(row, ask.viewer, ask.now)
        if status is not None and status["location"] is not None:
            ask.record_status(senior_id, ["location"])
            return status["location"], sketch(ask.connection, row, status)
    return None, None


def invalid(request: Request) -> Response:
    """Say that the link is none, or no longer theirs."""
    return render(
        request, "invalid.html", locale_of(request), {}, status=404, private=True
    )

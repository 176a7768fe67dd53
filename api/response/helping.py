"""Hand-over of an alert and calls for help, permission checked: REST and pages alike."""

from uuid import UUID

from alerts.incidents.helping import handover, requests
from alerts.incidents.helping.requests import Whistle, Whistled
from api import rows
from api.asking import Asking
from api.response.requests import require_staff
from api.schemas.response import HandOver, Noted, WhistleBody
from api.steps import actor
from api.views import alerts
from core.database import Row
from core.queries import load


def hand_over(ask: Asking, alert_id: UUID, body: HandOver) -> Row:
    """Ask a responder of the chain to take an alert over; return its row."""
    before = _seen(ask, alert_id)
    me = actor(ask.principal)
    handover.ask(ask.connection, alert_id, body.person_id, me, ask.now, body.note)
    return _recorded(ask, "alert.hand_over", before)


def accept(ask: Asking, alert_id: UUID, body: Noted) -> Row:
    """Take over an alert that one is asked to; return its row."""
    before = _seen(ask, alert_id)
    me = actor(ask.principal)
    handover.accept_offer(ask.connection, alert_id, me, ask.now, body.note)
    return _recorded(ask, "alert.accept", before)


def decline(ask: Asking, alert_id: UUID, body: Noted) -> Row:
    """Say that one does not take it over; return the alert's row."""
    before = _seen(ask, alert_id)
    handover.decline(ask.connection, alert_id, actor(ask.principal), ask.now, body.note)
    return _recorded(ask, "alert.decline", before)


def whistle(
    ask: Asking, alert_id: UUID, body: WhistleBody, usual_deadline_s: int
) -> Whistled:
    """Call for help from an alert.

    Parameters
    ----------
    usual_deadline_s : by when help is to be on its way where nothing else says [s].
    """
    before = _seen(ask, alert_id)
    to = body.to if isinstance(body.to, UUID) else str(body.to)
    asked = Whistle(to, usual_deadline_s, body.deadline_s, body.note)
    me = actor(ask.principal)
    made = requests.whistle(ask.connection, alert_id, asked, me, ask.now)
    ask.record("alert.whistle", "alert", alert_id, before["senior_id"], to=str(to))
    return made


def responders(ask: Asking, alert_id: UUID) -> list[Row]:
    """The chain of an alert, whoever stands now first, then the nearest."""
    _seen(ask, alert_id)
    values = {"alert_id": alert_id, "now": ask.now}
    return rows.every(ask.connection, load("api.response")["responders"], values)


def _seen(ask: Asking, alert_id: UUID) -> Row:
    """The alert's row, for responders (404, then 403)."""
    row = alerts.one(ask.connection, ask.viewer, alert_id)
    require_staff(ask.principal)
    return row


def _recorded(ask: Asking, action: str, before: Row) -> Row:
    ask.record(action, "alert", before["id"], before["senior_id"])
    return alerts.one(ask.connection, ask.viewer, before["id"])

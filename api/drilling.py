"""Beginning an SOS drill, permission checked: the same from REST and the pages."""

from uuid import UUID

from alerts.incidents import store
from api import access, steps
from api.asking import Asking
from api.views import alerts
from core.database import Row


def begin(ask: Asking, senior_id: UUID, note: str | None) -> Row:
    """Begin a drill for a senior; the row of its alert.

    Raises
    ------
    NotFoundError
        If there is no such senior for these eyes.
    ForbiddenError
        To everyone but managers and administrators.
    ConflictError
        If a drill is under way, or a real alert of the senior is unresolved.
    """
    access.managed_senior(ask.connection, ask.principal, senior_id)
    by = steps.actor(ask.principal)
    alert_id = store.open_drill(ask.connection, senior_id, by, note, ask.now)
    ask.record("drill.begin", "alert", alert_id, senior_id)
    return alerts.one(ask.connection, ask.viewer, alert_id)

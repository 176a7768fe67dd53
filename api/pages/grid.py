"""The grid worker's page: who needs somebody now, and one tap to answer."""

from datetime import timedelta
from typing import Annotated, Any
from uuid import UUID

from fastapi import APIRouter, Form, Response
from pydantic import BaseModel, Field, ValidationError

from alerts.incidents.types import Action
from api import deliveries, steps
from api.deps import Own
from api.pages import helping, ladder
from api.pages.live import act_and_return, live_page, missing
from api.pages.phones import phones
from api.pages.visiting import Visit, Visitor, go
from api.pages.whereabouts import sketch
from api.routes.alerts import UNRESOLVED_STATUSES
from api.views import alerts, seniors
from api.views.alert import unworn_location
from api.views.alerts import Search
from api.views.grounds import grounds
from core.advice import is_task
from core.database import Row
from core.errors import InvalidError, NotFoundError
from core.model import (
    SEVERITY_RANK,
    AlertStatus,
    Outcome,
    Role,
    Severity,
)

router = APIRouter(prefix="/grid", include_in_schema=False)
MOST_SHOWN = 200
RECENT = timedelta(hours=24)
MOST_RECENT = 10
OUTCOMES = tuple(outcome for outcome in Outcome if outcome is not Outcome.CLEARED)
NEXT_STEPS: dict[str, tuple[Action, ...]] = {
    AlertStatus.OPEN: (Action.ACKNOWLEDGE, Action.DEPART),
    AlertStatus.ACKNOWLEDGED: (Action.DEPART, Action.ARRIVE),
    AlertStatus.EN_ROUTE: (Action.ARRIVE,),
    AlertStatus.ON_SCENE: (),
    AlertStatus.RESOLVED: (),
}
HELD = frozenset({"acknowledged", "en_route", "on_scene"})
Json = dict[str, Any]


@router.get("")
def grid_page(visit: Visitor) -> Response:
    """Unresolved alerts, the oldest critical first."""
    if visit.ask.principal.role is Role.FAMILY:
        return go("/family")
    unresolved = _found(visit, Search(statuses=UNRESOLVED_STATUSES, limit=MOST_SHOWN))
    since = visit.ask.now - RECENT
    resolved = (AlertStatus.RESOLVED,)
    recent = _found(visit, Search(statuses=resolved, since=since, limit=MOST_RECENT))
    unresolved.sort(
        key=lambda alert: (-SEVERITY_RANK[alert["severity"]], alert["opened_at"])
    )
    mild = [each for each in unresolved if each["severity"] == Severity.INFO]
    tasks, notices = _tasks_first(mild)
    pressing = [each for each in unresolved if each["severity"] != Severity.INFO]
    return live_page(
        visit,
        "grid.html",
        pressing=pressing,
        tasks=tasks,
        notices=notices,
        recent=recent,
        followups=helping.tasks(visit),
        outcomes=OUTCOMES,
        back="/grid",
    )


@router.get("/alerts/{alert_id}")
def alert_page(visit: Visitor, alert_id: UUID, own: Own) -> Response:
    """One alert with everything a responder needs on the way."""
    if visit.ask.principal.role is Role.FAMILY:
        return go("/family")
    ask = visit.ask
    try:
        row = alerts.one(ask.connection, ask.viewer, alert_id)
    except NotFoundError:
        return missing(visit)
    ask.record_alert(alert_id, row["senior_id"])
    where = unworn_location(row, ask.viewer.locale)
    values: Json = {"status": None, "plan": None, "location": where}
    help_with = helping.about(visit, row)
    if row["senior_id"] is not None:
        values |= _senior(visit, row["senior_id"])
    return live_page(
        visit,
        "alert.html",
        alert=_shown(visit, [row])[0],
        next=ladder.upcoming(visit, row, own.settings),
        deliveries=deliveries.of_alert(ask.connection, alert_id),
        outcomes=OUTCOMES,
        back=f"/grid/alerts/{alert_id}",
        **help_with,
        **values,
    )


class StepForm(BaseModel):
    """What a form sends with a step; `detail` brings back to the alert's own page."""

    note: Annotated[str, Field(max_length=2000)] = ""
    outcome: str | None = None
    detail: bool = False


@router.post("/alerts/{alert_id}/{action}")
def step(
    visit: Visitor,
    alert_id: UUID,
    action: Action,
    form: Annotated[StepForm, Form()],
) -> Response:
    """Take a step from a page's form."""

    def take() -> object:
        return steps.take(visit.ask, alert_id, action, _body(action, form))

    back = f"/grid/alerts/{alert_id}" if form.detail else "/grid"
    return act_and_return(visit, take, back)


def _tasks_first(mild: list[Json]) -> tuple[list[Json], list[Json]]:
    """Alerts of severity info: those that ask something of somebody, and the others."""
    tasks = [each for each in mild if is_task(each["kind"], each["severity"])]
    others = [each for each in mild if not is_task(each["kind"], each["severity"])]
    return tasks, others


def _body(action: Action, form: StepForm) -> steps.Step:
    fields = {"note": form.note.strip() or None}
    try:
        if action is Action.RESOLVE:
            fields["outcome"] = form.outcome or None
            return steps.Resolving.model_validate(fields)
        return steps.Step.model_validate(fields)
    except ValidationError:
        raise InvalidError("say how it ended", "outcome") from None


def _found(visit: Visit, search: Search) -> list[Json]:
    ask = visit.ask
    found = alerts.find(ask.connection, ask.viewer, search)
    shown = _shown(visit, found)
    ask.record_seen("alert.list", alerts.shown_seniors(shown))
    return shown


def _shown(visit: Visit, found: list[Row]) -> list[Json]:
    """Alert objects with what the page adds: who has it, next steps, phones, address."""
    ask = visit.ask
    ids = {
        row["senior_id"]
        for row in found
        if row["senior_id"] is not None and row["status"] != AlertStatus.RESOLVED
    }
    numbers = phones(ask.connection, ids)
    calls = helping.calls_for_help(visit, [row["id"] for row in found])
    shown: list[Json] = []
    for row in found:
        alert = alerts.shown(row, ask.viewer)
        if alert is not None:
            alert |= {
                "grounds": grounds(ask.viewer.locale, alert["evidence"]),
                "owner": alert["owner"] if row["status"] in HELD else None,
                "offered_to_me": row["offered_to"] == ask.principal.id,
                "offered_to_name": row["offered_to_name"],
                "requests": calls[row["id"]],
                "next": NEXT_STEPS[row["status"]],
                "phones": numbers.get(row["senior_id"], []),
                "address": row["address"],
            }
            shown.append(alert)
    return shown


def _senior(visit: Visit, senior_id: UUID) -> Json:
    ask = visit.ask
    for row in seniors.find(ask.connection, ask.viewer, ask.now, [senior_id]):
        status = seniors.shown(row, ask.viewer, ask.now)
        if status is not None:
            ask.record_status(senior_id, seniors.parts_told(status))
            return {"status": status, "plan": sketch(ask.connection, row, status)}
    return {"status": None, "plan": None}

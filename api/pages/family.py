"""The family page: how is mother now, and who is coming."""

from typing import Annotated, Any, Literal
from uuid import UUID

from fastapi import APIRouter, Form, Response
from pydantic import BaseModel

from alerts.incidents.types import Action
from api import steps
from api.pages import helping
from api.pages.live import act_and_return, live_page, missing
from api.pages.visiting import Visit, Visitor, go
from api.pages.whereabouts import sketch
from api.response import followups
from api.routes.alerts import UNRESOLVED_STATUSES
from api.views import alerts, seniors
from api.views.alerts import Search
from api.views.grounds import grounds
from core.model import LEVEL_UP, FollowupStatus, Role, StatusLevel

router = APIRouter(prefix="/family", include_in_schema=False)
ORDER = {str(level): rank for rank, level in enumerate(StatusLevel)}
Json = dict[str, Any]


@router.get("")
def family_page(visit: Visitor, senior: UUID | None = None) -> Response:
    """How the chosen senior is; of several, the one who needs it most."""
    if visit.ask.principal.role is not Role.FAMILY and senior is None:
        return go("/grid")
    members = _members(visit, senior)
    chosen = _chosen(members, senior)
    if chosen is None and senior is not None:
        return missing(visit)
    values: Json = {"members": members, "chosen": None}
    if chosen is not None:
        values |= _about(visit, chosen)
    return live_page(visit, "family.html", **values)


@router.post("/alerts/{alert_id}/acknowledge")
def know(visit: Visitor, alert_id: UUID, senior: UUID | None = None) -> Response:
    """Say that one knows."""
    back = f"/family?senior={senior}" if senior else "/family"

    def step() -> object:
        return steps.take(visit.ask, alert_id, Action.ACKNOWLEDGE, steps.Step())

    return act_and_return(visit, step, back)


class FamilyAnswer(BaseModel):
    """What a relative answers when asked how the senior is."""

    answer: Literal["fine", "call"]


@router.post("/followups/{followup_id}")
def answer_followup(
    visit: Visitor,
    followup_id: UUID,
    form: Annotated[FamilyAnswer, Form()],
    senior: UUID | None = None,
) -> Response:
    """Say that all is well, or that one wishes to be called."""
    back = f"/family?senior={senior}" if senior else "/family"

    def say() -> object:
        return followups.family_says(visit.ask, followup_id, form.answer == "fine")

    return act_and_return(visit, say, back)


def _members(visit: Visit, senior: UUID | None) -> list[Json]:
    """Seniors of this person with their statuses; of staff's, the asked one only."""
    ask = visit.ask
    ids = None if ask.principal.role is Role.FAMILY else [senior] if senior else []
    found = seniors.find(ask.connection, ask.viewer, ask.now, ids)
    members = [
        {"row": row, "name": row["name"], "status": status}
        for row in found
        if (status := seniors.shown(row, ask.viewer, ask.now)) is not None
    ]
    return sorted(
        members,
        key=lambda member: (
            ORDER.get(str(member["status"]["level"]), len(ORDER)),
            member["name"],
        ),
    )


def _chosen(members: list[Json], senior: UUID | None) -> Json | None:
    if senior is None:
        return members[0] if members else None
    asked = (each for each in members if each["status"]["senior_id"] == senior)
    return next(asked, None)


def _about(visit: Visit, chosen: Json) -> Json:
    ask, row, status = visit.ask, chosen["row"], chosen["status"]
    senior_id = row["senior_id"]
    ask.record_status(senior_id, seniors.parts_told(status))
    return {
        "chosen": chosen,
        "status": status,
        "alerts": _alerts(visit, senior_id),
        "followups": _followups(visit, senior_id),
        "plan": sketch(ask.connection, row, status),
    }


def _alerts(visit: Visit, senior_id: UUID) -> list[Json]:
    ask = visit.ask
    search = Search(statuses=UNRESOLVED_STATUSES, senior_id=senior_id, limit=20)
    found = alerts.find(ask.connection, ask.viewer, search)
    shown = [alert for row in found if (alert := alerts.shown(row, ask.viewer))]
    ask.record_seen("alert.list", alerts.shown_seniors(shown))
    calls = helping.calls_for_help(visit, [alert["id"] for alert in shown])
    for alert in shown:
        alert["requests"] = [one for one in calls[alert["id"]] if one["to"] != LEVEL_UP]
        alert["grounds"] = grounds(ask.viewer.locale, alert["evidence"])
        alert["known"] = _knows(alert["timeline"], str(ask.principal.id))
    return shown


def _followups(visit: Visit, senior_id: UUID) -> list[Json]:
    """What the family is asked now; staff at this page only look."""
    ask = visit.ask
    if ask.principal.role is not Role.FAMILY:
        return []
    found = followups.find(
        ask.connection,
        ask.principal,
        statuses=[FollowupStatus.OPEN],
        senior_id=senior_id,
        limit=5,
    )
    return [followups.shown(row, ask.now) for row in found]


def _knows(timeline: list[Json], person_id: str) -> bool:
    """Whether this person has said that they know."""
    said = ("family_acknowledged", "acknowledged")
    actors: list[Json] = [
        line["actor"] for line in timeline if line["event"] in said and line["actor"]
    ]
    return any(actor["id"] == person_id for actor in actors)

"""Hand-over, calls for help and follow-ups on the grid worker's page."""

from collections import defaultdict
from collections.abc import Iterable, Sequence
from typing import Annotated, Any, Final, Literal, TypeVar
from uuid import UUID

from fastapi import APIRouter, Form, Response
from pydantic import BaseModel, Field, ValidationError

from alerts.incidents.helping.answering import LEADS_TO
from api.deps import Own
from api.pages.live import act_and_return
from api.pages.phones import phones
from api.pages.visiting import Visit, Visitor
from api.response import departments, followups, helping, requests
from api.response.requests import OPEN, Search
from api.schemas.response import (
    FollowupBody,
    HandOver,
    Noted,
    RequestAnswer,
    WhistleBody,
)
from core.database import Row
from core.errors import InvalidError
from core.model import (
    EMERGENCY_NUMBERS,
    LEVEL_UP,
    AlertStatus,
    FollowupStatus,
    RequestStatus,
)

router = APIRouter(prefix="/grid", include_in_schema=False)
Json = dict[str, Any]
M = TypeVar("M", bound=BaseModel)
MOST_FOLLOWUPS: Final = 50


class HelpForm(BaseModel):
    """What the forms of an alert's page send."""

    note: Annotated[str, Field(max_length=2000)] = ""
    person_id: str = ""
    to: str = ""


class AnswerForm(BaseModel):
    """What comes of a call for help, or that somebody has rung."""

    note: Annotated[str, Field(max_length=2000)] = ""
    status: str = ""
    called: bool = False


class FollowupForm(BaseModel):
    """What was found; ``not_well:reopen`` and ``not_well:raise`` send help again."""

    note: Annotated[str, Field(max_length=2000)] = ""
    result: str = ""


@router.post("/alerts/{alert_id}/help/{what}")
def help_with(
    visit: Visitor,
    alert_id: UUID,
    what: Literal["hand_over", "accept", "decline", "whistle"],
    form: Annotated[HelpForm, Form()],
    own: Own,
) -> Response:
    """Take a step about who helps, from a page's form."""
    ask = visit.ask
    noted = {"note": form.note.strip() or None}

    def take() -> object:
        if what == "hand_over":
            body = valid(HandOver, {"person_id": form.person_id, **noted})
            return helping.hand_over(ask, alert_id, body)
        if what == "whistle":
            call = valid(WhistleBody, {"to": form.to, **noted})
            usual_s = own.settings.request_deadline_s
            return helping.whistle(ask, alert_id, call, usual_s)
        answer = helping.accept if what == "accept" else helping.decline
        return answer(ask, alert_id, valid(Noted, noted))

    return act_and_return(visit, take, f"/grid/alerts/{alert_id}")


@router.post("/requests/{request_id}")
def answer_request(
    visit: Visitor, request_id: UUID, form: Annotated[AnswerForm, Form()]
) -> Response:
    """Record what comes of a call for help."""
    row = requests.one(visit.ask.connection, visit.ask.principal, request_id)
    said: Json = {"note": form.note.strip() or None, "status": form.status or None}
    said["called_at"] = visit.ask.now if form.called else None

    def take() -> object:
        body = valid(RequestAnswer, said)
        return requests.answer(visit.ask, request_id, body)

    return act_and_return(visit, take, f"/grid/alerts/{row['alert_id']}")


@router.post("/followups/{followup_id}")
def record_followup(
    visit: Visitor, followup_id: UUID, form: Annotated[FollowupForm, Form()]
) -> Response:
    """Record how a senior is, from a page's form."""

    def take() -> object:
        requests.require_staff(visit.ask.principal)
        return followups.record(visit.ask, followup_id, followup_body(form))

    return act_and_return(visit, take, "/grid")


def followup_body(form: FollowupForm) -> FollowupBody:
    """What a follow-up's form says."""
    result, _, then = form.result.partition(":")
    said = {"result": result, "then": then or None, "note": form.note.strip() or None}
    return valid(FollowupBody, said)


def about(visit: Visit, row: Row) -> Json:
    """What an alert's own page offers: to whom it can be handed, whom one can call."""
    ask = visit.ask
    if row["status"] == AlertStatus.RESOLVED:
        return {"responders": [], "targets": []}
    me = ask.principal
    hands = me.manages or row["owner_id"] == me.id
    held = row["owner_id"] is not None and row["status"] != AlertStatus.OPEN
    chain = helping.responders(ask, row["id"]) if hands and held else []
    others = [one for one in chain if one["person_id"] != row["owner_id"]]
    return {"responders": others, "targets": targets(visit, row["path"])}


def calls_for_help(visit: Visit, alert_ids: Iterable[UUID]) -> dict[UUID, list[Json]]:
    """Calls for help by alert, each with the answers that may be given."""
    ask = visit.ask
    search = Search(alerts=list(alert_ids))
    by_alert: dict[UUID, list[Json]] = defaultdict(list)
    for row in requests.find(ask.connection, ask.principal, search):
        by_alert[row["alert_id"]].append(requests.shown(row) | {"says": says(row)})
    return by_alert


def says(row: Json) -> list[str]:
    """Answers that a call for help may still be given."""
    status = RequestStatus(row["status"])
    if status not in OPEN:
        return []
    return [str(answer) for answer, sources in LEADS_TO.items() if status in sources]


def targets(visit: Visit, path: Sequence[UUID] | None) -> list[Json]:
    """Whom an alert's page offers to call: up, the nearest of each kind, public numbers."""
    ask = visit.ask
    found: list[Json] = [{"to": LEVEL_UP, "name": None}]
    rows = departments.nearest(ask.connection, ask.principal, path[-1]) if path else []
    near = {row["kind"]: {"to": row["id"], "name": row["name"]} for row in rows}
    for kind in EMERGENCY_NUMBERS:
        near.setdefault(str(kind), {"to": kind, "name": None})
    return found + list(near.values())


def tasks(visit: Visit) -> list[Json]:
    """Follow-ups to be asked now, one's own and those a family waits for first."""
    ask = visit.ask
    found = followups.find(
        ask.connection,
        ask.principal,
        statuses=[FollowupStatus.OPEN],
        limit=MOST_FOLLOWUPS,
    )
    numbers = phones(ask.connection, {row["senior_id"] for row in found})
    me = str(ask.principal.id)
    items = [
        followups.shown(row, ask.now)
        | {
            "mine": bool(row["assignee"]) and row["assignee"]["id"] == me,
            "phones": numbers.get(row["senior_id"], []),
        }
        for row in found
    ]
    return sorted(
        items, key=lambda item: (item["family_answer"] != "call", not item["mine"])
    )


def valid(model: type[M], said: Json) -> M:
    """What a form says as a request body.

    Raises
    ------
    InvalidError
        If it lacks something, or holds what cannot be.
    """
    try:
        return model.model_validate(said)
    except ValidationError:
        raise InvalidError("the form lacks something") from None

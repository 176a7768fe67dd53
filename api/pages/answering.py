"""The links of messages that ask something: GET shows, only POST answers; no login."""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Annotated, Any, Final
from uuid import UUID

from fastapi import APIRouter, Form, Request, Response
from pydantic import BaseModel, Field

from api import rows
from api.asking import Asking
from api.deps import Database, Now, Own
from api.pages.helping import FollowupForm, followup_body, says, valid
from api.pages.links import TOKEN_LENGTH, invalid, linked
from api.pages.rendering import render
from api.response import followups, helping, requests
from api.schemas.response import Noted, RequestAnswer
from api.views import alerts
from core import links
from core.database import Row
from core.errors import ConflictError, InvalidError, NotFoundError
from core.model import AlertStatus, Role
from core.queries import load

router = APIRouter(include_in_schema=False)
Json = dict[str, Any]


class Said(BaseModel):
    """What the forms of these pages send."""

    note: Annotated[str, Field(max_length=2000)] = ""
    status: str = ""
    answer: str = ""
    result: str = ""


@dataclass(frozen=True, slots=True)
class Asked:
    """Who holds a link, and what its message asks."""

    request: Request
    ask: Asking
    message: Row

    @property
    def family(self) -> bool:
        """Whether the holder is a relative."""
        return self.ask.principal.role is Role.FAMILY

    def about(self, name: str) -> UUID:
        """The object that the message is about."""
        return UUID(self.message["content"][name])


@router.get("/r/{token}")
def asked_link(
    request: Request, connection: Database, own: Own, now: Now, token: str
) -> Response:
    """Show what is asked; nothing happens yet."""
    asked = _asked(request, connection, own, now, token)
    return invalid(request) if asked is None else _page(asked)


@router.post("/r/{token}")
def answer_link(  # noqa: PLR0917 - what a request brings
    request: Request,
    connection: Database,
    own: Own,
    now: Now,
    token: str,
    said: Annotated[Said, Form()],
) -> Response:
    """Answer as the person whom the message asked; each answer counts once."""
    asked = _asked(request, connection, own, now, token)
    if asked is None:
        return invalid(request)
    try:
        with connection.transaction():
            _ANSWERS[asked.message["message_kind"]](asked, said)
    except NotFoundError:
        return invalid(request)
    except ConflictError:
        return _page(asked, "conflict")
    except InvalidError:
        return _page(asked, "failed")
    called = said.answer == "call"
    return _page(asked, "family.will_call" if called else "link.done")


def _answer_request(asked: Asked, said: Said) -> None:
    body = {"status": said.status, "note": said.note.strip() or None}
    _require(said.status in requests.ANSWERS, "status")
    answer = valid(RequestAnswer, body)
    requests.answer(asked.ask, asked.about("request_id"), answer)


def _answer_hand_over(asked: Asked, said: Said) -> None:
    _require(said.answer in {"accept", "decline"}, "answer")
    take = helping.accept if said.answer == "accept" else helping.decline
    take(asked.ask, asked.message["alert_id"], Noted())


def _answer_followup(asked: Asked, said: Said) -> None:
    ask, followup_id = asked.ask, asked.about("followup_id")
    if not asked.family:
        form = FollowupForm(note=said.note, result=said.result)
        followups.record(ask, followup_id, followup_body(form))
        return
    _require(said.answer in {"fine", "call"}, "answer")
    followups.family_says(ask, followup_id, said.answer == "fine")


_ANSWERS: Final[dict[str, Callable[[Asked, Said], None]]] = {
    "followup": _answer_followup,
    "hand_over": _answer_hand_over,
    "whistle": _answer_request,
}


def _require(fits: bool, field: str) -> None:
    if not fits:
        raise InvalidError("this is no answer", field)


def _page(asked: Asked, outcome: str | None = None) -> Response:
    shows = {"followup": _followup, "hand_over": _hand_over, "whistle": _request}
    values: Json = {"request": None, "followup": None, "address": None}
    try:
        values |= shows[asked.message["message_kind"]](asked)
    except NotFoundError:
        return invalid(asked.request)
    values |= {"outcome": outcome, "family": asked.family}
    locale = asked.ask.viewer.locale
    return render(asked.request, "answer.html", locale, values, private=True)


def _request(asked: Asked) -> Json:
    """What a department needs to come, as long as it is waited for."""
    ask, request_id = asked.ask, asked.about("request_id")
    row = requests.one(ask.connection, ask.principal, request_id)
    ask.record("request.read", "request", request_id, row["senior_id"])
    shown = requests.shown(row) | {"says": says(row)}
    return {"title": "help.whistle", "request": shown, "address": row["address"]}


def _followup(asked: Asked) -> Json:
    ask = asked.ask
    row = followups.one(ask.connection, ask.principal, asked.about("followup_id"))
    ask.record("followup.read", "followup", row["id"], row["senior_id"])
    shown = followups.shown(row, ask.now)
    return {"title": "event.verified", "followup": shown}


def _hand_over(asked: Asked) -> Json:
    ask, alert_id = asked.ask, asked.message["alert_id"]
    row = alerts.one(ask.connection, ask.viewer, alert_id)
    if row["status"] == AlertStatus.RESOLVED:
        raise NotFoundError("the alert is over")
    alert = alerts.shown(row, ask.viewer)
    ask.record("alert.read", "alert", alert_id, row["senior_id"])
    offered = row["offered_to"] == ask.principal.id
    return {"title": "help.hand_over", "alert": alert, "offered": offered}


def _asked(
    request: Request, connection: Database, own: Own, now: Now, token: str
) -> Asked | None:
    """The link's holder and message; None where the link is none or no longer theirs."""
    notification_id = links.verify(own.key, token[:TOKEN_LENGTH])
    values = {"id": notification_id, "now": now}
    row = rows.one(connection, load("api.response")["asked_by_link"], values)
    if row is None or row["message_kind"] not in _ANSWERS:
        return None
    return Asked(request, linked(request, connection, row, now), row)

"""Who would be told of an alert, when and by what, as staff read it on a page."""

from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Any, Final
from uuid import UUID

from fastapi import APIRouter, Response

from api.deps import Own
from api.pages.live import missing
from api.pages.rendering import render, say
from api.pages.visiting import Visit, Visitor, go
from api.registry import policies, seniors
from core.errors import ForbiddenError, NotFoundError
from core.model import AlertStatus, Role, Severity
from core.settings import Settings

router = APIRouter(prefix="/grid/ladder", include_in_schema=False)
PREVIEWED: Final = (Severity.CRITICAL, Severity.WARNING)
Json = dict[str, Any]


@router.get("/{senior_id}")
def ladder_page(visit: Visitor, senior_id: UUID, own: Own) -> Response:
    """The policies of a senior run forward from now, for who keeps their card."""
    ask = visit.ask
    if ask.principal.role is Role.FAMILY:
        return go("/family")
    try:
        found = [_preview(visit, senior_id, one, own.settings) for one in PREVIEWED]
        senior = seniors.get(ask.connection, ask.principal, senior_id)
    except (NotFoundError, ForbiddenError):
        return missing(visit)
    values: Json = {"senior": senior, "previews": found, "me": ask.principal}
    return render(visit.request, "ladder.html", visit.locale, values)


def upcoming(visit: Visit, alert: Mapping[str, Any], settings: Settings) -> Json | None:
    """What happens next with an alert of the page; None where it is over."""
    if alert["status"] == AlertStatus.RESOLVED:
        return None
    ask = visit.ask
    found: Json = policies.show_next(ask.connection, alert["id"], ask.now, settings)
    return found | {"steps": _lines(visit, found["steps"], settings)}


def _preview(
    visit: Visit, senior_id: UUID, severity: Severity, settings: Settings
) -> Json:
    ask = visit.ask
    about = (ask.connection, ask.principal, senior_id, severity, ask.now)
    found: Json = policies.show_preview(*about, settings)
    every = _every(visit.locale, found["every_s"])
    return found | {"steps": _lines(visit, found["steps"], settings), "every": every}


def _lines(visit: Visit, steps: Sequence[Json], settings: Settings) -> list[Json]:
    """Each telling with its time to the second and people's channels in words."""
    return [
        {
            "at": step["at"],
            "time": _time(step["at"], visit.ask.now, settings),
            "people": [
                one | {"ways": _ways(visit.locale, step, one)} for one in step["people"]
            ],
        }
        for step in steps
    ]


def _ways(locale: str, step: Json, person: Json) -> str:
    """By what a person is told: one after the other, or all at once."""
    kinds = [say(locale, f"contact.{one['kind']}") for one in person["contacts"]]
    between = " → " if step["in_order"] else say(locale, "next.and")
    return between.join(dict.fromkeys(kinds))


def _every(locale: str, every_s: float | None) -> str | None:
    """An interval as exactly as the policy has it."""
    if every_s is None:
        return None
    if every_s % 60:
        return say(locale, "next.seconds", count=f"{every_s:g}")
    return say(locale, "next.minutes", count=f"{every_s / 60:g}")


def _time(at: datetime, now: datetime, settings: Settings) -> str:
    local = at.astimezone(settings.zone)
    today = now.astimezone(settings.zone).date()
    return f"{local:%H:%M:%S}" if local.date() == today else f"{local:%m-%d %H:%M:%S}"

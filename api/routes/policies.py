"""Escalation policies of the whole service and of places, and one run forward."""

from datetime import datetime
from typing import Annotated, Final, Literal
from uuid import UUID

from fastapi import APIRouter, Depends, Query, Response
from pydantic import AwareDatetime

from api.answers import answer
from api.asking import Ask
from api.deps import Asker, Database, Now, Own
from api.pagination import Page, page
from api.registry import policies
from api.registry.policies import SERVICE, Asked, Shown
from api.rulefile import TOML, AsToml, RuleBody, Why, body_of
from api.schemas.policies import (
    EscalationPreview,
    NextStep,
    Policies,
    PolicyCheck,
    PolicyHistory,
    PolicyVersion,
)
from api.views import alerts
from core.errors import ForbiddenError
from core.model import Role, Severity
from core.registry.rulings import Scope

router = APIRouter(tags=["policies"])
BODY: Final = body_of({"critical": {"repeat_s": 120}}, "[critical]\nrepeat_s = 120\n")
"""What OpenAPI says of a body with policies."""


async def _asked(principal: Asker, now: Now, own: Own, note: Why = None) -> Asked:
    return Asked(principal, policies.shipped(own.settings), note, now)


async def _named(place_id: UUID | None = None) -> Scope:
    return Scope(place_id)


ByWhom = Annotated[Asked, Depends(_asked)]
Named = Annotated[Scope, Depends(_named)]


def _answer(shown: Shown, *, as_toml: bool = False) -> Response:
    if as_toml:
        return Response(shown.toml(), media_type=TOML)
    return answer(shown.tree())


@router.get("/v1/policies", response_model=Policies)
def get_policies(asked: ByWhom, connection: Database, as_toml: AsToml) -> Response:
    """What is set for the whole service, and what is in force."""
    found = policies.get(connection, asked.principal, SERVICE, asked.base)
    return _answer(found, as_toml=as_toml)


@router.put("/v1/policies", response_model=Policies, openapi_extra=BODY)
def set_policies(given: RuleBody, asked: ByWhom, connection: Database) -> Response:
    """Replace what is set for the whole service; for alerts that begin from now on."""
    return _answer(policies.put(connection, asked, SERVICE, given))


@router.delete("/v1/policies", response_model=Policies)
def withdraw_policies(asked: ByWhom, connection: Database) -> Response:
    """Withdraw what is set for the whole service; the shipped policies count again."""
    return _answer(policies.put(connection, asked, SERVICE, None))


@router.post("/v1/policies/check", response_model=PolicyCheck, openapi_extra=BODY)
def check_policies(
    given: RuleBody, asked: ByWhom, connection: Database, scope: Named
) -> Response:
    """Validate policies without storing them, and say what they would change."""
    found = policies.check(connection, asked.principal, scope, given, asked.base)
    return answer(found)


@router.get("/v1/policies/history", response_model=PolicyHistory)
def list_policy_history(
    principal: Asker, connection: Database, scope: Named, asked: Page
) -> Response:
    """Every revision, newest first, with what it changed."""
    found = policies.history(connection, principal, scope, asked)
    return page(found, asked, policies.show_revision, lambda row: (row["revision"],))


@router.post("/v1/policies/history/{revision}/revert", response_model=Policies)
def revert_policies(revision: int, asked: ByWhom, connection: Database) -> Response:
    """Put an earlier revision in force again, as a new one."""
    return _answer(policies.revert(connection, asked, revision))


@router.get("/v1/policies/versions/{version}", response_model=PolicyVersion)
def get_policy_version(
    version: str, principal: Asker, connection: Database
) -> Response:
    """What the `policy` of a `told` in a timeline stands for."""
    return answer(policies.show_version(connection, principal, version))


@router.get("/v1/places/{place_id}/policy", response_model=Policies)
def get_place_policy(
    place_id: UUID, asked: ByWhom, connection: Database, as_toml: AsToml
) -> Response:
    """What is set for this place itself, and what is in force there."""
    found = policies.get(connection, asked.principal, Scope(place_id), asked.base)
    return _answer(found, as_toml=as_toml)


@router.put("/v1/places/{place_id}/policy", response_model=Policies, openapi_extra=BODY)
def set_place_policy(
    place_id: UUID, given: RuleBody, asked: ByWhom, connection: Database
) -> Response:
    """Replace what is set for this place; for alerts that begin from now on."""
    return _answer(policies.put(connection, asked, Scope(place_id), given))


@router.delete("/v1/places/{place_id}/policy", response_model=Policies)
def withdraw_place_policy(
    place_id: UUID, asked: ByWhom, connection: Database
) -> Response:
    """Withdraw what is set for this place; what stands above counts again."""
    return _answer(policies.put(connection, asked, Scope(place_id), None))


@router.get("/v1/seniors/{senior_id}/escalation", response_model=EscalationPreview)
def preview_escalation(  # noqa: PLR0917  # what the framework hands in
    senior_id: UUID,
    principal: Asker,
    connection: Database,
    own: Own,
    now: Now,
    severity: Literal["critical", "warning"] = "critical",
    at: Annotated[
        AwareDatetime | None, Query(description="When it opens; now if not given.")
    ] = None,
) -> Response:
    """Who would be told of an alert of this senior, when, if nobody answered."""
    when: datetime = at or now
    found = policies.show_preview(
        connection, principal, senior_id, Severity(severity), when, own.settings
    )
    return answer(found)


@router.get("/v1/alerts/{alert_id}/next", response_model=NextStep)
def get_next_step(ask: Ask, alert_id: UUID, own: Own) -> Response:
    """Who is told of this alert next, when and by what, if nobody does anything."""
    alerts.one(ask.connection, ask.viewer, alert_id)
    if ask.principal.role is Role.FAMILY:
        raise ForbiddenError("only staff see who is told next")
    found = policies.show_next(ask.connection, alert_id, ask.now, own.settings)
    return answer(found)

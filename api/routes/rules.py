"""Rules of detection of the whole service, and what was and would be in force."""

from typing import Annotated
from uuid import UUID

from fastapi import APIRouter, Depends, Response

from api.answers import answer
from api.deps import Asker, Database, Now
from api.pagination import Page, page
from api.registry import rules
from api.rulefile import BODY, AsToml, RuleBody, Why, rules_answer
from api.schemas.rules import RuleCheck, RuleHistory, Rules, RuleVersion
from core.errors import InvalidError
from core.registry.rulings import Scope

router = APIRouter(prefix="/v1/rules", tags=["rules"])
SERVICE = Scope()


def _named(place_id: UUID | None = None, senior_id: UUID | None = None) -> Scope:
    if place_id is not None and senior_id is not None:
        raise InvalidError("name a place or a senior, not both", "senior_id")
    return Scope(place_id, senior_id)


Named = Annotated[Scope, Depends(_named)]


@router.get("", response_model=Rules)
def get_rules(principal: Asker, connection: Database, as_toml: AsToml) -> Response:
    """What is set for the whole service."""
    return rules_answer(rules.get(connection, principal, SERVICE), as_toml=as_toml)


@router.put("", response_model=Rules, openapi_extra=BODY)
def set_rules(
    given: RuleBody,
    principal: Asker,
    connection: Database,
    now: Now,
    note: Why = None,
) -> Response:
    """Replace what is set for the whole service; in force within 5 s."""
    return answer(rules.put(connection, principal, SERVICE, given, note, now).tree())


@router.delete("", response_model=Rules)
def withdraw_rules(
    principal: Asker, connection: Database, now: Now, note: Why = None
) -> Response:
    """Withdraw what is set for the whole service; the shipped rules count again."""
    return answer(rules.put(connection, principal, SERVICE, None, note, now).tree())


@router.post("/check", response_model=RuleCheck, openapi_extra=BODY)
def check_rules(
    given: RuleBody, principal: Asker, connection: Database, scope: Named
) -> Response:
    """Validate rules without storing them, and say what they would change."""
    return answer(rules.check(connection, principal, scope, given))


@router.get("/history", response_model=RuleHistory)
def list_rule_history(
    principal: Asker, connection: Database, scope: Named, asked: Page
) -> Response:
    """Every revision, newest first, with what it changed."""
    found = rules.history(connection, principal, scope, asked)
    return page(found, asked, rules.show_revision, lambda row: (row["revision"],))


@router.post("/history/{revision}/revert", response_model=Rules)
def revert_rules(
    revision: int, principal: Asker, connection: Database, now: Now, note: Why = None
) -> Response:
    """Put an earlier revision in force again, as a new one."""
    return answer(rules.revert(connection, principal, revision, note, now).tree())


@router.get("/versions/{rule_version}", response_model=RuleVersion)
def get_rule_version(
    rule_version: str, principal: Asker, connection: Database
) -> Response:
    """What the rule version of an alert stands for."""
    return answer(rules.show_version(connection, principal, rule_version))

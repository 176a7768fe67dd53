"""Rules of detection of one senior."""

from uuid import UUID

from fastapi import APIRouter, Response

from api.answers import answer
from api.deps import Asker, Database, Now
from api.registry import rules
from api.rulefile import BODY, AsToml, RuleBody, Why, rules_answer
from api.schemas.rules import EffectiveRules, Rules
from core.registry.rulings import Scope

router = APIRouter(prefix="/v1/seniors/{senior_id}/rules", tags=["rules"])


@router.get("", response_model=Rules)
def get_senior_rules(
    senior_id: UUID, principal: Asker, connection: Database, as_toml: AsToml
) -> Response:
    """What is set for this senior itself."""
    found = rules.get(connection, principal, Scope(senior_id=senior_id))
    return rules_answer(found, as_toml=as_toml)


@router.put("", response_model=Rules, openapi_extra=BODY)
def set_senior_rules(  # noqa: PLR0917  # what the framework hands in
    senior_id: UUID,
    given: RuleBody,
    principal: Asker,
    connection: Database,
    now: Now,
    note: Why = None,
) -> Response:
    """Replace what is set for this senior; in force within 5 s."""
    scope = Scope(senior_id=senior_id)
    return answer(rules.put(connection, principal, scope, given, note, now).tree())


@router.delete("", response_model=Rules)
def withdraw_senior_rules(
    senior_id: UUID, principal: Asker, connection: Database, now: Now, note: Why = None
) -> Response:
    """Withdraw what is set for this senior; what stands above counts again."""
    scope = Scope(senior_id=senior_id)
    return answer(rules.put(connection, principal, scope, None, note, now).tree())


@router.get("/effective", response_model=EffectiveRules)
def get_effective_rules(
    senior_id: UUID, principal: Asker, connection: Database
) -> Response:
    """Every figure that this senior is judged by, and where it comes from."""
    return answer(rules.show_effective(connection, principal, senior_id))

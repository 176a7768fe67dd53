"""Rules of detection of one place, and of all below it."""

from uuid import UUID

from fastapi import APIRouter, Response

from api.answers import answer
from api.deps import Asker, Database, Now
from api.registry import rules
from api.rulefile import BODY, AsToml, RuleBody, Why, rules_answer
from api.schemas.rules import Rules
from core.registry.rulings import Scope

router = APIRouter(prefix="/v1/places/{place_id}/rules", tags=["rules"])


@router.get("", response_model=Rules)
def get_place_rules(
    place_id: UUID, principal: Asker, connection: Database, as_toml: AsToml
) -> Response:
    """What is set for this place itself."""
    found = rules.get(connection, principal, Scope(place_id=place_id))
    return rules_answer(found, as_toml=as_toml)


@router.put("", response_model=Rules, openapi_extra=BODY)
def set_place_rules(  # noqa: PLR0917  # what the framework hands in
    place_id: UUID,
    given: RuleBody,
    principal: Asker,
    connection: Database,
    now: Now,
    note: Why = None,
) -> Response:
    """Replace what is set for this place; in force within 5 s."""
    scope = Scope(place_id=place_id)
    return answer(rules.put(connection, principal, scope, given, note, now).tree())


@router.delete("", response_model=Rules)
def withdraw_place_rules(
    place_id: UUID, principal: Asker, connection: Database, now: Now, note: Why = None
) -> Response:
    """Withdraw what is set for this place; what stands above counts again."""
    scope = Scope(place_id=place_id)
    return answer(rules.put(connection, principal, scope, None, note, now).tree())

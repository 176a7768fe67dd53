"""Who am I, and my own password."""

from fastapi import APIRouter, Response

from api.answers import answer, nothing
from api.auth.login import change_password
from api.deps import Asker, AskerAlone, Database, Now, Own
from api.registry import people, telling
from api.schemas.auth import Me, PasswordChange
from api.schemas.telling import Preferences

router = APIRouter(prefix="/v1/me", tags=["me"])


@router.get("", response_model=Me)
def who_am_i(principal: Asker, connection: Database, now: Now) -> Response:
    """Who I am, my places (my own first), my seniors: at most 1,000 of each."""
    return answer(people.describe_self(connection, principal, now))


@router.put("/password", status_code=204)
async def set_my_password(
    body: PasswordChange, principal: AskerAlone, own: Own
) -> Response:
    """Set my password; every token made before, this one too, is void."""
    await change_password(own, principal, body.current_password, body.new_password)
    return nothing()


@router.get("/preferences", response_model=Preferences)
def get_my_preferences(principal: Asker, connection: Database) -> Response:
    """What I want to be told once a day."""
    return answer(telling.preferences(connection, principal))


@router.put("/preferences", response_model=Preferences)
def set_my_preferences(
    body: Preferences, principal: Asker, connection: Database, own: Own, now: Now
) -> Response:
    """Set both wishes; null is no wish. Critical alerts come at once whatever this says."""
    kept = telling.set_preferences(connection, principal, own.settings, body, now)
    return answer(kept)

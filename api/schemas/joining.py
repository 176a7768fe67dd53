"""Bodies and answers about bringing a whole place in."""

from datetime import datetime
from uuid import UUID

from api.registry.joining import Who
from api.schemas.base import Answer, Body
from core.model import Role


class JoiningBody(Body):
    """Whom it is about: staff or relatives, of a place (mine if not given)."""

    place_id: UUID | None = None
    who: Who = Who.STAFF


class Progress(Answer):
    """What this call did, and how far the place has come.

    `done`: people invited, or contacts sent a code; `sent`: of them, told by a message.
    `out_of_reach`: unverified contacts of people who have no login to type a code with.
    """

    done: int
    sent: int
    people: int
    with_login: int
    invited: int
    to_invite: int
    unproven: int
    out_of_reach: int


class HeldInvitation(Answer):
    """An open invitation with its link; `senior` and `relation` of a relative."""

    id: UUID
    person_id: UUID
    name: str
    role: Role
    phone: str | None
    expires_at: datetime
    place: list[str]
    senior: str | None
    relation: str | None
    url: str


class HeldList(Answer):
    """A page of open invitations."""

    items: list[HeldInvitation]
    next_cursor: str | None

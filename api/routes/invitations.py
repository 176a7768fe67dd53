"""Invitations to a login."""

from uuid import UUID

from fastapi import APIRouter, Response

from api.answers import created, nothing
from api.deps import Asker, Database, Now, Own
from api.registry import invitations
from api.schemas.people import Invitation

router = APIRouter(prefix="/v1/people/{person_id}/invitation", tags=["people"])


@router.post("", response_model=Invitation, status_code=201)
def invite_person(
    person_id: UUID, principal: Asker, connection: Database, now: Now, own: Own
) -> Response:
    """Invite a person to set user name and password, or a new password."""
    invitation = invitations.invite(connection, principal, person_id, now)
    url = own.settings.reached_at
    return created(invitations.show(invitation, url, own.key))


@router.delete("", status_code=204)
def withdraw_invitation(
    person_id: UUID, principal: Asker, connection: Database, now: Now
) -> Response:
    """Void a person's open invitation."""
    invitations.withdraw(connection, principal, person_id, now)
    return nothing()

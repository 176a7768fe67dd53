"""Who invites whom to a login, and who is shown the link."""

from datetime import datetime
from uuid import UUID

from psycopg import Connection

from api import audit, rows
from api.principal import Principal
from api.registry import people
from core import proofs, registry
from core.errors import ConflictError, ForbiddenError
from core.model import Role
from core.queries import load
from core.registry.invitations import Invitation


def invite(
    conn: Connection, principal: Principal, person_id: UUID, now: datetime
) -> Invitation:
    """Invite a person to set user name and password; links before are void.

    Raises
    ------
    ForbiddenError
        If a manager invites who has a login already: only an administrator renews it.
    ConflictError
        If a manager invites a relative whom the link cannot reach: they are not shown
        it, since relatives may see what the manager may not.
    """
    found = people.managed(conn, principal, person_id)
    login = rows.one(conn, load("api.registry")["has_login"], {"id": person_id})
    if login and not principal.is_admin:
        raise ForbiddenError(
            "this person has a login; an administrator invites them to a new password"
        )
    invitation = registry.invite(conn, person_id, principal.id, now)
    if not invitation.sent_to and not _is_shown(principal, found.role):
        raise ConflictError(
            "this relative has no verified contact to send the link to; an"
            " administrator can hand it over"
        )
    audit.record(
        conn,
        principal,
        now,
        "person.invite",
        "person",
        person_id,
        detail={"sent_to": invitation.sent_to, "role": str(found.role)},
    )
    return invitation._replace(shown=_is_shown(principal, found.role))


def withdraw(
    conn: Connection, principal: Principal, person_id: UUID, now: datetime
) -> None:
    """Void a person's open invitation; where there is none, nothing changes."""
    people.managed(conn, principal, person_id)
    if registry.void_invitations(conn, person_id, now):
        audit.record(
            conn, principal, now, "person.withdraw_invitation", "person", person_id
        )


def show(invitation: Invitation, public_url: str, key: bytes) -> dict[str, object]:
    """An invitation as its inviter sees it."""
    url = proofs.invitation_url(public_url, key, invitation.id)
    return {
        "id": invitation.id,
        "person_id": invitation.person_id,
        "url": url if invitation.shown else None,
        "expires_at": invitation.expires_at,
        "sent_to": invitation.sent_to,
    }


def _is_shown(principal: Principal, role: Role) -> bool:
    return principal.is_admin or role is not Role.FAMILY

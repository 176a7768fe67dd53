"""Who is asking: the one value that every permission is decided on."""

from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from core.errors import ForbiddenError
from core.model import MANAGERS, RESPONDERS, Role
from core.privacy.consents import Recorder

RANK: dict[Role, int] = {
    Role.DEPARTMENT: 0,
    Role.FAMILY: 0,
    Role.VOLUNTEER: 1,
    Role.BUILDING_HEAD: 1,
    Role.GRID_WORKER: 1,
    Role.COMMUNITY_MANAGER: 2,
    Role.STREET_MANAGER: 3,
    Role.DISTRICT_MANAGER: 4,
    Role.ADMIN: 5,
}


@dataclass(frozen=True, slots=True)
class Principal:
    """A logged-in person and the token they showed."""

    id: UUID
    name: str
    role: Role
    place_id: UUID | None
    locale: str
    token_id: UUID
    token_expires_at: datetime
    address: str | None = None
    duty_places: tuple[UUID, ...] = ()
    """Other places they are on duty for, from an hour before to an hour after."""

    @property
    def is_admin(self) -> bool:
        """Whether they administer the service and see every senior."""
        return self.role is Role.ADMIN

    @property
    def is_responder(self) -> bool:
        """Whether they can be sent to a senior."""
        return self.role in RESPONDERS

    @property
    def manages(self) -> bool:
        """Whether they keep the registry: everywhere, or at or below their place."""
        return self.is_admin or self.role in MANAGERS

    @property
    def recorder(self) -> Recorder:
        """As who writes consents down."""
        return Recorder(self.id, self.name)

    def require_admin(self) -> None:
        """Refuse anyone but an administrator."""
        if not self.is_admin:
            raise ForbiddenError("only an administrator may do this")

    def require_managing(self) -> None:
        """Refuse anyone but administrators and managers."""
        if not self.manages:
            raise ForbiddenError("only an administrator or a manager may do this")

    def outranks_or_equals(self, role: Role) -> bool:
        """Whether their own role stands at or above `role`."""
        return RANK[self.role] >= RANK[role]

    def outranks(self, role: Role) -> bool:
        """Whether their own role stands above `role`."""
        return RANK[self.role] > RANK[role]

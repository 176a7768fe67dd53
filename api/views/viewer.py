"""Who looks, and which seniors with which eyes: the same rule for lists, objects and stream."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from typing import Any
from uuid import UUID

from psycopg import Connection

from api import rows
from api.principal import Principal
from api.views.eyes import ALL_SCOPES, Eyes
from core.model import Role, Scope
from core.queries import load

Json = dict[str, Any]


@dataclass(frozen=True, slots=True)
class Viewer:
    """A signed-in person.

    Attributes
    ----------
    place_id : where a responder works; they see the seniors at or below it.
    duty_places : other places that they are on duty for now.
    links : a family member's seniors and the scopes they have for each.
    """

    person_id: UUID
    name: str
    role: Role
    locale: str
    place_id: UUID | None = None
    links: Mapping[UUID, frozenset[Scope]] = field(
        default_factory=dict[UUID, frozenset[Scope]]
    )
    duty_places: tuple[UUID, ...] = ()

    @property
    def places(self) -> frozenset[UUID]:
        """At or below these a responder sees everybody."""
        own = () if self.place_id is None else (self.place_id,)
        return frozenset((*own, *self.duty_places))

    @property
    def staff(self) -> bool:
        """Whether this is a responder or an administrator."""
        return self.role is not Role.FAMILY

    def eyes(self, senior_id: UUID | None, path: Iterable[UUID] | None) -> Eyes | None:
        """How this person sees a senior, or None if not at all.

        Parameters
        ----------
        senior_id : whom; None for an alert that is about nobody known.
        path : the place of senior or alert with all above it.
        """
        if self.role is Role.FAMILY:
            scopes = self.links.get(senior_id) if senior_id is not None else None
            return Eyes(self.locale, staff=False, scopes=scopes) if scopes else None
        if self.role is Role.ADMIN or self._under(path):
            return Eyes(self.locale, staff=True, scopes=ALL_SCOPES)
        return None

    def _under(self, path: Iterable[UUID] | None) -> bool:
        return not self.places.isdisjoint(path or ())

    def parameters(self, scope: Scope | None = None) -> Json:
        """What limits a statement of ``queries.sql`` to this person's seniors.

        Parameters
        ----------
        scope : which scope a family member needs; None for any.
        """
        return {
            "everything": self.role is Role.ADMIN,
            "place_ids": list(self.places) if self.staff else [],
            "senior_ids": [
                senior_id
                for senior_id, scopes in self.links.items()
                if (scope in scopes if scope else scopes)
            ],
        }


def viewer_of(connection: Connection, principal: Principal) -> Viewer:
    """The signed-in person as a viewer, their links read now."""
    links: dict[UUID, frozenset[Scope]] = {}
    if principal.role is Role.FAMILY:
        found = rows.every(
            connection, load("api.views")["links"], {"person_id": principal.id}
        )
        links = {
            row["senior_id"]: frozenset(Scope(scope) for scope in row["scopes"])
            for row in found
        }
    return Viewer(
        person_id=principal.id,
        name=principal.name,
        role=principal.role,
        locale=principal.locale,
        place_id=principal.place_id,
        links=links,
        duty_places=principal.duty_places,
    )

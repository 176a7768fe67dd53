"""Bodies of places."""

from datetime import datetime
from typing import Any
from uuid import UUID

from api.schemas.base import Answer, Body, Name
from core.model import PlaceLevel
from core.rules.geofence import Boundary


class PlaceBody(Body):
    """A new place; a district has no parent, every other place has one."""

    name: Name
    level: PlaceLevel
    parent_id: UUID | None = None
    boundary: Boundary | None = None


class PlaceChange(Body):
    """What changes about a place; what is absent stays."""

    name: Name | None = None
    parent_id: UUID | None = None
    boundary: Boundary | None = None


class Place(Answer):
    """A place; `place` names its path from the district down to itself."""

    id: UUID
    name: str
    level: PlaceLevel
    parent_id: UUID | None
    place: list[str]
    boundary: dict[str, Any] | None
    created_at: datetime


class PlaceList(Answer):
    """A page of places."""

    items: list[Place]
    next_cursor: str | None

"""The lists of seniors who need special care, and how long each of them is."""

from dataclasses import dataclass
from datetime import date, datetime
from typing import Final
from uuid import UUID

from psycopg import Connection
from psycopg.sql import SQL, Composed

from api import access, rows
from api.principal import Principal
from core.errors import ForbiddenError
from core.model import Role
from core.queries import load

LISTS: Final = (
    "living_alone",
    "over_80",
    "dementia",
    "recently_in_hospital",
    "high_risk",
)
UNION: Final = "special_care"
"""Whoever stands on any of them."""


@dataclass(frozen=True, slots=True)
class Listed:
    """A wish for one of the lists.

    Attributes
    ----------
    today : the local day that ages and days since are counted to.
    """

    name: str
    today: date

    def condition(self) -> Composed:
        """Condition on the table ``senior``; its parameter is ``today``."""
        return _condition(self.name)


def listed(principal: Principal, name: str | None, local: datetime) -> Listed | None:
    """The wish for the list `name`, if any.

    Raises
    ------
    ForbiddenError
        To relatives: who stands on a list tells of health.
    """
    if name is None:
        return None
    if principal.role is Role.FAMILY:
        raise ForbiddenError("only staff may see special-care lists")
    return Listed(name, local.date())


def under(principal: Principal) -> list[UUID] | None:
    """Places that all seniors whom the asker may see live at or below, if there are such.

    It says no more than ``access.visible_senior``, but an index can use it.
    """
    if not principal.is_responder:
        return None
    own = [] if principal.place_id is None else [principal.place_id]
    return [*own, *principal.duty_places]


def count(
    conn: Connection, principal: Principal, wish: Listed, place_id: UUID | None
) -> dict[str, int]:
    """How many seniors whom the asker may see stand on each list."""
    statement = load("api.registry")["count_care_lists"].format(
        visible=access.visible_senior(),
        **{name: _condition(name) for name in (*LISTS, UNION)},
    )
    values = {"today": wish.today, "place_id": place_id, "under": under(principal)}
    row = rows.one(conn, statement, access.parameters(principal) | values)
    return {name: row[name] for name in (*LISTS, UNION)} if row else {}


def _condition(name: str) -> Composed:
    queries = load("api.registry")
    names = LISTS if name == UNION else (name,)
    parts = [SQL("({})").format(queries[one]) for one in names]
    return SQL("({})").format(SQL(" OR ").join(parts))

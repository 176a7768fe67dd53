"""What stands on contact cards: gathered from the registry, without drawing anything."""

from collections.abc import Iterable, Mapping, Sequence
from itertools import groupby
from typing import Any, NamedTuple
from uuid import UUID

from psycopg import Connection

from api import rows
from core.errors import InvalidError, NotFoundError
from core.queries import load

MOST_CARDS = 600
"""Of one file: a large compound; drawing them takes some ten seconds."""


class Responsible(NamedTuple):
    """Who can be called."""

    role: str
    name: str
    phone: str | None


class Card(NamedTuple):
    """One senior's card.

    Attributes
    ----------
    place : names of their home's path, the district first.
    door : flat or door, for the sheet that staff carry; not on the card itself.
    url : where staff come to by its QR code, after a login.
    """

    senior_id: UUID
    name: str
    place_id: UUID
    place: tuple[str, ...]
    door: str
    language: str
    responsible: tuple[Responsible, ...]
    url: str


class Sheet(NamedTuple):
    """The cards of one building, or of another place where seniors live."""

    place: tuple[str, ...]
    cards: tuple[Card, ...]


def card_of(conn: Connection, senior_id: UUID, base_url: str) -> Card:
    """One senior's card.

    Raises
    ------
    NotFoundError
        If there is no such senior.
    """
    found = _cards(conn, {"senior_id": senior_id, "place_id": None}, base_url)
    if not found:
        raise NotFoundError("no such senior")
    return found[0]


def cards_at(conn: Connection, place_id: UUID, base_url: str) -> list[Card]:
    """Cards of everybody who lives at or below a place, building by building.

    Raises
    ------
    InvalidError
        If there are too many for one file.
    NotFoundError
        If nobody lives there.
    """
    found = _cards(conn, {"senior_id": None, "place_id": place_id}, base_url)
    if len(found) > MOST_CARDS:
        raise InvalidError(
            f"more than {MOST_CARDS} seniors live there: print a smaller place",
            "place_id",
        )
    if not found:
        raise NotFoundError("no seniors live at this place")
    return found


def sheets(cards: Iterable[Card]) -> list[Sheet]:
    """Cards by the place where their seniors live, in the order they come in."""
    return [
        Sheet(together[0].place, tuple(together))
        for _, group in groupby(cards, key=lambda card: card.place_id)
        if (together := list(group))
    ]


def _cards(conn: Connection, values: Mapping[str, Any], base_url: str) -> list[Card]:
    limit: dict[str, object] = {"limit": MOST_CARDS + 1}
    found = rows.every(conn, load("api.cards")["cards"], {**values, **limit})
    base = base_url.rstrip("/")
    return [
        Card(
            row["id"],
            row["name"],
            row["place_id"],
            tuple(row["place"]),
            row["address"] or "",
            row["language"],
            _responsible(row["responsible"]),
            f"{base}/card/{row['id']}",
        )
        for row in found
    ]


def _responsible(found: Sequence[Mapping[str, Any]]) -> tuple[Responsible, ...]:
    return tuple(Responsible(one["role"], one["name"], one["phone"]) for one in found)

"""Telephone numbers to call, taken out of contacts; their addresses stay secret."""

import re
from collections import defaultdict
from collections.abc import Iterable
from typing import Final, NamedTuple
from uuid import UUID

from psycopg import Connection

from api import rows
from core.queries import load

_NUMBER: Final = re.compile(r"\+?[0-9]{7,15}")


class Phone(NamedTuple):
    """Whom to call."""

    name: str
    relation: str
    number: str


def number_in(url: str) -> str | None:
    """The telephone number that an SMS or voice contact ends with, if it does."""
    last = url.split("?", 1)[0].rstrip("/").rsplit("/", 1)[-1]
    return last if _NUMBER.fullmatch(last) else None


def phones(
    connection: Connection, senior_ids: Iterable[UUID]
) -> dict[UUID, list[Phone]]:
    """By senior, the relatives that can be called, each once."""
    found: dict[UUID, list[Phone]] = defaultdict(list)
    parameters = {"senior_ids": list(senior_ids)}
    for row in rows.every(connection, load("api.pages")["phones"], parameters):
        number = number_in(row["url"])
        phone = number and Phone(row["name"], row["relation"], number)
        if phone and phone not in found[row["senior_id"]]:
            found[row["senior_id"]].append(phone)
    return found

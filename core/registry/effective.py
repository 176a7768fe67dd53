"""The rules that one senior is judged by: every figure, and where it comes from."""

from collections.abc import Sequence
from typing import NamedTuple
from uuid import UUID

from psycopg import Connection

from core.registry.outlook import about_senior
from core.registry.rulebook import InPlace, rulebook
from core.rules.book import Resolved, layers
from core.rules.parameters import PARAMETERS, Parameter


class Origin(NamedTuple):
    """Who says a figure.

    Attributes
    ----------
    scope : ``shipped``, ``service``, ``place``, ``condition``, ``senior`` (their own
        rules) or ``thresholds`` (their personal limits).
    name : of the place or the condition.
    """

    scope: str
    name: str | None = None
    place_id: UUID | None = None
    revision: int | None = None


class Figure(NamedTuple):
    """A figure in force."""

    parameter: Parameter
    value: float
    origin: Origin


class Effective(NamedTuple):
    """The rules of one senior; `contradiction` where some had to be left out."""

    resolved: Resolved
    figures: list[Figure]
    contradiction: str | None


def effective(conn: Connection, senior_id: UUID) -> Effective:
    """What a senior is judged by now.

    Raises
    ------
    NotFoundError
        If there is no such senior.
    """
    book = rulebook(conn)
    about = about_senior(conn, senior_id)
    usable, contradiction = book.usable(about)
    sets = book.above(usable.path)
    origins = _origins(sets, usable.own_revision)
    found: dict[str, Figure] = {}
    by_name = {one.name: one for one in PARAMETERS}
    for layer in layers(
        [(str(n), one.rules) for n, one in enumerate(sets)],
        conditions=usable.conditions,
        own=usable.own_rules(),
        thresholds=usable.thresholds,
    ):
        scope, _, condition = layer.origin.partition(".")
        origin = origins.get(scope) or Origin(scope, condition or None)
        for name, value in layer.values.items():
            found[name] = Figure(by_name[name], value, origin)
    figures = [found[one.name] for one in PARAMETERS]
    return Effective(book.resolve(usable), figures, contradiction)


def _origins(sets: Sequence[InPlace], own_revision: int) -> dict[str, Origin]:
    origins = {
        str(n): Origin(
            "service" if one.place_id is None else "place",
            one.name,
            one.place_id,
            one.revision,
        )
        for n, one in enumerate(sets)
    }
    return origins | {"senior": Origin("senior", revision=own_revision)}

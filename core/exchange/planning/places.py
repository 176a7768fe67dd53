"""Planning the tree of places: rows name them by level, or by number and parent."""

from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping, Sequence
from typing import Any, NamedTuple
from uuid import UUID

from core.exchange.columns import Sheet
from core.exchange.planning import numbers
from core.exchange.planning.state import Draft, Thing
from core.exchange.registers import PLACES
from core.exchange.tables import Record
from core.exchange.vocabulary import LEVEL_WORDS
from core.model import LEVELS_FROM_TOP, PlaceLevel

DEPTH = {str(level): depth for depth, level in enumerate(LEVELS_FROM_TOP)}
LEVELS = tuple(DEPTH)
Names = tuple[tuple[str, str], ...]
"""(level, name) from the top down."""


class Found(NamedTuple):
    """Places that fit, and what was asked for in words."""

    places: list[Thing]
    text: str


class Tree:
    """All places, as they are and as they would be.

    Parameters
    ----------
    things : with the columns level, name, parent_id and external_no.
    root : the place at or below which things may change; None for everywhere.
    taken : numbers of places that are not among them.
    """

    def __init__(
        self,
        things: Iterable[Thing],
        root: UUID | None,
        taken: frozenset[str] = frozenset(),
    ) -> None:
        self.taken = taken
        self.by_id: dict[UUID, Thing] = {}
        self.by_number: dict[str, Thing] = {}
        self._by_name = defaultdict[tuple[str, str], list[Thing]](list)
        self._root = root
        self._found: dict[Names, list[Thing]] = {}
        for thing in things:
            self.add(thing)

    def add(self, thing: Thing) -> None:
        """Add a place."""
        self.by_id[thing.id] = thing
        numbers.index(self.by_number, thing)
        self._by_name[thing.state["level"], thing.state["name"]].append(thing)
        self._found.clear()

    def rename(self, thing: Thing, name: str) -> None:
        """Give a place another name."""
        level = thing.state["level"]
        self._by_name[level, thing.state["name"]].remove(thing)
        thing.state["name"] = name
        self._by_name[level, name].append(thing)
        self._found.clear()

    def move(self, thing: Thing, parent_id: UUID | None) -> None:
        """Put a place below another."""
        thing.state["parent_id"] = parent_id
        self._found.clear()

    def above(self, thing: Thing) -> Iterator[Thing]:
        """A place and what it lies in, from below."""
        step: Thing | None = thing
        while step is not None:
            yield step
            parent = step.state["parent_id"]
            step = None if parent is None else self.by_id.get(parent)

    def path(self, place_id: UUID) -> list[UUID]:
        """Ids from the district down to a place."""
        return [one.id for one in self.above(self.by_id[place_id])][::-1]

    def names(self, place_id: UUID | None) -> str:
        """Names from the district down to a place."""
        if place_id is None or place_id not in self.by_id:
            return ""
        names = [one.state["name"] for one in self.above(self.by_id[place_id])]
        return " › ".join(reversed(names))

    def is_mine(self, thing: Thing) -> bool:
        """Whether things at this place may be changed."""
        if self._root is None:
            return True
        return any(one.id == self._root for one in self.above(thing))

    def holds(self, place_id: UUID | None) -> bool:
        """Whether what is at a place may be changed."""
        place = None if place_id is None else self.by_id.get(place_id)
        return place is not None and self.is_mine(place)

    def find(self, names: Names) -> list[Thing]:
        """Places of these names; what lies above may be left out where it is clear."""
        found = self._found.get(names)
        if found is None:
            found = self._found[names] = self._find(names)
        return found

    def _find(self, names: Names) -> list[Thing]:
        wanted = set(names)
        fits = list[Thing]()
        exact = list[Thing]()
        for thing in self._by_name.get(names[-1], ()):
            has = {(one.state["level"], one.state["name"]) for one in self.above(thing)}
            if wanted <= has:
                fits.append(thing)
            if wanted == has:
                exact.append(thing)
        return exact or fits


def level_names(values: Mapping[str, Any]) -> Names:
    """What a row says of its place, level by level."""
    return tuple((level, values[level]) for level in LEVELS if values.get(level))


def in_words(names: Names) -> str:
    """The names of a place as people write them."""
    return " › ".join(name for _, name in names)


def place_of(draft: Draft, tree: Tree, sheet: Sheet, record: Record) -> Thing | None:
    """The place a row of another table names, None where it names none that is there."""
    values = record.values
    names, number = level_names(values), values.get("place_no")
    column = names[-1][0] if names else "place_no"
    found = tree.find(names) if names else []
    if number:
        thing = tree.by_number.get(str(number))
        if thing is None:
            draft.fault(sheet, record, "place_no", "place.number", number=number)
        elif names and thing not in found:
            path = tree.names(thing.id)
            draft.fault(
                sheet, record, "place_no", "place.disagree", number=number, path=path
            )
            thing = None
    elif len(found) > 1:
        count, path = len(found), in_words(names)
        draft.fault(sheet, record, column, "place.ambiguous", count=count, path=path)
        return None
    elif names and not found:
        draft.fault(sheet, record, column, "place.unknown", path=in_words(names))
        return None
    else:
        thing = found[0] if found else None
    if thing is not None and not tree.is_mine(thing):
        draft.fault(sheet, record, column, "place.not_yours")
        return None
    return thing


def level_word(level: str) -> str:
    """A level in Chinese."""
    return LEVEL_WORDS[PlaceLevel(level)][0]


def positions(
    tree: Tree, records: Sequence[tuple[Record, Thing]]
) -> dict[UUID, tuple[float, float]]:
    """Positions that rows of places give, for seniors without one."""
    return {
        thing.id: (record.values["latitude"], record.values["longitude"])
        for record, thing in records
        if thing.id in tree.by_id
        and record.values.get("latitude") is not None
        and record.values.get("longitude") is not None
    }


def check_positions(draft: Draft, records: Iterable[Record]) -> None:
    """Half a position is none."""
    for record in records:
        if ("latitude" in record.values) != ("longitude" in record.values):
            draft.fault(PLACES, record, "latitude", "place.holds_pair")

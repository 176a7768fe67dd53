"""What planning works on: the registry's things as they are and as they would be."""

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime
from typing import Any, NamedTuple
from uuid import UUID

from core.exchange.columns import Sheet
from core.exchange.faults import Faults
from core.exchange.tables import Record
from core.model import Role


@dataclass(eq=False)
class Thing:
    """Something of the registry, or something to be added.

    Attributes
    ----------
    state : its columns as they would be; `was` holds them as they are.
    version : changes with every change of its row; None for what is to be added.
    line : the row of the file that speaks of it.
    """

    id: UUID
    state: dict[str, Any]
    version: str | None = None
    line: int | None = None
    was: dict[str, Any] = field(default_factory=dict[str, Any])

    def __post_init__(self) -> None:
        """Remember how it was."""
        if self.version is not None:
            self.was = dict(self.state)

    @property
    def is_new(self) -> bool:
        """Whether the registry does not have it yet."""
        return self.version is None

    @property
    def changed(self) -> list[str]:
        """Columns that would change."""
        return [key for key, value in self.state.items() if self.was.get(key) != value]


class Change(NamedTuple):
    """What would happen to one thing: (column, before, after) of what differs."""

    sheet: str
    line: int | None
    name: str
    is_new: bool
    fields: tuple[tuple[str, object, object], ...]


class Author(NamedTuple):
    """Who imports, and what they may.

    Attributes
    ----------
    root : the place at or below which they may change things; None for everywhere.
    may_grant : which roles they may give people.
    """

    id: UUID | None
    name: str
    is_admin: bool
    root: UUID | None
    may_grant: Callable[[Role], bool]
    address: str | None = None


class Wish(NamedTuple):
    """How the file is to be taken.

    Attributes
    ----------
    vouch : contacts that the file calls verified are.
    keeps_passwords : there is a place for the passwords of new wristbands.
    """

    vouch: bool = False
    keeps_passwords: bool = False


class Surroundings(NamedTuple):
    """What planning asks of the world, so that it stays pure.

    Attributes
    ----------
    mint : a fresh id.
    url_fault : why an address cannot be used for a kind of contact.
    limits_fault : why a senior's personal limits would contradict a new card.
    rrule_fault : why a recurrence rule cannot be used, given the first start.
    is_id : whether something of the registry has this id, wherever it is.
    """

    now: datetime
    today: date
    mint: Callable[[], UUID]
    url_fault: Callable[[str, str], str | None]
    limits_fault: Callable[[UUID, Sequence[UUID], Sequence[str]], str | None]
    rrule_fault: Callable[[str, datetime], str | None]
    is_id: Callable[[UUID], bool]


@dataclass
class Draft:
    """What is found out while planning."""

    author: Author
    wish: Wish
    around: Surroundings
    faults: Faults
    changes: list[Change] = field(default_factory=list[Change])
    same: dict[str, set[int | None]] = field(default_factory=dict[str, set[int | None]])
    missing: dict[str, list[str]] = field(default_factory=dict[str, list[str]])

    def fault(
        self,
        sheet: Sheet,
        record: Record,
        column: str | None,
        code: str,
        **values: object,
    ) -> None:
        """Add a fault of one row, the column by its key."""
        title = sheet.by_key[column].zh if column in sheet.by_key else column
        self.faults.add(sheet.key, record.line, title, code, **values)

    def note(
        self,
        sheet: Sheet,
        record: Record,
        column: str | None,
        code: str,
        **values: object,
    ) -> None:
        """Add a remark on one row."""
        title = sheet.by_key[column].zh if column in sheet.by_key else column
        self.faults.note(sheet.key, record.line, title, code, **values)

    def settle(
        self,
        sheet: Sheet,
        thing: Thing,
        name: str,
        shown: Mapping[str, Callable[[Any], object]] | None = None,
    ) -> None:
        """Count one thing that the file speaks of, and note what would change.

        Parameters
        ----------
        shown : how columns are shown whose value is no text of its own.
        """
        changed = thing.changed
        if not changed and not thing.is_new:
            self.same.setdefault(sheet.key, set()).add(thing.line)
            return
        show = shown or {}
        fields = tuple(
            (
                key,
                _plain(show.get(key, _same)(thing.was.get(key))),
                _plain(show.get(key, _same)(thing.state[key])),
            )
            for key in changed
        )
        self.changes.append(Change(sheet.key, thing.line, name, thing.is_new, fields))

    def leave_out(self, sheet: Sheet, names: Iterable[str]) -> None:
        """Note what the registry has and the file does not."""
        self.missing[sheet.key] = list(names)


def take(
    thing: Thing,
    values: Mapping[str, Any],
    columns: Iterable[str],
    blank: object = None,
) -> None:
    """Put what a row says into a thing; columns that were left blank stay."""
    for key in columns:
        if key in values:
            value = values[key]
            thing.state[key] = blank if value is None else value


def _same(value: object) -> object:
    return value


def _plain(value: object) -> object:
    """A value as JSON can hold it."""
    if isinstance(value, tuple | list | frozenset | set):
        return "、".join(str(one) for one in value)  # pyright: ignore[reportUnknownArgumentType, reportUnknownVariableType]
    if isinstance(value, date):
        return value.isoformat()
    return str(value) if isinstance(value, UUID) else value

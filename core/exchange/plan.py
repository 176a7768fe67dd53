"""Everything a file would change, with everything that is wrong with it, as one report."""

import hashlib
import json
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from typing import Any, Final

from core.exchange.columns import Sheet
from core.exchange.faults import Fault, Faults
from core.exchange.planning.duties import plan_shifts, plan_wristbands
from core.exchange.planning.family import plan_contacts, plan_relatives
from core.exchange.planning.growth import plan_places
from core.exchange.planning.people import plan_staff
from core.exchange.planning.places import check_positions, positions
from core.exchange.planning.seniors import HEALTH, plan_seniors
from core.exchange.planning.state import (
    Author,
    Change,
    Draft,
    Surroundings,
    Thing,
    Wish,
)
from core.exchange.registers import PLACES, SENIORS, STAFF
from core.exchange.relations import CONTACTS, RELATIVES, SHIFTS, WRISTBANDS
from core.exchange.sheets import BY_KEY, SHEETS
from core.exchange.snapshot import Snapshot
from core.exchange.tables import Tables

ADMIN_ONLY: Final = (RELATIVES, CONTACTS, WRISTBANDS)
"""Tables of what only administrators may add (contract)."""
_BY_NOW: Final = frozenset({"since"})
"""Columns that are the present where they are blank."""
MOST_LISTED: Final = 1000
"""Faults, changes and names that a report lists of each; the rest is counted."""


@dataclass
class Plan:
    """What a file would do.

    Attributes
    ----------
    found : the registry as it would be.
    """

    tables: Tables
    found: Snapshot
    draft: Draft

    @property
    def faults(self) -> list[Fault]:
        """What stops it, in the order of the file."""
        order = {sheet.key: n for n, sheet in enumerate(SHEETS)}
        return sorted(
            self.draft.faults.found,
            key=lambda one: (order.get(one.sheet, -1), one.line or 0),
        )

    @property
    def changes(self) -> list[Change]:
        """What it adds or changes."""
        return self.draft.changes

    @property
    def digest(self) -> str:
        """The same for the same changes: what was seen is what is applied."""
        said = [
            (*change[:4], [one for one in change.fields if one[0] not in _BY_NOW])
            for change in self.changes
        ]
        text = json.dumps(said, default=str)
        return hashlib.sha256(text.encode()).hexdigest()[:32]

    def report(self, locale: str, *, applied: bool = False) -> dict[str, Any]:
        """The whole as JSON can hold it; long lists are cut, never their counts."""
        faults, notes = self.faults, self.draft.faults.notes
        missing = self.draft.missing
        return {
            "applied": applied,
            "digest": self.digest,
            "rows": self.tables.count,
            "sheets": [self._of_sheet(sheet) for sheet in SHEETS if self._has(sheet)],
            "fault_count": len(faults),
            "faults": [_fault(one, locale) for one in faults[:MOST_LISTED]],
            "note_count": len(notes),
            "notes": [_fault(one, locale) for one in notes[:MOST_LISTED]],
            "change_count": len(self.changes),
            "changes": [_change(one, locale) for one in self.changes[:MOST_LISTED]],
            "missing": [
                {"sheet": key, "count": len(names), "names": names[:MOST_LISTED]}
                for key, names in missing.items()
                if names
            ],
        }

    def _has(self, sheet: Sheet) -> bool:
        return sheet.key in self.tables.rows

    def _of_sheet(self, sheet: Sheet) -> dict[str, object]:
        mine = [one for one in self.changes if one.sheet == sheet.key]
        new = {one.line for one in mine if one.is_new}
        changed = {one.line for one in mine} - new
        added_with_others = sum(one.line is None for one in mine) - (None in new)
        same = self.draft.same.get(sheet.key, set()) - new - changed
        return {
            "sheet": sheet.key,
            "title": sheet.zh,
            "rows": len(self.tables.of(sheet)),
            "new": len(new) + added_with_others,
            "changed": len(changed),
            "unchanged": len(same),
            "missing": len(self.draft.missing.get(sheet.key, ())),
        }


def plan(
    tables: Tables,
    found: Snapshot,
    faults: Faults,
    around: Surroundings,
    *,
    author: Author,
    wish: Wish,
) -> Plan:
    """Say what is wrong with a file and what it would change; nothing is written.

    Parameters
    ----------
    found : the registry as it is; taken over by the plan.
    faults : what was wrong with reading the file already.
    """
    draft = Draft(author, wish, around, faults)
    _refuse_tables(draft, tables)
    records = tables.of(PLACES)
    check_positions(draft, records)
    placed = plan_places(draft, found.tree, records)
    known = positions(found.tree, placed)
    plan_staff(draft, found.people, found.tree, tables.of(STAFF))
    plan_seniors(draft, found.seniors, found.tree, tables.of(SENIORS), known)
    plan_relatives(
        draft, found.people, found.seniors, found.links, tables.of(RELATIVES)
    )
    plan_contacts(draft, found.people, found.contacts, tables.of(CONTACTS))
    plan_wristbands(draft, found.seniors, found.wristbands, tables.of(WRISTBANDS))
    plan_shifts(draft, found.people, found.tree, found.shifts, tables.of(SHIFTS))
    _settle(draft, tables, found)
    return Plan(tables, found, draft)


def _refuse_tables(draft: Draft, tables: Tables) -> None:
    """Empty the tables that whoever imports may not import."""
    if draft.author.is_admin:
        return
    for sheet in ADMIN_ONLY:
        if tables.of(sheet):
            draft.faults.add(sheet.key, None, None, "may.admin")
            tables.rows[sheet.key] = []


def _settle(draft: Draft, tables: Tables, found: Snapshot) -> None:
    """Say of each thing that rows speak of what would change."""
    tree, people, seniors = found.tree, found.people, found.seniors
    named: dict[str, Callable[[Any], object]] = {
        "place_id": tree.names,
        "parent_id": tree.names,
    }
    touched = [one for one in tree.by_id.values() if one.line or one.is_new]
    for thing in touched:
        draft.settle(PLACES, thing, tree.names(thing.id), named)
    if tables.of(PLACES):
        absent = (one for one in tree.by_id.values() if not one.line)
        mine = (one for one in absent if not one.is_new and tree.is_mine(one))
        draft.leave_out(PLACES, (tree.names(one.id) for one in mine))
    staff = {record.line for record in tables.of(STAFF)}
    for thing in _spoken_of(people.by_id.values()):
        family = thing.state["role"] == "family"
        sheet = RELATIVES if family else STAFF
        if family or thing.line in staff:
            draft.settle(sheet, thing, str(thing.state["name"]), named)
    unseen = named | dict.fromkeys(HEALTH, _unseen)
    for thing in _spoken_of(seniors.by_id.values()):
        shown = named if thing.state["health_consent"] else unseen
        draft.settle(SENIORS, thing, str(thing.state["name"]), shown)
    _settle_relations(draft, found)


def _settle_relations(draft: Draft, found: Snapshot) -> None:
    people, seniors = found.people, found.seniors

    def person(one: Any) -> object:  # noqa: ANN401 - an id or None
        return people.by_id[one].state["name"] if one in people.by_id else None

    def senior(one: Any) -> object:  # noqa: ANN401 - an id or None
        return seniors.by_id[one].state["name"] if one in seniors.by_id else None

    shown: dict[str, Callable[[Any], object]] = {
        "person_id": person,
        "senior_id": senior,
        "place_id": found.tree.names,
        "url": _scheme,
    }
    for thing in _spoken_of(found.links.by_pair.values()):
        pair = (person(thing.state["person_id"]), senior(thing.state["senior_id"]))
        draft.settle(RELATIVES, thing, " → ".join(map(str, pair)), shown)
    for thing in _spoken_of(found.contacts.by_url.values()):
        name = str(person(thing.state["person_id"]))
        draft.settle(CONTACTS, thing, name, shown)
    for thing in _spoken_of(found.wristbands.by_device.values()):
        draft.settle(WRISTBANDS, thing, thing.state["device_id"], shown)
    for thing in _spoken_of(found.shifts.by_start.values()):
        draft.settle(SHIFTS, thing, str(person(thing.state["person_id"])), shown)


def _spoken_of(things: Iterable[Thing]) -> list[Thing]:
    return [one for one in things if one.line is not None]


def _unseen(_: object) -> object:
    """What the senior lets nobody see: that it differs is all that is said."""
    return "…"


def _scheme(url: object) -> object:
    """A contact's address is a secret: only what kind it is."""
    return None if url is None else f"{str(url).partition(':')[0]}://…"


def _fault(one: Fault, locale: str) -> dict[str, object]:
    sheet = BY_KEY.get(one.sheet)
    return {
        "sheet": one.sheet,
        "title": sheet.zh if sheet else one.sheet,
        "line": one.line,
        "column": one.column,
        "code": one.code,
        "reason": one.reason(locale),
    }


def _change(one: Change, locale: str) -> dict[str, object]:
    sheet = BY_KEY[one.sheet]
    fields: list[Mapping[str, object]] = [
        {"column": _title(sheet, key, locale), "before": before, "after": after}
        for key, before, after in one.fields
        if after is not None or before is not None
    ]
    return {
        "sheet": one.sheet,
        "title": sheet.zh,
        "line": one.line,
        "name": one.name,
        "change": "new" if one.is_new else "changed",
        "fields": fields,
    }


_TITLES: Final = {
    "place_id": ("场所", "place"),
    "parent_id": ("上级", "lies in"),
    "home_latitude": ("纬度", "latitude"),
    "home_longitude": ("经度", "longitude"),
    "person_id": ("人员", "person"),
    "senior_id": ("老人", "senior"),
    "role": ("角色", "role"),
    "verified": ("已核实", "verified"),
}


def _title(sheet: Sheet, key: str, locale: str) -> str:
    titles = _TITLES.get(key)
    if titles is None:
        column = sheet.by_key.get(key)
        titles = (column.zh if column else key, key)
    return titles[0 if locale == "zh-CN" else 1]

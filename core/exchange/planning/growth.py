"""What rows of places make of the tree: new ones, other names, moves; never a cycle."""

from collections import defaultdict
from collections.abc import Sequence
from uuid import UUID

from core.exchange.planning import numbers
from core.exchange.planning.places import (
    DEPTH,
    LEVELS,
    Names,
    Tree,
    in_words,
    level_names,
    level_word,
)
from core.exchange.planning.state import Draft, Thing
from core.exchange.registers import PLACES
from core.exchange.tables import Record

Placed = list[tuple[Record, Thing]]


def plan_places(draft: Draft, tree: Tree, records: Sequence[Record]) -> Placed:
    """Grow the tree by what rows say; which place each row is."""
    usable = [record for record in records if record.whole and _has_form(draft, record)]
    by_parent = [record for record in usable if "level" in record.values]
    by_names = [record for record in usable if "level" not in record.values]
    by_names.sort(key=lambda record: len(level_names(record.values)))
    by_names.sort(key=lambda record: DEPTH[level_names(record.values)[-1][0]])
    placed = _plan_by_parent(draft, tree, by_parent)
    placed += [
        (record, thing)
        for record in by_names
        if (thing := _plan_by_names(draft, tree, record)) is not None
    ]
    _refuse_siblings(draft, tree, placed)
    return placed


def _has_form(draft: Draft, record: Record) -> bool:
    """Whether a row names its place in one of the two ways, and not in both."""
    values = record.values
    other = {"level", "name", "parent_no"} & values.keys()
    if level_names(values):
        if other:
            draft.fault(PLACES, record, min(other), "place.form")
        return not other
    if not other:
        draft.fault(PLACES, record, LEVELS[0], "place.none")
        return False
    if not values.get("level") or not values.get("name"):
        draft.fault(PLACES, record, "level", "place.incomplete")
        return False
    return True


def _plan_by_parent(draft: Draft, tree: Tree, records: Sequence[Record]) -> Placed:
    """Rows of level, name and parent's number, parents before what lies in them."""
    placed = Placed()
    pending = list(records)
    awaited = {_number(record): record for record in records if _number(record)}
    while pending:
        waits = {_number(record) for record in pending} - {None}
        ready = [
            record
            for record in pending
            if record.values.get("parent_no") not in waits
            or record.values["parent_no"] in tree.by_number
        ]
        if not ready:
            break
        for record in ready:
            thing = _plan_child(draft, tree, record)
            if thing is not None:
                placed.append((record, thing))
        done = {record.line for record in ready}
        pending = [record for record in pending if record.line not in done]
    for record in pending:
        path = _circle(record, awaited)
        draft.fault(PLACES, record, "parent_no", "place.cycle", path=path)
    return placed


def _number(record: Record) -> str | None:
    number = record.values.get("external_no")
    return None if number is None else str(number)


def _circle(record: Record, awaited: dict[str | None, Record]) -> str:
    """Numbers from a row up to where they come round."""
    seen = list[str]()
    number = record.values.get("parent_no")
    while isinstance(number, str) and number in awaited and number not in seen:
        seen.append(number)
        number = awaited[number].values.get("parent_no")
    return " → ".join([*seen, str(number)])


def _plan_child(draft: Draft, tree: Tree, record: Record) -> Thing | None:
    values = record.values
    level, name, parent_no = values["level"], values["name"], values.get("parent_no")
    parent = None
    if parent_no is not None:
        parent = tree.by_number.get(str(parent_no))
        if parent is None:
            draft.fault(PLACES, record, "parent_no", "place.number", number=parent_no)
            return None
    known = tree.by_number.get(_number(record) or "")
    if known is None:
        parent_id = parent.id if parent else None
        same = [
            one
            for one in tree.find(((str(level), str(name)),))
            if one.state["parent_id"] == parent_id
        ]
        known = same[0] if same else None
    return _settle(draft, tree, record, known, (str(level), str(name), parent))


def _plan_by_names(draft: Draft, tree: Tree, record: Record) -> Thing | None:
    names = level_names(record.values)
    level, name = names[-1]
    known = tree.by_number.get(_number(record) or "")
    if known is None:
        found = tree.find(names)
        if len(found) > 1:
            path = in_words(names)
            draft.fault(
                PLACES, record, level, "place.ambiguous", count=len(found), path=path
            )
            return None
        known = found[0] if found else None
        if known is not None:
            return _settle(
                draft, tree, record, known, (level, name, _parent(tree, known))
            )
    parent = None
    if names[:-1]:
        parent = _reach(draft, tree, record, names[:-1])
        if parent is None:
            return None
    elif known is not None:
        parent = _parent(tree, known)
    return _settle(draft, tree, record, known, (level, name, parent))


def _parent(tree: Tree, thing: Thing) -> Thing | None:
    parent_id = thing.state["parent_id"]
    return None if parent_id is None else tree.by_id.get(parent_id)


def _reach(draft: Draft, tree: Tree, record: Record, names: Names) -> Thing | None:
    """The place of these names, added with what lies above it where it is not there."""
    found = tree.find(names)
    if len(found) == 1:
        return found[0]
    level, name = names[-1]
    if found:
        path = in_words(names)
        draft.fault(
            PLACES, record, level, "place.ambiguous", count=len(found), path=path
        )
        return None
    parent = None
    if names[:-1]:
        parent = _reach(draft, tree, record, names[:-1])
        if parent is None:
            return None
    return _add(draft, tree, record, (level, name, parent))


def _settle(
    draft: Draft,
    tree: Tree,
    record: Record,
    known: Thing | None,
    wanted: tuple[str, str, Thing | None],
) -> Thing | None:
    """Make a place what its row wants it to be."""
    level, name, parent = wanted
    number = _number(record)
    if known is None:
        known = _add(draft, tree, record, wanted)
        if known is None:
            return None
    elif known.line is not None:
        draft.fault(PLACES, record, level, "place.twice", other=known.line)
        return None
    elif known.state["level"] != level:
        was = level_word(known.state["level"])
        draft.fault(PLACES, record, level, "place.other_level", number=number, was=was)
        return None
    else:
        _change(draft, tree, record, known, (name, parent))
    known.line = record.line
    numbers.give(draft, PLACES, record, known, taken=number in tree.taken)
    numbers.index(tree.by_number, known)
    return known


def _change(
    draft: Draft,
    tree: Tree,
    record: Record,
    known: Thing,
    wanted: tuple[str, Thing | None],
) -> None:
    name, parent = wanted
    parent_id = parent.id if parent else None
    renamed = known.state["name"] != name
    moved = known.state["parent_id"] != parent_id
    if (renamed or moved) and not tree.is_mine(known):
        draft.fault(PLACES, record, known.state["level"], "place.not_yours")
        return
    if renamed:
        tree.rename(known, name)
    if moved and _fits(draft, tree, record, (known.state["level"], parent)):
        tree.move(known, parent_id)


def _add(
    draft: Draft, tree: Tree, record: Record, wanted: tuple[str, str, Thing | None]
) -> Thing | None:
    level, name, parent = wanted
    if not _fits(draft, tree, record, (level, parent)):
        return None
    state = {
        "level": level,
        "name": name,
        "parent_id": parent.id if parent else None,
        "external_no": None,
    }
    thing = Thing(draft.around.mint(), state)
    tree.add(thing)
    return thing


def _fits(
    draft: Draft, tree: Tree, record: Record, wanted: tuple[str, Thing | None]
) -> bool:
    """Whether a place of this level may be put there by whoever imports."""
    level, parent = wanted
    if parent is None:
        if level != LEVELS[0]:
            draft.fault(PLACES, record, level, "place.top")
            return False
        if draft.author.root is not None:
            draft.fault(PLACES, record, level, "place.not_yours")
            return False
        return True
    above = parent.state["level"]
    if DEPTH[above] >= DEPTH[level]:
        words = {"level": level_word(level), "above": level_word(above)}
        draft.fault(PLACES, record, level, "place.level", **words)
        return False
    if not tree.is_mine(parent):
        draft.fault(PLACES, record, level, "place.not_yours")
        return False
    return True


def _refuse_siblings(draft: Draft, tree: Tree, placed: Placed) -> None:
    """Two places of one name, level and parent cannot be told apart by name."""
    together = defaultdict[tuple[UUID | None, str, str], set[UUID]](set)
    for thing in tree.by_id.values():
        state = thing.state
        key = (state["parent_id"], state["level"], state["name"])
        together[key].add(thing.id)
    for record, thing in placed:
        state = thing.state
        key = (state["parent_id"], state["level"], state["name"])
        if len(together[key]) > 1 and thing.changed:
            draft.fault(PLACES, record, state["level"], "place.sibling")

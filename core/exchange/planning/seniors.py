"""Finding seniors by number, or name, birth date and home, and planning their table."""

from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from datetime import date
from typing import Any, Final
from uuid import UUID

from core.exchange.columns import Sheet
from core.exchange.planning import numbers
from core.exchange.planning.places import Tree, place_of
from core.exchange.planning.state import Draft, Thing, take
from core.exchange.registers import SENIORS
from core.exchange.tables import Record

EARLIEST_BIRTH: Final = date(1890, 1, 1)
DEFAULTS: Final[Mapping[str, Any]] = {
    "name": "",
    "birth_date": None,
    "sex": "unknown",
    "place_id": None,
    "home_latitude": None,
    "home_longitude": None,
    "address": None,
    "lives_alone": False,
    "conditions": (),
    "risk": "normal",
    "medication_note": None,
    "key_holder_name": None,
    "key_holder_phone": None,
    "key_holder_note": None,
    "hospital": None,
    "language": "zh-CN",
    "discharged_on": None,
    "expected_interval_s": 300,
    "location_consent": False,
    "health_consent": True,
    "external_no": None,
}
CONSENTS: Final = ("location_consent", "health_consent")
HEALTH: Final = ("conditions", "risk", "medication_note", "hospital", "discharged_on")
"""Shown to nobody without the senior's consent to health data."""
_WITH_DEFAULT: Final = tuple(
    key
    for key, value in DEFAULTS.items()
    if value is not None and key not in {"name", *CONSENTS}
)
_CLEARED: Final = tuple(
    key
    for key, value in DEFAULTS.items()
    if value is None
    and key
    not in {"birth_date", "place_id", "home_latitude", "home_longitude", "external_no"}
)


class Seniors:
    """All seniors whom rows may mean, as they are and as they would be.

    Parameters
    ----------
    things : with the columns of a senior.
    taken : numbers that seniors who are not among them have.
    """

    def __init__(
        self, things: Iterable[Thing], taken: frozenset[str] = frozenset()
    ) -> None:
        self.by_id: dict[UUID, Thing] = {}
        self.by_number: dict[str, Thing] = {}
        self.by_birth = defaultdict[tuple[str, object], list[Thing]](list)
        self.taken = taken
        for thing in things:
            self.add(thing)

    def add(self, thing: Thing) -> None:
        """Add a senior, or what a row said of them since."""
        state = thing.state
        self.by_id[thing.id] = thing
        numbers.index(self.by_number, thing)
        together = self.by_birth[state["name"], state["birth_date"]]
        if thing not in together:
            together.append(thing)


def plan_seniors(
    draft: Draft,
    seniors: Seniors,
    tree: Tree,
    records: Sequence[Record],
    positions: Mapping[UUID, tuple[float, float]],
) -> None:
    """Who lives where and needs what, by the table of seniors."""
    known = list(seniors.by_id.values())
    for record in records:
        if record.whole:
            _plan_one(draft, seniors, tree, record, positions)
        elif isinstance(record.values.get("name"), str):
            _remember(draft, seniors, record)
    if records:
        missing = (
            one
            for one in known
            if one.line is None and tree.holds(one.state["place_id"])
        )
        draft.leave_out(SENIORS, (str(one.state["name"]) for one in missing))


def _remember(draft: Draft, seniors: Seniors, record: Record) -> None:
    """Let others name a senior whose own row cannot be read whole."""
    state = dict(DEFAULTS) | {
        key: record.values.get(key) for key in ("name", "birth_date", "external_no")
    }
    if record.values.get("external_no") not in seniors.by_number:
        seniors.add(Thing(draft.around.mint(), state, line=record.line))


def _plan_one(
    draft: Draft,
    seniors: Seniors,
    tree: Tree,
    record: Record,
    positions: Mapping[UUID, tuple[float, float]],
) -> None:
    values = record.values
    if not EARLIEST_BIRTH <= values["birth_date"] <= draft.around.today:
        draft.fault(SENIORS, record, "birth_date", "cell.birth_date")
    before = len(draft.faults.found)
    place = place_of(draft, tree, SENIORS, record)
    if place is None and len(draft.faults.found) > before:
        _remember(draft, seniors, record)
        return
    found = _match(seniors, values, place.id if place else None)
    if len(found) > 1:
        draft.fault(SENIORS, record, "name", "senior.ambiguous", count=len(found))
        return
    thing = found[0] if found else Thing(draft.around.mint(), dict(DEFAULTS))
    if thing.line is not None:
        draft.fault(SENIORS, record, "name", "senior.twice", other=thing.line)
        return
    if not thing.is_new and not tree.holds(thing.state["place_id"]):
        draft.fault(SENIORS, record, "name", "place.not_yours")
        return
    thing.line = record.line
    _fill(draft, seniors, record, thing)
    if place is not None:
        thing.state["place_id"] = place.id
    seniors.add(thing)
    if thing.state["place_id"] is None:
        draft.fault(SENIORS, record, "place_no", "place.none")
        return
    _settle_home(draft, tree, record, thing, positions)
    _check_limits(draft, tree, record, thing)


def _match(
    seniors: Seniors, values: Mapping[str, Any], place_id: UUID | None
) -> list[Thing]:
    """Who fits a row: by number, else by name, birth date and home."""
    number = values.get("external_no")
    if number and number in seniors.by_number:
        return [seniors.by_number[number]]
    together = seniors.by_birth.get((values["name"], values["birth_date"]), ())
    return [
        one
        for one in together
        if one.state["name"] == values["name"]
        and (place_id is None or one.state["place_id"] == place_id)
        and (number is None or one.state["external_no"] in {None, number})
    ]


def _fill(draft: Draft, seniors: Seniors, record: Record, thing: Thing) -> None:
    values, state = record.values, thing.state
    taken = values.get("external_no") in seniors.taken
    numbers.give(draft, SENIORS, record, thing, taken=taken)
    take(thing, values, ("name", "birth_date"))
    take(thing, values, _CLEARED)
    for key in _WITH_DEFAULT:
        take(thing, values, (key,), DEFAULTS[key])
    for key in CONSENTS:
        if key not in values:
            continue
        if thing.is_new:
            take(thing, values, (key,), DEFAULTS[key])
        elif values[key] != state[key]:
            draft.note(SENIORS, record, key, "senior.consent_kept")


def _settle_home(
    draft: Draft,
    tree: Tree,
    record: Record,
    thing: Thing,
    positions: Mapping[UUID, tuple[float, float]],
) -> None:
    values, state = record.values, thing.state
    given = (values.get("latitude"), values.get("longitude"))
    if (given[0] is None) != (given[1] is None):
        draft.fault(SENIORS, record, "latitude", "place.holds_pair")
        return
    if given[0] is None and state["home_latitude"] is None:
        above = tree.above(tree.by_id[state["place_id"]])
        given = next((positions[one.id] for one in above if one.id in positions), given)
    if given[0] is not None:
        state["home_latitude"], state["home_longitude"] = given
    if state["home_latitude"] is None:
        draft.fault(SENIORS, record, "latitude", "senior.home")


def _check_limits(draft: Draft, tree: Tree, record: Record, thing: Thing) -> None:
    """Personal limits must agree with the rules of a new home or new conditions."""
    if thing.is_new or not {"place_id", "conditions"} & set(thing.changed):
        return
    path = tree.path(thing.state["place_id"])
    reason = draft.around.limits_fault(thing.id, path, thing.state["conditions"])
    if reason is not None:
        draft.fault(SENIORS, record, "conditions", "senior.limits", reason=reason)


def senior_of(
    draft: Draft, seniors: Seniors, sheet: Sheet, record: Record
) -> Thing | None:
    """The senior a row of another table names."""
    values = record.values
    number, name = values.get("senior_no"), values.get("senior_name")
    birth_date = values.get("senior_birth_date")
    if number:
        thing = seniors.by_number.get(str(number))
        if thing is None:
            draft.fault(sheet, record, "senior_no", "senior.unknown", who=number)
        elif name and name != thing.state["name"]:
            who = thing.state["name"]
            draft.fault(
                sheet, record, "senior_name", "senior.disagree", number=number, who=who
            )
        return thing
    if not name or not birth_date:
        draft.fault(sheet, record, "senior_no", "senior.none")
        return None
    found = seniors.by_birth.get((str(name), birth_date), ())
    if len(found) == 1:
        return found[0]
    if found:
        draft.fault(sheet, record, "senior_name", "senior.ambiguous", count=len(found))
    else:
        draft.fault(sheet, record, "senior_name", "senior.unknown", who=name)
    return None

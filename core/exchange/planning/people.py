"""Finding people by number, user name or phone, and planning the table of staff."""

from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from typing import Any
from uuid import UUID

from core.exchange.columns import Sheet
from core.exchange.planning import numbers
from core.exchange.planning.places import Tree, place_of
from core.exchange.planning.state import Draft, Thing, take
from core.exchange.registers import STAFF
from core.exchange.tables import Record
from core.model import RESPONDERS, Role

CARD = ("name", "phone", "locale")
DEFAULTS: Mapping[str, Any] = {
    "name": "",
    "role": Role.FAMILY,
    "place_id": None,
    "username": None,
    "locale": "zh-CN",
    "phone": None,
    "external_no": None,
}


class People:
    """Everybody whom rows may mean, as they are and as they would be.

    Parameters
    ----------
    things : with the columns of a person.
    taken_numbers, usernames : those that people who are not among them have.
    """

    def __init__(
        self,
        things: Iterable[Thing],
        taken_numbers: frozenset[str] = frozenset(),
        usernames: frozenset[str] = frozenset(),
    ) -> None:
        self.by_id: dict[UUID, Thing] = {}
        self.by_number: dict[str, Thing] = {}
        self.by_username: dict[str, Thing] = {}
        self.by_phone = defaultdict[tuple[str, str], list[Thing]](list)
        self.by_place = defaultdict[tuple[str, UUID | None], list[Thing]](list)
        self.taken_numbers = taken_numbers
        self.taken_usernames = usernames
        for thing in things:
            self.add(thing)

    def add(self, thing: Thing) -> None:
        """Add somebody, or what a row said of them since."""
        state = thing.state
        self.by_id[thing.id] = thing
        numbers.index(self.by_number, thing)
        if state["username"]:
            self.by_username[state["username"].casefold()] = thing
        together = [self.by_place[state["name"], state["place_id"]]]
        if state["phone"]:
            together.append(self.by_phone[_digits(state["phone"]), state["name"]])
        for things in together:
            if thing not in things:
                things.append(thing)

    def named(self, values: Mapping[str, Any], *, family: bool) -> list[Thing]:
        """Who fits a row's number, else its user name, else its phone and name."""
        number = values.get("external_no")
        found = self.by_number.get(str(number)) if number else None
        if found is None and values.get("username"):
            found = self.by_username.get(str(values["username"]).casefold())
        if found is not None:
            return [found] if _is_family(found) == family else []
        who = (_digits(values.get("phone")), values.get("name") or "")
        together = self.by_phone.get(who, ()) if who[0] else ()
        return [one for one in together if _may_be(one, number, family=family)]

    def working(self, values: Mapping[str, Any], place_id: UUID) -> list[Thing]:
        """Staff of a row's name at a place whom no row has named yet."""
        together = self.by_place.get((str(values["name"]), place_id), ())
        number = values.get("external_no")
        return [
            one
            for one in together
            if one.line is None and _may_be(one, number, family=False)
        ]


def _digits(phone: str | None) -> str:
    """A phone number however it is broken up."""
    return "".join(letter for letter in phone or "" if letter.isdecimal())


def _is_family(thing: Thing) -> bool:
    return thing.state["role"] == Role.FAMILY


def _may_be(thing: Thing, number: object, *, family: bool) -> bool:
    """Whether somebody found by name can be the one with this number."""
    if _is_family(thing) != family:
        return False
    return number is None or thing.state["external_no"] in {None, number}


def new_person(draft: Draft, role: str) -> Thing:
    """Somebody to be added."""
    return Thing(draft.around.mint(), dict(DEFAULTS) | {"role": role})


def name_person(
    draft: Draft, people: People, sheet: Sheet, record: Record, thing: Thing
) -> None:
    """Put number, user name and card of a row into a person."""
    values, state = record.values, thing.state
    number = values.get("external_no")
    taken = number in people.taken_numbers or number in people.by_number
    numbers.give(draft, sheet, record, thing, taken=taken)
    username = values.get("username")
    if username and username != state["username"]:
        _name_login(draft, people, sheet, record, thing)
    take(thing, values, ("phone",))
    take(thing, {k: v for k, v in values.items() if v is not None}, CARD)
    if thing.line is None:
        thing.line = record.line
    people.add(thing)


def _name_login(
    draft: Draft, people: People, sheet: Sheet, record: Record, thing: Thing
) -> None:
    name = str(record.values["username"])
    if any(letter.isspace() for letter in name):
        draft.fault(sheet, record, "username", "username.form")
        return
    if thing.state["username"] is not None:
        known = thing.state["username"]
        draft.fault(sheet, record, "username", "username.fixed", name=known)
        return
    other = people.by_username.get(name.casefold())
    if other is not None and other.line is not None:
        draft.fault(
            sheet, record, "username", "username.twice", name=name, other=other.line
        )
    elif other is not None or name.casefold() in people.taken_usernames:
        draft.fault(sheet, record, "username", "username.taken", name=name)
    thing.state["username"] = name


def plan_staff(
    draft: Draft, people: People, tree: Tree, records: Sequence[Record]
) -> None:
    """Who works where, by the table of staff."""
    staff = [one for one in people.by_id.values() if one.state["role"] in RESPONDERS]
    met = dict[int, list[Thing]]()
    for record in records:  # who is named surely is nobody else's double
        met[record.line] = people.named(record.values, family=False)
    named = {one.id for found in met.values() for one in found}
    for record in records:
        if record.whole:
            _plan_one(draft, people, tree, record, (met[record.line], named))
    if records:
        missing = (
            one
            for one in staff
            if one.line is None and tree.holds(one.state["place_id"])
        )
        draft.leave_out(STAFF, (str(one.state["name"]) for one in missing))


def _plan_one(
    draft: Draft,
    people: People,
    tree: Tree,
    record: Record,
    met: tuple[list[Thing], set[UUID]],
) -> None:
    values, before = record.values, len(draft.faults.found)
    place = place_of(draft, tree, STAFF, record)
    place_is_wrong = len(draft.faults.found) > before
    found = met[0] or people.named(values, family=False)
    if not found and place is not None:
        others = people.working(values, place.id)
        found = [one for one in others if one.id not in met[1]]
    if len(found) > 1:
        draft.fault(STAFF, record, "name", "person.ambiguous", count=len(found))
        return
    role = Role(str(values["role"]))
    thing = found[0] if found else new_person(draft, role)
    if not _may_change(draft, tree, record, thing, role):
        return
    name_person(draft, people, STAFF, record, thing)
    thing.state["role"] = role
    if place is not None:
        thing.state["place_id"] = place.id
        people.add(thing)
    if thing.state["place_id"] is None and not place_is_wrong:
        draft.fault(STAFF, record, "place_no", "place.none")


def _may_change(
    draft: Draft, tree: Tree, record: Record, thing: Thing, role: Role
) -> bool:
    author = draft.author
    if thing.line is not None:
        draft.fault(STAFF, record, "name", "person.twice", other=thing.line)
        return False
    if not author.may_grant(role):
        draft.fault(STAFF, record, "role", "person.rank")
        return False
    if not thing.is_new and not author.may_grant(Role(str(thing.state["role"]))):
        draft.fault(STAFF, record, "role", "person.above")
        return False
    if not thing.is_new and not tree.holds(thing.state["place_id"]):
        draft.fault(STAFF, record, "name", "place.not_yours")
        return False
    return True


def person_of(
    draft: Draft, people: People, sheet: Sheet, record: Record
) -> Thing | None:
    """The person a row of contacts or shifts names, staff or relative."""
    values = record.values
    keys = {
        "external_no": values.get("person_no"),
        "name": values.get("person_name"),
        "phone": values.get("person_phone"),
        "username": values.get("username"),
    }
    if keys["external_no"] and str(keys["external_no"]) not in people.by_number:
        who = keys["external_no"]
        draft.fault(sheet, record, "person_no", "person.unknown", who=who)
        return None
    found = {
        one.id: one
        for family in (False, True)
        for one in people.named(keys, family=family)
    }
    if len(found) == 1:
        return next(iter(found.values()))
    if found:
        draft.fault(sheet, record, "person_name", "person.ambiguous", count=len(found))
    elif not (keys["username"] or (keys["name"] and keys["phone"])):
        draft.fault(sheet, record, "person_no", "person.none")
    else:
        who = keys["username"] or keys["name"]
        draft.fault(sheet, record, "person_name", "person.unknown", who=who)
    return None

"""The registry as the tables it is imported from, so that a re-import changes nothing."""

from collections.abc import Callable, Iterator, Mapping
from typing import Any, Final

from core.exchange.planning.numbers import name_of
from core.exchange.planning.seniors import HEALTH
from core.exchange.planning.state import Thing
from core.exchange.registers import SENIORS
from core.exchange.snapshot import Snapshot
from core.model import Role

Values = dict[str, Any]


def tables(found: Snapshot, *, contacts: bool = True) -> dict[str, list[Values]]:
    """Rows by table.

    Parameters
    ----------
    contacts : whether the addresses at which people are told, which are secrets, are
        among them.
    """
    rows = {key: list(make(found)) for key, make in _MAKERS.items()}
    if not contacts:
        rows["contacts"] = []
    return rows


def _levels(found: Snapshot, place_id: Any) -> Values:  # noqa: ANN401 - an id or None
    tree = found.tree
    if place_id not in tree.by_id:
        return {}
    place = tree.by_id[place_id]
    return {one.state["level"]: one.state["name"] for one in tree.above(place)}


def _place(found: Snapshot, place_id: Any) -> Values:  # noqa: ANN401 - an id or None
    levels = _levels(found, place_id)
    if levels:
        levels["place_no"] = name_of(found.tree.by_id[place_id])
    return levels


def _places(found: Snapshot) -> Iterator[Values]:
    for thing in found.tree.by_id.values():
        if found.tree.is_mine(thing):
            yield {"external_no": name_of(thing)} | _levels(found, thing.id)


def _person(thing: Thing) -> Values:
    keys = ("name", "role", "phone", "username", "locale")
    return {"external_no": name_of(thing)} | {key: thing.state[key] for key in keys}


def _staff(found: Snapshot) -> Iterator[Values]:
    for thing in found.people.by_id.values():
        if thing.state["role"] != Role.FAMILY:
            yield _person(thing) | _place(found, thing.state["place_id"])


def _seniors(found: Snapshot) -> Iterator[Values]:
    for thing in found.seniors.by_id.values():
        state = thing.state
        kept = {key: state[key] for key in SENIORS.by_key if key in state}
        if not state["health_consent"]:
            kept |= dict.fromkeys(HEALTH)
        yield {
            **kept,
            "external_no": name_of(thing),
            "latitude": state["home_latitude"],
            "longitude": state["home_longitude"],
            **_place(found, state["place_id"]),
        }


def _senior(thing: Thing) -> Values:
    return {
        "senior_no": name_of(thing),
        "senior_name": thing.state["name"],
        "senior_birth_date": thing.state["birth_date"],
    }


def _relatives(found: Snapshot) -> Iterator[Values]:
    for link in found.links.by_pair.values():
        person = found.people.by_id.get(link.state["person_id"])
        senior = found.seniors.by_id.get(link.state["senior_id"])
        if person is not None and senior is not None:
            said = {key: link.state[key] for key in ("relation", "scopes")}
            yield _person(person) | _senior(senior) | said | {"consent": True}


def _contacts(found: Snapshot) -> Iterator[Values]:
    for contact in found.contacts.by_url.values():
        person = found.people.by_id[contact.state["person_id"]]
        said = {key: contact.state[key] for key in ("kind", "url", "verified")}
        yield _named(person) | said


def _named(person: Thing) -> Values:
    return {"person_no": name_of(person), "person_name": person.state["name"]}


def _wristbands(found: Snapshot) -> Iterator[Values]:
    for device_id, thing in found.wristbands.by_device.items():
        row: Values = {"device_id": device_id, "model": thing.state["model"]}
        senior = found.seniors.by_id.get(thing.state["senior_id"])
        if senior is not None:
            row |= _senior(senior) | {"since": thing.state["since"]}
        yield row


def _shifts(found: Snapshot) -> Iterator[Values]:
    for shift in found.shifts.by_start.values():
        state = shift.state
        person = found.people.by_id.get(state["person_id"])
        if person is not None:
            keys = ("starts_at", "ends_at", "rrule", "holidays")
            said = {key: state[key] for key in keys}
            yield _named(person) | _place(found, state["place_id"]) | said


_MAKERS: Final[Mapping[str, Callable[[Snapshot], Iterator[Values]]]] = {
    "places": _places,
    "staff": _staff,
    "seniors": _seniors,
    "relatives": _relatives,
    "contacts": _contacts,
    "wristbands": _wristbands,
    "shifts": _shifts,
}

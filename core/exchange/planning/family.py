"""Planning relatives, their links to seniors, and everybody's contacts."""

import re
from collections import defaultdict
from collections.abc import Iterable, Sequence
from typing import Any, Final
from uuid import UUID

from core.exchange.planning.people import (
    CARD,
    People,
    name_person,
    new_person,
    person_of,
)
from core.exchange.planning.seniors import Seniors, senior_of
from core.exchange.planning.state import Draft, Thing, take
from core.exchange.relations import CONTACTS, RELATIVES
from core.exchange.tables import Record
from core.model import Role, Scope

SCOPES_IF_BLANK = (str(Scope.STATUS), str(Scope.ALERTS))
_NUMBER: Final = re.compile(r"[+0-9][0-9 ()-]{4,31}")
Pair = tuple[UUID, UUID]
"""(senior, person)."""


class Links:
    """Relatives' links: columns senior_id, person_id, relation, scopes.

    Parameters
    ----------
    ended : pairs that were linked once.
    """

    def __init__(self, things: Iterable[Thing], ended: frozenset[Pair]) -> None:
        self.by_pair: dict[Pair, Thing] = {}
        self.by_senior = defaultdict[UUID, list[Thing]](list)
        self.ended = ended
        for thing in things:
            self.add(thing)

    def add(self, thing: Thing) -> None:
        """Add a link."""
        pair = (thing.state["senior_id"], thing.state["person_id"])
        self.by_pair[pair] = thing
        self.by_senior[pair[0]].append(thing)


def plan_relatives(
    draft: Draft,
    people: People,
    seniors: Seniors,
    links: Links,
    records: Sequence[Record],
) -> None:
    """Who belongs to whom, and may see what, by the table of relatives."""
    known = list(links.by_pair.values())
    said: dict[UUID, Record] = {}
    for record in records:
        senior = senior_of(draft, seniors, RELATIVES, record)
        if not record.whole or senior is None:
            continue
        person = _relative(draft, people, links, record, senior)
        if person is None:
            continue
        first = said.setdefault(person.id, record)
        if first is record:
            name_person(draft, people, RELATIVES, record, person)
        else:
            _refuse_differences(draft, first, record)
        _plan_link(draft, links, record, (senior.id, person.id))
    if records:
        names = (
            people.by_id[one.state["person_id"]].state["name"]
            for one in known
            if one.line is None and one.state["person_id"] in people.by_id
        )
        draft.leave_out(RELATIVES, names)


def _relative(
    draft: Draft, people: People, links: Links, record: Record, senior: Thing
) -> Thing | None:
    found = people.named(record.values, family=True)
    number = record.values.get("external_no")
    if not found:
        found = [
            person
            for link in links.by_senior[senior.id]
            if link.line is None
            and (person := people.by_id[link.state["person_id"]]).line is None
            and person.state["name"] == record.values["name"]
            and (number is None or person.state["external_no"] in {None, number})
        ]
    if len(found) > 1:
        draft.fault(RELATIVES, record, "name", "person.ambiguous", count=len(found))
        return None
    return found[0] if found else new_person(draft, Role.FAMILY)


def _refuse_differences(draft: Draft, first: Record, record: Record) -> None:
    """Two rows of one relative say the same of them."""
    for key in ("external_no", "username", *CARD):
        one, other = first.values.get(key), record.values.get(key)
        if other is not None and one != other:
            title = RELATIVES.by_key[key].zh
            values = {"other": first.line, "what": title}
            draft.fault(RELATIVES, record, key, "person.differs", **values)


def _plan_link(draft: Draft, links: Links, record: Record, pair: Pair) -> None:
    values = record.values
    thing = links.by_pair.get(pair)
    agreed = values.get("consent") is True
    if thing is None:
        state: dict[str, Any] = {"senior_id": pair[0], "person_id": pair[1]}
        state |= {"relation": "", "scopes": SCOPES_IF_BLANK}
        thing = Thing(draft.around.mint(), state)
        links.add(thing)
        if not agreed:
            draft.fault(RELATIVES, record, "consent", "link.consent")
        if pair in links.ended:
            draft.note(RELATIVES, record, "name", "link.ended")
    elif thing.line is not None:
        draft.fault(RELATIVES, record, "name", "link.twice", other=thing.line)
        return
    thing.line = record.line
    take(thing, values, ("relation",))
    scopes = values.get("scopes")
    if scopes:
        more = set(scopes) - set(thing.state["scopes"])
        if more and not agreed and not thing.is_new:
            draft.fault(RELATIVES, record, "scopes", "link.scopes")
        thing.state["scopes"] = scopes


class Contacts:
    """Contacts: columns person_id, kind, url, verified."""

    def __init__(self, things: Iterable[Thing]) -> None:
        self.by_url = {
            (one.state["person_id"], one.state["url"]): one for one in things
        }


def plan_contacts(
    draft: Draft, people: People, contacts: Contacts, records: Sequence[Record]
) -> None:
    """Where people are told, by the table of contacts."""
    known = list(contacts.by_url.values())
    for record in records:
        person = person_of(draft, people, CONTACTS, record)
        if record.whole and person is not None:
            _plan_contact(draft, contacts, record, person)
    if records:
        names = (
            f"{people.by_id[one.state['person_id']].state['name']} {one.state['kind']}"
            for one in known
            if one.line is None and one.state["person_id"] in people.by_id
        )
        draft.leave_out(CONTACTS, names)


def _address(kind: str, url: str) -> str:
    """The address of a contact; of a phone that rings the number is enough."""
    if kind == "voice" and _NUMBER.fullmatch(url):
        return "tel:" + "".join(one for one in url if one.isdecimal() or one == "+")
    return url


def _plan_contact(
    draft: Draft, contacts: Contacts, record: Record, person: Thing
) -> None:
    values = record.values
    url = _address(str(values["kind"]), str(values["url"]))
    thing = contacts.by_url.get((person.id, url))
    if thing is None:
        reason = draft.around.url_fault(str(values["kind"]), url)
        if reason is not None:
            draft.fault(CONTACTS, record, "url", "contact.url", reason=reason)
        state = {"person_id": person.id, "url": url, "verified": False}
        thing = Thing(draft.around.mint(), state)
        contacts.by_url[person.id, url] = thing
    elif thing.line is not None:
        draft.fault(CONTACTS, record, "url", "contact.twice", other=thing.line)
        return
    thing.line = record.line
    thing.state["kind"] = values["kind"]
    if values.get("verified") and not thing.state["verified"]:
        if draft.wish.vouch and draft.author.is_admin:
            thing.state["verified"] = True
        else:
            draft.note(CONTACTS, record, "verified", "contact.not_verified")

"""Planning wristbands and who wears them, and shifts."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Any, Final, NamedTuple
from uuid import UUID

from core import topics
from core.exchange.planning.people import People, person_of
from core.exchange.planning.places import Tree, place_of
from core.exchange.planning.seniors import Seniors, senior_of
from core.exchange.planning.state import Draft, Thing, take
from core.exchange.relations import SHIFTS, WRISTBANDS
from core.exchange.tables import Record
from core.model import RESPONDERS
from core.registry.wristbands import CLOCK_SKEW

LONGEST_SHIFT: Final = timedelta(days=31)


class Binding(NamedTuple):
    """A binding as it is: open ones have no end."""

    id: UUID
    device_id: str
    senior_id: UUID
    starts_at: datetime
    ends_at: datetime | None


@dataclass
class Wristbands:
    """Wristbands: columns model, senior_id, since; with what else is known of them.

    Attributes
    ----------
    by_device : by device id.
    revoked : device ids that cannot be worn.
    elsewhere : device ids of wristbands that the importer may not see.
    bindings : every binding that is open, or ended last of its wristband or senior.
    """

    by_device: dict[str, Thing]
    revoked: frozenset[str]
    bindings: list[Binding]
    ends: dict[UUID, datetime] = field(default_factory=dict[UUID, datetime])
    starts: list[tuple[str, UUID, datetime, int]] = field(
        default_factory=list[tuple[str, UUID, datetime, int]]
    )

    def __post_init__(self) -> None:
        """Index what is worn."""
        self._of: dict[str | UUID, list[Binding]] = {}
        for one in self.bindings:
            self._of.setdefault(one.device_id, []).append(one)
            self._of.setdefault(one.senior_id, []).append(one)

    def of(self, device_id: str, senior_id: UUID) -> list[Binding]:
        """Bindings of a wristband or a senior."""
        found = [*self._of.get(device_id, ()), *self._of.get(senior_id, ())]
        return list({one.id: one for one in found}.values())


def plan_wristbands(
    draft: Draft, seniors: Seniors, wristbands: Wristbands, records: Sequence[Record]
) -> None:
    """Which wristbands there are and who wears them, by their table."""
    wearers: dict[UUID, int] = {}
    for record in records:
        senior = None
        if {"senior_no", "senior_name"} & record.values.keys():
            senior = senior_of(draft, seniors, WRISTBANDS, record)
        if not record.whole:
            continue
        thing = _wristband(draft, wristbands, record)
        if thing is None or senior is None:
            continue
        other = wearers.setdefault(senior.id, record.line)
        if other != record.line:
            draft.fault(
                WRISTBANDS, record, "senior_no", "device.senior_twice", other=other
            )
        else:
            _bind(draft, wristbands, record, thing, senior.id)
    if records:
        missing = (k for k, one in wristbands.by_device.items() if one.line is None)
        draft.leave_out(WRISTBANDS, missing)


def _wristband(draft: Draft, wristbands: Wristbands, record: Record) -> Thing | None:
    values = record.values
    device_id = str(values["device_id"])
    reason = topics.device_id_fault(device_id)
    if reason is not None:
        draft.fault(WRISTBANDS, record, "device_id", "device.form", reason=reason)
        return None
    thing = wristbands.by_device.get(device_id)
    if thing is None:
        state: dict[str, Any] = {"device_id": device_id, "model": None}
        state |= {"senior_id": None, "since": None}
        thing = wristbands.by_device[device_id] = Thing(draft.around.mint(), state)
        if not draft.wish.keeps_passwords:
            draft.fault(WRISTBANDS, record, "device_id", "device.passwords")
    elif thing.line is not None:
        draft.fault(WRISTBANDS, record, "device_id", "device.twice", other=thing.line)
        return None
    thing.line = record.line
    take(thing, values, ("model",))
    return thing


def _bind(
    draft: Draft,
    wristbands: Wristbands,
    record: Record,
    thing: Thing,
    senior_id: UUID,
) -> None:
    """Put it on its senior, ending what either wore, as a single binding would."""
    now, since = draft.around.now, record.values.get("since")
    device_id = thing.state["device_id"]
    if thing.state["senior_id"] == senior_id and since in {None, thing.state["since"]}:
        return
    if device_id in wristbands.revoked:
        draft.fault(WRISTBANDS, record, "device_id", "device.revoked")
        return
    if isinstance(since, datetime) and since > now + CLOCK_SKEW:
        draft.fault(WRISTBANDS, record, "since", "device.future")
        return
    at = min(since, now) if isinstance(since, datetime) else now
    reaching = wristbands.of(device_id, senior_id)
    if thing.state["senior_id"] == senior_id:
        at_text = thing.state["since"].isoformat()
        draft.fault(WRISTBANDS, record, "since", "device.since", at=at_text)
        return
    later = [
        edge
        for one in reaching
        for edge in (one.starts_at, one.ends_at)
        if (edge is not None and edge > at) or one.starts_at == at
    ]
    if later:
        edge = max(one for one in later if one is not None)
        draft.fault(WRISTBANDS, record, "since", "device.later", at=edge.isoformat())
        return
    wristbands.ends |= {one.id: at for one in reaching if one.ends_at is None}
    wristbands.starts.append((device_id, senior_id, at, record.line))
    thing.state |= {"senior_id": senior_id, "since": at}


class Shifts:
    """Shifts: columns person_id, place_id, starts_at, ends_at, rrule, holidays."""

    def __init__(self, things: Iterable[Thing]) -> None:
        self.by_start = {
            (one.state["person_id"], one.state["place_id"], one.state["starts_at"]): one
            for one in things
        }


def plan_shifts(
    draft: Draft,
    people: People,
    tree: Tree,
    shifts: Shifts,
    records: Sequence[Record],
) -> None:
    """Who is on duty where and when, by the table of shifts."""
    known = list(shifts.by_start.values())
    for record in records:
        person = person_of(draft, people, SHIFTS, record)
        place = place_of(draft, tree, SHIFTS, record)
        if person is not None and person.state["role"] not in RESPONDERS:
            draft.fault(SHIFTS, record, "person_no", "person.not_responder")
            continue
        if place is None and not _names_place(record):
            draft.fault(SHIFTS, record, "place_no", "place.none")
        if record.whole and person is not None and place is not None:
            _plan_shift(draft, shifts, record, (person.id, place.id))
    if records:
        names = (
            f"{people.by_id[one.state['person_id']].state['name']}"
            f" {one.state['starts_at'].isoformat()}"
            for one in known
            if one.line is None and one.state["person_id"] in people.by_id
        )
        draft.leave_out(SHIFTS, names)


def _names_place(record: Record) -> bool:
    names = {"place_no", "district", "street", "community", "compound", "building"}
    return bool(names & record.values.keys())


def _plan_shift(
    draft: Draft, shifts: Shifts, record: Record, whose: tuple[UUID, UUID]
) -> None:
    values = record.values
    starts_at, ends_at = values["starts_at"], values["ends_at"]
    if ends_at <= starts_at:
        draft.fault(SHIFTS, record, "ends_at", "shift.order")
        return
    if ends_at - starts_at > LONGEST_SHIFT:
        draft.fault(SHIFTS, record, "ends_at", "shift.long", days=LONGEST_SHIFT.days)
        return
    key = (*whose, starts_at)
    thing = shifts.by_start.get(key)
    if thing is None:
        state: dict[str, Any] = {"person_id": whose[0], "place_id": whose[1]}
        state |= {"starts_at": starts_at, "ends_at": ends_at}
        state |= {"rrule": None, "holidays": None}
        thing = shifts.by_start[key] = Thing(draft.around.mint(), state)
    elif thing.line is not None:
        draft.fault(SHIFTS, record, "starts_at", "shift.twice", other=thing.line)
        return
    thing.line = record.line
    thing.state["ends_at"] = ends_at
    take(thing, values, ("rrule", "holidays"))
    rule = thing.state["rrule"]
    reason = draft.around.rrule_fault(rule, starts_at) if rule else None
    if reason is not None:
        draft.fault(SHIFTS, record, "rrule", "shift.rrule", reason=reason)

"""Writes what a plan says, by set, within the caller's transaction: all or nothing."""

import hashlib
import secrets
from collections.abc import Iterable, Mapping, Sequence
from datetime import datetime
from typing import Any, NamedTuple
from uuid import UUID
from zoneinfo import ZoneInfo

import orjson
from psycopg import Connection
from psycopg.errors import UniqueViolation
from psycopg.types.json import Jsonb

from core.duty.roster import lay_out_place
from core.errors import ConflictError
from core.exchange.plan import Plan
from core.exchange.planning.state import Thing
from core.ids import new_id
from core.privacy import consents
from core.privacy.consents import Recorder
from core.queries import load
from core.registry.changes import RULES, WRISTBANDS_CHANGED, note_change

Rows = list[dict[str, Any]]
STALE = "the registry changed meanwhile: look at the changes again"


class Applied(NamedTuple):
    """What was done.

    Attributes
    ----------
    passwords : of new wristbands by device id; they are stored nowhere.
    ended : seniors whose binding ended; alerts of the wristband are over for them.
    """

    passwords: dict[str, str]
    ended: tuple[UUID, ...]


def apply(conn: Connection, plan: Plan, zone: ZoneInfo) -> Applied:
    """Write a plan without faults; in force everywhere within 5 s.

    Raises
    ------
    ConflictError
        If the registry is not any more as the plan found it.
    """
    writer = _Writer(conn, plan)
    try:
        writer.write_people_and_places()
        writer.write_relations()
        passwords = writer.write_wristbands()
        ended = writer.write_bindings()
        writer.write_shifts(zone)
    except UniqueViolation:
        raise ConflictError(
            "a number, user name or pair is taken: look at the changes again, and"
            " exchange two numbers in two imports"
        ) from None
    writer.record()
    writer.tell_others(passwords)
    return Applied(passwords, ended)


class _Writer:
    """The statements of one import."""

    def __init__(self, conn: Connection, plan: Plan) -> None:
        self._conn = conn
        self._found = plan.found
        self._author = plan.draft.author
        self._now: datetime = plan.draft.around.now
        self._queries = load("core.exchange")
        self._audit: Rows = []
        self._import = str(new_id())

    def write_people_and_places(self) -> None:
        tree = self._found.tree
        places = list(tree.by_id.values())
        added = [
            _row(one) | {"path": tree.path(one.id)} for one in places if one.is_new
        ]
        self._run("add_place", added)
        self._change("place", places)
        paths = self._found.paths
        moved = [
            {"id": one.id, "path": path}
            for one in places
            if not one.is_new and (path := tree.path(one.id)) != paths[one.id]
        ]
        self._moved = bool(moved)
        self._run("move_places", moved)
        self._note("place", places)
        for kind, things in (
            ("person", self._found.people.by_id.values()),
            ("senior", self._found.seniors.by_id.values()),
        ):
            self._write(kind, list(things))

    def write_relations(self) -> None:
        self._write("family_link", list(self._found.links.by_pair.values()))
        self._write("contact", list(self._found.contacts.by_url.values()))

    def write_wristbands(self) -> dict[str, str]:
        things = list(self._found.wristbands.by_device.values())
        passwords = {
            str(one.state["device_id"]): secrets.token_urlsafe(24)
            for one in things
            if one.is_new
        }
        added = [
            {
                "device_id": one.state["device_id"],
                "model": one.state["model"],
                "password_sha256": _sha256(passwords[one.state["device_id"]]),
            }
            for one in things
            if one.is_new
        ]
        self._run("add_wristband", added, exact=True)
        changed = [one for one in things if not one.is_new and "model" in one.changed]
        self._run("change_wristband", [_row(one) for one in changed], exact=True)
        for one in [*(one for one in things if one.is_new), *changed]:
            self._note_one("wristband", one, one.state["device_id"])
        return passwords

    def write_bindings(self) -> tuple[UUID, ...]:
        wristbands = self._found.wristbands
        ends = [{"id": key, "at": at} for key, at in wristbands.ends.items()]
        ended = self._returned("end_binding", ends)
        if len(ended) != len(ends):
            raise ConflictError(STALE)
        self._run("still_silence", ends)
        starts: Rows = [
            {"id": new_id(), "device_id": device, "senior_id": senior, "at": at}
            for device, senior, at, _ in wristbands.starts
        ]
        self._run("add_binding", starts, exact=True)
        self._run("add_state", starts)
        for row in starts:
            self._audit.append(
                self._entry("wristband.bind", row["device_id"], row["senior_id"], {})
            )
        return tuple({row[0] for row in ended})

    def write_shifts(self, zone: ZoneInfo) -> None:
        things = list(self._found.shifts.by_start.values())
        self._write("shift", things)
        places = {one.state["place_id"] for one in things if one.is_new or one.changed}
        for place_id in sorted(places):
            lay_out_place(self._conn, place_id, zone, self._now)

    def record(self) -> None:
        """Consents that cards and links say, and who changed what."""
        touched = {one.id for one in _touched(self._found.seniors.by_id.values())} | {
            one.state["senior_id"]
            for one in _touched(self._found.links.by_pair.values())
        }
        recorder = Recorder(self._author.id, self._author.name)
        if touched:
            consents.record_card(self._conn, touched, recorder, self._now)
        self._run("add_audit", self._audit)

    def tell_others(self, devices: Mapping[str, str]) -> None:
        """Ingest and the gatekeeper read again what changed: one version for all."""
        starts = self._found.wristbands.starts
        bound = {device for device, *_ in starts} | set(devices)
        seniors = {one.id for one in _touched(self._found.seniors.by_id.values())}
        seniors |= {senior for _, senior, *_ in starts}
        values: dict[str, object] = {
            "devices": list(bound),
            "seniors": list(seniors),
            "now": self._now,
        }
        keys = [key for (key,) in self._conn.execute(self._queries["keys_of"], values)]
        if devices:
            self._conn.execute(
                self._queries["notify_wristbands"],
                {"channel": WRISTBANDS_CHANGED, "devices": list(devices)},
            )
        if keys or self._moved:
            note_change(self._conn, [*keys, *([RULES] if self._moved else [])])

    def _write(self, kind: str, things: Sequence[Thing]) -> None:
        self._run(f"add_{kind}", [_row(one) for one in things if one.is_new])
        self._change(kind, things)
        self._note(kind, things)

    def _change(self, kind: str, things: Iterable[Thing]) -> None:
        rows = [_row(one) for one in things if not one.is_new and one.changed]
        self._run(f"change_{kind}", rows, exact=True)

    def _run(self, name: str, rows: Rows, *, exact: bool = False) -> None:
        """Run a statement for rows, which must concern each of them if `exact`."""
        if not rows:
            return
        done = self._conn.execute(self._queries[name], self._values(rows)).rowcount
        if exact and done != len(rows):
            raise ConflictError(STALE)

    def _returned(self, name: str, rows: Rows) -> list[tuple[Any, ...]]:
        if not rows:
            return []
        return self._conn.execute(self._queries[name], self._values(rows)).fetchall()

    def _values(self, rows: Rows) -> dict[str, object]:
        return {
            "rows": Jsonb(rows, dumps=orjson.dumps),
            "now": self._now,
            "recorder": self._recorder(),
            "actor_id": self._author.id,
            "actor_name": self._author.name,
            "address": self._author.address,
        }

    def _recorder(self) -> UUID | None:
        """Who recorded a relative's consent; an administrator for the command line."""
        if self._author.id is not None:
            return self._author.id
        row = self._conn.execute(self._queries["recorder"]).fetchone()
        return row[0] if row else None

    def _note(self, kind: str, things: Iterable[Thing]) -> None:
        for one in _touched(things):
            self._note_one(kind, one, str(one.id))

    def _note_one(self, kind: str, thing: Thing, object_id: str) -> None:
        verb = "create" if thing.is_new else "change"
        senior = thing.id if kind == "senior" else thing.state.get("senior_id")
        fields = {} if thing.is_new else {"fields": sorted(thing.changed)}
        self._audit.append(self._entry(f"{kind}.{verb}", object_id, senior, fields))

    def _entry(
        self, action: str, object_id: str, senior_id: UUID | None, detail: object
    ) -> dict[str, Any]:
        told: dict[str, object] = {"import": self._import}
        return {
            "id": new_id(),
            "action": action,
            "object_type": action.partition(".")[0],
            "object_id": object_id,
            "senior_id": senior_id,
            "detail": told | dict(detail),  # pyright: ignore[reportCallIssue, reportArgumentType, reportUnknownArgumentType]
        }


def _touched(things: Iterable[Thing]) -> list[Thing]:
    return [one for one in things if one.is_new or one.changed]


def _row(thing: Thing) -> dict[str, Any]:
    return {"id": thing.id, "version": thing.version, **thing.state}


def _sha256(password: str) -> str:
    return hashlib.sha256(password.encode()).hexdigest()

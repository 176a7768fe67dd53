"""An invented street office, imported as its staff would, and who is who in it."""

import json
import os
import random
import subprocess
import sys
from collections import defaultdict
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from typing import Any
from uuid import UUID

import psycopg

from simulators import street as invented
from simulators.street import Size
from tests.street.roll import Home, Worker
from tests.support import servers

SMALL = Size(4, 8, 24, 120, 110, 180)
WHOLE = Size(20, 60, 900, 6_000, 1_200, 9_000)
NOWHERE = "json://127.0.0.1:9"
"""A phone that nothing answers at."""
LEVELS = ("district", "street", "community", "compound", "building")
WEEKDAYS = ("MO", "TU", "WE", "TH", "FR", "SA", "SU")
LOCAL = timedelta(hours=8)
Row = dict[str, Any]
PlaceName = tuple[str, ...]


@dataclass
class Street:
    """The street as the checker knows it, apart from the service."""

    ids: dict[str, str]  # the street's own number of somebody → id
    workers: dict[str, Worker] = field(default_factory=dict)
    homes: dict[str, Home] = field(default_factory=dict)
    silent: set[str] = field(default_factory=set)  # staff who never answer


class Builder:
    """Draws a street by a seed, imports it, and reads back under which ids.

    Parameters
    ----------
    phones : host and port of the sink that is everybody's phone.
    dead : share of phones that nothing answers at.
    silent : share of the staff that answers nothing.
    """

    def __init__(
        self,
        size: Size,
        phones: str,
        seed: int,
        dead: float = 0.1,
        silent: float = 0.05,
    ) -> None:
        drawn = invented.draw(size, seed, f"json://{phones}")
        self._drawn = drawn
        self._tables = drawn.tables
        self._chance = random.Random(seed)
        self._silent = silent
        self._takes_turns = set(_named(self._tables["places"], "compound")[::2])
        self._ring(dead)
        self._drop_weekly_shifts()

    def build(
        self, yinling: servers.Yinling, settings: Mapping[str, str]
    ) -> tuple[Street, Row]:
        """Import everything; the street, and the import's own report."""
        file = yinling.data_dir / "street.xlsx"
        file.write_bytes(invented.write(self._drawn))
        report = _import(file, yinling, settings)
        with psycopg.connect(yinling.database_url) as conn:
            street = Street(_numbers(conn))
            phones = _phones(conn)
        at = self._staff(street, phones)
        self._families(street, phones, at)
        return street, report

    def take_turns(
        self,
        street: Street,
        yinling: servers.Yinling,
        begin: datetime,
        turn: timedelta,
        turns: int,
    ) -> int:
        """Let the grid workers of every other compound take turns; shifts made."""
        teams: dict[PlaceName, list[Row]] = defaultdict(list)
        for row in self._tables["staff"]:
            if row["role"] == "grid_worker" and _place(row) in self._takes_turns:
                teams[_place(row)].append(row)
        made = 0
        for team in teams.values():
            for n in range(turns):
                worker = street.workers[street.ids[team[n % len(team)]["external_no"]]]
                span = begin + n * turn, begin + (n + 1) * turn
                worker.shifts.append(span)
                body = {"person_id": worker.id, "place_id": worker.place}
                body |= {
                    "starts_at": span[0].isoformat(),
                    "ends_at": span[1].isoformat(),
                }
                answer = yinling.client.post("/v1/shifts", json=body)
                assert answer.status_code == 201, answer.text
                made += 1
        return made

    def _ring(self, dead: float) -> None:
        """Give one person in five a second phone; at some nothing answers."""
        contacts = self._tables["contacts"]
        contacts += [
            one | {"url": f"{one['url']}/1"}
            for one in contacts
            if self._chance.random() < 0.2
        ]
        for one in contacts:
            if self._chance.random() < dead:
                one["url"] = one["url"].replace(self._drawn.phones or "", NOWHERE)

    def _drop_weekly_shifts(self) -> None:
        """Whoever takes turns during the day has no weekly shift."""
        self._tables["shifts"] = [
            row
            for row in self._tables["shifts"]
            if _place(row) not in self._takes_turns
        ]

    def _staff(
        self, street: Street, phones: Mapping[str, frozenset[str]]
    ) -> dict[PlaceName, list[Worker]]:
        places = {
            _place(row): street.ids[row["external_no"]]
            for row in self._tables["places"]
        }
        at: dict[PlaceName, list[Worker]] = defaultdict(list)
        for row in self._tables["staff"]:
            person, where = street.ids[row["external_no"]], _place(row)
            level = LEVELS[len(where) - 1]
            worker = Worker(person, row["role"], level, places[where], phones[person])
            street.workers[person] = worker
            at[where].append(worker)
            if self._chance.random() < self._silent:
                street.silent.add(person)
        for row in self._tables["shifts"]:
            worker = street.workers[street.ids[row["person_no"]]]
            worker.shifts += _weekly(row, datetime.now(UTC))
        return at

    def _families(
        self,
        street: Street,
        phones: Mapping[str, frozenset[str]],
        at: Mapping[PlaceName, list[Worker]],
    ) -> None:
        relatives: dict[str, dict[str, frozenset[str]]] = defaultdict(dict)
        for row in self._tables["relatives"]:
            person = street.ids[row["external_no"]]
            relatives[row["senior_no"]][person] = phones[person]
        for row in self._tables["seniors"]:
            where = _place(row)
            workers = {
                level: at.get(where[: n + 1], []) for n, level in enumerate(LEVELS)
            }
            number = row["external_no"]
            street.homes[street.ids[number]] = Home(relatives[number], workers)


def _place(row: Row) -> PlaceName:
    return tuple(row[level] for level in LEVELS if level in row)


def _named(places: list[Row], level: str) -> list[PlaceName]:
    depth = LEVELS.index(level) + 1
    return [name for name in map(_place, places) if len(name) == depth]


def _import(
    file: os.PathLike[str], yinling: servers.Yinling, settings: Mapping[str, str]
) -> Row:
    """`yinling import`, vouching for everybody's phone."""
    done = subprocess.run(
        [
            *(sys.executable, "-m", "yinling", "import", str(file)),
            *("--yes", "--vouch", "--json", "--data-dir", str(yinling.data_dir)),
            *("--passwords", str(yinling.data_dir / "passwords.csv")),
        ],
        env=os.environ | dict(settings),
        capture_output=True,
        text=True,
        timeout=120,
        check=False,
    )
    assert done.returncode == 0, done.stderr[-2000:]
    return json.loads(done.stdout)


def _numbers(conn: psycopg.Connection) -> dict[str, str]:
    rows = conn.execute(
        "SELECT external_no, id FROM place UNION ALL"
        " SELECT external_no, id FROM person UNION ALL"
        " SELECT external_no, id FROM senior"
    )
    return {number: str(one) for number, one in rows if number is not None}


def _phones(conn: psycopg.Connection) -> dict[str, frozenset[str]]:
    found: dict[str, set[str]] = defaultdict(set)
    ids: Iterator[tuple[UUID, UUID]] = conn.execute(
        "SELECT person_id, id FROM contact WHERE verified_at IS NOT NULL"
    )
    for person, contact in ids:
        found[str(person)].add(str(contact))
    return {person: frozenset(contacts) for person, contacts in found.items()}


def _weekly(row: Row, now: datetime) -> Iterator[tuple[datetime, datetime]]:
    """A weekly shift's times around now, by the calendar on the wall."""
    days = row["rrule"].removeprefix("FREQ=WEEKLY;BYDAY=").split(",")
    lasts = row["ends_at"] - row["starts_at"]
    local = row["starts_at"] + LOCAL
    today = (now + LOCAL).replace(
        hour=local.hour, minute=local.minute, second=0, microsecond=0
    )
    for n in range(-2, 3):
        start = today + timedelta(days=n)
        if WEEKDAYS[start.weekday()] in days and start >= local:
            yield start - LOCAL, start - LOCAL + lasts

"""A street office of any size, written into the registry at once, and who is who."""

import random
from collections import defaultdict
from collections.abc import Iterable
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from uuid import UUID

import httpx
import psycopg

from core.ids import new_id
from tests.street.roll import Home, Worker

BORN = "1944-03-01"
SURNAMES = "王李张刘陈杨赵黄周吴"


@dataclass(frozen=True)
class Size:
    """How many of each."""

    communities: int
    compounds: int
    buildings: int
    seniors: int
    staff: int
    relatives: int


SMALL = Size(4, 8, 24, 120, 110, 180)
WHOLE = Size(20, 60, 900, 6_000, 1_200, 9_000)


@dataclass
class Street:
    """The street as the checker knows it, apart from the service."""

    workers: dict[str, Worker] = field(default_factory=dict)
    homes: dict[str, Home] = field(default_factory=dict)
    dead: set[str] = field(default_factory=set)  # contacts that never answer
    silent: set[str] = field(default_factory=set)  # staff who never answer


class Builder:
    """Draws a street by a seed and stores it.

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
        self._size = size
        self._phones = phones
        self._chance = random.Random(seed)
        self._shares = dead, silent
        self._now = datetime.now(UTC)
        self._places: list[tuple[object, ...]] = []
        self._people: list[tuple[object, ...]] = []
        self._contacts: list[tuple[object, ...]] = []
        self._seniors: list[tuple[object, ...]] = []
        self._links: list[tuple[object, ...]] = []
        self._levels: dict[str, list[tuple[UUID, list[UUID]]]] = defaultdict(list)
        self._at: dict[UUID, list[Worker]] = defaultdict(list)
        self.street = Street()

    def build(self, url: str) -> Street:
        """Make everything and store it."""
        self._grow()
        self._staff()
        self._families()
        self._store(url)
        return self.street

    def put_on_shifts(
        self, admin: httpx.Client, begin: datetime, turn: timedelta, turns: int
    ) -> int:
        """Let the grid workers of every other compound take turns; shifts made."""
        made = 0
        for place, _ in self._levels["compound"][::2]:
            grid = [one for one in self._at[place] if one.role == "grid_worker"]
            for n in range(turns * (len(grid) > 1)):
                worker = grid[n % len(grid)]
                span = begin + n * turn, begin + (n + 1) * turn
                worker.shifts.append(span)
                body = {"person_id": worker.id, "place_id": str(place)}
                body |= {
                    "starts_at": span[0].isoformat(),
                    "ends_at": span[1].isoformat(),
                }
                answer = admin.post("/v1/shifts", json=body)
                assert answer.status_code == 201, answer.text
                made += 1
        return made

    def _grow(self) -> None:
        district = self._place("district", [])
        street = self._place("street", [district])
        size = self._size
        counts = (
            ("community", size.communities, [(street, [district, street])]),
            ("compound", size.compounds, self._levels["community"]),
            ("building", size.buildings, self._levels["compound"]),
        )
        for level, count, above in counts:
            for n in range(count):
                self._place(level, above[n % len(above)][1])

    def _place(self, level: str, path: list[UUID]) -> UUID:
        place = new_id()
        whole = [*path, place]
        number = len(self._levels[level]) + 1
        parent = path[-1] if path else None
        self._places.append(
            (place, level, f"{level} {number}", parent, whole, self._now)
        )
        self._levels[level].append((place, whole))
        return place

    def _staff(self) -> None:
        """Heads and managers first, then grid workers, then volunteers until full."""
        wanted = [
            ("district", "district_manager", 2),
            ("street", "street_manager", 3),
            ("community", "community_manager", 1),
            ("community", "grid_worker", 1),
            ("compound", "grid_worker", 2),
            ("building", "building_head", 1),
        ]
        for level, role, each in wanted:
            for place, _ in self._levels[level]:
                for _ in range(each):
                    self._worker(role, level, place)
        compounds = self._levels["compound"]
        for n in range(self._size.staff - len(self.street.workers)):
            self._worker("volunteer", "compound", compounds[n % len(compounds)][0])

    def _worker(self, role: str, level: str, place: UUID) -> None:
        person = self._person(role, place)
        worker = Worker(str(person), role, level, str(place), self._phone(person))
        self.street.workers[worker.id] = worker
        self._at[place].append(worker)
        if self._chance.random() < self._shares[1]:
            self.street.silent.add(worker.id)

    def _person(self, role: str, place: UUID | None = None) -> UUID:
        person = new_id()
        name = f"{self._chance.choice(SURNAMES)}{len(self._people)}"
        self._people.append((person, name, role, place, self._now, self._now))
        return person

    def _phone(self, person: UUID) -> frozenset[str]:
        """One contact, or two of one person in five; some answer nothing."""
        found: list[str] = []
        for n in range(1 + (self._chance.random() < 0.2)):
            contact = new_id()
            dead = self._chance.random() < self._shares[0]
            host = "127.0.0.1:9" if dead else self._phones
            url = f"json://{host}/{person}/{n}"
            row = (contact, person, "push", url, self._now, self._now)
            self._contacts.append(row)
            found.append(str(contact))
            if dead:
                self.street.dead.add(str(contact))
        return frozenset(found)

    def _families(self) -> None:
        buildings = self._levels["building"]
        seniors: list[UUID] = []
        relatives: dict[UUID, dict[str, frozenset[str]]] = defaultdict(dict)
        for n in range(self._size.seniors):
            seniors.append(new_id())
            place = buildings[n % len(buildings)][0]
            name = f"{self._chance.choice(SURNAMES)}奶奶{n}"
            row = (seniors[-1], name, BORN, "female", place, 34.34, 108.94, self._now)
            self._seniors.append(row)
        for n in range(self._size.relatives):
            senior = seniors[n % len(seniors)]
            person = self._person("family")
            relatives[senior][str(person)] = self._phone(person)
            scopes = ["status", "alerts"]
            row = (new_id(), senior, person, "女儿", scopes, self._now, person)
            self._links.append(row)
        for n, senior in enumerate(seniors):
            path = buildings[n % len(buildings)][1]
            levels = ("district", "street", "community", "compound", "building")
            workers = {
                level: self._at[place]
                for level, place in zip(levels, path, strict=True)
            }
            self.street.homes[str(senior)] = Home(relatives[senior], workers)

    def _store(self, url: str) -> None:
        tables: Iterable[tuple[str, str, list[tuple[object, ...]]]] = (
            ("place", "id, level, name, parent_id, path, created_at", self._places),
            (
                "person",
                "id, name, role, place_id, sessions_valid_after, created_at",
                self._people,
            ),
            (
                "contact",
                "id, person_id, kind, url, verified_at, created_at",
                self._contacts,
            ),
            (
                "senior",
                "id, name, birth_date, sex, place_id, home_latitude, home_longitude,"
                " created_at",
                self._seniors,
            ),
            (
                "family_link",
                "id, senior_id, person_id, relation, scopes, consent_at, consent_by",
                self._links,
            ),
        )
        with psycopg.connect(url) as conn:
            for table, columns, several in tables:
                statement = f"COPY {table} ({columns}) FROM STDIN"
                with conn.cursor().copy(statement) as copy:  # type: ignore[arg-type]
                    for row in several:
                        copy.write_row(row)

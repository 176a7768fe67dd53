"""Seniors with wristbands for a bench, written in one transaction."""

from dataclasses import dataclass
from datetime import date, datetime
from uuid import UUID

from psycopg import Connection

from core import database, registry
from core.clock import Clock
from core.model import PlaceLevel, Role
from simulators.compound import CENTRE


@dataclass(frozen=True, slots=True)
class Worn:
    """A wristband on a senior's arm."""

    device_id: str
    password: str
    senior_id: UUID
    senior: str


def add(
    database_url: str, clock: Clock, *, prefix: str, count: int, hook: str | None
) -> list[Worn]:
    """Make a compound with so many wearers, and a grid worker who is told.

    Parameters
    ----------
    database_url : of a service that runs.
    clock : stamps the rows.
    prefix : begins device ids and names.
    count : wearers.
    hook : the grid worker's ``json://`` address; None for a compound nobody minds.
    """
    now = clock.now()
    with database.connect(database_url, "bench", 120) as conn:
        compound = _compound(conn, prefix, now)
        if hook is not None:
            _grid_worker(conn, compound, hook, now)
        return [
            _wearer(conn, f"{prefix}-{number:05d}", compound, now)
            for number in range(count)
        ]


def _compound(conn: Connection, prefix: str, now: datetime) -> UUID:
    parent: UUID | None = None
    for level in tuple(PlaceLevel)[:-1]:
        parent = registry.add_place(
            conn, name=f"{prefix} {level}", level=level, parent_id=parent, now=now
        )
    if parent is None:
        raise AssertionError
    return parent


def _grid_worker(conn: Connection, place_id: UUID, hook: str, now: datetime) -> None:
    person_id = registry.add_person(
        conn, name="bench", role=Role.GRID_WORKER, place_id=place_id, now=now
    )
    registry.add_contact(
        conn, person_id=person_id, kind="push", url=hook, verified=True, now=now
    )


def _wearer(conn: Connection, name: str, place_id: UUID, now: datetime) -> Worn:
    senior_id = registry.add_senior(
        conn,
        name=name,
        birth_date=date(1945, 5, 1),
        sex="female",
        place_id=place_id,
        home=registry.Home(*CENTRE),
        now=now,
    )
    password = registry.add_wristband(conn, name, "bench", now)
    registry.bind(conn, name, senior_id, None, now)
    return Worn(name, password, senior_id, name)

"""Replacing and returning wristbands: who wears what, and which password is valid."""

import hashlib
import threading
from collections.abc import Callable
from datetime import UTC, date, datetime, timedelta
from typing import Any
from uuid import UUID

import psycopg
import pytest

from core import registry
from core.errors import ConflictError, InvalidError, NotFoundError, YinlingError
from core.model import PlaceLevel

pytestmark = pytest.mark.db
NOW = datetime(2026, 11, 21, 8, tzinfo=UTC)
LATER = NOW + timedelta(hours=1)


@pytest.fixture
def seniors(conn: psycopg.Connection) -> list[UUID]:
    place = registry.add_place(
        conn, name="区", level=PlaceLevel.DISTRICT, parent_id=None, now=NOW
    )
    return [
        registry.add_senior(
            conn,
            name=name,
            birth_date=date(1944, 5, 1),
            sex="female",
            place_id=place,
            home=registry.Home(34.3, 108.9),
            now=NOW,
        )
        for name in ("王", "李")
    ]


@pytest.fixture
def worn(conn: psycopg.Connection, seniors: list[UUID]) -> UUID:
    """Who wears A since NOW."""
    registry.add_wristband(conn, "A", "M1", NOW)
    registry.bind(conn, "A", seniors[0], None, NOW)
    conn.commit()
    return seniors[0]


def history(conn: psycopg.Connection) -> list[tuple[Any, ...]]:
    return conn.execute(
        "SELECT device_id, starts_at, ends_at, ended_as, end_reason FROM binding"
        " JOIN wristband ON key = wristband_key ORDER BY starts_at, device_id"
    ).fetchall()


def opens(conn: psycopg.Connection, device_id: str, password: str) -> bool:
    """Whether a password is that of a wristband in service."""
    row = conn.execute(
        "SELECT password_sha256 FROM wristband WHERE device_id = %s"
        " AND revoked_at IS NULL AND archived_at IS NULL",
        (device_id,),
    ).fetchone()
    return row == (hashlib.sha256(password.encode()).digest(),)


def test_a_new_wristband_takes_the_place_of_another_at_one_instant(
    conn: psycopg.Connection, worn: UUID
) -> None:
    done = registry.replace(conn, "A", "B", "屏幕碎了", LATER)
    assert done.binding.senior_id == worn
    assert history(conn) == [
        ("A", NOW, LATER, "replaced", "屏幕碎了"),
        ("B", LATER, None, None, None),
    ]
    assert done.password
    assert opens(conn, "B", done.password)
    revoked = conn.execute("SELECT revoked_at FROM wristband WHERE device_id = 'A'")
    assert revoked.fetchone() == (LATER,)
    again = registry.replace(conn, "A", "B", "屏幕碎了", LATER)
    assert (again.binding.id, again.password, again.anew) == (
        done.binding.id,
        None,
        False,
    )
    assert opens(conn, "B", done.password)
    with pytest.raises(ConflictError, match="nobody wears"):
        registry.replace(conn, "A", "C", "again", LATER)
    state = conn.execute(
        "SELECT binding_id, packed FROM wristband_state"
        " WHERE silence_due_at IS NOT NULL"
    ).fetchall()
    assert state == [(done.binding.id, None)], "the new binding starts fresh"


def test_one_in_stock_gets_a_new_password_or_keeps_its_own(
    conn: psycopg.Connection, worn: UUID
) -> None:
    first = registry.add_wristband(conn, "B", None, NOW)
    done = registry.replace(conn, "A", "B", "x", LATER)
    assert done.password != first
    assert opens(conn, "B", str(done.password))
    burnt_in = registry.add_wristband(conn, "C", None, NOW)
    done = registry.replace(
        conn, "B", "C", "x", LATER + timedelta(1), keep_password=True
    )
    assert done.password is None
    assert opens(conn, "C", burnt_in)
    with pytest.raises(ConflictError, match="no password to keep"):
        registry.replace(conn, "C", "D", "x", LATER, keep_password=True)
    assert worn


def test_what_cannot_take_the_place_of_another(
    conn: psycopg.Connection, worn: UUID, seniors: list[UUID]
) -> None:
    for device_id in ("worn", "lost"):
        registry.add_wristband(conn, device_id, None, NOW)
    registry.bind(conn, "worn", seniors[1], None, NOW)
    registry.revoke(conn, "lost", NOW)
    conn.commit()
    refused: list[tuple[str, str, type[YinlingError], str]] = [
        ("A", "worn", ConflictError, "worn"),
        ("A", "lost", ConflictError, "returned"),
        ("A", "A", InvalidError, "itself"),
        ("A", "a.b", InvalidError, "device id"),
        ("nobody's", "B", NotFoundError, "no wristband"),
        ("lost", "B", ConflictError, "nobody wears"),
    ]
    for old, new, error, words in refused:
        with pytest.raises(error, match=words):
            registry.replace(conn, old, new, "x", LATER)
        conn.rollback()
    assert history(conn)[0][2:] == (None, None, None)
    assert worn


def test_a_returned_wristband_is_issued_again_with_another_password(
    conn: psycopg.Connection, worn: UUID
) -> None:
    assert registry.take_back(conn, "A", "搬走了", LATER) == (worn, True)
    assert history(conn) == [("A", NOW, LATER, "returned", "搬走了")]
    assert registry.take_back(conn, "A", "again", LATER) == (None, False)
    with pytest.raises(ConflictError):
        registry.bind(conn, "A", worn, None, LATER)
    conn.rollback()
    registry.take_back(conn, "A", "搬走了", LATER)
    password = registry.add_wristband(conn, "A", None, LATER)
    assert opens(conn, "A", password)
    row = conn.execute("SELECT model, returned_at, return_reason FROM wristband")
    assert row.fetchone() == ("M1", None, None)
    registry.bind(conn, "A", worn, None, LATER)
    done = registry.replace(conn, "A", "B", "x", LATER + timedelta(hours=1))
    registry.take_back(conn, "A", "repaired", LATER + timedelta(hours=2))
    back = registry.replace(conn, "B", "A", "y", LATER + timedelta(hours=3))
    assert (back.device_id, bool(back.password)) == ("A", True)
    assert done.binding.senior_id == back.binding.senior_id


def test_a_new_password_voids_the_old_one(conn: psycopg.Connection, worn: UUID) -> None:
    password = registry.renew_password(conn, "A")
    assert opens(conn, "A", password)
    registry.revoke(conn, "A", LATER)
    with pytest.raises(ConflictError):
        registry.renew_password(conn, "A")
    with pytest.raises(NotFoundError):
        registry.renew_password(conn, "B")
    assert worn


@pytest.mark.parametrize(
    "pairs",
    [
        [("A", "X"), ("A", "Y")],
        [("A", "X"), ("Z", "X")],
        [("A", "Z"), ("Z", "A")],
        [("A", "X"), ("A", "X")],
    ],
    ids=lambda pairs: " ".join("→".join(pair) for pair in pairs),
)
def test_two_replacements_at_once_leave_everyone_one_wristband(
    conn: psycopg.Connection,
    database_url: str,
    worn: UUID,
    seniors: list[UUID],
    pairs: list[tuple[str, str]],
) -> None:
    registry.add_wristband(conn, "Z", None, NOW)
    registry.bind(conn, "Z", seniors[1], None, NOW)
    conn.commit()
    both = threading.Barrier(2)
    ended: list[str] = []

    def run(old: str, new: str) -> None:
        with psycopg.connect(database_url) as other:
            both.wait()
            ended.append(
                _outcome(lambda: registry.replace(other, old, new, "x", LATER))
            )

    threads = [threading.Thread(target=run, args=pair) for pair in pairs]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert set(ended) <= {"done", "ConflictError"}
    swapped = {pair[1] for pair in pairs} == {"A", "Z"}
    assert ended.count("done") == (0 if swapped else 2 if pairs[0] == pairs[1] else 1)
    wearing = conn.execute(
        "SELECT senior_id, count(*) FROM binding WHERE ends_at IS NULL GROUP BY 1"
    ).fetchall()
    assert sorted(wearing) == sorted((senior, 1) for senior in seniors)
    assert worn


def _outcome(change: Callable[[], object]) -> str:
    try:
        change()
    except YinlingError as error:
        return type(error).__name__
    return "done"

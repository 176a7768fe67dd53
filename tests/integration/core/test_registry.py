"""Provisioning and binding: who wore which wristband from when to when."""

import hashlib
from datetime import UTC, date, datetime, timedelta
from typing import Any
from uuid import UUID

import psycopg
import pytest

from core import registry
from core.errors import ConflictError, InvalidError, NotFoundError
from core.ids import new_id
from core.model import PlaceLevel, Role

pytestmark = pytest.mark.db
NOW = datetime(2026, 11, 21, 8, tzinfo=UTC)
HOUR = timedelta(hours=1)


@pytest.fixture
def place(conn: psycopg.Connection) -> UUID:
    return registry.add_place(
        conn, name="区", level=PlaceLevel.DISTRICT, parent_id=None, now=NOW
    )


def senior(conn: psycopg.Connection, place: UUID, interval_s: int = 300) -> UUID:
    return registry.add_senior(
        conn,
        name="王",
        birth_date=date(1944, 5, 1),
        sex="female",
        place_id=place,
        home=registry.Home(34.3, 108.9),
        expected_interval_s=interval_s,
        now=NOW,
    )


def periods(conn: psycopg.Connection) -> list[tuple[Any, ...]]:
    return conn.execute(
        "SELECT device_id, senior_id, starts_at, ends_at FROM binding"
        " JOIN wristband ON key = wristband_key ORDER BY starts_at, device_id"
    ).fetchall()


def changes(conn: psycopg.Connection) -> set[tuple[int, str]]:
    found = conn.execute(
        "SELECT version, device_id FROM registry_change JOIN wristband"
        " ON key = wristband_key"
    )
    return set(found.fetchall())


def test_a_password_is_kept_as_its_hash_only(conn: psycopg.Connection) -> None:
    password = registry.add_wristband(conn, "861", "A1", NOW)
    row = conn.execute("SELECT password_sha256 FROM wristband").fetchone()
    assert row == (hashlib.sha256(password.encode()).digest(),)
    assert password != registry.add_wristband(conn, "862", None, NOW)


def test_a_binding_ends_what_either_had(conn: psycopg.Connection, place: UUID) -> None:
    one, other = senior(conn, place), senior(conn, place)
    for device_id in ("A", "B"):
        registry.add_wristband(conn, device_id, None, NOW)
    registry.bind(conn, "A", one, None, NOW)
    registry.bind(conn, "B", other, None, NOW)
    before = max(changes(conn))[0]
    bound = registry.bind(conn, "A", other, None, NOW + HOUR)
    assert set(bound.ended) == {one, other}
    assert periods(conn) == [
        ("A", one, NOW, NOW + HOUR),
        ("B", other, NOW, NOW + HOUR),
        ("A", other, NOW + HOUR, None),
    ]
    assert {d for version, d in changes(conn) if version > before} == {"A", "B"}


def test_a_binding_waits_for_reports_three_intervals(
    conn: psycopg.Connection, place: UUID
) -> None:
    registry.add_wristband(conn, "A", None, NOW)
    bound = registry.bind(conn, "A", senior(conn, place, 60), NOW - HOUR, NOW)
    rows = conn.execute("SELECT binding_id, silence_due_at FROM wristband_state")
    assert rows.fetchall() == [(bound.id, NOW + timedelta(minutes=3))]
    registry.unbind(conn, "A", NOW + HOUR)
    rows = conn.execute("SELECT silence_due_at FROM wristband_state")
    assert rows.fetchall() == [(None,)]
    assert registry.unbind(conn, "A", NOW + HOUR) is None


def test_the_same_binding_again_changes_nothing(
    conn: psycopg.Connection, place: UUID
) -> None:
    wearer = senior(conn, place)
    registry.add_wristband(conn, "A", None, NOW)
    first = registry.bind(conn, "A", wearer, NOW - HOUR, NOW)
    seen = changes(conn)
    assert registry.bind(conn, "A", wearer, None, NOW + HOUR).id == first.id
    assert registry.bind(conn, "A", wearer, NOW - HOUR, NOW + HOUR).id == first.id
    assert changes(conn) == seen


def test_a_binding_is_corrected_backwards_but_not_across_a_later_one(
    conn: psycopg.Connection, place: UUID
) -> None:
    one, other = senior(conn, place), senior(conn, place)
    registry.add_wristband(conn, "A", None, NOW)
    registry.bind(conn, "A", one, NOW - 5 * HOUR, NOW)
    registry.bind(conn, "A", other, NOW - 2 * HOUR, NOW)
    assert periods(conn) == [
        ("A", one, NOW - 5 * HOUR, NOW - 2 * HOUR),
        ("A", other, NOW - 2 * HOUR, None),
    ]
    with pytest.raises(ConflictError, match="starts at"):
        registry.bind(conn, "A", one, NOW - 3 * HOUR, NOW)
    with pytest.raises(ConflictError):
        registry.bind(conn, "A", one, NOW - 2 * HOUR, NOW)


def test_an_ended_binding_that_reaches_beyond_is_shortened(
    conn: psycopg.Connection, place: UUID
) -> None:
    one, other = senior(conn, place), senior(conn, place)
    registry.add_wristband(conn, "A", None, NOW)
    registry.bind(conn, "A", one, NOW - 5 * HOUR, NOW)
    registry.unbind(conn, "A", NOW)
    registry.bind(conn, "A", other, NOW - HOUR, NOW)
    assert periods(conn)[0] == ("A", one, NOW - 5 * HOUR, NOW - HOUR)


def test_a_binding_does_not_start_in_the_future(
    conn: psycopg.Connection, place: UUID
) -> None:
    wearer = senior(conn, place)
    registry.add_wristband(conn, "A", None, NOW)
    with pytest.raises(InvalidError):
        registry.bind(conn, "A", wearer, NOW + HOUR, NOW)
    ahead = registry.bind(conn, "A", wearer, NOW + timedelta(seconds=2), NOW)
    assert ahead.starts_at == NOW


def test_what_is_not_there_is_not_bound(conn: psycopg.Connection, place: UUID) -> None:
    with pytest.raises(NotFoundError):
        registry.bind(conn, "A", senior(conn, place), None, NOW)
    registry.add_wristband(conn, "A", None, NOW)
    with pytest.raises(NotFoundError):
        registry.bind(conn, "A", new_id(), None, NOW)
    registry.revoke(conn, "A", NOW)
    with pytest.raises(ConflictError, match="revoked"):
        registry.bind(conn, "A", senior(conn, place), None, NOW)
    with pytest.raises(NotFoundError):
        registry.revoke(conn, "B", NOW)


def test_services_hear_of_changes_at_commit(
    conn: psycopg.Connection, database_url: str
) -> None:
    with psycopg.connect(database_url, autocommit=True) as listener:
        listener.execute("LISTEN yinling_wristbands")
        listener.execute("LISTEN yinling_registry")
        registry.add_wristband(conn, "A", None, NOW)
        assert list(listener.notifies(timeout=0.1)) == []
        conn.commit()
        heard = {n.channel: n.payload for n in listener.notifies(timeout=1)}
    assert heard == {"yinling_wristbands": "A", "yinling_registry": ""}


def test_the_first_administrator_is_added_once(conn: psycopg.Connection) -> None:
    assert registry.ensure_admin(conn, "lantern-over-the-river", NOW)
    assert not registry.ensure_admin(conn, "another-lantern", NOW)


def test_a_login_is_whole_or_not_at_all(conn: psycopg.Connection) -> None:
    for login in ({"username": "x"}, {"password": "lantern-over-the-river"}):
        with pytest.raises(InvalidError):
            registry.add_person(conn, name="x", role=Role.FAMILY, now=NOW, **login)
    with pytest.raises(InvalidError, match="place"):
        registry.add_person(conn, name="x", role=Role.GRID_WORKER, now=NOW)

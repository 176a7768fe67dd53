"""Codes in rows: many who try at once, and what a proven contact is worth."""

import threading
from datetime import UTC, datetime, timedelta
from uuid import UUID

import psycopg
import pytest

from core import proofs, registry
from core.errors import NotFoundError
from core.ids import new_id
from core.model import Role
from core.registry.verification import MOST_WRONG, Verdict, confirm, send_code

pytestmark = pytest.mark.db
NOW = datetime(2026, 11, 21, 8, tzinfo=UTC)
KEY = b"k" * 32


@pytest.fixture
def contact(conn: psycopg.Connection) -> UUID:
    person = registry.add_person(conn, name="王", role=Role.FAMILY, now=NOW)
    made = registry.add_contact(
        conn, person_id=person, kind="push", url="json://x", verified=False, now=NOW
    )
    send_code(conn, made, NOW)
    conn.commit()
    return made


def right(conn: psycopg.Connection) -> str:
    row = conn.execute(
        "SELECT id FROM contact_code ORDER BY created_at DESC"
    ).fetchone()
    assert row is not None
    return proofs.contact_code(KEY, row[0]).replace(" ", "")


def test_who_guesses_from_many_sides_has_five_tries_all_the_same(
    conn: psycopg.Connection, database_url: str, contact: UUID
) -> None:
    wrong = f"{(int(right(conn)) + 1) % 10**6:06}"
    conn.commit()
    verdicts: list[Verdict] = []

    def guess() -> None:
        with psycopg.connect(database_url) as other:
            verdicts.append(confirm(other, KEY, contact, wrong, NOW)[0])

    threads = [threading.Thread(target=guess) for _ in range(12)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    tried = [one for one in verdicts if one is not Verdict.NONE]
    assert sorted(tried) == sorted([Verdict.WRONG] * (MOST_WRONG - 1) + [Verdict.SPENT])
    assert confirm(conn, KEY, contact, right(conn), NOW)[0] is Verdict.NONE


def test_another_code_voids_the_one_before(
    conn: psycopg.Connection, contact: UUID
) -> None:
    first = right(conn)
    later = NOW + timedelta(minutes=2)
    assert send_code(conn, contact, later).expires_at == later + timedelta(minutes=15)
    assert confirm(conn, KEY, contact, first, later)[0] is Verdict.WRONG
    assert confirm(conn, KEY, contact, right(conn), later)[0] is Verdict.VERIFIED
    assert confirm(conn, KEY, contact, first, later)[0] is Verdict.ALREADY
    verified = conn.execute("SELECT verified_at FROM contact").fetchone()
    assert verified == (later,)


def test_old_codes_are_forgotten_and_none_is_sent_to_what_is_not_there(
    conn: psycopg.Connection, contact: UUID
) -> None:
    send_code(conn, contact, NOW + timedelta(days=2))
    assert conn.execute("SELECT count(*) FROM contact_code").fetchone() == (1,)
    with pytest.raises(NotFoundError):
        send_code(conn, new_id(), NOW)

"""What was agreed to before consents were kept one by one stands in their history."""

from pathlib import Path
from uuid import UUID

import psycopg
import pytest

from core import database

pytestmark = pytest.mark.db

A, B, C, D, E = (UUID(int=n) for n in range(1, 6))
AT = "2026-11-01T00:00:00Z"


def test_registrations_and_links_become_consents(empty_database_url: str):
    with psycopg.connect(empty_database_url) as conn:
        conn.execute(Path(__file__).with_name("schema_0005.sql").read_text())
        conn.execute("CREATE TABLE schema_version (version integer NOT NULL)")
        conn.execute("INSERT INTO schema_version VALUES (5)")
        conn.execute(
            "INSERT INTO place (id, level, name, path, created_at)"
            " VALUES (%s, 'district', 'x', ARRAY[%s], %s)",
            (A, A, AT),
        )
        for person, role in ((B, "admin"), (C, "family")):
            conn.execute(
                "INSERT INTO person (id, name, role, sessions_valid_after, created_at)"
                " VALUES (%s, %s, %s, %s, %s)",
                (person, role, role, AT, AT),
            )
        for senior, located in ((D, True), (E, False)):
            conn.execute(
                "INSERT INTO senior (id, name, birth_date, sex, place_id,"
                " home_latitude, home_longitude, location_consent, created_at)"
                " VALUES (%s, 'x', '1940-01-01', 'female', %s, 0, 0, %s, %s)",
                (senior, A, located, AT),
            )
        conn.execute(
            "INSERT INTO family_link (id, senior_id, person_id, relation, scopes,"
            " consent_at, consent_by) VALUES (%s, %s, %s, 'x', '{status}', %s, %s)",
            (A, E, C, AT, B),
        )
    database.migrate(empty_database_url)
    with psycopg.connect(empty_database_url) as conn:
        found = conn.execute(
            "SELECT senior_id, purpose, person_id, scopes, given, recorded_by_name"
            " FROM consent ORDER BY senior_id, purpose"
        ).fetchall()
    assert found == [
        (D, "health", None, None, True, "registration"),
        (D, "location", None, None, True, "registration"),
        (E, "family", C, ["status"], True, "admin"),
        (E, "health", None, None, True, "registration"),
    ]

"""A new database and one led through the migrations end in the same place."""

import shutil
from importlib.resources import files
from pathlib import Path

import psycopg
import pytest

from core import database

pytestmark = pytest.mark.db

DESCRIBE = """
SELECT table_name, column_name, data_type, is_nullable, column_default
FROM information_schema.columns WHERE table_schema = 'public'
ORDER BY table_name, column_name
"""


RULES = """
SELECT conrelid::regclass::text, contype::text, pg_get_constraintdef(oid)
FROM pg_constraint
WHERE connamespace = 'public'::regnamespace AND contype <> 'n'
UNION ALL
SELECT tablename, 'i', replace(indexdef, indexname, '') FROM pg_indexes
WHERE schemaname = 'public'
UNION ALL
SELECT tgrelid::regclass::text, 't', tgname FROM pg_trigger WHERE NOT tgisinternal
ORDER BY 1, 2, 3
"""
RELEASED = 5
"""The version whose schema stands in schema_0005.sql: databases may be as old as that."""


def _shape(url):
    with psycopg.connect(url) as connection:
        return connection.execute(DESCRIBE).fetchall()


def _rules(url):
    with psycopg.connect(url) as connection:
        return connection.execute(RULES).fetchall()


def test_migrating_twice_changes_nothing(database_url):
    before = _shape(database_url)
    assert database.migrate(database_url) == database.migrate(database_url)
    assert _shape(database_url) == before


def test_an_old_database_is_led_to_where_a_new_one_begins(database_url, tmp_path):
    """One step forward on a copy of the schema: old + migration = new schema.sql."""
    folder = tmp_path / "schema"
    shutil.copytree(Path(str(files("core.schema"))), folder)
    newest = database.migrate(database_url)
    step = newest + 1
    (folder / "migrations").mkdir(exist_ok=True)
    (folder / "migrations" / f"{step:04}_note.sql").write_text(
        "ALTER TABLE place ADD COLUMN note text;"
    )
    assert database.migrate(database_url, folder) == step
    assert ("place", "note", "text", "YES", None) in _shape(database_url)
    assert database.migrate(database_url, folder) == step


def test_a_failing_migration_leaves_nothing_behind(database_url, tmp_path):
    folder = tmp_path / "schema"
    (folder / "migrations").mkdir(parents=True)
    newest = database.migrate(database_url)
    before = _shape(database_url)
    (folder / "migrations" / f"{newest + 1:04}_bad.sql").write_text(
        "ALTER TABLE place ADD COLUMN half text; SELECT no_such_function();"
    )
    with pytest.raises(psycopg.errors.UndefinedFunction):
        database.migrate(database_url, folder)
    assert _shape(database_url) == before
    assert database.migrate(database_url) == newest


def test_a_released_database_ends_where_a_new_one_begins(
    database_url, empty_database_url
):
    """The real migrations, from the oldest schema that is in use."""
    old = Path(__file__).with_name("schema_0005.sql").read_text()
    with psycopg.connect(empty_database_url) as connection:
        connection.execute(old)
        connection.execute("CREATE TABLE schema_version (version integer NOT NULL)")
        connection.execute("INSERT INTO schema_version VALUES (%s)", (RELEASED,))
    assert database.migrate(empty_database_url) == database.migrate(database_url)
    assert _shape(empty_database_url) == _shape(database_url)
    assert _rules(empty_database_url) == _rules(database_url)

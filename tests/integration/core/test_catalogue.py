"""The catalogue of personal data holds every table and column there is."""

import re

import psycopg
import pytest
from psycopg.sql import SQL, Identifier

from core.privacy import catalogue
from core.privacy.catalogue import Whose, parts

pytestmark = pytest.mark.db

COLUMNS = """
SELECT table_name, column_name, data_type FROM information_schema.columns
WHERE table_schema = 'public' AND table_name NOT IN (
    SELECT table_name FROM information_schema.views WHERE table_schema = 'public')
ORDER BY table_name, ordinal_position
"""
"""Views keep nothing."""
FREE = {"text", "jsonb", "bytea", "ARRAY", "double precision"}
"""Types that can hold what somebody said, measured or is called."""


def _schema(conn: psycopg.Connection) -> dict[str, dict[str, str]]:
    found: dict[str, dict[str, str]] = {}
    for table, column, kind in conn.execute(COLUMNS):
        found.setdefault(table, {})[column] = kind
    return found


def _tables() -> dict[str, dict]:
    return {n: t for n, t in catalogue.tree().items() if n != "unrelated"}


def test_every_table_is_about_people_or_said_not_to_be(conn: psycopg.Connection):
    named = {*_tables(), *catalogue.tree()["unrelated"]}
    assert named == set(_schema(conn))


def test_every_column_is_told_or_named_as_hidden(conn: psycopg.Connection):
    for table, columns in _schema(conn).items():
        if table not in _tables():
            continue
        entry = _tables()[table]
        told = set(entry.get("hidden", ()))
        for whose in Whose:
            for name, source in entry.get(whose, {}).get("columns", {}).items():
                told |= {name, *re.findall(r"\w+", str(source))}
            erased = entry.get(whose, {}).get("erase", {})
            told |= set(erased if isinstance(erased, dict) else ())
        assert set(columns) - told == set(), table


def test_erasure_takes_whatever_can_hold_words(conn: psycopg.Connection):
    for table, entry in _tables().items():
        sections = [entry[whose] for whose in Whose if whose in entry]
        if any(section.get("erase") == "delete" for section in sections):
            continue
        taken = {name for section in sections for name in section.get("erase", {})}
        left = {n for n, kind in _schema(conn)[table].items() if kind in FREE}
        assert left - taken - set(entry.get("kept", ())) == set(), table


@pytest.mark.parametrize("whose", Whose)
def test_every_statement_can_be_run(conn: psycopg.Connection, whose: Whose):
    values = {"id": "018f0000-0000-7000-8000-000000000000", "now": "now", "alias": "x"}
    for part in parts(whose):
        columns = SQL(", ").join(one.source for one in part.columns)
        conn.execute(
            SQL("SELECT {} FROM {} WHERE {} ORDER BY {}").format(
                columns, Identifier(part.table), part.where, part.order
            ),
            values,
        )
        reached = SQL("SELECT FROM {} WHERE {}").format(
            Identifier(part.table), part.reach
        )
        conn.execute(reached, values | {"name": "王"})

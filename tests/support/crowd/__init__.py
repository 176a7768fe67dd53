"""A street or district of any size with years behind it, made at once by set."""

from dataclasses import asdict, dataclass

import psycopg

from core.queries import load

_TABLES = "SELECT format('%I', tablename) FROM pg_tables WHERE schemaname = 'public'"


@dataclass(frozen=True)
class Size:
    """How many of each; `readings` are those of each wristband."""

    communities: int
    compounds: int
    buildings: int
    seniors: int
    relatives: int
    alerts: int
    audit: int
    readings: int


STREET = Size(20, 60, 900, 6_000, 9_000, 20_000, 60_000, 20)
DISTRICT = Size(100, 466, 5_700, 200_000, 300_000, 100_000, 500_000, 5)


def settle(admin_url: str, size: Size) -> None:
    """Fill an empty database, and let the planner know nothing of what is in it.

    Triggers and foreign keys are left out, so this needs a superuser; autovacuum is
    told to leave the tables alone.
    """
    with psycopg.connect(admin_url) as conn:
        for (table,) in conn.execute(_TABLES).fetchall():
            conn.execute(f"ALTER TABLE {table} SET (autovacuum_enabled = false)")  # type: ignore[arg-type]
        conn.execute("SET session_replication_role = replica")
        for query in load("tests.support.crowd").values():
            conn.execute(query, asdict(size))


def forget(admin_url: str) -> None:
    """Let the planner know nothing of the tables again."""
    with psycopg.connect(admin_url) as conn:
        conn.execute("DELETE FROM pg_statistic")
        conn.execute(
            "SELECT pg_clear_relation_stats(nspname::text, relname::text) FROM pg_class"
            " JOIN pg_namespace ON pg_namespace.oid = relnamespace"
            " WHERE nspname = 'public' AND relkind IN ('r', 'i')"
        )

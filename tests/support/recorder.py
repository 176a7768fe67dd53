"""Looks at the plan of every statement that the real code sends, with its own values."""

import re
from collections import Counter
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, field
from functools import cache
from pathlib import Path
from typing import Any

import orjson
import psycopg
from psycopg import sql
from psycopg.adapt import PyFormat, Transformer
from psycopg.pq import ExecStatus, TransactionStatus

from core import queries

_PLANNED = re.compile(r"(?:\s|--[^\n]*\n)*(?:SELECT|INSERT|UPDATE|DELETE|WITH)\b")
_PARAMETER = re.compile(r"%(?:\((?P<name>\w+)\))?(?P<kind>[sbt%])")
_ROOT = Path(__file__).parents[2]
_execute: Any = psycopg.Cursor.execute


@dataclass(frozen=True)
class Plan:
    """What one statement touched.

    Attributes
    ----------
    name : the package and name of the statement.
    mode : the ``plan_cache_mode`` it was planned under.
    buffers : pages of tables and indexes touched, each time anew.
    scanned : rows read without a condition that an index answers, by table.
    """

    name: str
    mode: str
    buffers: int
    scanned: Mapping[str, int]
    text: str = field(repr=False)
    tree: Any = field(repr=False)


class Recorder:
    """Explains each statement before it is carried out, and takes that back.

    Parameters
    ----------
    modes : values of ``plan_cache_mode`` to plan it under.
    """

    def __init__(self, *modes: str) -> None:
        self.plans: list[Plan] = []
        self._modes = modes

    @contextmanager
    def watching(self) -> Iterator[None]:
        """Record whatever psycopg's synchronous cursors carry out meanwhile."""

        def execute(
            cursor: psycopg.Cursor[Any], query: Any, params: Any = None, **more: Any
        ) -> psycopg.Cursor[Any]:
            self.look(cursor.connection, query, params)
            return _execute(cursor, query, params, **more)

        setattr(psycopg.Cursor, "execute", execute)  # noqa: B010
        try:
            yield
        finally:
            setattr(psycopg.Cursor, "execute", _execute)  # noqa: B010

    def look(self, conn: psycopg.Connection[Any], query: Any, params: Any) -> None:
        """Plan and carry out a statement in each mode, and take it back."""
        text = query if isinstance(query, str) else query.as_string(conn)
        if _PLANNED.match(text):
            numbered, values = _numbered(text, params or {})
            for mode in self._modes:
                tree = _explain(conn, mode, numbered, values)
                self.plans.append(_read(_name(text), mode, numbered, tree))

    def worst(self) -> dict[tuple[str, str], Plan]:
        """The plan that touched most, by statement and mode."""
        found: dict[tuple[str, str], Plan] = {}
        for plan in self.plans:
            before = found.get((plan.name, plan.mode))
            if before is None or before.buffers < plan.buffers:
                found[plan.name, plan.mode] = plan
        return found


def _explain(
    conn: psycopg.Connection[Any], mode: str, numbered: str, values: list[Any]
) -> Any:
    """The plan as carried out; by libpq itself, unseen by psycopg's own preparing."""
    alone = conn.autocommit and conn.info.transaction_status == TransactionStatus.IDLE
    end = "ROLLBACK" if alone else "ROLLBACK TO looking"
    begin = "BEGIN" if alone else "SAVEPOINT looking"
    if not alone and conn.info.transaction_status == TransactionStatus.IDLE:
        _send(conn, "BEGIN")
    literals = sql.SQL(", ").join(map(sql.Literal, values)).as_string(conn)
    given = f"({literals})" if values else ""
    _send(conn, begin)
    prepared = False
    try:
        _send(conn, f"SET LOCAL plan_cache_mode = {mode}")
        _send(conn, f"PREPARE looking{_types(conn, values)} AS {numbered}")
        prepared = True
        explain = "EXPLAIN (ANALYZE, BUFFERS, TIMING off, FORMAT JSON)"
        answer = _send(conn, f"{explain} EXECUTE looking{given}")
    finally:
        _send(conn, end)
        if prepared:
            _send(conn, "DEALLOCATE looking")
    return orjson.loads(answer)[0]["Plan"]


def _send(conn: psycopg.Connection[Any], statement: str) -> bytes:
    result = conn.pgconn.exec_(statement.encode())
    assert result.status in {ExecStatus.COMMAND_OK, ExecStatus.TUPLES_OK}, (
        result.error_message.decode(),
        statement,
    )
    return (result.get_value(0, 0) if result.ntuples else None) or b""


def _numbered(text: str, params: Any) -> tuple[str, list[Any]]:
    """The statement with ``$1`` for its first parameter and so on, and the values."""
    places: dict[Any, int] = {}

    def place(found: re.Match[str]) -> str:
        if found["kind"] == "%":
            return "%"
        key = found["name"] or len(places)
        return f"${places.setdefault(key, len(places) + 1)}"

    if not params:
        return text, []
    numbered = _PARAMETER.sub(place, text)
    return numbered, [params[key] for key in places]


def _types(conn: psycopg.Connection[Any], values: list[Any]) -> str:
    """What psycopg says of the values' types when it sends them."""
    if not values:
        return ""
    transformer = Transformer(conn)
    transformer.dump_sequence(values, [PyFormat.AUTO] * len(values))
    return f"({', '.join(_type(conn, oid) for oid in transformer.types or ())})"


def _type(conn: psycopg.Connection[Any], oid: int) -> str:
    found = conn.adapters.types.get(oid)
    if found is None:
        return "unknown"
    return f"{found.name}[]" if oid == found.array_oid else found.name


def _read(name: str, mode: str, text: str, tree: Any) -> Plan:
    scanned: Counter[str] = Counter()
    for node in _nodes(tree):
        if _reads_whole(node):
            rows = node["Actual Rows"] + node.get("Rows Removed by Filter", 0)
            scanned[node["Relation Name"]] += round(rows * node["Actual Loops"])
    touched = tree["Shared Hit Blocks"] + tree["Shared Read Blocks"]
    return Plan(name, mode, touched, scanned, text, tree)


def _reads_whole(node: Any) -> bool:
    """Whether it goes through a table, or through an index, without a condition."""
    kind = node["Node Type"]
    if kind == "Bitmap Heap Scan":
        found = [one for one in _nodes(node) if one["Node Type"] == "Bitmap Index Scan"]
        return all("Index Cond" not in one for one in found)
    by_index = kind in {"Index Scan", "Index Only Scan"} and "Index Cond" not in node
    return kind == "Seq Scan" or by_index


def _nodes(tree: Any) -> Iterator[Any]:
    yield tree
    for below in tree.get("Plans", ()):
        yield from _nodes(below)


def _name(text: str) -> str:
    """Which named statement it is; else how it begins."""
    begins = [known for known in _known() if text.startswith(known)]
    return _known()[max(begins, key=len)] if begins else " ".join(text.split())[:60]


@cache
def _known() -> dict[str, str]:
    """Names of all statements by how they begin, up to what is filled in."""
    found: dict[str, str] = {}
    for file in sorted(_ROOT.glob("*/**/queries.sql")):
        package = ".".join(file.parent.relative_to(_ROOT).parts)
        if package.startswith(("alerts", "api", "core", "ingest")):
            for name, query in queries.load(package).items():
                start = query.as_string(None).partition("{")[0]
                found[start] = f"{package}.{name}"
    return found

"""What is kept how long, by kind: the shipped figures, and what people set of them."""

import tomllib
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from functools import cache
from importlib.resources import files
from typing import Any, LiteralString, cast

from psycopg import Connection
from psycopg.sql import SQL, Identifier

from core.database import Row
from core.errors import InvalidError, NotFoundError
from core.privacy.consents import Recorder
from core.privacy.rows import every
from core.queries import load


@dataclass(frozen=True, slots=True)
class Step:
    """One table of a kind.

    Attributes
    ----------
    statement : of queries.sql, where rows are picked in a way of their own.
    blank : columns and what they become; empty where rows go.
    """

    table: str
    statement: str | None
    key: Identifier
    where: SQL
    order: SQL
    blank: Mapping[str, SQL]


@dataclass(frozen=True, slots=True)
class Kind:
    """A kind of data: how long it is kept [d], from `least` to `most`, and why so."""

    name: str
    chinese: str
    english: str
    days: int
    least: int
    most: int
    source: str
    steps: tuple[Step, ...]


@dataclass(frozen=True, slots=True)
class InForce:
    """A kind with what was set for it and how it was last seen to."""

    kind: Kind
    days: int
    rule: Row | None
    run: Row | None

    def cutoff(self, now: datetime) -> datetime:
        """What is older goes."""
        return now - timedelta(days=self.days)


@cache
def kinds() -> Mapping[str, Kind]:
    """Every kind by name, as shipped."""
    text = files("core.privacy").joinpath("retention.toml").read_text(encoding="utf-8")
    return {name: _kind(name, one) for name, one in tomllib.loads(text).items()}


def kind(name: str) -> Kind:
    """The kind called `name`.

    Raises
    ------
    NotFoundError
        If there is none; the text lists what there is.
    """
    found = kinds().get(name)
    if found is None:
        raise NotFoundError(f"a kind is one of {', '.join(kinds())}")
    return found


def in_force(conn: Connection) -> list[InForce]:
    """How long each kind is kept now, in the shipped order."""
    rules = {row["kind"]: row for row in every(conn, "retention_rules", {})}
    runs = {row["kind"]: row for row in every(conn, "retention_runs", {})}
    return [
        InForce(
            one,
            rules[name]["days"] if name in rules else one.days,
            rules.get(name),
            runs.get(name),
        )
        for name, one in kinds().items()
    ]


def set_days(  # noqa: PLR0917 - what, how long, why, who, when
    conn: Connection,
    name: str,
    days: int | None,
    note: str | None,
    recorder: Recorder,
    now: datetime,
) -> None:
    """Keep a kind so long from now on; None: as shipped.

    Raises
    ------
    NotFoundError
        If there is no such kind.
    InvalidError
        If that lies outside its corridor.
    """
    found = kind(name)
    queries = load("core.privacy")
    if days is None:
        conn.execute(queries["forget_retention"], {"kind": name})
        return
    if not found.least <= days <= found.most:
        raise InvalidError(
            f"{name} is kept from {found.least} to {found.most} days ({found.source})",
            "days",
        )
    values: dict[str, object] = {"kind": name, "days": days, "note": note, "now": now}
    values |= {"set_by": recorder.id, "set_by_name": recorder.name}
    conn.execute(queries["set_retention"], values)


def _kind(name: str, one: Mapping[str, Any]) -> Kind:
    steps = tuple(_step(step) for step in one["steps"])
    figures = (one["days"], one["least"], one["most"])
    return Kind(name, one["zh"], one["en"], *figures, one["source"], steps)


def _step(step: Mapping[str, Any]) -> Step:
    return Step(
        table=step.get("table", "reading"),
        statement=step.get("statement"),
        key=Identifier(step.get("key", "id")),
        where=_sql(step.get("where", "false")),
        order=_sql(step.get("order", "1")),
        blank={name: _sql(value) for name, value in step.get("set", {}).items()},
    )


def _sql(text: str) -> SQL:
    # A file of the installed package: as literal as the code itself.
    return SQL(cast("LiteralString", text))

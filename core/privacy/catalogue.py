"""Which tables hold what about one person: read from the file that a test holds true."""

import tomllib
from collections.abc import Mapping
from dataclasses import dataclass
from enum import StrEnum
from functools import cache
from importlib.resources import files
from typing import Any, Final, LiteralString, cast

from psycopg.sql import SQL, Composed, Identifier

ALIAS: Final = """regexp_replace({column}::text,
    '("id": "' || %(id)s::text || '"[^{{}}]*?"name": )"(?:[^"\\\\]|\\\\.)*"',
    '\\1' || to_jsonb(%(alias)s::text)::text, 'g')::jsonb"""
"""In JSON as the database writes it: the name beside the person's id."""


class Whose(StrEnum):
    """About whom: a wearer, or somebody who helps or is related."""

    SENIOR = "senior"
    PERSON = "person"


@dataclass(frozen=True, slots=True)
class Column:
    """A column of a copy: its name, what it is read from, and its Chinese name."""

    name: str
    source: Composed | SQL
    title: str


@dataclass(frozen=True, slots=True)
class Part:
    """The rows of one table that are about one person.

    Attributes
    ----------
    where : the condition; ``%(id)s`` is who.
    reach : the same for an erasure, which may go further.
    erase : None: they stay; empty: they go; else what columns become.
    """

    table: str
    title: str
    where: SQL
    reach: Composed
    order: SQL
    columns: tuple[Column, ...]
    erase: Mapping[str, SQL | Composed] | None


@cache
def parts(whose: Whose) -> tuple[Part, ...]:
    """Every table with rows about a senior or a person, in the order to take them."""
    tables = {name: table for name, table in tree().items() if name != "unrelated"}
    return tuple(
        _part(name, table["title"], table[whose])
        for name, table in tables.items()
        if whose in table
    )


@cache
def tree() -> Mapping[str, Any]:
    """The file as it is."""
    text = files("core.privacy").joinpath("catalogue.toml").read_text(encoding="utf-8")
    return tomllib.loads(text)


def _part(table: str, title: str, part: Mapping[str, Any]) -> Part:
    erase = part.get("erase")
    values = cast("Mapping[str, str]", {} if erase == "delete" else erase)
    return Part(
        table=table,
        title=title,
        where=_sql(part["where"]),
        reach=_either(part["where"], part.get("also")),
        order=_sql(part.get("order", "1")),
        columns=tuple(_column(name, told) for name, told in part["columns"].items()),
        erase=None
        if erase is None
        else {name: _value(name, value) for name, value in values.items()},
    )


def _either(where: str, also: str | None) -> Composed:
    conditions = [_sql(one) for one in (where, also) if one is not None]
    return SQL(" OR ").join(SQL("({})").format(one) for one in conditions)


def _column(name: str, told: str | list[str]) -> Column:
    if isinstance(told, str):
        return Column(name, Composed([Identifier(name)]), told)
    source, title = told
    return Column(name, _sql(source), title)


def _value(column: str, value: str) -> SQL | Composed:
    if value == "alias":
        return SQL(ALIAS).format(column=Identifier(column))
    return _sql(value)


def _sql(text: str) -> SQL:
    # A file of the installed package: as literal as the code itself.
    return SQL(cast("LiteralString", text))

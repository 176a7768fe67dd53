"""Load the named SQL statements of a package's ``queries.sql``."""

import re
from functools import cache
from importlib.resources import files
from typing import LiteralString, cast

from psycopg.sql import SQL

_HEADER = re.compile(r"^-- name: (?P<name>[a-z0-9_]+)\s*$", re.MULTILINE)


@cache
def load(package: str) -> dict[str, SQL]:
    """Statements of ``package/queries.sql`` by name.

    A statement begins at ``-- name: its_name`` and ends at the next such line;
    the comment lines below the header describe it.

    Raises
    ------
    ValueError
        If a name occurs twice.
    """
    text = files(package).joinpath("queries.sql").read_text(encoding="utf-8")
    headers = list(_HEADER.finditer(text))
    ends = [header.start() for header in headers[1:]] + [len(text)]
    queries: dict[str, SQL] = {}
    for header, end in zip(headers, ends, strict=True):
        if header["name"] in queries:
            raise ValueError(f"{package}/queries.sql names {header['name']} twice")
        # The file is part of the installed package: as literal as the code itself.
        body = cast("LiteralString", text[header.end() : end].strip())
        queries[header["name"]] = SQL(body)
    return queries

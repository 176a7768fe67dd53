"""Pack fixed-width columns as PostgreSQL's binary COPY format, all rows at once."""

from collections.abc import Mapping
from typing import Any, Final

import numpy as np
from numpy.typing import NDArray
from psycopg import Connection, sql

EPOCH_2000_US: Final = 946_684_800_000_000
NEVER: Final = int(np.iinfo(np.int64).min)
"""An instant that is not there; PostgreSQL reads it as ``-infinity``."""
_HEADER: Final = b"PGCOPY\n\xff\r\n\0" + bytes(8)
_TRAILER: Final = b"\xff\xff"


class Copy:
    """COPY into one table, of columns whose width never varies.

    Parameters
    ----------
    table : name of the table.
    columns : big-endian numpy type of each column, by its name: ``>i2 >i4 >i8`` are
        smallint, integer, bigint and timestamptz (microseconds since 2000), ``>f4
        >f8`` real and double precision, ``u1`` boolean, ``V16`` uuid, ``V…`` bytea.
    """

    def __init__(self, table: str, columns: Mapping[str, str]) -> None:
        self._widths = {name: np.dtype(kind).itemsize for name, kind in columns.items()}
        parts: list[tuple[str, str]] = [("fields", ">i2")]
        for name, kind in columns.items():
            parts += [(f"{name} width", ">i4"), (name, kind)]
        self._record = np.dtype(parts)
        self._statement = sql.SQL("COPY {} ({}) FROM STDIN (FORMAT BINARY)").format(
            sql.Identifier(table), sql.SQL(", ").join(map(sql.Identifier, columns))
        )

    def write(self, conn: Connection, columns: Mapping[str, NDArray[Any]]) -> None:
        """Add one row for each element of the columns, all of one length."""
        rows = np.empty(len(next(iter(columns.values()))), self._record)
        rows["fields"] = len(self._widths)
        for name, width in self._widths.items():
            rows[f"{name} width"] = width
            rows[name] = columns[name]
        with conn.cursor() as cursor, cursor.copy(self._statement) as copy:
            copy.write(_HEADER + rows.tobytes() + _TRAILER)


def instants(unix_us: NDArray[np.int64]) -> NDArray[np.int64]:
    """Microseconds since 1970 as timestamptz; NEVER stays NEVER."""
    return np.where(unix_us == NEVER, NEVER, unix_us - EPOCH_2000_US)

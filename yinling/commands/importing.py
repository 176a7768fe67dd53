"""`yinling import | export`: a whole street in and out of the database."""

import csv
import io
import os
from collections.abc import Callable, Mapping
from contextlib import suppress
from datetime import datetime
from pathlib import Path
from typing import Final, TypeVar

from psycopg import Connection

from api.registry import wearing
from core import database, statistics
from core.clock import SystemClock
from core.errors import InvalidError, UnavailableError, UsageError
from core.exchange import exporting, imports, sources, writing
from core.exchange.cells import Context
from core.exchange.imports import Circumstances, Reading
from core.exchange.plan import Plan
from core.exchange.planning.state import Author, Wish
from core.exchange.snapshot import snapshot
from core.model import Role
from core.settings import Settings
from simulators import street
from yinling.commands.records import database_url
from yinling.files import write_privately

OPERATOR: Final = Author(
    id=None,
    name="command line",
    is_admin=True,
    root=None,
    may_grant=Role.ADMIN.__ne__,
)
"""Whoever may run commands on this machine."""
LONGEST_STATEMENT_S: Final = 120.0
T = TypeVar("T")


def read(settings: Settings, path: Path, kind: str | None) -> Reading:
    """Read a file's tables.

    Raises
    ------
    InvalidError
        If it cannot be read at all.
    """
    return imports.read(sources.open_path(path, Context(settings.zone), kind))


def look(settings: Settings, reading: Reading, wish: Wish) -> Plan:
    """What a file would change; nothing is written."""

    def plan(connection: Connection, at: Circumstances) -> Plan:
        return imports.look(connection, reading, OPERATOR, wish, at)

    return _within(settings, plan)


def apply(
    settings: Settings,
    reading: Reading,
    wish: Wish,
    digest: str | None,
    keep: Callable[[Mapping[str, str]], None],
) -> tuple[Plan, bool]:
    """Import a file, all or nothing; the plan, and whether it was applied.

    Parameters
    ----------
    digest : of the plan that was agreed to.
    keep : takes the passwords of new wristbands, before anything is committed.
    """

    def change(connection: Connection, at: Circumstances) -> tuple[Plan, bool]:
        made, done = imports.carry_out(
            connection, reading, OPERATOR, wish, at, digest=digest
        )
        if done is None:
            return made, False
        wearing.clear(connection, done.ended, at.now)
        if done.passwords:
            keep(done.passwords)
        return made, True

    made, applied = _within(settings, change)
    if applied:
        with suppress(UnavailableError):
            _within(settings, lambda connection, _: statistics.analyze(connection))
    return made, applied


def keep_passwords(path: Path, passwords: Mapping[str, str]) -> None:
    """Write wristbands' passwords into a new file that nobody else may read."""
    text = io.StringIO(newline="")
    writer = csv.writer(text)
    writer.writerow(("device_id", "password"))
    writer.writerows(passwords.items())
    descriptor = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
    with os.fdopen(descriptor, "w", encoding="utf-8", newline="") as file:
        file.write(text.getvalue())


def refuse_existing(path: Path) -> None:
    """A file of passwords is never written over.

    Raises
    ------
    UsageError
        If there is one already, or nowhere to put it.
    """
    if path.exists():
        raise UsageError(f"{path} exists already: name a new file for the passwords")
    if not path.parent.is_dir():
        raise UsageError(f"there is no folder {path.parent}")


def export(settings: Settings, path: Path, *, contacts: bool) -> dict[str, int]:
    """Write the registry to a workbook, a zip or a folder of CSV files; rows by table.

    Raises
    ------
    InvalidError
        If the path says none of them.
    """

    def gather(connection: Connection, _at: Circumstances) -> dict[str, int]:
        tables = exporting.tables(snapshot(connection, None), contacts=contacts)
        if path.suffix.lower() == ".xlsx":
            write_privately(path, writing.workbook(tables, settings.zone))
        else:
            files = writing.csv_files(tables, settings.zone)
            _write_csv(path, files)
        return {key: len(rows) for key, rows in tables.items()}

    return _within(settings, gather)


def write_template(path: Path) -> None:
    """Write the workbook to fill in."""
    write_privately(path, writing.template())


def write_invented(path: Path, seed: int) -> None:
    """Write a whole invented street, to try things out with."""
    write_privately(path, street.write(street.draw(seed=seed)))


def _write_csv(path: Path, files: Mapping[str, bytes]) -> None:
    if path.suffix.lower() == ".zip":
        write_privately(path, writing.zipped(files))
    elif path.suffix:
        raise InvalidError(f"{path.name}: give a name.xlsx, a name.zip or a folder")
    else:
        path.mkdir(mode=0o700, parents=True, exist_ok=True)
        for name, content in files.items():
            write_privately(path / name, content)


def _within(settings: Settings, act: Callable[[Connection, Circumstances], T]) -> T:
    now: datetime = SystemClock().now()
    at = Circumstances(now, settings.zone, tuple(settings.notify_hosts))
    url = database_url(settings)
    with database.connect(url, "import", LONGEST_STATEMENT_S) as connection:
        return act(connection, at)

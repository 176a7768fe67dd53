"""Importing a street's tables through the API: read safely, planned, refused or applied."""

import threading
from collections.abc import Generator
from contextlib import contextmanager, suppress
from datetime import datetime
from typing import Any, Final, NamedTuple

import psycopg
from fastapi import Request
from starlette.datastructures import UploadFile

from api import audit
from api.deps import Services
from api.errors import TooManyError
from api.principal import Principal
from api.registry import wearing
from core import statistics
from core.errors import ForbiddenError
from core.exchange import exporting, imports, sources, writing
from core.exchange.cells import Context
from core.exchange.faults import FileError
from core.exchange.imports import Circumstances
from core.exchange.plan import Plan
from core.exchange.planning.state import Author, Wish
from core.exchange.snapshot import snapshot

_one_at_a_time: Final = threading.BoundedSemaphore(1)
MOST_FIELD_BYTES: Final = 1024


class Upload(NamedTuple):
    """A file as it was sent, with the other fields of its form."""

    name: str
    content: bytes
    fields: dict[str, str]


class Outcome(NamedTuple):
    """What an import would do or did; passwords of new wristbands, shown this once."""

    plan: Plan
    applied: bool
    passwords: dict[str, str]


class Order(NamedTuple):
    """What whoever imports wants.

    Attributes
    ----------
    digest : of the plan that was looked at; anything else is refused.
    """

    dry_run: bool
    vouch: bool = False
    digest: str | None = None


async def uploaded(request: Request) -> Upload:
    """The file of a request: a form's field ``file``, or the whole body.

    Called after the asker is known: nobody else makes the service read a large body.

    Raises
    ------
    FileError
        If there is none.
    """
    kind = request.headers.get("content-type", "").partition(";")[0].strip().lower()
    if kind != "multipart/form-data":
        name = request.query_params.get("name", "")
        return Upload(name, await request.body(), {})
    async with request.form(
        max_files=1, max_fields=8, max_part_size=MOST_FIELD_BYTES
    ) as form:
        fields = {k: v for k, v in form.items() if isinstance(v, str)}
        file = form.get("file")
        if not isinstance(file, UploadFile) or not file.filename:
            raise FileError("file.none")
        return Upload(file.filename, await file.read(), fields)


def carry_out(
    own: Services, principal: Principal, upload: Upload, order: Order, now: datetime
) -> Outcome:
    """Plan an uploaded file, and apply it where that is wanted and nothing is wrong.

    Raises
    ------
    ForbiddenError
        If the asker may not import, or not vouch.
    FileError
        If the file cannot be read at all.
    ConflictError
        If the registry is not any more as it was when somebody looked.
    TooManyError
        While somebody else imports.
    """
    principal.require_managing()
    if order.vouch and not principal.is_admin:
        raise ForbiddenError("only an administrator may vouch for contacts")
    with _turn():
        zone = own.settings.zone
        reading = imports.read(
            sources.open_bytes(upload.name, upload.content, Context(zone))
        )
        at = Circumstances(now, zone, tuple(own.settings.notify_hosts))
        wish = Wish(vouch=order.vouch, keeps_passwords=True)
        author = author_of(principal)
        with own.pool.connection() as connection:
            if order.dry_run:
                plan = imports.look(connection, reading, author, wish, at)
                return Outcome(plan, False, {})
            plan, done = imports.carry_out(
                connection, reading, author, wish, at, digest=order.digest
            )
            if done is None:
                return Outcome(plan, False, {})
            wearing.clear(connection, done.ended, now)
        with suppress(psycopg.Error), own.pool.connection() as connection:
            statistics.analyze(connection)
        return Outcome(plan, True, done.passwords)


def author_of(principal: Principal) -> Author:
    """What the asker may change: everything, or what lies at or below their place."""
    return Author(
        id=principal.id,
        name=principal.name,
        is_admin=principal.is_admin,
        root=None if principal.is_admin else principal.place_id,
        may_grant=principal.outranks_or_equals,
        address=principal.address,
    )


def export(own: Services, principal: Principal, now: datetime) -> bytes:
    """The registry at or below the asker's place as a workbook, without addresses."""
    principal.require_managing()
    root = author_of(principal).root
    with own.pool.connection() as connection:
        tables = exporting.tables(snapshot(connection, root), contacts=False)
        counts: dict[str, Any] = {key: len(rows) for key, rows in tables.items()}
        audit.record(
            connection, principal, now, "registry.export", "registry", None,
            detail=counts,
        )  # fmt: skip
    return writing.workbook(tables, own.settings.zone)


@contextmanager
def _turn() -> Generator[None]:
    """Planning takes seconds of a core: one at a time."""
    if not _one_at_a_time.acquire(blocking=False):
        raise TooManyError("somebody else is importing: try again", 10)
    try:
        yield
    finally:
        _one_at_a_time.release()

"""`yinling person invite --all | codes`: a whole place is brought in, then put on paper."""

import csv
import io
from collections.abc import Callable, Iterator, Sequence
from datetime import datetime
from pathlib import Path
from typing import Final
from uuid import UUID

from psycopg import Connection

from api.cards import fonts, slips
from api.duty import coverage
from core import proofs
from core.clock import SystemClock
from core.errors import NotFoundError, UsageError
from core.exchange.writing import harmless
from core.registry import joining
from core.registry.joining import Circle, Held, Joining
from core.secrets import signing_key
from core.settings import Settings
from yinling.commands import records
from yinling.files import write_privately

WHO: Final = {"staff": joining.STAFF, "relatives": joining.RELATIVES}
MOST_HELD: Final = 20_000
COLUMNS: Final = ("place", "name", "role", "phone", "relative_of", "url", "expires_at")


def circle(settings: Settings, place_id: UUID | None, who: str) -> Circle:
    """The people of a place whom the command line may bring in: all of them.

    Raises
    ------
    NotFoundError
        If there is no such place.
    """

    def look(connection: Connection, _: datetime) -> None:
        if place_id is not None and not coverage.is_place(connection, place_id):
            raise NotFoundError(f"no such place: {place_id}")

    records.in_transaction(settings, look)
    return Circle(place_id, WHO[who])


def progress(settings: Settings, meant: Circle) -> Joining:
    """How many have a login, an invitation, neither; how many contacts wait."""
    return records.in_transaction(
        settings, lambda connection, now: joining.progress(connection, meant, now)
    )


def invite(settings: Settings, meant: Circle) -> Iterator[int]:
    """Invite everybody who has neither login nor invitation, some at a time."""

    def some(connection: Connection, now: datetime) -> int:
        made = joining.invite_some(connection, meant, None, now)
        for one in made:
            records.audit(connection, now, "person.invite", str(one.person_id))
        return len(made)

    return _until_none_is_left(settings, some)


def send_codes(settings: Settings, meant: Circle) -> Iterator[int]:
    """Send a code to every contact that waits for one, some at a time."""

    def some(connection: Connection, now: datetime) -> int:
        sent = joining.send_some_codes(connection, meant, now)
        for contact_id in sent:
            records.audit(connection, now, "contact.send_code", str(contact_id))
        return len(sent)

    return _until_none_is_left(settings, some)


def write_sheet(settings: Settings, meant: Circle, path: Path) -> int:
    """Write the open invitations into a PDF of slips, or a CSV; how many.

    Raises
    ------
    UsageError
        If the path says neither.
    """
    check_sheet(path)

    def read(connection: Connection, now: datetime) -> list[Held]:
        found = joining.held(connection, meant, now, MOST_HELD)
        where = str(meant.place_id or "everywhere")
        records.audit(connection, now, "person.read_invitations", where)
        return found

    found = records.in_transaction(settings, read)
    base, key = records.reached_at(settings), signing_key(settings)
    if path.suffix.lower() == ".csv":
        write_privately(path, _csv(found, base, key))
    else:
        at = SystemClock().now().astimezone(settings.zone)
        font = fonts.find(settings.font)
        write_privately(path, slips.sheets(slips.of(found, base, key), font, at))
    return len(found)


def check_sheet(path: Path) -> None:
    """Refuse a path that is neither a PDF nor a CSV."""
    if path.suffix.lower() not in {".pdf", ".csv"}:
        raise UsageError(f"{path.name}: give a name.pdf or a name.csv")


def _csv(found: Sequence[Held], base: str, key: bytes) -> bytes:
    text = io.StringIO(newline="")
    writer = csv.writer(text)
    writer.writerow(COLUMNS)
    for one in found:
        url = proofs.invitation_url(base, key, one.id)
        place, until = " ".join(one.place), one.expires_at.isoformat()
        row = (place, one.name, one.role, one.phone, one.senior, url, until)
        writer.writerow([harmless(cell or "") for cell in row])
    return text.getvalue().encode("utf-8-sig")


def _until_none_is_left(
    settings: Settings, some: Callable[[Connection, datetime], int]
) -> Iterator[int]:
    """So many were done so far, after each transaction."""
    done = 0
    while more := records.in_transaction(settings, some):
        done += more
        yield done

"""Proving that a contact reaches its owner: a code is sent there and typed in here."""

from collections.abc import Sequence
from datetime import datetime, timedelta
from enum import StrEnum
from math import ceil
from typing import NamedTuple
from uuid import UUID

from psycopg import Connection

from core import messages, proofs
from core.database import Row
from core.errors import NotFoundError
from core.ids import new_id
from core.queries import load
from core.registry.rows import every, one

LASTS = timedelta(minutes=15)
MOST_WRONG = 5
A_DAY = timedelta(days=1)


class Most(NamedTuple):
    """So many codes within any such span."""

    codes: int
    within: timedelta


TO_A_CONTACT = (Most(2, timedelta(minutes=1)), Most(5, timedelta(hours=1)))
TO_A_PERSON = (Most(20, A_DAY),)
"""To all of a person's contacts together."""


class Code(NamedTuple):
    """What came of the wish for a code.

    Attributes
    ----------
    expires_at : until when the newest code holds; None where there is none.
    wait_s : how long until another may be sent; 0 where one was sent just now [s].
    """

    expires_at: datetime | None
    wait_s: int


class Verdict(StrEnum):
    """What came of a typed code."""

    VERIFIED = "verified"
    ALREADY = "already"
    WRONG = "wrong"
    SPENT = "spent"
    """Wrong as often as allowed: a new code is needed."""
    NONE = "none"
    """No code holds: none was sent, it expired, or its tries are spent."""


class SentCode(NamedTuple):
    """A code that was sent."""

    contact_id: UUID
    created_at: datetime


def send_code(
    conn: Connection, contact_id: UUID, now: datetime, lasts: timedelta = LASTS
) -> Code:
    """Send a new code to an unverified contact unless too many went before.

    Older codes of the contact no longer hold. The digits are in no table.

    Parameters
    ----------
    lasts : longer than :data:`LASTS` where its owner did not ask for it.

    Raises
    ------
    NotFoundError
        If there is no such contact.
    """
    person_id = _lock(conn, contact_id)["person_id"]
    values = {"person_id": person_id, "since": now - A_DAY, "contact_id": contact_id}
    sent = [SentCode(**row) for row in every(conn, "codes_sent", values)]
    wait_s = seconds_to_wait(sent, contact_id, now)
    if wait_s:
        return Code(holds_until(conn, contact_id, now), wait_s)
    code_id, expires_at = new_id(), now + lasts
    conn.execute(
        load("core")["add_code"],
        values | {"id": code_id, "now": now, "expires_at": expires_at},
    )
    conn.execute(load("core")["forget_codes"], values)
    messages.tell_contact(
        conn,
        "contact_code",
        contact_id,
        now,
        content={
            "code_id": str(code_id),
            "expires_at": expires_at.isoformat(),
            "unasked": lasts > LASTS,
        },
        expires_at=expires_at,
    )
    return Code(expires_at, 0)


def holds_until(conn: Connection, contact_id: UUID, now: datetime) -> datetime | None:
    """Until when a code that was sent to a contact holds; None where none does."""
    newest = one(conn, "newest_code", {"contact_id": contact_id})
    return newest["expires_at"] if newest and _holds(newest, now) else None


def seconds_to_wait(sent: Sequence[SentCode], contact_id: UUID, now: datetime) -> int:
    """How long no code may be sent to a contact [s].

    Parameters
    ----------
    sent : the person's codes of the last day, newest first.
    """
    to_person = [one.created_at for one in sent]
    to_contact = [one.created_at for one in sent if one.contact_id == contact_id]
    until = max(
        _free_again(to_contact, TO_A_CONTACT, now),
        _free_again(to_person, TO_A_PERSON, now),
    )
    return ceil((until - now).total_seconds())


def _free_again(
    sent: Sequence[datetime], limits: Sequence[Most], now: datetime
) -> datetime:
    """When one more is within the limits; `sent` is newest first."""
    full = [each for each in limits if len(sent) >= each.codes]
    return max([now, *(sent[each.codes - 1] + each.within for each in full)])


def confirm(
    conn: Connection, key: bytes, contact_id: UUID, digits: str, now: datetime
) -> tuple[Verdict, int]:
    """Hold typed digits against the newest code; right ones verify the contact.

    Commit also what is wrong: tries are counted.

    Returns
    -------
    The verdict, and how many tries are left.
    """
    if _lock(conn, contact_id)["verified_at"] is not None:
        return Verdict.ALREADY, 0
    code = one(conn, "newest_code", {"contact_id": contact_id})
    if code is None or not _holds(code, now):
        return Verdict.NONE, 0
    if proofs.is_contact_code(key, code["id"], digits):
        verify(conn, contact_id, now)
        return Verdict.VERIFIED, 0
    conn.execute(load("core")["count_wrong_code"], {"id": code["id"]})
    left = MOST_WRONG - code["wrong"] - 1
    return (Verdict.WRONG if left else Verdict.SPENT), left


def verify(conn: Connection, contact_id: UUID, now: datetime) -> None:
    """Have a contact told from now on."""
    conn.execute(load("core")["verify_contact"], {"id": contact_id, "now": now})


def _holds(code: Row, now: datetime) -> bool:
    return code["expires_at"] > now and code["wrong"] < MOST_WRONG


def _lock(conn: Connection, contact_id: UUID) -> Row:
    """The contact, with its person locked: codes are sent and tried one by one."""
    row = one(conn, "lock_contact", {"id": contact_id})
    if row is None:
        raise NotFoundError("no such contact")
    return row

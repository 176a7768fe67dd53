"""What seniors agreed to, purpose by purpose: recorded, withdrawn, and acted upon."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from typing import Final, Literal, NamedTuple
from uuid import UUID

from psycopg import Connection

from core.database import Row
from core.errors import InvalidError, NotFoundError
from core.ids import new_id
from core.model import Scope
from core.privacy.rows import every, one
from core.queries import load
from core.registry.changes import note_senior_changed

REGISTRATION: Final = "registration"
"""The form of a consent that came with the registry's own call, not on a form of ours."""


class Purpose(StrEnum):
    """What may be agreed to, each by itself (PIPL, articles 14, 23 and 29)."""

    HEALTH = "health"
    """That vital signs are judged and shown."""
    LOCATION = "location"
    """That staff see where the senior is at any time, and not in an emergency only."""
    FAMILY = "family"
    """That one relative sees what the link's scopes name."""


class Recorder(NamedTuple):
    """Who writes a consent down; without an id the command line or an import."""

    id: UUID | None
    name: str


@dataclass(frozen=True, slots=True)
class Declaration:
    """What a senior, or who speaks for them, said.

    Attributes
    ----------
    given : False withdraws.
    given_by : a ``guardian`` says who they are and why they speak for the senior.
    text_version : of the form that was read out or signed.
    person_id : the relative, for the purpose family only.
    """

    purpose: Purpose
    given: bool
    given_by: Literal["senior", "guardian"] = "senior"
    guardian: str | None = None
    reason: str | None = None
    text_version: str = REGISTRATION
    person_id: UUID | None = None


def declare(
    conn: Connection,
    senior_id: UUID,
    said: Declaration,
    recorder: Recorder,
    now: datetime,
) -> UUID:
    """Record a declaration and act upon it; in force everywhere within 5 s.

    Raises
    ------
    NotFoundError
        If there is no such senior, or the relative is not linked to them.
    InvalidError
        If a guardian gives no reason, or the purpose and the relative do not agree.
    """
    _check(said)
    queries = load("core.privacy")
    if one(conn, "lock_senior", {"senior_id": senior_id}) is None:
        raise NotFoundError("no such senior")
    values: dict[str, object] = {
        "id": new_id(),
        "senior_id": senior_id,
        "purpose": said.purpose,
        "person_id": said.person_id,
        "scopes": _scopes(conn, senior_id, said) if said.person_id else None,
        "given": said.given,
        "given_by": said.given_by,
        "guardian": said.guardian,
        "reason": said.reason,
        "text_version": said.text_version,
        "recorded_by": recorder.id,
        "recorded_by_name": recorder.name,
        "now": now,
    }
    conn.execute(queries["add_consent"], values)
    if said.purpose is not Purpose.FAMILY or not said.given:
        conn.execute(queries[f"follow_{said.purpose}"], values)
    if said.purpose is Purpose.HEALTH and not said.given:
        conn.execute(queries["forget_latest_vitals"], values)
        conn.execute(queries["forget_urgent_vitals"], values)
        conn.execute(queries["forget_usual"], values)
    note_senior_changed(conn, senior_id, now)
    return values["id"]  # pyright: ignore[reportReturnType]


def registered(
    conn: Connection,
    senior_id: UUID,
    recorder: Recorder,
    now: datetime,
    *,
    health: bool = True,
) -> None:
    """Write down the consents that came with a registration."""
    if not health:
        values = {"senior_id": senior_id, "given": False}
        conn.execute(load("core.privacy")["follow_health"], values)
    record_card(conn, [senior_id], recorder, now)


def record_card(
    conn: Connection, senior_ids: Iterable[UUID], recorder: Recorder, now: datetime
) -> int:
    """Write down the consents that cards and links say and the history does not.

    Whoever registers, imports, changes or links calls this in the same transaction.

    Returns
    -------
    How many declarations were added.
    """
    found = every(conn, "unrecorded", {"senior_ids": list(senior_ids)})
    common: dict[str, object] = {
        "given_by": "senior",
        "guardian": None,
        "reason": None,
        "text_version": REGISTRATION,
        "recorded_by": recorder.id,
        "recorded_by_name": recorder.name,
        "now": now,
    }
    if found:
        said = [row | common | {"id": new_id()} for row in found]
        with conn.cursor() as cursor:
            cursor.executemany(load("core.privacy")["add_consent"], said)
    return len(found)


def history(
    conn: Connection,
    senior_id: UUID,
    *,
    before: tuple[datetime, UUID] | None = None,
    limit: int = 1000,
    only: UUID | None = None,
) -> list[Row]:
    """A senior's declarations, newest first; each says whether it is the newest."""
    before_at, before_id = before or (None, None)
    values = {"senior_id": senior_id, "id": only, "limit": limit}
    values |= {"before_at": before_at, "before_id": before_id}
    return every(conn, "consents", values)


def _check(said: Declaration) -> None:
    if (said.purpose is Purpose.FAMILY) != (said.person_id is not None):
        raise InvalidError("the purpose family names a relative, no other does")
    if said.given_by == "guardian" and not (said.reason and said.guardian):
        raise InvalidError("say who speaks for the senior, and why", "reason")


def _scopes(conn: Connection, senior_id: UUID, said: Declaration) -> list[Scope]:
    values = {"senior_id": senior_id, "person_id": said.person_id}
    row = one(conn, "linked", values)
    if row is None:
        raise NotFoundError("this relative is not linked to the senior")
    return row["scopes"]

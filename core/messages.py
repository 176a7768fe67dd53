"""Puts what people are told that is no alert into the outbox: codes, gaps, digests."""

from collections.abc import Mapping, Sequence
from datetime import datetime
from uuid import UUID

from psycopg import Connection
from psycopg.types.json import Jsonb

from core import queries
from core.ids import new_id

OUTBOX_CHANNEL = "yinling_outbox"
NOTHING = (None, None, None)
"""Neither a senior nor a place nor an alert."""


def tell(
    conn: Connection,
    kind: str,
    people: Sequence[UUID],
    now: datetime,
    *,
    content: Mapping[str, object] | None = None,
    senior_id: UUID | None = None,
    place_id: UUID | None = None,
    alert_id: UUID | None = None,
    expires_at: datetime | None = None,
    key: str | None = None,
    urgent: bool = False,
    rings: bool = True,
) -> UUID | None:
    """Tell people something at their verified contacts, in the caller's transaction.

    Parameters
    ----------
    kind : names its words, one of ``alerts.notify.wordings``.
    people : who is told, each once.
    content : what its words are filled in with; instants as RFC 3339 strings.
    senior_id, place_id, alert_id : what it is about.
    expires_at : it is not told from then on.
    key : told once only, however often this is called with the same key.
    urgent : sent before other things and until it is delivered or expires.
    rings : whether phones ring for it; else only those of people who have no contact
        that is written to.

    Returns
    -------
    Id of the message, None where its key was used before.
    """
    about = (senior_id, place_id, alert_id)
    message_id = _add(conn, kind, now, content or {}, about, expires_at, key)
    if message_id is None:
        return None
    values = {"id": message_id, "people": list(people), "now": now}
    values |= {"urgent": urgent, "rings": rings}
    conn.execute(queries.load("core")["tell_people"], values)
    _wake(conn)
    return message_id


def tell_contact(
    conn: Connection,
    kind: str,
    contact_id: UUID,
    now: datetime,
    *,
    content: Mapping[str, object],
    expires_at: datetime,
) -> UUID:
    """Send to one contact, verified or not: a code that is to prove it."""
    message_id = _add(conn, kind, now, content, NOTHING, expires_at)
    if message_id is None:
        raise AssertionError("a message without a key is always new")
    values = {"id": message_id, "contact_id": contact_id, "now": now}
    conn.execute(queries.load("core")["tell_contact"], values)
    _wake(conn)
    return message_id


def _add(  # noqa: PLR0917 - a row's columns
    conn: Connection,
    kind: str,
    now: datetime,
    content: Mapping[str, object],
    about: tuple[UUID | None, UUID | None, UUID | None],
    expires_at: datetime | None,
    key: str | None = None,
) -> UUID | None:
    senior_id, place_id, alert_id = about
    row = conn.execute(
        queries.load("core")["add_message"],
        {
            "id": new_id(),
            "kind": kind,
            "key": key,
            "senior_id": senior_id,
            "place_id": place_id,
            "alert_id": alert_id,
            "content": Jsonb(dict(content)),
            "expires_at": expires_at,
            "now": now,
        },
    ).fetchone()
    return row[0] if row else None


def _wake(conn: Connection) -> None:
    """Wake the sender once the transaction commits."""
    conn.execute(queries.load("core")["wake_outbox"], {"channel": OUTBOX_CHANNEL})

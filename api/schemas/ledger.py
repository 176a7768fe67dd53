"""What administrators look up."""

from datetime import datetime
from typing import Any
from uuid import UUID

from api.schemas.base import Answer, Fault


class RejectedItem(Answer):
    """A rejected message or element; `index` is null for a whole message.

    A payload that is not UTF-8 is a base64 data URL.
    """

    id: UUID
    topic: str
    index: int | None
    reasons: list[Fault]
    payload: str
    first_at: datetime
    count: int


class RejectedList(Answer):
    """A page of rejected items, newest first."""

    items: list[RejectedItem]
    next_cursor: str | None


class AuditActor(Answer):
    """Who did it, as they were called then."""

    id: UUID | None
    name: str


class AuditEntry(Answer):
    """Who saw or did what."""

    id: UUID
    at: datetime
    actor: AuditActor
    action: str
    object_type: str
    object_id: str | None
    senior_id: UUID | None
    detail: dict[str, Any]
    address: str | None


class AuditList(Answer):
    """A page of the audit log, newest first."""

    items: list[AuditEntry]
    next_cursor: str | None


class LedgerHead(Answer):
    """The ledger's last entry, `head` as `position:hash`, and what waits behind it."""

    position: int
    head: str
    waiting: int
    waiting_s: float

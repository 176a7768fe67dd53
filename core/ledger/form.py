"""How a row is written down before it is hashed: the same bytes now and in ten years."""

import json
from enum import StrEnum
from hashlib import sha256
from typing import Final

SALT_BYTES: Final = 16


class Source(StrEnum):
    """The tables whose rows the ledger holds."""

    ALERT = "alert"
    ALERT_EVENT = "alert_event"
    MESSAGE = "message"
    NOTIFICATION = "notification"
    ATTEMPT = "notification_attempt"
    RECEIPT = "notification_receipt"
    AUDIT = "audit_log"
    VISIT = "visit"
    CONSENT = "consent"
    RULES = "rule_set"
    POLICIES = "escalation_policy"
    ERASURE = "ledger_erasure"


PRESENT_FORM: Final = 1
"""The form that new entries are sealed in; older ones keep theirs."""
COLUMNS: Final[dict[int, dict[Source, tuple[str, ...]]]] = {
    1: {
        Source.ALERT: (
            "id", "senior_id", "place_id", "device_id", "kind", "drill", "canary",
            "observed_at", "opened_at",
        ),
        Source.ALERT_EVENT: (
            "position", "id", "alert_id", "at", "event", "actor", "detail",
        ),
        Source.MESSAGE: (
            "id", "kind", "key", "senior_id", "place_id", "alert_id", "content",
            "expires_at", "created_at",
        ),
        Source.NOTIFICATION: (
            "id", "alert_id", "absence_id", "message_id", "person_id", "contact_id",
            "step", "after_id", "urgent", "created_at",
        ),
        Source.ATTEMPT: ("id", "notification_id", "at", "status", "answer"),
        Source.RECEIPT: ("id", "notification_id", "kind", "at"),
        Source.AUDIT: (
            "position", "id", "at", "actor_id", "actor_name", "action", "object_type",
            "object_id", "senior_id", "detail", "address",
        ),
        Source.VISIT: (
            "id", "senior_id", "place_id", "person_id", "person_name", "at", "kind",
            "note", "found_well", "alert_id", "corrects_id", "created_at",
        ),
        Source.CONSENT: (
            "id", "senior_id", "purpose", "person_id", "scopes", "given", "given_by",
            "guardian", "reason", "text_version", "recorded_by", "recorded_by_name", "at",
        ),
        Source.RULES: (
            "revision", "id", "scope", "place_id", "senior_id", "format", "body",
            "figures", "note", "set_at", "set_by", "set_by_name",
        ),
        Source.POLICIES: (
            "revision", "id", "scope", "place_id", "format", "body", "policies", "note",
            "set_at", "set_by", "set_by_name",
        ),
        Source.ERASURE: ("id", "at", "by_id", "reason", "positions"),
    }
}  # fmt: skip
"""By form, what of a row never changes and is sealed; docs/accountability.md lists it."""
INSTANTS: Final = frozenset(
    {"at", "created_at", "expires_at", "observed_at", "opened_at", "set_at"}
)
"""Columns that are instants: written in UTC without a zone."""


def canonical(text: str) -> bytes:
    """A row's JSON in its one spelling.

    Keys are sorted by code point, nothing stands between the signs, text is UTF-8.

    Parameters
    ----------
    text : a JSON object, its keys the columns of the form.
    """
    value = json.loads(text)
    return json.dumps(
        value, sort_keys=True, separators=(",", ":"), ensure_ascii=False
    ).encode()


def digest(salt: bytes, text: str) -> bytes:
    """SHA-256 of the salt and the row's canonical bytes, (32,) bytes."""
    return sha256(salt + canonical(text)).digest()

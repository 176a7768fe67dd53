"""Identifiers: UUIDv7, so that ids sort by the time they were made."""

from uuid import UUID

from uuid_utils.compat import uuid7


def new_id() -> UUID:
    """Make a fresh UUIDv7 (RFC 9562) as a standard :class:`uuid.UUID`."""
    return uuid7()

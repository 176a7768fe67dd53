"""Tokens of the links in notifications: which notification, proven by a signature."""

import base64
import binascii
import hashlib
import hmac
from uuid import UUID

_SIGNATURE_BYTES = 16
PURPOSE = b"yinling notification link 1:"
RECEIPT = b"yinling notification receipt 1:"
"""Tokens of one purpose do nothing else: a receipt's acknowledges no alert."""


def sign(key: bytes, notification_id: UUID, purpose: bytes = PURPOSE) -> str:
    """A URL-safe token of 43 characters that names the notification and nothing else.

    Parameters
    ----------
    key : the service's signing key.
    notification_id : whose links these are.
    purpose : what the token is good for.
    """
    whole = notification_id.bytes + _signature(key, notification_id, purpose)
    return base64.urlsafe_b64encode(whole).rstrip(b"=").decode()


def verify(key: bytes, token: str, purpose: bytes = PURPOSE) -> UUID | None:
    """The notification a token was made for; None where it was not made with `key`."""
    padding = "=" * (-len(token) % 4)
    try:
        whole = base64.b64decode(token + padding, altchars=b"-_", validate=True)
    except (binascii.Error, ValueError):
        return None
    if len(whole) != 16 + _SIGNATURE_BYTES:
        return None
    notification_id = UUID(bytes=whole[:16])
    if not hmac.compare_digest(whole[16:], _signature(key, notification_id, purpose)):
        return None
    return notification_id


def acknowledge_url(public_url: str, token: str) -> str:
    """Where a notification's reader acknowledges the alert."""
    return f"{public_url.rstrip('/')}/a/{token}"


def answer_url(public_url: str, token: str) -> str:
    """Where a message's reader answers what it asks."""
    return f"{public_url.rstrip('/')}/r/{token}"


def receipt_url(public_url: str, key: bytes, notification_id: UUID) -> str:
    """Where a gateway says that a notification was delivered, or read."""
    token = sign(key, notification_id, RECEIPT)
    base = f"{public_url.rstrip('/')}/v1/notifications/{notification_id}"
    return f"{base}/receipt?token={token}"


def location_url(public_url: str, token: str) -> str:
    """Where a notification's reader sees the senior's position while it is needed."""
    return f"{public_url.rstrip('/')}/l/{token}"


def _signature(key: bytes, notification_id: UUID, purpose: bytes) -> bytes:
    digest = hmac.new(key, purpose + notification_id.bytes, hashlib.sha256).digest()
    return digest[:_SIGNATURE_BYTES]

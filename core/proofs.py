"""Codes and links that prove something, made from a row's id and the service's key.

What proves is stored nowhere, so that no copy of the database gives it away: who sends
it and who checks it derive it alike.
"""

import base64
import binascii
import hashlib
import hmac
import unicodedata
from collections.abc import Mapping
from uuid import UUID

DIGITS = 6
_PURPOSE_CODE = b"yinling contact code 1:"
_PURPOSE_INVITATION = b"yinling invitation 1:"
_SIGNATURE_BYTES = 16


def contact_code(key: bytes, code_id: UUID) -> str:
    """The six digits of a code, as people read them: ``204 816``.

    Parameters
    ----------
    key : the service's signing key.
    code_id : row of ``contact_code``; its random bits make the code random.
    """
    digest = hmac.digest(key, _PURPOSE_CODE + code_id.bytes, hashlib.sha256)
    number = int.from_bytes(digest, "big") % 10**DIGITS
    text = f"{number:0{DIGITS}}"
    return f"{text[:3]} {text[3:]}"


def plain_code(typed: str) -> str | None:
    """The digits that somebody typed, however they spaced them; None if not six."""
    digits = "".join(unicodedata.normalize("NFKC", typed).replace("-", " ").split())
    return digits if len(digits) == DIGITS and digits.isdecimal() else None


def is_contact_code(key: bytes, code_id: UUID, digits: str) -> bool:
    """Whether `digits` are those of the code, in constant time."""
    right = contact_code(key, code_id).replace(" ", "")
    return hmac.compare_digest(right.encode(), digits.encode())


def invitation_url(public_url: str, key: bytes, invitation_id: UUID) -> str:
    """Where an invited person sets user name and password, once."""
    whole = invitation_id.bytes + _signature(key, invitation_id)
    token = base64.urlsafe_b64encode(whole).rstrip(b"=").decode()
    return f"{public_url.rstrip('/')}/invite/{token}"


def invitation_of(key: bytes, token: str) -> UUID | None:
    """The invitation a link's token names; None where it was not made with `key`."""
    try:
        whole = base64.b64decode(
            token + "=" * (-len(token) % 4), altchars=b"-_", validate=True
        )
    except (binascii.Error, ValueError):
        return None
    if len(whole) != 16 + _SIGNATURE_BYTES:
        return None
    invitation_id = UUID(bytes=whole[:16])
    if not hmac.compare_digest(whole[16:], _signature(key, invitation_id)):
        return None
    return invitation_id


def filled(
    content: Mapping[str, object], key: bytes, public_url: str
) -> dict[str, object]:
    """A message's content with the proofs that it names by id: ``code``, ``url``.

    ``enter_at`` is where a code is typed in.
    """
    whole = dict(content)
    code_id, invitation_id = content.get("code_id"), content.get("invitation_id")
    if isinstance(code_id, str):
        whole["code"] = contact_code(key, UUID(code_id))
        whole["enter_at"] = f"{public_url.rstrip('/')}/contacts"
    if isinstance(invitation_id, str):
        whole["url"] = invitation_url(public_url, key, UUID(invitation_id))
    return whole


def _signature(key: bytes, invitation_id: UUID) -> bytes:
    value = _PURPOSE_INVITATION + invitation_id.bytes
    return hmac.digest(key, value, hashlib.sha256)[:_SIGNATURE_BYTES]

"""Bearer tokens: signed, with an id to revoke and an end."""

import hashlib
import hmac
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from uuid import UUID

import jwt

from core.errors import UnauthenticatedError
from core.ids import new_id

_ALGORITHM = "HS256"
_ISSUER = "yinling"


@dataclass(frozen=True, slots=True)
class Token:
    """What a valid token says."""

    id: UUID
    person_id: UUID
    issued_at: datetime
    expires_at: datetime


class TokenSigner:
    """Makes and reads tokens with a key of their own, derived from the service's."""

    def __init__(self, key: bytes, lifetime: timedelta) -> None:
        self._key = hmac.digest(key, b"yinling bearer token", hashlib.sha256)
        self.lifetime = lifetime

    def issue(self, person_id: UUID, now: datetime) -> tuple[str, Token]:
        """A fresh token of a person, as text and as what it says."""
        token = Token(new_id(), person_id, now, now + self.lifetime)
        claims = {
            "iss": _ISSUER,
            "sub": str(person_id),
            "jti": str(token.id),
            "iat": now.timestamp(),
            "exp": token.expires_at.timestamp(),
        }
        return jwt.encode(claims, self._key, _ALGORITHM), token

    def read(self, text: str, now: datetime) -> Token:
        """What a token says, if it is ours and not over.

        Raises
        ------
        UnauthenticatedError
            Saying no more than that it is invalid.
        """
        try:
            claims = jwt.decode(
                text,
                self._key,
                [_ALGORITHM],
                issuer=_ISSUER,
                # The instants are compared with our own clock below.
                options={
                    "require": ["iss", "sub", "jti", "iat", "exp"],
                    "verify_exp": False,
                    "verify_iat": False,
                },
            )
            token = Token(
                id=UUID(claims["jti"]),
                person_id=UUID(claims["sub"]),
                issued_at=datetime.fromtimestamp(claims["iat"], UTC),
                expires_at=datetime.fromtimestamp(claims["exp"], UTC),
            )
        except (jwt.InvalidTokenError, ValueError, TypeError, OverflowError):
            raise UnauthenticatedError("the token is not valid") from None
        if token.expires_at <= now:
            raise UnauthenticatedError("the token has expired; log in again")
        return token

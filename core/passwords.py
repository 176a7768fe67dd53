"""People's passwords: which are allowed, and how they are kept (argon2id)."""

import secrets
from functools import cache
from importlib.resources import files

from argon2 import PasswordHasher
from argon2.exceptions import InvalidHashError, VerificationError

from core.errors import InvalidError

SHORTEST = 10
LONGEST = 128
# OWASP's second choice: 19 MiB, two passes, one lane; 20-40 ms on a small machine.
_HASHER = PasswordHasher(time_cost=2, memory_cost=19 * 1024, parallelism=1)


@cache
def _common() -> frozenset[str]:
    text = files("core").joinpath("common_passwords.txt").read_text(encoding="utf-8")
    return frozenset(line for line in text.splitlines() if not line.startswith("#"))


@cache
def _of_nobody() -> str:
    return _HASHER.hash(secrets.token_urlsafe(24))


def check(password: str) -> None:
    """Refuse what may not be a password: 10-128 characters, not a common one.

    Raises
    ------
    InvalidError
        With the field ``password``.
    """
    if not SHORTEST <= len(password) <= LONGEST:
        raise InvalidError(
            f"a password has {SHORTEST} to {LONGEST} characters", "password"
        )
    if password.casefold() in _common():
        raise InvalidError("this password is too common; choose another", "password")


def hashed(password: str) -> str:
    """The argon2id hash to store, with its parameters and salt."""
    return _HASHER.hash(password)


def matches(stored: str | None, password: str) -> bool:
    """Whether `password` is the stored one; None takes as long and is False."""
    if len(password) > 4 * LONGEST:
        return False
    try:
        right = _HASHER.verify(stored or _of_nobody(), password)
    except (VerificationError, InvalidHashError):
        return False
    return right and stored is not None

"""Checking a user name and password, and what follows from it."""

from dataclasses import dataclass
from datetime import datetime
from typing import NamedTuple

from psycopg import Connection
from starlette.concurrency import run_in_threadpool

from api import audit, metrics, rows
from api.auth.tokens import Token
from api.deps import Services
from api.principal import Principal
from core import passwords
from core.errors import ForbiddenError, UnauthenticatedError
from core.model import Role
from core.queries import load


@dataclass(frozen=True, slots=True)
class Session:
    """A login that succeeded."""

    text: str
    token: Token
    principal: Principal
    lifetime_s: int


class _Known(NamedTuple):
    principal: Principal
    text: str
    token: Token


async def log_in(
    own: Services, username: str, password: str, address: str | None
) -> Session:
    """Exchange a name and password for a token.

    A wrong one is slowed down by its address; the right one gets in, always.

    Raises
    ------
    UnauthenticatedError
        Without saying whether the name or the password was wrong.
    """
    async with own.gate.turn(address) as turn:
        known = await run_in_threadpool(_check, own, username, password, address)
    if known is None:
        metrics.LOGINS.labels("wrong").inc()
        await turn.failed()
        raise UnauthenticatedError("wrong username or password")
    metrics.LOGINS.labels("right").inc()
    lifetime_s = int(own.signer.lifetime.total_seconds())
    return Session(known.text, known.token, known.principal, lifetime_s)


def _check(
    own: Services, username: str, password: str, address: str | None
) -> _Known | None:
    """The person behind the name if the password is theirs, with a fresh token."""
    now = own.clock.now()
    with own.pool.connection() as connection:
        row = rows.one(connection, load("api.auth")["login"], {"username": username})
    # The connection is back in the pool while argon2 works.
    if not passwords.matches(row["password_hash"] if row else None, password):
        return None
    assert row is not None  # noqa: S101 - nobody's password matches nothing
    text, token = own.signer.issue(row["id"], now)
    principal = Principal(
        id=row["id"],
        name=row["name"],
        role=Role(row["role"]),
        place_id=row["place_id"],
        locale=row["locale"],
        token_id=token.id,
        token_expires_at=token.expires_at,
        address=address,
    )
    with own.pool.connection() as connection:
        audit.record(connection, principal, now, "auth.login", "person", principal.id)
    return _Known(principal, text, token)


def revoke(connection: Connection, principal: Principal, now: datetime) -> None:
    """Void the token that was shown."""
    queries = load("api.auth")
    connection.execute(queries["forget_expired"], {"now": now})
    connection.execute(
        queries["revoke_token"],
        {"jti": principal.token_id, "expires_at": principal.token_expires_at},
    )
    audit.record(connection, principal, now, "auth.revoke", "person", principal.id)


async def change_password(
    own: Services, principal: Principal, current: str, new: str
) -> None:
    """Set a person's own password; every token made before is void.

    Raises
    ------
    ForbiddenError
        If `current` is not their password.
    InvalidError
        If `new` may not be a password.
    """
    async with own.gate.turn(principal.address) as turn:
        right = await run_in_threadpool(_change, own, principal, current, new)
    if not right:
        await turn.failed()
        raise ForbiddenError("the current password is wrong")


def _change(own: Services, principal: Principal, current: str, new: str) -> bool:
    queries = load("api.auth")
    values: dict[str, object] = {"id": principal.id}
    with own.pool.connection() as connection:
        row = rows.one(connection, queries["password_of"], values)
    if not passwords.matches(row["password_hash"] if row else None, current):
        return False
    assert row is not None  # noqa: S101 - nobody's password matches nothing
    passwords.check(new)
    now = own.clock.now()
    values |= {"password_hash": passwords.hashed(new), "now": now}
    with own.pool.connection() as connection:
        connection.execute(queries["set_password"], values)
        audit.record(
            connection, principal, now, "person.password", "person", principal.id
        )
    return True

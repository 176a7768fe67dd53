"""What routes ask for: the database transaction, the asker, the present, a page."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime
from typing import Annotated

from fastapi import Depends, Request
from fastapi.security import OAuth2PasswordBearer
from psycopg import Connection
from psycopg_pool import ConnectionPool

from api import rows
from api.auth.gate import LoginGate
from api.auth.session import cookie_token, require_same_origin
from api.auth.tokens import Token, TokenSigner
from api.principal import Principal
from core.clock import Clock
from core.errors import UnauthenticatedError
from core.model import Role
from core.queries import load
from core.settings import Settings


@dataclass(frozen=True, slots=True)
class Services:
    """What the application holds for every request, at ``app.state.services``."""

    settings: Settings
    pool: ConnectionPool
    clock: Clock
    signer: TokenSigner
    gate: LoginGate
    key: bytes
    """The service's signing key: core.links derives the links' key from it."""


bearer = OAuth2PasswordBearer(tokenUrl="/v1/auth/token", auto_error=False)


async def services(request: Request) -> Services:
    """The application's own."""
    return request.app.state.services


async def present(request: Request) -> datetime:
    """The instant of this request, the same for all of its parts."""
    return request.app.state.services.clock.now()


def database(request: Request) -> Iterator[Connection]:
    """One transaction: committed before the answer is sent, else rolled back."""
    with request.app.state.services.pool.connection() as connection:
        yield connection


# Fewer than there are threads and pooled connections: whoever holds a connection
# always finds a thread to go on with, and short uses find a connection.
MOST_TRANSACTIONS = 32
Database = Annotated[
    Connection,
    Depends(database, scope="function", max_concurrency=MOST_TRANSACTIONS),
]
Now = Annotated[datetime, Depends(present)]
Own = Annotated[Services, Depends(services)]


async def shown_token(
    request: Request, header: Annotated[str | None, Depends(bearer)]
) -> str:
    """The token of the Authorization header, or of the pages' session cookie."""
    if header is not None:
        return header
    text = cookie_token(request)
    if text is None:
        raise UnauthenticatedError("log in first")
    require_same_origin(request)
    return text


async def valid_token(
    text: Annotated[str, Depends(shown_token)], own: Own, now: Now
) -> Token:
    """What the shown token says, if it is ours and not over."""
    return own.signer.read(text, now)


def asker(
    request: Request,
    token: Annotated[Token, Depends(valid_token)],
    connection: Database,
    now: Now,
) -> Principal:
    """Who is asking, as the database knows them now."""
    address = request.client.host if request.client else None
    return find_principal(connection, token, address, now)


def find_principal(
    connection: Connection, token: Token, address: str | None, now: datetime
) -> Principal:
    """The person a token stands for.

    Raises
    ------
    UnauthenticatedError
        If the token was revoked or made before the password changed, or the person
        is gone.
    """
    row = rows.one(
        connection,
        load("api.auth")["token_person"],
        {
            "id": token.person_id,
            "jti": token.id,
            "issued_at": token.issued_at,
            "now": now,
        },
    )
    if row is None:
        raise UnauthenticatedError("the token is not valid")
    return Principal(
        id=row["id"],
        name=row["name"],
        role=Role(row["role"]),
        place_id=row["place_id"],
        locale=row["locale"],
        token_id=token.id,
        token_expires_at=token.expires_at,
        address=address,
        duty_places=tuple(row["duty_places"]),
    )


def asker_alone(
    request: Request, token: Annotated[Token, Depends(valid_token)]
) -> Principal:
    """Who is asking, with no connection held afterwards: for routes that wait."""
    address = request.client.host if request.client else None
    own: Services = request.app.state.services
    with own.pool.connection() as connection:
        return find_principal(connection, token, address, own.clock.now())


Asker = Annotated[Principal, Depends(asker)]
AskerAlone = Annotated[Principal, Depends(asker_alone)]

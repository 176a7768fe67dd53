"""Logging in and out."""

from typing import Annotated

from fastapi import APIRouter, Form, Request, Response

from api.answers import answer, nothing
from api.auth.login import log_in, revoke
from api.deps import Asker, Database, Now, Own
from api.schemas.auth import TokenAnswer

router = APIRouter(prefix="/v1/auth", tags=["auth"])


@router.post("/token", response_model=TokenAnswer)
async def make_token(
    request: Request,
    own: Own,
    username: Annotated[str, Form(max_length=200)],
    password: Annotated[str, Form(max_length=1000)],
) -> Response:
    """Exchange a user name and password for a bearer token."""
    address = request.client.host if request.client else None
    session = await log_in(own, username, password, address)
    return answer(
        {
            "access_token": session.text,
            "token_type": "bearer",
            "expires_in": session.lifetime_s,
        }
    )


@router.post("/revoke", status_code=204)
def revoke_token(principal: Asker, connection: Database, now: Now) -> Response:
    """Void the token that this request shows."""
    revoke(connection, principal, now)
    return nothing()

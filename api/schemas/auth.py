"""Bodies of logging in and of one's own account."""

from typing import Literal
from uuid import UUID

from pydantic import Field

from api.schemas.base import Answer, Body


class TokenAnswer(Answer):
    """A bearer token."""

    access_token: str
    token_type: Literal["bearer"] = "bearer"  # noqa: S105 - the kind, not the token
    expires_in: int = Field(description="seconds until it is void")


class PasswordChange(Body):
    """A person's own new password; tokens made before it are void."""

    current_password: str = Field(max_length=1000)
    new_password: str = Field(max_length=1000)


class MyPlace(Answer):
    """A place of the asker's."""

    id: UUID
    name: str
    level: str
    place: list[str]


class MySenior(Answer):
    """A senior of the asker's; staff have every scope."""

    id: UUID
    name: str
    scopes: list[str]


class Me(Answer):
    """Who the asker is."""

    id: UUID
    name: str
    role: str
    username: str | None
    locale: str
    place_id: UUID | None
    places: list[MyPlace]
    seniors: list[MySenior]

"""Rules in requests and answers: a TOML file, or the same as a JSON tree."""

from typing import Annotated, Any, Final, cast

import orjson
from fastapi import Depends, Query, Request, Response

from api.answers import answer
from api.registry.rules import Shown
from api.schemas.base import Note
from core.errors import InvalidError
from core.registry.rulings import Given

TOML: Final = "application/toml"


def body_of(tree: dict[str, Any], toml: str) -> dict[str, Any]:
    """What OpenAPI says of a body that is a file or its tree, with an example of each."""
    content = {
        "application/json": {"schema": {"type": "object"}, "example": tree},
        TOML: {"schema": {"type": "string"}, "example": toml},
    }
    return {"requestBody": {"required": True, "content": content}}


BODY: Final = body_of(
    {"heart_rate_high": {"warning": 120}}, "[heart_rate_high]\nwarning = 120\n"
)


async def given_rules(request: Request) -> Given:
    """Rules of the request's body."""
    body = await request.body()
    kind = request.headers.get("content-type", "").partition(";")[0].strip().lower()
    if kind == TOML:
        try:
            return Given(toml=body.decode())
        except UnicodeDecodeError:
            raise InvalidError("the file is not UTF-8 text") from None
    try:
        tree = orjson.loads(body)
    except orjson.JSONDecodeError:
        raise InvalidError(f"the body is no JSON; send a file as {TOML}") from None
    if not isinstance(tree, dict):
        raise InvalidError("rules are an object with a section for each kind")
    return Given(tree=cast("dict[str, Any]", tree))


RuleBody = Annotated[Given, Depends(given_rules)]
Why = Annotated[Note | None, Query(alias="note", description="Why, for the history.")]


async def _wants_toml(request: Request) -> bool:
    return request.headers.get("accept", "").partition(";")[0].strip() == TOML


AsToml = Annotated[bool, Depends(_wants_toml)]


def rules_answer(shown: Shown, *, as_toml: bool) -> Response:
    """What is set, as JSON or as a file."""
    if as_toml:
        return Response(shown.toml(), media_type=TOML)
    return answer(shown.tree())

"""Errors as RFC 9457 problem documents, whatever raised them."""

from collections.abc import Mapping, Sequence
from http import HTTPStatus
from typing import Any

import psycopg
from fastapi import FastAPI, Request, Response
from fastapi.exceptions import RequestValidationError
from psycopg_pool import PoolTimeout
from starlette.exceptions import HTTPException

from api.answers import encode
from core import logs
from core.errors import (
    ConflictError,
    ForbiddenError,
    InvalidError,
    NotFoundError,
    RuleError,
    UnauthenticatedError,
    UnavailableError,
    YinlingError,
)

MEDIA_TYPE = "application/problem+json"
CHALLENGE = {"WWW-Authenticate": 'Bearer realm="yinling"'}


class BodyTooLargeError(YinlingError):
    """The body outgrew the limit while it was read."""


STATUS: dict[type[YinlingError], int] = {
    UnauthenticatedError: 401,
    ForbiddenError: 403,
    NotFoundError: 404,
    ConflictError: 409,
    BodyTooLargeError: 413,
    InvalidError: 422,
    UnavailableError: 503,
}
USUAL = {404: "there is nothing at this address", 405: "this address is not asked so"}
"""What to say where the framework says no more than the status."""
log = logs.get("api")


class TooManyError(YinlingError):
    """So many asked at once that this one must ask again."""

    temporary = True

    def __init__(self, message: str, retry_after_s: int) -> None:
        super().__init__(message)
        self.retry_after_s = retry_after_s


def problem(
    status: int,
    detail: str | None = None,
    *,
    errors: Sequence[Mapping[str, object]] | None = None,
    headers: Mapping[str, str] | None = None,
) -> Response:
    """A problem document; `errors` names fields and what is wrong with each."""
    body: dict[str, Any] = {
        "type": "about:blank",
        "title": HTTPStatus(status).phrase,
        "status": status,
    }
    if detail:
        body["detail"] = detail
    if errors:
        body["errors"] = errors
    return Response(encode(body), status, headers=headers, media_type=MEDIA_TYPE)


def install(app: FastAPI) -> None:
    """Answer every error of `app` as a problem document."""
    app.add_exception_handler(HTTPException, _http)
    app.add_exception_handler(RequestValidationError, _validation)
    app.add_exception_handler(YinlingError, _own)
    app.add_exception_handler(psycopg.Error, _database)
    app.add_exception_handler(PoolTimeout, _database)


def _http(_request: Request, error: Exception) -> Response:
    assert isinstance(error, HTTPException)  # noqa: S101 - registered for it
    if error.status_code == 400:  # whatever kept the framework from reading the body
        if isinstance(error.__cause__, BodyTooLargeError):
            return problem(413)
        return problem(422, "the body cannot be read")
    headers = dict(error.headers or {})
    if error.status_code == 401:
        headers |= CHALLENGE
    detail = error.detail
    if detail == HTTPStatus(error.status_code).phrase:
        detail = USUAL.get(error.status_code)
    return problem(error.status_code, detail, headers=headers)


def _validation(_request: Request, error: Exception) -> Response:
    assert isinstance(error, RequestValidationError)  # noqa: S101 - registered for it
    faults = [
        {"field": _field(fault["loc"]), "reason": str(fault["msg"])}
        for fault in error.errors()
    ]
    return problem(422, "the request does not have the form it must", errors=faults)


def _field(location: tuple[int | str, ...]) -> str:
    parts = location[1:] if location[0] in {"body", "query", "path"} else location
    return ".".join(str(part) for part in parts) or str(location[0])


def _own(_request: Request, error: Exception) -> Response:
    if isinstance(error, TooManyError):
        return problem(
            429, str(error), headers={"Retry-After": str(error.retry_after_s)}
        )
    status = next(
        (code for kind, code in STATUS.items() if isinstance(error, kind)), 500
    )
    if status == 500:
        log.error("request failed", error=type(error).__name__)
        return problem(500)
    errors = _faults(error)
    headers = {401: CHALLENGE, 503: {"Retry-After": "2"}}.get(status)
    return problem(status, str(error), errors=errors, headers=headers)


def _faults(error: Exception) -> list[dict[str, object]] | None:
    """The fields to blame, those of rules with the line of the file."""
    if isinstance(error, RuleError):
        return [
            {"line": one.line, "field": one.key, "reason": one.reason}
            for one in error.faults
        ]
    if isinstance(error, InvalidError) and error.field:
        return [{"field": error.field, "reason": str(error)}]
    return None


def _database(_request: Request, error: Exception) -> Response:
    """What the database refused: never its text, which may quote values."""
    match error:
        case psycopg.errors.UniqueViolation():
            return problem(409, "there is one already")
        case psycopg.errors.ForeignKeyViolation():
            return problem(409, "another object stands in the way")
        case psycopg.DataError():
            return problem(422, "a value cannot be stored")
        case psycopg.OperationalError() | PoolTimeout():
            log.warning("database unavailable", error=type(error).__name__)
            return problem(
                503, "the database does not answer", headers={"Retry-After": "2"}
            )
        case _:
            log.error("database error", error=type(error).__name__)
            return problem(500)

"""A copy of all that is kept about one person, and erasing it."""

from collections.abc import Iterator
from typing import IO
from uuid import UUID

from fastapi import APIRouter, Response
from fastapi.responses import StreamingResponse

from api.answers import answer, created
from api.deps import Asker, Database, Now, Own
from api.pagination import Page, page
from api.registry import subjects
from api.schemas.privacy import EraseBody, Erasure, ErasureList
from core.privacy.catalogue import Whose

router = APIRouter(tags=["privacy"])
CHUNK = 64 * 1024
ZIP: dict[int | str, dict[str, object]] = {
    200: {"content": {"application/zip": {}}, "description": "A ZIP of CSV and JSON"}
}


@router.get(
    "/v1/seniors/{senior_id}/export", response_class=StreamingResponse, responses=ZIP
)
def copy_senior(
    senior_id: UUID, principal: Asker, connection: Database, now: Now, own: Own
) -> Response:
    """All that is kept about a senior, for an administrator to hand to them."""
    zone = own.settings.zone
    file = subjects.copy(
        connection, principal, Whose.SENIOR, senior_id, zone=zone, now=now
    )
    return _sent(file, senior_id)


@router.get(
    "/v1/people/{person_id}/export", response_class=StreamingResponse, responses=ZIP
)
def copy_person(
    person_id: UUID, principal: Asker, connection: Database, now: Now, own: Own
) -> Response:
    """All that is kept about me, or for an administrator about anyone."""
    zone = own.settings.zone
    file = subjects.copy(
        connection, principal, Whose.PERSON, person_id, zone=zone, now=now
    )
    return _sent(file, person_id)


@router.post("/v1/seniors/{senior_id}/erase", response_model=Erasure, status_code=201)
def erase_senior(
    senior_id: UUID,
    body: EraseBody,
    principal: Asker,
    connection: Database,
    now: Now,
) -> Response:
    """Erase a senior after seven days (`days`), or at once with `"now": true`."""
    row = subjects.erase(connection, principal, Whose.SENIOR, senior_id, body, now)
    return created(row)


@router.delete("/v1/seniors/{senior_id}/erase", response_model=Erasure)
def keep_senior(
    senior_id: UUID, principal: Asker, connection: Database, now: Now
) -> Response:
    """Take an erasure back while it waits."""
    return answer(subjects.keep(connection, principal, Whose.SENIOR, senior_id, now))


@router.post("/v1/people/{person_id}/erase", response_model=Erasure, status_code=201)
def erase_person(
    person_id: UUID,
    body: EraseBody,
    principal: Asker,
    connection: Database,
    now: Now,
) -> Response:
    """Erase a responder or a relative; in timelines their role stands for them."""
    row = subjects.erase(connection, principal, Whose.PERSON, person_id, body, now)
    return created(row)


@router.delete("/v1/people/{person_id}/erase", response_model=Erasure)
def keep_person(
    person_id: UUID, principal: Asker, connection: Database, now: Now
) -> Response:
    """Take an erasure back while it waits."""
    return answer(subjects.keep(connection, principal, Whose.PERSON, person_id, now))


@router.get("/v1/erasures", response_model=ErasureList)
def list_erasures(principal: Asker, connection: Database, asked: Page) -> Response:
    """Erasures asked for, newest first."""
    return page(subjects.erasures(connection, principal, asked), asked, dict)


def _sent(file: IO[bytes], subject: UUID) -> Response:
    return StreamingResponse(
        _chunks(file),
        media_type="application/zip",
        headers={
            "Content-Disposition": f'attachment; filename="yinling-{subject}.zip"',
            "Cache-Control": "no-store",
        },
    )


def _chunks(file: IO[bytes]) -> Iterator[bytes]:
    with file:
        while chunk := file.read(CHUNK):
            yield chunk

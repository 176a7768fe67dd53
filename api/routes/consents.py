"""What seniors agreed to, and the forms that are read out to them."""

from uuid import UUID

from fastapi import APIRouter, Response

from api.answers import answer, created
from api.deps import Asker, Database, Now
from api.pagination import Page, page
from api.registry import consents
from api.schemas.privacy import Consent, ConsentBody, ConsentFormList, ConsentList
from core.privacy.forms import forms

router = APIRouter(tags=["privacy"])


@router.get("/v1/seniors/{senior_id}/consents", response_model=ConsentList)
def list_consents(
    senior_id: UUID, principal: Asker, connection: Database, asked: Page
) -> Response:
    """A senior's declarations, newest first; nothing is ever changed in them."""
    return page(
        consents.find(connection, principal, senior_id, asked),
        asked,
        consents.show,
        lambda row: (row["at"], row["id"]),
    )


@router.post(
    "/v1/seniors/{senior_id}/consents", response_model=Consent, status_code=201
)
def declare(
    senior_id: UUID,
    body: ConsentBody,
    principal: Asker,
    connection: Database,
    now: Now,
) -> Response:
    """Record that a senior agrees or no longer does; in force within 5 s."""
    row = consents.add(connection, principal, senior_id, body, now)
    return created(consents.show(row))


@router.get("/v1/consent-forms", response_model=ConsentFormList)
def list_forms(principal: Asker) -> Response:  # noqa: ARG001 - a login is needed
    """The forms to read out, with their versions."""
    items = [
        {
            "purpose": form.purpose,
            "version": form.version,
            "text": {"zh-CN": form.chinese, "en": form.english},
        }
        for form in forms()
    ]
    return answer({"items": items, "next_cursor": None})

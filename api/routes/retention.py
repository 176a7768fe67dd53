"""How long each kind of data is kept."""

from fastapi import APIRouter, Response

from api.answers import answer
from api.deps import Asker, Database, Now
from api.registry import keeping
from api.schemas.privacy import Retention, RetentionBody, RetentionList

router = APIRouter(prefix="/v1/retention", tags=["privacy"])


@router.get("", response_model=RetentionList)
def list_retention(principal: Asker, connection: Database) -> Response:
    """Every kind: how long it is kept, within which corridor and why."""
    items = [keeping.show(one) for one in keeping.find(connection, principal)]
    return answer({"items": items, "next_cursor": None})


@router.put("/{kind}", response_model=Retention)
def set_retention(
    kind: str,
    body: RetentionBody,
    principal: Asker,
    connection: Database,
    now: Now,
) -> Response:
    """Keep a kind so many days, from the coming night on; no days: as shipped."""
    return answer(keeping.show(keeping.put(connection, principal, kind, body, now)))

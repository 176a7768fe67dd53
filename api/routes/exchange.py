"""A whole street in and out: import with a dry run, the template, export."""

from typing import Annotated, Any, Final

from fastapi import APIRouter, Query, Request, Response
from starlette.concurrency import run_in_threadpool

from api.answers import answer
from api.deps import AskerAlone, Now, Own
from api.errors import problem
from api.registry import exchange
from api.registry.exchange import Order, Outcome
from api.schemas.exchange import ImportReport
from core.exchange import writing

router = APIRouter(prefix="/v1", tags=["import"])
XLSX: Final = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"
BODY: Final[dict[str, Any]] = {
    "requestBody": {
        "required": True,
        "content": {
            "multipart/form-data": {
                "schema": {
                    "type": "object",
                    "required": ["file"],
                    "properties": {"file": {"type": "string", "format": "binary"}},
                }
            },
            "application/octet-stream": {
                "schema": {"type": "string", "format": "binary"}
            },
        },
    }
}
WORKBOOK: Final[dict[int | str, dict[str, object]]] = {
    200: {"content": {XLSX: {}}, "description": "A workbook"}
}


@router.post("/import", response_model=ImportReport, openapi_extra=BODY)
async def import_street(  # noqa: PLR0917 - each is a part of the request
    request: Request,
    principal: AskerAlone,
    own: Own,
    now: Now,
    dry_run: bool = True,
    vouch: bool = False,
    digest: Annotated[
        str | None, Query(max_length=64, description="Of the dry run agreed to.")
    ] = None,
    name: Annotated[  # noqa: ARG001 - read with the body
        str | None, Query(max_length=200, description="What a bare body is called.")
    ] = None,
) -> Response:
    """Say what a file would change, or change it: all of it or nothing."""
    principal.require_managing()
    upload = await exchange.uploaded(request)
    order = Order(dry_run=dry_run, vouch=vouch, digest=digest)
    outcome = await run_in_threadpool(
        exchange.carry_out, own, principal, upload, order, now
    )
    return _told(outcome, principal.locale, dry_run=dry_run)


@router.get("/import/template", responses=WORKBOOK, response_class=Response)
def get_template(principal: AskerAlone) -> Response:
    """The workbook to fill in, explained, with drop-down lists."""
    principal.require_managing()
    return _workbook(writing.template(), "yinling-template.xlsx")


@router.get("/export", responses=WORKBOOK, response_class=Response)
def export_street(principal: AskerAlone, own: Own, now: Now) -> Response:
    """The registry at or below my place, as a workbook that imports unchanged."""
    return _workbook(exchange.export(own, principal, now), "yinling.xlsx")


def _told(outcome: Outcome, locale: str, *, dry_run: bool) -> Response:
    report = outcome.plan.report(locale, applied=outcome.applied)
    if report["faults"] and not dry_run:
        errors = [
            {
                "sheet": one["sheet"],
                "line": one["line"],
                "field": one["column"] or one["sheet"],
                "reason": one["reason"],
            }
            for one in report["faults"]
        ]
        detail = f"nothing is imported: {report['fault_count']} faults"
        return problem(422, detail, errors=errors)
    passwords = outcome.passwords.items()
    report["wristbands"] = [{"device_id": k, "password": v} for k, v in passwords]
    return answer(report)


def _workbook(content: bytes, name: str) -> Response:
    headers = {"content-disposition": f'attachment; filename="{name}"'}
    return Response(content, media_type=XLSX, headers=headers)

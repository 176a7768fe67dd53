"""Importing a street on a page: choose a file, see what would change, then apply it."""

from functools import partial
from typing import Annotated

from fastapi import APIRouter, Depends, HTTPException, Request, Response
from starlette.concurrency import run_in_threadpool

from api.auth.session import cookie_token, require_same_origin
from api.deps import AskerAlone, Now, Own
from api.errors import TooManyError
from api.pages.rendering import locale_of, render
from api.pages.street_words import say
from api.pages.visiting import go
from api.principal import Principal
from api.registry import exchange
from api.registry.exchange import Order
from core.errors import ConflictError, ForbiddenError, YinlingError
from core.exchange.faults import FileError

PATH = "/admin/import"
MOST_SHOWN = 200


async def _with_session(request: Request) -> None:
    """Without a session, the login page; from other sites, nothing."""
    if cookie_token(request) is None:
        raise HTTPException(303, headers={"location": f"/login?next={PATH}"})
    require_same_origin(request)


router = APIRouter(prefix=PATH, include_in_schema=False)
Session = Annotated[None, Depends(_with_session)]


@router.get("")
def import_page(_: Session, request: Request, principal: AskerAlone) -> Response:
    """The form."""
    if not principal.manages:
        return go("/")
    return _page(request, principal)


@router.post("")
async def import_file(
    _: Session, request: Request, principal: AskerAlone, own: Own, now: Now
) -> Response:
    """What the chosen file would change; with the digest of a trial, change it."""
    if not principal.manages:
        raise ForbiddenError("only an administrator or a manager may do this")
    values = dict[str, object]()
    try:
        upload = await exchange.uploaded(request)
        order = Order(
            dry_run=not upload.fields.get("digest"),
            vouch=upload.fields.get("vouch") == "yes",
            digest=upload.fields.get("digest") or None,
        )
        outcome = await run_in_threadpool(
            exchange.carry_out, own, principal, upload, order, now
        )
    except (FileError, ConflictError, TooManyError, ForbiddenError) as error:
        values["fault"] = _in_words(error, locale_of(request, principal.locale))
    else:
        read_in = locale_of(request, principal.locale)
        values["report"] = outcome.plan.report(read_in, applied=outcome.applied)
        values["passwords"] = outcome.passwords
        values["vouch"] = order.vouch
    return _page(request, principal, **values)


def _in_words(error: YinlingError, read_in: str) -> str:
    """Why nothing was done, in the reader's language."""
    match error:
        case FileError():
            return error.reason(read_in)
        case ConflictError():
            return say(read_in, "import.stale")
        case TooManyError():
            return say(read_in, "import.busy")
        case _:
            return say(read_in, "import.not_yours")


def _page(request: Request, principal: Principal, **values: object) -> Response:
    read_in = locale_of(request, principal.locale)
    shown: dict[str, object] = {"report": None, "fault": None, "passwords": {}}
    shown |= {"vouch": False, "admin": principal.is_admin, "me": principal}
    shown["most"] = MOST_SHOWN
    shown |= {"w": partial(say, read_in)}
    return render(request, "import.html", read_in, shown | values)

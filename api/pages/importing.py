"""Importing a street on a page: choose a file, see what would change, then apply it."""

from collections.abc import Callable
from datetime import datetime
from functools import partial
from typing import Annotated, Literal, TypeVar
from uuid import UUID

from fastapi import APIRouter, Depends, Form, HTTPException, Query, Request, Response
from psycopg import Connection
from pydantic import BaseModel
from starlette.concurrency import run_in_threadpool

from api.auth.session import cookie_token, require_same_origin
from api.deps import AskerAlone, Now, Own, Services
from api.errors import TooManyError
from api.pages.rendering import locale_of, render
from api.pages.street_words import say
from api.pages.visiting import go
from api.principal import Principal
from api.registry import exchange, joining
from api.registry.exchange import Order
from api.registry.joining import Who
from core.errors import ConflictError, ForbiddenError, YinlingError
from core.exchange.faults import FileError

PATH = "/admin/import"
MOST_SHOWN = 200
SAID = ("invited", "coded")
T = TypeVar("T")


async def _with_session(request: Request) -> None:
    """Without a session, the login page; from other sites, nothing."""
    if cookie_token(request) is None:
        raise HTTPException(303, headers={"location": f"/login?next={PATH}"})
    require_same_origin(request)


router = APIRouter(prefix=PATH, include_in_schema=False)
Session = Annotated[None, Depends(_with_session)]


@router.get("")
def import_page(
    _: Session, request: Request, principal: AskerAlone, own: Own, now: Now
) -> Response:
    """The form."""
    if not principal.manages:
        return go("/")
    return _page(request, principal, own, now)


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
    return await run_in_threadpool(_page, request, principal, own, now, **values)


class JoiningForm(BaseModel):
    """Of which people of which place; no place, all of one's own."""

    who: Who = Who.STAFF
    place_id: UUID | Literal[""] = ""


@router.post("/invitations")
def invite_everybody(
    _: Session,
    form: Annotated[JoiningForm, Form()],
    principal: AskerAlone,
    own: Own,
    now: Now,
) -> Response:
    """Invite everybody who has neither login nor invitation, some at a time."""
    done = 0
    while more := _some(joining.invite_some, form, principal, own, now):
        done += len(more)
    return go(f"{PATH}?said=invited&count={done}#joining")


@router.post("/codes")
def send_codes(
    _: Session,
    form: Annotated[JoiningForm, Form()],
    principal: AskerAlone,
    own: Own,
    now: Now,
) -> Response:
    """Send codes to all contacts that wait for one, some at a time."""
    done = 0
    while more := _some(joining.send_some_codes, form, principal, own, now):
        done += more
    return go(f"{PATH}?said=coded&count={done}#joining")


@router.get("/slips")
def print_slips(
    _: Session,
    request: Request,
    form: Annotated[JoiningForm, Query()],
    principal: AskerAlone,
    own: Own,
    now: Now,
) -> Response:
    """Open invitations as slips, or why there are too many for one file."""
    open_ones = _some(joining.progress, form, principal, own, now).invited
    if open_ones > joining.MOST_HELD:
        read_in = locale_of(request, principal.locale)
        fault = say(read_in, "join.too_many", most=joining.MOST_HELD)
        return _page(request, principal, own, now, fault=fault)
    place = f"&place_id={form.place_id}" if form.place_id else ""
    return go(f"/v1/invitations.pdf?who={form.who}{place}")


def _some(
    step: Callable[[Connection, Principal, UUID | None, Who, datetime], T],
    form: JoiningForm,
    principal: Principal,
    own: Services,
    now: datetime,
) -> T:
    """One transaction of many: what is done stays done if the browser leaves."""
    with own.pool.connection() as connection:
        return step(connection, principal, form.place_id or None, form.who, now)


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


def _page(
    request: Request,
    principal: Principal,
    own: Services,
    now: datetime,
    **values: object,
) -> Response:
    read_in = locale_of(request, principal.locale)
    with own.pool.connection() as connection:
        values["joining"] = joining.overview(connection, principal, now)
    shown: dict[str, object] = {"report": None, "fault": None, "passwords": {}}
    shown |= {"vouch": False, "admin": principal.is_admin, "me": principal}
    shown["most"] = MOST_SHOWN
    said, count = (request.query_params.get(name, "") for name in ("said", "count"))
    shown["said"] = said if said in SAID and count.isdecimal() else None
    shown["count"] = count
    shown |= {"w": partial(say, read_in)}
    return render(request, "import.html", read_in, shown | values)

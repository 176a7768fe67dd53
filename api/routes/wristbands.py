"""Wristbands: provisioning, binding, revoking."""

from typing import Annotated

from fastapi import APIRouter, Path, Response

from api import audit
from api.answers import answer, created, nothing
from api.deps import Asker, Database, Now
from api.pagination import Page, page
from api.registry import history, wristbands
from api.schemas.wristbands import (
    Binding,
    BindingBody,
    Password,
    Provisioned,
    ReplaceBody,
    Replaced,
    ReturnBody,
    WornWristbandList,
    Wristband,
    WristbandBody,
    WristbandChange,
    WristbandList,
)

router = APIRouter(prefix="/v1/wristbands", tags=["wristbands"])
DeviceId = Annotated[str, Path(max_length=200)]


@router.get("", response_model=WristbandList)
def list_wristbands(principal: Asker, connection: Database, asked: Page) -> Response:
    """Wristbands; a manager's: those their seniors wear."""
    principal.require_managing()
    found = wristbands.find(connection, principal, asked)
    return page(found, asked, wristbands.show, lambda row: (row["key"],))


@router.post("", response_model=Provisioned, status_code=201)
def add_wristband(
    body: WristbandBody, principal: Asker, connection: Database, now: Now
) -> Response:
    """Provision a wristband; its password is in this answer and nowhere else."""
    return created(wristbands.add(connection, principal, body, now))


@router.get("/{device_id}", response_model=Wristband)
def get_wristband(
    device_id: DeviceId, principal: Asker, connection: Database
) -> Response:
    """One wristband."""
    return answer(wristbands.show(wristbands.get(connection, principal, device_id)))


@router.patch("/{device_id}", response_model=Wristband)
def change_wristband(
    device_id: DeviceId,
    body: WristbandChange,
    principal: Asker,
    connection: Database,
    now: Now,
) -> Response:
    """Correct a wristband's model."""
    row = wristbands.change(connection, principal, device_id, body, now)
    return answer(wristbands.show(row))


@router.delete("/{device_id}", status_code=204)
def archive_wristband(
    device_id: DeviceId, principal: Asker, connection: Database, now: Now
) -> Response:
    """Archive a wristband nobody wears; it can no longer connect."""
    wristbands.archive(connection, principal, device_id, now)
    return nothing()


@router.put("/{device_id}/binding", response_model=Binding)
def bind_wristband(
    device_id: DeviceId,
    body: BindingBody,
    principal: Asker,
    connection: Database,
    now: Now,
) -> Response:
    """Put it on a senior, ending what either had; the same again changes nothing."""
    return answer(wristbands.bind(connection, principal, device_id, body, now))


@router.delete("/{device_id}/binding", status_code=204)
def unbind_wristband(
    device_id: DeviceId, principal: Asker, connection: Database, now: Now
) -> Response:
    """Take it off its wearer."""
    wristbands.unbind(connection, principal, device_id, now)
    return nothing()


@router.post("/{device_id}/revoke", response_model=Wristband)
def revoke_wristband(
    device_id: DeviceId, principal: Asker, connection: Database, now: Now
) -> Response:
    """Void its password; its live connection ends within 2 s."""
    row = wristbands.revoke(connection, principal, device_id, now)
    return answer(wristbands.show(row))


@router.post("/{device_id}/replace", response_model=Replaced, status_code=201)
def replace_wristband(
    device_id: DeviceId,
    body: ReplaceBody,
    principal: Asker,
    connection: Database,
    now: Now,
) -> Response:
    """Put a new one in its place and revoke it; the same again answers 200."""
    done = wristbands.replace(connection, principal, device_id, body, now)
    shown = wristbands.show_replacement(done, device_id)
    return answer(shown, 201 if done.anew else 200)


@router.post("/{device_id}/return", response_model=Wristband)
def return_wristband(
    device_id: DeviceId,
    body: ReturnBody,
    principal: Asker,
    connection: Database,
    now: Now,
) -> Response:
    """Note that it came back: unbound, revoked; provision it to issue it again."""
    row = wristbands.take_back(connection, principal, device_id, body, now)
    return answer(wristbands.show(row))


@router.post("/{device_id}/password", response_model=Password, status_code=201)
def renew_password(
    device_id: DeviceId, principal: Asker, connection: Database, now: Now
) -> Response:
    """Give it a new password; who is connected with the old one is cut off."""
    return created(wristbands.renew_password(connection, principal, device_id, now))


@router.get("/{device_id}/bindings", response_model=WornWristbandList)
def list_bindings(
    device_id: DeviceId, principal: Asker, connection: Database, asked: Page, now: Now
) -> Response:
    """Who wore it from when to when, newest first."""
    found = history.of_wristband(connection, principal, device_id, asked)
    told = dict.fromkeys(row["senior_id"] for row in found)
    audit.record_reads(connection, principal, now, "senior.read_worn", told)
    return page(found, asked, lambda row: history.show(row, principal), history.key)

"""`yinling person` and `yinling wristband`: the registry without the API."""

import sys
from collections.abc import Iterator
from datetime import datetime
from pathlib import Path
from typing import Annotated, Literal
from uuid import UUID

import typer
from rich.console import Console
from rich.progress import Progress as RichProgress

from core import topics
from core.errors import UsageError
from core.model import Role
from yinling.cli import options
from yinling.cli.options import DataDir
from yinling.commands import joining, records

person = typer.Typer(
    help="People: staff and relatives.",
    epilog="Example: yinling person add 王芳 --role admin --username wang",
    no_args_is_help=True,
)
wristband = typer.Typer(
    help="Wristbands and who wears them.",
    epilog="Example: yinling wristband add 860000000000001",
    no_args_is_help=True,
)


def _device_id(text: str) -> str:
    fault = topics.device_id_fault(text)
    if fault is not None:
        raise typer.BadParameter(fault)
    return text


DeviceId = Annotated[
    str, typer.Argument(callback=_device_id, help="The wristband's device id.")
]
OfPlace = Annotated[
    UUID | None, typer.Option("--place", help="Of this place and all below it.")
]
WhoOption = Annotated[
    Literal["staff", "relatives"], typer.Option(help="Which people are meant.")
]
Reason = Annotated[str, typer.Option(help="Why, in a few words.")]


@person.command(
    "add", epilog="Example: yinling person add 王芳 --role admin --username wang"
)
def person_add(  # noqa: PLR0917  # a command's options
    name: Annotated[str, typer.Argument(help="The person's name.")],
    role: Annotated[Role, typer.Option(help="What the person may do.")],
    place_id: Annotated[
        UUID | None, typer.Option(help="Where a responder works.")
    ] = None,
    username: Annotated[
        str | None, typer.Option(help="To log in with; none, no login.")
    ] = None,
    password_stdin: Annotated[
        bool,
        typer.Option(
            "--password-stdin", help="Read the password; made at random if not given."
        ),
    ] = False,
    data_dir: DataDir = None,
) -> None:
    """Add a person."""
    given = sys.stdin.readline().rstrip("\n") if password_stdin else None
    person_id, made = records.add_person(
        options.settings(data_dir),
        name=name,
        role=role,
        place_id=place_id,
        username=username,
        password=given,
    )
    options.answer({"id": str(person_id)} | ({"password": made} if made else {}))


@person.command(
    "invite",
    epilog="Example: yinling person invite 0199e2c4-…"
    " · Example: yinling person invite --all --place 0199e2c4-… --sheet links.pdf",
)
def person_invite(  # noqa: PLR0917  # a command's options
    person_id: Annotated[
        UUID | None, typer.Argument(help="Whom to invite to a login.")
    ] = None,
    everybody: Annotated[
        bool, typer.Option("--all", help="Everybody without a login, once.")
    ] = False,
    place: OfPlace = None,
    who: WhoOption = "staff",
    sheet: Annotated[
        Path | None,
        typer.Option(help="Write the open invitations to name.pdf or name.csv."),
    ] = None,
    data_dir: DataDir = None,
) -> None:
    """Print a link that sets user name and password, once; or invite a whole place."""
    settings = options.settings(data_dir)
    if (person_id is None) != everybody:
        raise UsageError("name one person, or say --all")
    if person_id is not None:
        url, expires_at = records.invite_person(settings, person_id)
        options.answer({"url": url, "expires_at": expires_at.isoformat()})
        return
    if sheet is not None:
        joining.check_sheet(sheet)
    meant = joining.circle(settings, place, who)
    left = joining.progress(settings, meant).to_invite
    done = _shown("inviting", left, joining.invite(settings, meant))
    answer = {"invited_now": done, **joining.progress(settings, meant)._asdict()}
    if sheet is not None:
        answer |= {"on_sheet": joining.write_sheet(settings, meant, sheet)}
        answer |= {"sheet": str(sheet)}
    options.answer(answer)


@person.command("codes", epilog="Example: yinling person codes --place 0199e2c4-…")
def person_codes(
    place: OfPlace = None, who: WhoOption = "staff", data_dir: DataDir = None
) -> None:
    """Send a code to every unverified contact of who has a login, once a day."""
    settings = options.settings(data_dir)
    meant = joining.circle(settings, place, who)
    left = joining.progress(settings, meant).unproven
    done = _shown("sending codes", left, joining.send_codes(settings, meant))
    options.answer({"sent_now": done, **joining.progress(settings, meant)._asdict()})


def _shown(what: str, total: int, steps: Iterator[int]) -> int:
    """Show how far something has come on stderr; how far it came."""
    done = 0
    with RichProgress(console=Console(stderr=True), transient=True) as bar:
        task = bar.add_task(what, total=total)
        for done in steps:
            bar.update(task, completed=done)
    return done


@wristband.command("add", epilog="Example: yinling wristband add 860000000000001")
def wristband_add(
    device_id: DeviceId,
    model: Annotated[str | None, typer.Option(help="Make and model.")] = None,
    data_dir: DataDir = None,
) -> None:
    """Provision a wristband and print its password, this once."""
    password = records.add_wristband(options.settings(data_dir), device_id, model)
    options.answer({"device_id": device_id, "password": password})


@wristband.command(
    "bind", epilog="Example: yinling wristband bind 860000000000001 0199e2c4-…"
)
def wristband_bind(
    device_id: DeviceId,
    senior_id: Annotated[UUID, typer.Argument(help="Who wears it.")],
    since: Annotated[
        datetime | None, typer.Option("--from", help="Since when; now if not given.")
    ] = None,
    data_dir: DataDir = None,
) -> None:
    """Put a wristband on a senior; what either had before ends."""
    settings = options.settings(data_dir)
    if since is not None and since.tzinfo is None:
        since = since.replace(tzinfo=settings.zone)
    binding = records.bind_wristband(settings, device_id, senior_id, since)
    options.answer(
        {"device_id": device_id, "senior_id": str(senior_id), "id": str(binding.id)}
    )


@wristband.command("revoke", epilog="Example: yinling wristband revoke 860000000000001")
def wristband_revoke(device_id: DeviceId, data_dir: DataDir = None) -> None:
    """Void a wristband's password; its connection ends within 2 s."""
    records.revoke_wristband(options.settings(data_dir), device_id)
    options.answer({"device_id": device_id, "revoked": True})


@wristband.command(
    "replace",
    epilog="Example: yinling wristband replace 860000000000001 860000000000002"
    " --reason 屏幕碎了",
)
def wristband_replace(
    device_id: DeviceId,
    new_device_id: DeviceId,
    reason: Reason,
    keep_password: Annotated[
        bool,
        typer.Option(
            "--keep-password", help="The new one is set up and keeps its password."
        ),
    ] = False,
    data_dir: DataDir = None,
) -> None:
    """Put a new one on whoever wears it, revoke it; print the new password, once."""
    done = records.replace_wristband(
        options.settings(data_dir),
        device_id,
        new_device_id,
        reason,
        keep_password=keep_password,
    )
    options.answer(
        {
            "device_id": done.device_id,
            "replaced": device_id,
            "senior_id": str(done.binding.senior_id),
            "id": str(done.binding.id),
            "password": done.password,
        }
    )


@wristband.command(
    "return", epilog="Example: yinling wristband return 860000000000001 --reason 搬走了"
)
def wristband_return(
    device_id: DeviceId, reason: Reason, data_dir: DataDir = None
) -> None:
    """Take it back: unbound and revoked; `add` issues it again."""
    records.return_wristband(options.settings(data_dir), device_id, reason)
    options.answer({"device_id": device_id, "returned": True})


@wristband.command(
    "history", epilog="Example: yinling wristband history 860000000000001"
)
def wristband_history(device_id: DeviceId, data_dir: DataDir = None) -> None:
    """Print who wore it from when to when, newest first."""
    worn = records.wristband_history(options.settings(data_dir), device_id)
    options.answer({"device_id": device_id, "bindings": worn})

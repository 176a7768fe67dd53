"""The command line `yinling`: one function a command, one line an error."""

import json
import sys
from collections.abc import Mapping
from datetime import datetime
from pathlib import Path
from typing import Annotated
from uuid import UUID

import typer
from typer.exceptions import TyperException

from core.errors import UsageError, YinlingError
from core.model import Role
from core.settings import Settings, load
from yinling.backing import WantedPorts
from yinling.commands import records, service
from yinling.commands import up as up_command

cli = typer.Typer(
    name="yinling",
    help="Yinling (银铃) watches over old people who live alone.",
    no_args_is_help=True,
    add_completion=False,
    pretty_exceptions_enable=False,
    context_settings={"help_option_names": ["-h", "--help"]},
)
person = typer.Typer(help="People: staff and relatives.", no_args_is_help=True)
wristband = typer.Typer(help="Wristbands and who wears them.", no_args_is_help=True)
cli.add_typer(person, name="person")
cli.add_typer(wristband, name="wristband")

DataDir = Annotated[
    Path | None, typer.Option(help="Where state is kept [YINLING_DATA_DIR].")
]
ApiPort = Annotated[
    int | None, typer.Option(min=0, max=65535, help="Public API; 0 = any.")
]
InternalPort = Annotated[
    int | None, typer.Option(min=0, max=65535, help="Health and metrics; 0 = any.")
]
MqttPort = Annotated[
    int, typer.Option(min=0, max=65535, help="Embedded broker; 0 = any.")
]
DatabasePort = Annotated[
    int, typer.Option(min=0, max=65535, help="Embedded database; 0 = any.")
]
DeviceId = Annotated[str, typer.Argument(help="The wristband's device id.")]


@cli.command(epilog="Example: yinling up --data-dir /var/lib/yinling --api-port 8080")
def up(  # noqa: PLR0917  # a command's options
    data_dir: DataDir = None,
    ephemeral: Annotated[
        bool, typer.Option("--ephemeral", help="Use a temporary data directory.")
    ] = False,
    as_json: Annotated[
        bool, typer.Option("--json", help="Print one line of JSON once ready.")
    ] = False,
    api_port: ApiPort = None,
    internal_port: InternalPort = None,
    mqtt_port: MqttPort = 1883,
    database_port: DatabasePort = 0,
) -> None:
    """Run all services, broker and database included, until Ctrl-C."""
    if ephemeral and data_dir is not None:
        raise UsageError("give --data-dir or --ephemeral, not both")
    settings = _settings(data_dir)
    ports = WantedPorts(
        api=settings.api_port if api_port is None else api_port,
        internal=settings.internal_port if internal_port is None else internal_port,
        mqtt=mqtt_port,
        database=database_port,
    )
    up_command.run(settings, ports, as_json=as_json, ephemeral=ephemeral)


@cli.command(epilog="Example: YINLING_DATABASE_URL=… YINLING_MQTT_URL=… yinling ingest")
def ingest() -> None:
    """Read the wristbands' messages, judge them, store them."""
    raise typer.Exit(service.run("ingest", load()))


@cli.command(
    epilog="Example: YINLING_DATABASE_URL=… YINLING_NATS_URL=… yinling gatekeeper"
)
def gatekeeper() -> None:
    """Answer the broker's question who may enter."""
    raise typer.Exit(service.run("gatekeeper", load()))


@cli.command(epilog="Example: YINLING_DATABASE_URL=… YINLING_MQTT_URL=… yinling alerts")
def alerts() -> None:
    """Tell people, climb while nobody answers, send commands to wristbands."""
    raise typer.Exit(service.run("alerts", load()))


@cli.command(epilog="Example: YINLING_DATABASE_URL=… yinling api")
def api() -> None:
    """Serve the REST API and the pages."""
    raise typer.Exit(service.run("api", load()))


@cli.command(epilog="Example: YINLING_DATABASE_URL=postgresql://… yinling migrate")
def migrate(data_dir: DataDir = None) -> None:
    """Bring the database's schema to the newest version."""
    version = records.migrate(_settings(data_dir))
    typer.echo(f"schema version {version}")


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
        _settings(data_dir),
        name=name,
        role=role,
        place_id=place_id,
        username=username,
        password=given,
    )
    _print({"id": str(person_id)} | ({"password": made} if made else {}))


@wristband.command("add", epilog="Example: yinling wristband add 860000000000001")
def wristband_add(
    device_id: DeviceId,
    model: Annotated[str | None, typer.Option(help="Make and model.")] = None,
    data_dir: DataDir = None,
) -> None:
    """Provision a wristband and print its password, this once."""
    password = records.add_wristband(_settings(data_dir), device_id, model)
    _print({"device_id": device_id, "password": password})


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
    settings = _settings(data_dir)
    if since is not None and since.tzinfo is None:
        since = since.replace(tzinfo=settings.zone)
    binding = records.bind_wristband(settings, device_id, senior_id, since)
    _print({"device_id": device_id, "senior_id": str(senior_id), "id": str(binding.id)})


@wristband.command("revoke", epilog="Example: yinling wristband revoke 860000000000001")
def wristband_revoke(device_id: DeviceId, data_dir: DataDir = None) -> None:
    """Void a wristband's password; its connection ends within 2 s."""
    records.revoke_wristband(_settings(data_dir), device_id)
    _print({"device_id": device_id, "revoked": True})


def _settings(data_dir: Path | None) -> Settings:
    settings = load()
    if data_dir is not None:
        settings = settings.model_copy(update={"data_dir": data_dir})
    return settings


def _print(answer: Mapping[str, object]) -> None:
    typer.echo(json.dumps(answer, ensure_ascii=False))


def app() -> None:
    """Run the command line: exit 0, 1 for a failure, 2 for wrong usage."""
    sys.exit(_run())


def _run() -> int:
    try:
        code = cli(standalone_mode=False)
    except TyperException as error:
        return _complain(error.format_message(), error.exit_code)
    except Exception as error:  # noqa: BLE001  # a person gets a line, no traceback
        return _complain(_in_words(error), 2 if isinstance(error, UsageError) else 1)
    except KeyboardInterrupt:
        return _complain("interrupted", 1)
    return code if isinstance(code, int) else 0


def _in_words(error: Exception) -> str:
    match error:
        case YinlingError():
            return str(error)
        case typer.Abort():
            return "interrupted"
        case OSError(strerror=str(reason), filename=str(name)):
            return f"{reason}: {name}"
        case _:
            return f"{type(error).__name__}: {error}"


def _complain(text: str, code: int) -> int:
    """Say on one line what is wrong."""
    line = " ".join(text.split())
    if line:  # else help was shown for want of arguments
        typer.echo(f"yinling: {line}", err=True)
    return code

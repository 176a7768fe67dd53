"""`yinling up`, and each service on its own."""

from typing import Annotated

import typer

from core.errors import UsageError
from core.settings import load
from yinling.backing import WantedPorts
from yinling.cli import options
from yinling.cli.options import DataDir
from yinling.commands import service
from yinling.commands import up as up_command

commands = typer.Typer()

ApiPort = Annotated[
    int | None, typer.Option(min=0, max=65535, help="Public API; 0 = any.")
]
InternalPort = Annotated[
    int | None, typer.Option(min=0, max=65535, help="Health, metrics; 0 = any.")
]
MqttPort = Annotated[
    int, typer.Option(min=0, max=65535, help="Embedded broker; 0 = any.")
]
DatabasePort = Annotated[
    int, typer.Option(min=0, max=65535, help="Embedded database; 0 = any.")
]


@commands.command(
    epilog="Example: yinling up --data-dir /var/lib/yinling --api-port 8080"
)
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
    settings = options.settings(data_dir)
    ports = WantedPorts(
        api=settings.api_port if api_port is None else api_port,
        internal=settings.internal_port if internal_port is None else internal_port,
        mqtt=mqtt_port,
        database=database_port,
    )
    up_command.run(settings, ports, as_json=as_json, ephemeral=ephemeral)


@commands.command(
    epilog="Example: YINLING_DATABASE_URL=… YINLING_MQTT_URL=… yinling ingest"
)
def ingest() -> None:
    """Read the wristbands' messages, judge them, store them."""
    raise typer.Exit(service.run("ingest", load()))


@commands.command(
    epilog="Example: YINLING_DATABASE_URL=… YINLING_NATS_URL=… yinling gatekeeper"
)
def gatekeeper() -> None:
    """Answer the broker's question who may enter."""
    raise typer.Exit(service.run("gatekeeper", load()))


@commands.command(
    epilog="Example: YINLING_DATABASE_URL=… YINLING_MQTT_URL=… yinling alerts"
)
def alerts() -> None:
    """Tell people, climb while nobody answers, send commands to wristbands."""
    raise typer.Exit(service.run("alerts", load()))


@commands.command(epilog="Example: YINLING_DATABASE_URL=… yinling api")
def api() -> None:
    """Serve the REST API and the pages."""
    raise typer.Exit(service.run("api", load()))

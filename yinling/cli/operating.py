"""`yinling migrate | broker-config | healthcheck`: what a deployment calls."""

from pathlib import Path
from typing import Annotated

import typer

from core.settings import load
from yinling.cli import options
from yinling.cli.options import DataDir
from yinling.commands import deployment, records
from yinling.commands.service import ENTRIES

commands = typer.Typer()


@commands.command(epilog="Example: YINLING_DATABASE_URL=postgresql://… yinling migrate")
def migrate(data_dir: DataDir = None) -> None:
    """Bring the schema to the newest version; add the first administrator."""
    version = records.migrate(options.settings(data_dir))
    typer.echo(f"schema version {version}")


@commands.command(
    "broker-config",
    epilog="Example: BROKER_INGEST_PASSWORD=… BROKER_ALERTS_PASSWORD=…"
    " BROKER_GATEKEEPER_PASSWORD=… yinling broker-config /etc/nats/nats.conf",
)
def broker_config(
    path: Annotated[Path, typer.Argument(help="The file to write, mode 0600.")],
    store_dir: Annotated[
        Path, typer.Option(help="Where the broker keeps messages.")
    ] = Path("/data"),
    data_dir: DataDir = None,
) -> None:
    """Write the configuration of a NATS server of your own.

    The service users' passwords come from the environment, as in the example.
    """
    deployment.write_broker_config(options.settings(data_dir), path, store_dir)


@commands.command(epilog="Example: yinling healthcheck ingest")
def healthcheck(
    name: Annotated[str, typer.Argument(help=f"One of {', '.join(ENTRIES)}.")],
) -> None:
    """Exit 0 if a service has said within 30 s that it lives, else 1."""
    deployment.check_health(load(), name)

"""`yinling demo | simulate`: the service as people see it, without real wristbands."""

from pathlib import Path
from typing import Annotated

import typer

from yinling.cli.options import DataDir
from yinling.commands import demo as demo_command
from yinling.commands import simulate as simulate_command

commands = typer.Typer()


@commands.command(epilog="Example: yinling demo --data-dir .yinling")
def demo(data_dir: DataDir = None) -> None:
    """Run everything with one compound of 40 simulated seniors, until Ctrl-C."""
    demo_command.run(data_dir)


@commands.command(
    epilog="Example: yinling simulate --wristbands 500 --scenario mixed --seed 7"
    " --mqtt mqtt://127.0.0.1:1883 --api http://127.0.0.1:8080"
    " · Example: yinling simulate --offline --seniors 1000 --days 30 --out cohort"
)
def simulate(  # noqa: PLR0917  # a command's options
    mqtt: Annotated[str, typer.Option(help="The broker.")] = "mqtt://127.0.0.1:1883",
    scenario: Annotated[
        str, typer.Option(help="A file, or one that comes with Yinling.")
    ] = "mixed",
    wristbands: Annotated[
        int | None, typer.Option(min=1, help="How many; 40 if not given.")
    ] = None,
    seed: Annotated[int, typer.Option(help="The same seed, the same story.")] = 7,
    interval_s: Annotated[
        float | None, typer.Option(min=0.01, help="A report every [s].")
    ] = None,
    duration_s: Annotated[
        float | None, typer.Option(min=0, help="Ends after [s]; never if not given.")
    ] = None,
    api: Annotated[
        str | None,
        typer.Option(help="Provision there; password in YINLING_ADMIN_PASSWORD."),
    ] = None,
    username: Annotated[str, typer.Option(help="Who provisions.")] = "admin",
    credentials: Annotated[
        Path | None, typer.Option(help="File of device ids and passwords.")
    ] = None,
    prefix: Annotated[
        str | None, typer.Option(help="What provisioned device ids begin with.")
    ] = None,
    labels: Annotated[
        Path | None, typer.Option(help="Write what ought to be told as CSV.")
    ] = None,
    offline: Annotated[
        bool, typer.Option("--offline", help="Write a cohort to --out instead.")
    ] = False,
    seniors: Annotated[int, typer.Option(min=1, help="Offline: how many.")] = 1000,
    days: Annotated[int, typer.Option(min=1, help="Offline: how long.")] = 30,
    out: Annotated[
        Path | None, typer.Option(help="Offline: the folder, empty or to be made.")
    ] = None,
    events: Annotated[
        str | None,
        typer.Option(help="Offline: kinds of event, commas between; all if not given."),
    ] = None,
    events_per_senior_month: Annotated[
        float, typer.Option(min=0, help="Offline: of each kind, before its weight.")
    ] = 0.4,
) -> None:
    """Run simulated wristbands against a broker, or write a cohort to files."""
    if offline:
        simulate_command.write(
            out=out,
            seniors=seniors,
            days=days,
            seed=seed,
            interval_s=interval_s,
            events=events,
            events_per_senior_month=events_per_senior_month,
        )
        return
    simulate_command.run(
        mqtt=mqtt,
        scenario=scenario,
        wristbands=wristbands,
        seed=seed,
        interval_s=interval_s,
        duration_s=duration_s,
        api=api,
        username=username,
        credentials=credentials,
        prefix=prefix,
        labels=labels,
    )

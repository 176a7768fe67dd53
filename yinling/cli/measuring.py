"""`yinling bench`: how fast it is, measured on this machine."""

from typing import Annotated

import typer

from bench import cli as bench_cli
from bench import detect as bench_detect
from bench import ingest as bench_ingest
from bench import sos as bench_sos

bench = typer.Typer(
    help="Measure latency and throughput.",
    epilog="Example: yinling bench sos --presses 200",
    no_args_is_help=True,
)
AsJson = Annotated[bool, typer.Option("--json", help="Print one JSON object.")]


@bench.command(epilog="Example: yinling bench sos --presses 200 --rate 5000")
def sos(
    presses: Annotated[int, typer.Option(min=1, help="How many, in each phase.")] = 200,
    rate: Annotated[
        float, typer.Option(min=1, help="Reports a second in the second phase.")
    ] = 5_000,
    wristbands: Annotated[
        int, typer.Option(min=1, help="Wristbands that publish them.")
    ] = 1_000,
    as_json: AsJson = False,
) -> None:
    """From an SOS to the phone that rings, idle and under load."""
    options = bench_sos.Options(presses=presses, rate=rate, wristbands=wristbands)
    bench_cli.run_sos(options, as_json=as_json)


@bench.command(epilog="Example: yinling bench ingest --reports 150000 --rounds 3")
def ingest(
    reports: Annotated[int, typer.Option(min=1, help="How many, each round.")] = (
        150_000
    ),
    wristbands: Annotated[
        int, typer.Option(min=1, help="Wristbands that publish them.")
    ] = 1_000,
    rounds: Annotated[int, typer.Option(min=1, help="Repeated in turns.")] = 1,
    as_json: AsJson = False,
) -> None:
    """Reports a second end to end, beside a subscriber that only counts."""
    options = bench_ingest.Options(
        reports=reports, wristbands=wristbands, rounds=rounds
    )
    bench_cli.run_ingest(options, as_json=as_json)


@bench.command(epilog="Example: yinling bench detect --wristbands 1000,100000")
def detect(
    wristbands: Annotated[
        str, typer.Option(help="Sizes of the fleets, with commas between them.")
    ] = "1000,10000,100000,1000000",
    readings: Annotated[
        int, typer.Option(min=1, help="To judge of each fleet at least, each way.")
    ] = 600_000,
    as_json: AsJson = False,
) -> None:
    """Readings a second and core that the detectors judge, beside plain objects."""
    sizes = wristbands.split(",")
    if not all(size.strip().isdecimal() and int(size) for size in sizes):
        raise typer.BadParameter("whole numbers from 1, with commas between them")
    fleets = tuple(sorted({int(size) for size in sizes}))
    options = bench_detect.Options(fleets=fleets, least=readings)
    bench_cli.run_detect(options, as_json=as_json)

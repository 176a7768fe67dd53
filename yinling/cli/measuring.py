"""`yinling bench`: how fast it is, measured on this machine."""

from typing import Annotated

import typer

from bench import cli as bench_cli
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

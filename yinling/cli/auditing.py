"""`yinling audit`: whether what happened is still what stands written."""

import json
from time import perf_counter
from typing import Annotated
from uuid import UUID

import typer

from core.ledger import anchors
from yinling.cli import options
from yinling.cli.options import DataDir
from yinling.commands import audit as commands
from yinling.commands.audit import Verified

audit = typer.Typer(
    help="The ledger: who was told, who answered, who saw what.",
    epilog="Example: yinling audit verify",
    no_args_is_help=True,
)
AsJson = Annotated[bool, typer.Option("--json", help="Print one JSON object.")]


@audit.command(
    "verify", epilog="Example: yinling audit verify --head 812:9f86d081884c7d65…"
)
def verify(
    as_json: AsJson = False,
    first: Annotated[
        int, typer.Option("--from", min=1, help="Position to begin at.")
    ] = 1,
    head: Annotated[
        list[str] | None,
        typer.Option(help="A head written down elsewhere, POSITION:HASH."),
    ] = None,
    data_dir: DataDir = None,
) -> None:
    """Read the whole ledger again; exit 1 and name the first damage if there is any."""
    from yinling.backtest.screen import progress  # noqa: PLC0415 - loads all of backtest

    heads = [anchors.parse(text) for text in head or []]
    began = perf_counter()
    with progress("entries") as bar:
        verified = commands.check(options.settings(data_dir), first, heads, bar)
    took_s = perf_counter() - began
    if as_json:
        options.answer(_summary(verified, first, took_s))
    else:
        _tell(verified, took_s)
    if verified.finding.damage is not None:
        raise typer.Exit(1)


@audit.command("head", epilog="Example: yinling audit head >> heads-kept-elsewhere")
def head(data_dir: DataDir = None) -> None:
    """Print where the ledger ends, to be written down where no one here can change it."""
    typer.echo(str(commands.head(options.settings(data_dir))))


@audit.command("show", epilog="Example: yinling audit show --alert 0199e2c4-…")
def show(
    first: Annotated[
        int, typer.Option("--from", min=1, help="Position to begin at.")
    ] = 1,
    limit: Annotated[int, typer.Option(min=1, max=10000, help="At most.")] = 100,
    alert: Annotated[
        UUID | None, typer.Option(help="Only what belongs to this alert.")
    ] = None,
    data_dir: DataDir = None,
) -> None:
    """Print entries as JSON lines, each with its row; the look is itself recorded."""
    for line in commands.show(options.settings(data_dir), first, limit, alert):
        entry = line.entry
        values = {
            "position": entry.position,
            "sealed_at": entry.sealed_at.isoformat().replace("+00:00", "Z"),
            "source": entry.source,
            "row_id": str(entry.row_id),
            "chain": entry.chain.hex(),
            "erased": line.erased,
            "row": line.row,
        }
        typer.echo(json.dumps(values, ensure_ascii=False))


def _summary(verified: Verified, first: int, took_s: float) -> dict[str, object]:
    finding, damage = verified.finding, verified.finding.damage
    return {
        "ok": damage is None,
        "from": first,
        "entries": finding.entries,
        "erased": finding.erased,
        "waiting": finding.waiting,
        "head": str(finding.head),
        "anchors": verified.anchors,
        "seconds": round(took_s, 3),
        "damage": damage
        and {
            "kind": str(damage.kind),
            "position": damage.position,
            "source": damage.source,
            "row_id": damage.row_id and str(damage.row_id),
            "says": damage.says,
        },
    }


def _tell(verified: Verified, took_s: float) -> None:
    finding, damage = verified.finding, verified.finding.damage
    typer.echo(
        f"{finding.entries:,} entries in {took_s:.1f} s, {finding.erased:,} erased,"
        f" {finding.waiting:,} rows waiting, {verified.anchors} heads held against it"
    )
    typer.echo(f"head {finding.head}")
    if damage is None:
        typer.echo("the ledger is whole")
        return
    where = "" if damage.position is None else f" at entry {damage.position}"
    row = "" if damage.source is None else f" ({damage.source} {damage.row_id})"
    typer.echo(f"{damage.kind}{where}{row}: {damage.says}")

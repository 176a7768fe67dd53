"""Every command of `yinling` gathered."""

from yinling.cli import (
    auditing,
    backtesting,
    covering,
    escalating,
    importing,
    measuring,
    operating,
    protecting,
    registering,
    ruling,
    running,
    showing,
)
from yinling.cli.program import program

cli = program()
cli.add_typer(showing.commands)
cli.add_typer(running.commands)
cli.add_typer(operating.commands)
cli.add_typer(backtesting.commands)
cli.add_typer(covering.commands)
cli.add_typer(importing.exchange)
cli.add_typer(registering.person, name="person")
cli.add_typer(registering.wristband, name="wristband")
cli.add_typer(ruling.rules, name="rules")
cli.add_typer(escalating.policies, name="policies")
cli.add_typer(auditing.audit, name="audit")
cli.add_typer(protecting.privacy, name="privacy")
cli.add_typer(protecting.retention, name="retention")
cli.add_typer(measuring.bench, name="bench")

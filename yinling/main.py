"""The command line `yinling`: its commands gathered, its errors on one line each."""

import sys

import typer
from typer.exceptions import TyperException

from core.errors import UsageError, YinlingError
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

cli = typer.Typer(
    name="yinling",
    help="Yinling (银铃) watches over old people who live alone.",
    epilog="Example: yinling demo",
    no_args_is_help=True,
    add_completion=False,
    pretty_exceptions_enable=False,
    context_settings={"help_option_names": ["-h", "--help"]},
)
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


def app() -> None:
    """Run the command line: exit 0, 1 for a failure, 2 for wrong usage."""
    sys.exit(run())


def run() -> int:
    """Run the command line; its exit code."""
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

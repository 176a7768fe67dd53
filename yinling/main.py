"""The command line `yinling`: which commands there are, its errors on one line each."""

import sys

import typer
from typer.exceptions import TyperException

from core.errors import UsageError, YinlingError
from yinling.cli.groups import needed


def app() -> None:
    """Run the command line: exit 0, 1 for a failure, 2 for wrong usage."""
    sys.exit(run())


def run() -> int:
    """Run the command line; its exit code."""
    try:
        code = needed(sys.argv[1] if sys.argv[1:] else None)(standalone_mode=False)
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

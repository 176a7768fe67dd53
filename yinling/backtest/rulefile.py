"""Files of rules: read whatever wrote them, and each fault named where people find it."""

from collections.abc import Sequence
from pathlib import Path

from core.errors import Fault, InvalidError, RuleError
from core.rules.book import RuleSet, parse_toml
from yinling.backtest import textfile
from yinling.backtest.textfile import STDIN


def named(file: Path, faults: Sequence[Fault]) -> list[str]:
    """Faults as an editor's jump list has them: file, line, key, reason."""
    title = "stdin" if file == STDIN else str(file)
    return [
        ": ".join(
            filter(
                None,
                (f"{title}:{one.line}" if one.line else title, one.key, one.reason),
            )
        )
        for one in faults
    ]


def refused(file: Path, error: RuleError) -> InvalidError:
    """The error of a file of rules, all its faults in one line."""
    return InvalidError("; ".join(named(file, error.faults)), error.field)


def rules(file: Path) -> RuleSet:
    """Rules of a TOML file, complete or only what it changes.

    Raises
    ------
    InvalidError
        If it cannot be read, or a rule of it is bad: its file, line, key and reason.
    """
    try:
        return parse_toml(textfile.text(file))
    except RuleError as error:
        raise refused(file, error) from None

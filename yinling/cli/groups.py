"""Which module holds which commands, so that one command is run without the others' code."""

from collections.abc import Iterable
from dataclasses import dataclass
from importlib import import_module
from typing import Final

import typer

from yinling.cli.program import program


@dataclass(frozen=True, slots=True)
class Group:
    """Commands of one module.

    Attributes
    ----------
    module : of ``yinling.cli``, and what they are called there.
    words : what is typed first to reach one of them.
    named : whether the word stands for the group, and its command comes second.
    """

    module: str
    attribute: str
    words: frozenset[str]
    named: bool = False

    def add_to(self, cli: typer.Typer) -> None:
        """Load the module and add its commands."""
        found = getattr(import_module(f"yinling.cli.{self.module}"), self.attribute)
        cli.add_typer(found, name=next(iter(self.words)) if self.named else None)


def _beside(module: str, attribute: str, *words: str) -> Group:
    return Group(module, attribute, frozenset(words))


def _below(module: str, word: str) -> Group:
    return Group(module, word, frozenset({word}), named=True)


GROUPS: Final = (
    _beside("showing", "commands", "demo", "simulate"),
    _beside("running", "commands", "up", "ingest", "gatekeeper", "alerts", "api"),
    _beside("operating", "commands", "broker-config", "healthcheck", "migrate"),
    _beside("backtesting", "commands", "backtest", "evaluate"),
    _beside("covering", "commands", "coverage"),
    _beside("importing", "exchange", "import", "export", "cards"),
    _below("registering", "person"),
    _below("registering", "wristband"),
    _below("ruling", "rules"),
    _below("escalating", "policies"),
    _below("auditing", "audit"),
    _below("protecting", "privacy"),
    _below("protecting", "retention"),
    _below("measuring", "bench"),
)


def gathered(groups: Iterable[Group] = GROUPS) -> typer.Typer:
    """A command line of some groups."""
    cli = program()
    for group in groups:
        group.add_to(cli)
    return cli


def needed(word: str | None) -> typer.Typer:
    """The command line as far as what was typed first needs it; else the whole."""
    return gathered([one for one in GROUPS if word in one.words] or GROUPS)

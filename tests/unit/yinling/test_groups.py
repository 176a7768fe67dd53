"""A command is run without the other commands' code."""

import subprocess
import sys

import pytest
import typer

from yinling.cli.groups import GROUPS, gathered, needed

LOADED = """
import sys
from yinling.cli.groups import needed
needed({word!r})
print(*(name for name in ("fpdf", "bench", "simulators", "yinling.backtest") if name in sys.modules))
"""


def commands(cli: typer.Typer) -> set[str]:
    return set(typer.main.get_command(cli).commands)  # type: ignore[attr-defined]


@pytest.mark.parametrize(
    "group", GROUPS, ids=lambda group: "-".join(sorted(group.words))
)
def test_every_group_holds_what_is_typed_to_reach_it(group):
    assert commands(gathered([group])) == group.words


def test_no_word_stands_for_two_groups():
    words = [word for group in GROUPS for word in group.words]
    assert len(words) == len(set(words)) == len(commands(needed(None)))
    assert commands(needed("unheard-of")) == set(words)


@pytest.mark.parametrize("word", ["up", "coverage", "audit"])
def test_what_others_need_is_not_loaded(word):
    done = subprocess.run(
        [sys.executable, "-P", "-c", LOADED.format(word=word)],
        capture_output=True,
        text=True,
        check=True,
    )
    assert done.stdout.split() == []

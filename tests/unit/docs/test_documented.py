"""Every setting, command and metric is documented where people look for it."""

import re
from pathlib import Path

import pytest
import typer.main
from pydantic.fields import FieldInfo

from core.settings import Settings
from yinling.cli.whole import cli

ROOT = Path(__file__).parents[3]
README = (ROOT / "README.md").read_text(encoding="utf-8")
README_ZH = (ROOT / "README.zh.md").read_text(encoding="utf-8")
METRICS = (ROOT / "docs" / "metrics.md").read_text(encoding="utf-8")


def shown_default(field: FieldInfo) -> str:
    """The default as the tables write it."""
    match field.default:
        case None:
            return "–"
        case tuple() as items:
            return ",".join(f"{item:g}" for item in items) or "–"
        case default:
            return f"{default:g}" if isinstance(default, float) else str(default)


@pytest.mark.parametrize("name", Settings.model_fields)
def test_every_setting_stands_in_both_readmes_with_its_default(name):
    field = Settings.model_fields[name]
    start = f"| `YINLING_{name.upper()}` | {shown_default(field)} | "
    assert f"{start}{field.description} |" in README
    assert start in README_ZH


def test_no_table_names_a_setting_that_does_not_exist():
    known = {f"YINLING_{name.upper()}" for name in Settings.model_fields}
    for text in (README, README_ZH):
        assert set(re.findall(r"^\| `(YINLING_\w+)`", text, re.MULTILINE)) == known


def test_every_command_is_in_the_readme():
    commands = typer.main.get_command(cli).commands
    assert commands
    for name in commands:
        assert f"`yinling {name}" in README, name


def test_every_metric_is_documented():
    defined = {
        name
        for top in ("core", "ingest", "alerts", "api", "yinling")
        for file in (ROOT / top).rglob("*.py")
        for name in re.findall(
            r"(?:Counter|Gauge|Histogram)\(\s*\"(yinling_\w+)\"",
            file.read_text("utf-8"),
        )
    }
    assert defined
    documented = set(re.findall(r"`(yinling_\w+)[`{]", METRICS))
    assert defined - documented == set()

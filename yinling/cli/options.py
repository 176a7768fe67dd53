"""Options that several commands share."""

import json
from collections.abc import Mapping
from pathlib import Path
from typing import Annotated

import typer

from core.settings import Settings, load

DataDir = Annotated[
    Path | None, typer.Option(help="Where state is kept [YINLING_DATA_DIR].")
]


def settings(data_dir: Path | None) -> Settings:
    """The settings of the environment, with the directory the command line names."""
    found = load()
    if data_dir is not None:
        found = found.model_copy(update={"data_dir": data_dir})
    return found


def answer(values: Mapping[str, object]) -> None:
    """Print one JSON object."""
    typer.echo(json.dumps(values, ensure_ascii=False))

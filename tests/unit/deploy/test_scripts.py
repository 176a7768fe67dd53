"""The shell scripts parse in a plain POSIX shell and say how they are used."""

import subprocess
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[3]
SCRIPTS = sorted((ROOT / "deploy").glob("*.sh"))


@pytest.mark.parametrize("script", SCRIPTS, ids=lambda path: path.name)
def test_it_parses(script: Path) -> None:
    subprocess.run(["/bin/sh", "-n", str(script)], check=True)
    head = script.read_text().split("\nset -eu\n")[0]
    assert "# Usage: sh deploy/" in head


def test_the_image_is_made_by_the_tested_script_alone() -> None:
    text = (ROOT / "Dockerfile").read_text()
    steps = [line for line in text.splitlines() if line.startswith("RUN ")]
    assert steps == ["RUN sh /src/deploy/install.sh /src && rm -rf /src"]
    assert "\nUSER yinling\n" in text

"""Named statements are loaded whole, and every queries.sql of ours can be."""

import re
from importlib import resources
from pathlib import Path

import pytest

from core import queries

ROOT = Path(__file__).parents[3]
PACKAGES = sorted(
    ".".join(file.parent.relative_to(ROOT).parts)
    for top in ("core", "ingest", "alerts", "api")
    for file in (ROOT / top).rglob("queries.sql")
)


OWN_CLOCK = {"core.ledger"}
"""How long rows wait to be sealed is no business time: the database noted when they came,
and what its clock says is compared with that alone."""


@pytest.mark.parametrize("package", PACKAGES)
def test_every_file_loads_and_takes_time_as_a_parameter(package):
    assert queries.load(package)
    text = resources.files(package).joinpath("queries.sql").read_text(encoding="utf-8")
    assert not re.search(r"\bnow\(\)|CURRENT_TIMESTAMP", text, re.IGNORECASE)
    assert "clock_timestamp" not in text or package in OWN_CLOCK


def test_a_name_given_twice_is_an_error(tmp_path, monkeypatch):
    package = tmp_path / "twice_named"
    package.mkdir()
    (package / "__init__.py").touch()
    (package / "queries.sql").write_text("-- name: a\nSELECT 1\n-- name: a\nSELECT 2\n")
    monkeypatch.syspath_prepend(str(tmp_path))
    with pytest.raises(ValueError, match="names a twice"):
        queries.load("twice_named")

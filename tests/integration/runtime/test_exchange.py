"""`yinling import | export | cards` from the command line."""

import json

import pytest

from api.cards import fonts
from core import registry
from core.errors import UnavailableError
from core.exchange import writing
from simulators import street
from tests.support.exchange import NOW, ZONE
from yinling import main

pytestmark = pytest.mark.db
SIZE = street.Size(
    communities=1, compounds=1, buildings=2, seniors=4, staff=8, relatives=6
)


@pytest.fixture
def yinling(database_url, conn, monkeypatch, capsys):
    registry.ensure_admin(conn, "lantern-over-the-river", NOW)
    conn.commit()
    monkeypatch.setenv("YINLING_DATABASE_URL", database_url)

    def run(*words: str, code: int = 0) -> str:
        monkeypatch.setattr("sys.argv", ["yinling", *words])
        assert main.run() == code, capsys.readouterr().err
        shown = capsys.readouterr()
        assert "Traceback" not in shown.err
        return shown.out if code == 0 else shown.out + shown.err

    return run


def test_a_street_goes_in_and_comes_out(yinling, conn, tmp_path):
    file, out, words = (tmp_path / name for name in ("a.xlsx", "b.xlsx", "p.csv"))
    file.write_bytes(street.write(street.draw(SIZE)))
    tried = json.loads(yinling("import", str(file), "--dry-run", "--json"))
    assert (tried["fault_count"], tried["applied"]) == (0, False)
    assert conn.execute("SELECT count(*) FROM senior").fetchone() == (0,)
    conn.rollback()
    assert "--passwords" in yinling("import", str(file), "--yes", code=1)
    shown = yinling("import", str(file), "--yes", "--passwords", str(words))
    assert "imported" in shown
    assert words.stat().st_mode & 0o777 == 0o600
    assert len(words.read_text().splitlines()) == 5
    yinling("export", str(out))
    assert out.stat().st_mode & 0o777 == 0o600
    assert "nothing to change" in yinling("import", str(out), "--dry-run")
    yinling("export", str(tmp_path / "folder"))
    assert "nothing to change" in yinling(
        "import", str(tmp_path / "folder"), "--dry-run"
    )
    row = conn.execute("SELECT id FROM place WHERE level = 'compound'").fetchone()
    assert row is not None
    _prints(yinling, str(row[0]), tmp_path / "c.pdf")


def _prints(yinling, place_id, path):
    try:
        fonts.find(None)
    except UnavailableError:
        return
    assert json.loads(yinling("cards", "--place", place_id, str(path)))["cards"] == 4
    assert path.read_bytes().startswith(b"%PDF")
    assert "--place or --senior" in yinling("cards", str(path), code=2)


def test_faults_are_told_line_by_line_in_the_asked_language(yinling, tmp_path):
    file = tmp_path / "bad.xlsx"
    rows = [{"name": "王", "birth_date": "昨天"}, {"name": "李"}]
    file.write_bytes(writing.workbook({"seniors": rows}, ZONE))
    shown = yinling("import", str(file), "--dry-run", code=1)
    assert "老人 line 2 出生日期: not a date" in shown
    assert "老人 line 3 出生日期: must be filled in" in shown
    assert "2 faults: nothing is changed" in shown
    shown = yinling("import", str(file), "--yes", "--language", "zh-CN", code=1)
    assert "不是日期" in shown


def test_wrong_usage_is_said_in_a_line(yinling, tmp_path):
    template = tmp_path / "t.xlsx"
    yinling("import", "--template", str(template))
    assert "--dry-run or --yes" in yinling("import", str(template), code=2)
    assert "there is no" in yinling("import", "nothing.xlsx", "--yes", code=2)
    assert "--template" in yinling("import", "--yes", code=2)
    exists = ("--yes", "--passwords", str(template))
    assert "exists already" in yinling("import", str(template), *exists, code=2)
    (tmp_path / "x.xlsx").write_bytes(b"PK nothing")
    assert "damaged" in yinling("import", str(tmp_path / "x.xlsx"), "--yes", code=1)

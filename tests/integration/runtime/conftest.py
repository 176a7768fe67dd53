"""The command line in this process, on a database of the test's own."""

from collections.abc import Callable

import psycopg
import pytest

from tests.support.town import Town
from yinling import main

Run = Callable[..., str]


@pytest.fixture
def town(conn: psycopg.Connection) -> Town:
    """A town with one senior."""
    return Town(conn).build()


@pytest.fixture
def command(
    database_url: str,
    monkeypatch: pytest.MonkeyPatch,
    capsys: pytest.CaptureFixture[str],
) -> Run:
    """Run `yinling WORDS…`, which must exit with `code`; what it printed."""
    monkeypatch.setenv("YINLING_DATABASE_URL", database_url)
    monkeypatch.setenv("COLUMNS", "200")

    def run(*words: str, code: int = 0) -> str:
        monkeypatch.setattr("sys.argv", ["yinling", *words])
        got = main.run()
        shown = capsys.readouterr()
        assert got == code, shown.err
        if code:
            assert shown.err.count("\n") == 1
        return shown.out + shown.err

    return run

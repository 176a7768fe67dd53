import stat
from pathlib import Path

import pytest

from ingest.gatekeeper import issuer, snapshot
from ingest.gatekeeper.roster import Roster

DIGESTS = {"wb-1": b"1" * 32, "wb-2": b"2" * 32}


def test_issuer_is_made_once_and_private(tmp_path: Path) -> None:
    first = issuer.public_key(tmp_path)
    assert first == issuer.public_key(tmp_path)
    assert (first[0], len(first)) == ("A", 56)
    seed = tmp_path / "secrets" / issuer.SEED_FILE
    assert stat.S_IMODE(seed.stat().st_mode) == 0o600
    assert issuer.public_key(tmp_path / "other") != first


def test_snapshot_comes_back_as_written(tmp_path: Path) -> None:
    assert snapshot.read(tmp_path) is None
    snapshot.write(tmp_path, {})
    snapshot.write(tmp_path, DIGESTS)
    assert snapshot.read(tmp_path) == DIGESTS
    mode = (tmp_path / snapshot.FILE).stat().st_mode
    assert stat.S_IMODE(mode) == 0o600
    assert [f.name for f in tmp_path.iterdir()] == [snapshot.FILE], "no draft is left"


@pytest.mark.parametrize("octets", [b"", b"\x92\x01", b"nonsense", b"\x92\x63\x80"])
def test_a_damaged_or_foreign_snapshot_counts_as_none(
    tmp_path: Path, octets: bytes
) -> None:
    (tmp_path / snapshot.FILE).write_bytes(octets)
    assert snapshot.read(tmp_path) is None


def test_roster_tells_who_left_once() -> None:
    roster = Roster(DIGESTS)
    roster.settle("wb-1", None)
    roster.settle("wb-1", None)
    roster.settle("never-known", None)
    assert roster.has_left
    assert roster.take_left() == {"wb-1"}
    assert not roster.has_left
    assert dict(roster.digests) == {"wb-2": DIGESTS["wb-2"]}


def test_roster_tells_of_a_password_that_changed() -> None:
    roster = Roster(DIGESTS)
    roster.settle("wb-1", b"3" * 32)
    roster.settle("wb-3", b"3" * 32)
    assert roster.take_left() == {"wb-1"}


def test_roster_knows_whether_it_must_be_written() -> None:
    roster = Roster(DIGESTS)
    roster.settle("wb-1", DIGESTS["wb-1"])
    assert not roster.changed
    roster.settle_rest(["wb-2"])
    assert roster.changed
    assert roster.copy() == {"wb-1": DIGESTS["wb-1"]}
    assert not roster.changed

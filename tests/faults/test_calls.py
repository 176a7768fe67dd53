"""The alerts service is killed in the middle of a call: nothing is left, it is made again."""

import os
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path

import psycopg
import pytest

from core.model import PlaceLevel, Role
from tests.support.office import CallingOffice
from tests.support.telephone import Telephone, installed
from tests.support.town import Town
from tests.support.waiting import until

pytestmark = [pytest.mark.db, pytest.mark.slow]
SERVICE = """
import os, sys, psycopg
from pathlib import Path
from tests.support.office import CallingOffice
from tests.support.town import Town
url = os.environ["DATABASE"]
with psycopg.connect(url) as conn:
    with CallingOffice(Town(conn), url, Path(sys.argv[1]), sip_ring_s=100) as office:
        print("ready", flush=True)
        sys.stdin.read()
"""


def callers_of(process: int) -> list[int]:
    """baresip processes that `process` started, and those that nobody minds."""
    found = []
    for path in Path("/proc").glob("[0-9]*"):
        try:
            name, _, rest = (path / "stat").read_text().rpartition(")")
        except OSError:
            continue
        if "baresip" in name and int(rest.split()[1]) == process:
            found.append(int(path.name))
    return found


def gone(pid: int) -> bool:
    try:
        state = Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()[0]
    except OSError:
        return True
    return state == "Z"  # its new parent has not buried it yet


def test_a_killed_service_leaves_no_call_and_it_is_made_again(
    conn: psycopg.Connection,
    database_url: str,
    tmp_path: Path,
    require: Callable[[bool, str], None],
):
    require(installed(), "baresip-core is not installed")
    town = Town(conn).build()
    with Telephone(tmp_path / "telephone", answers=False) as telephone:
        url = telephone.url
        town.person(Role.GRID_WORKER, PlaceLevel.COMPOUND, "王芳", url=url)
        service = subprocess.Popen(
            [sys.executable, "-c", SERVICE, str(tmp_path / "first")],
            env=os.environ | {"DATABASE": database_url, "PYTHONPATH": str(Path.cwd())},
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
        )
        assert service.stdout is not None
        assert service.stdout.readline() == b"ready\n"
        later = CallingOffice(town, database_url, tmp_path / "second", ahead_s=40)
        later.alarm()
        telephone.await_event("CALL_INCOMING")
        (caller,) = callers_of(service.pid)
        service.kill()
        service.communicate()
        until(lambda: gone(caller), what="the end of its baresip")
        ((status, attempts),) = later.rows("SELECT status, attempts FROM notification")
        assert (status, attempts) == ("queued", 0)  # nothing came of it, so far
        telephone.hang_up()  # the caller cannot any more
        with later:  # its lease is over by this clock
            telephone.await_event("CALL_INCOMING", count=2)
            telephone.hang_up()
            until(later.attempts, what="the attempt's record")
            ((status, answer),) = later.attempts()
    assert (status, answer[:4]) == ("failed", "busy")

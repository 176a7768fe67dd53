"""`yinling demo`: a newcomer sees who to log in as, and who was told what."""

import os
import signal
import subprocess
import sys
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest

from tests.support import servers
from tests.support.waiting import until

pytestmark = [pytest.mark.slow, pytest.mark.db, pytest.mark.broker]


@contextmanager
def demo(where: Path) -> Iterator[list[str]]:
    """Run the demo in `where`; the lines it has printed so far."""
    child = subprocess.Popen(
        [sys.executable, "-m", "yinling", "demo", "--data-dir", str(where)],
        env=os.environ | {"COLUMNS": "200"},
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        text=True,
    )
    lines: list[str] = []
    assert child.stdout is not None
    reader = threading.Thread(target=lines.extend, args=(child.stdout,), daemon=True)
    reader.start()
    try:
        yield lines
        assert child.poll() is None, "".join(lines)
        child.send_signal(signal.SIGINT)
        assert child.wait(15) == 0, "".join(lines)
    finally:
        child.kill()
        child.wait()
        reader.join(5)
        child.stdout.close()


def shown(lines: list[str], *texts: str) -> bool:
    return any(all(text in line for text in texts) for line in list(lines))


@pytest.mark.timeout(300)
def test_the_demo_tells_and_goes_on_where_it_was() -> None:
    with servers.folder("demo") as where:
        with demo(where) as lines:
            until(lambda: shown(lines, "is ready"), 90, "the invitation")
            assert shown(lines, "王建华", "/grid")
            assert shown(lines, "李晓梅", "/family")
            until(lambda: shown(lines, "📱", "王建华", "王桂兰"), 120, "the SOS told")
            until(lambda: shown(lines, "📱", "李晓梅", "王桂兰"), 30, "family told")
        first = [line for line in lines if "/grid" in line]
        with demo(where) as again:
            until(lambda: shown(again, "is ready"), 60, "the second invitation")
            assert [line for line in again if "/grid" in line] == first

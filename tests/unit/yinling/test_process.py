"""Children end when they are asked to, when they refuse, and when we die."""

import os
import signal
import subprocess
import sys
from pathlib import Path

from tests.support.waiting import until
from yinling import process
from yinling.process import Program

SLEEPER = "import time; print('up', flush=True); time.sleep(60)"
STUBBORN = "import signal; signal.signal(15, signal.SIG_IGN); " + SLEEPER
PARENT = """
import sys, time, signal
from pathlib import Path
from yinling import process
program = process.Program("child", [sys.executable, "-c", {code!r}],
                          death_signal=signal.SIGTERM)
child = process.start(program, Path({log!r}))
print(child.pid, flush=True)
time.sleep(60)
"""


def test_a_file_in_the_working_directory_shadows_nothing_of_ours(
    tmp_path: Path,
) -> None:
    for name in ("bench", "core", "yinling"):
        (tmp_path / f"{name}.py").write_text("raise SystemExit('shadowed')", "utf-8")
    words = [*process.OURSELVES, "rules", "--help"]
    shown = subprocess.run(
        words, cwd=tmp_path, capture_output=True, text=True, check=False
    )
    assert shown.returncode == 0, shown.stderr


def started(code: str, folder: Path) -> subprocess.Popen[bytes]:
    log = folder / "child.log"
    child = process.start(Program("child", [sys.executable, "-c", code]), log)
    until(lambda: "up" in log.read_text(), what="the child's first word")
    return child


def test_a_willing_child_ends_when_asked(tmp_path: Path) -> None:
    child = started(SLEEPER, tmp_path)
    assert process.stop(child, signal.SIGTERM, 5)
    assert child.returncode == -signal.SIGTERM


def test_a_stubborn_child_is_killed(tmp_path: Path) -> None:
    child = started(STUBBORN, tmp_path)
    assert not process.stop(child, signal.SIGTERM, 0.1)
    assert child.returncode == -signal.SIGKILL


def test_a_dead_child_is_stopped_already(tmp_path: Path) -> None:
    child = started("print('up')", tmp_path)
    child.wait()
    assert process.stop(child, signal.SIGTERM, 1)


def test_ctrl_c_does_not_reach_the_child(tmp_path: Path) -> None:
    child = started(SLEEPER, tmp_path)
    assert os.getsid(child.pid) == child.pid != os.getsid(0)
    process.stop(child, signal.SIGTERM, 5)


def test_a_child_ends_when_its_parent_is_killed(tmp_path: Path) -> None:
    log = tmp_path / "grandchild.log"
    code = PARENT.format(code=SLEEPER, log=str(log))
    parent = subprocess.Popen(
        [sys.executable, "-c", code], stdout=subprocess.PIPE, text=True
    )
    assert parent.stdout is not None
    pid = int(parent.stdout.readline())
    until(lambda: "up" in log.read_text(), what="the grandchild's first word")
    parent.kill()
    parent.wait()
    parent.stdout.close()
    until(lambda: not _runs(pid), 5, "the grandchild's end")


def _runs(pid: int) -> bool:
    try:
        status = Path(f"/proc/{pid}/stat").read_text()
    except FileNotFoundError:
        return False
    return status.rpartition(")")[2].split()[0] != "Z"

"""What dies is started again; what does not start is said; all stops in order."""

import os
import signal
import sys
from pathlib import Path
from threading import Event

import pytest

from core.clock import SystemClock
from core.errors import UnavailableError
from tests.support.waiting import until
from yinling import supervise
from yinling.process import Program
from yinling.supervise import Part, Supervisor

LIVES = "import time; print('up', flush=True); time.sleep(60)"
DIES = "print('no luck'); raise SystemExit(3)"
LAST_WORDS = """
import signal, sys, time
def end(*_):
    time.sleep(0.1)
    with open({path!r}, "a") as file: file.write({name!r} + " ")
    sys.exit(0)
signal.signal(signal.SIGTERM, end)
print("up", flush=True)
time.sleep(60)
"""


def part(name: str, code: str, folder: Path, layer: int = 0, **more: object) -> Part:
    log = folder / f"{name}.log"
    return Part(
        name=name,
        layer=layer,
        prepare=lambda: Program(name, [sys.executable, "-c", code]),
        ready=lambda: "up" in log.read_text(),
        **more,
    )


@pytest.fixture
def supervisor(tmp_path: Path):
    made = Supervisor(tmp_path, SystemClock(), Event())
    yield made
    made.end()


def test_a_part_that_dies_is_started_again(
    supervisor: Supervisor, tmp_path: Path
) -> None:
    buried: list[int] = []
    supervisor.start(part("one", LIVES, tmp_path, buried=buried.append))
    assert supervisor.await_ready("one")
    first = supervisor.pid("one")
    assert first is not None
    os.kill(first, signal.SIGKILL)

    def another() -> bool:
        supervisor.look()
        return supervisor.pid("one") not in {None, first}

    until(another, 5, "another child")
    assert buried == [first]


def test_a_part_that_stays_silent_is_killed_and_started_again(
    supervisor: Supervisor, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(supervise, "_ASK_EVERY_S", 0.05)
    answers = iter([True, False, False, True, False, False, False])
    silent = part("mute", LIVES, tmp_path, responds=lambda: next(answers, True))
    supervisor.start(silent)
    assert supervisor.await_ready("mute")
    first = supervisor.pid("mute")

    def another() -> bool:
        supervisor.look()
        return supervisor.pid("mute") not in {None, first}

    until(another, 5, "another child")
    assert next(answers, None) is None


def test_waiting_for_an_answer_holds_up_neither_the_others_nor_the_end(
    supervisor: Supervisor, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(supervise, "_ASK_EVERY_S", 0.0)
    asked, answered = Event(), Event()

    def slowly() -> bool:
        asked.set()
        return answered.wait(30)

    supervisor.start(part("slow", LIVES, tmp_path, responds=slowly))
    supervisor.start(part("other", LIVES, tmp_path))
    assert supervisor.await_ready("slow")
    assert supervisor.await_ready("other")
    other = supervisor.pid("other")
    assert other is not None
    os.kill(other, signal.SIGKILL)

    def again() -> bool:
        supervisor.look()
        return supervisor.pid("other") not in {None, other}

    until(again, 5, "the other again")
    assert asked.is_set()
    assert not answered.is_set()
    assert supervisor.end()
    answered.set()


def test_a_part_that_keeps_dying_is_named_with_its_last_words(
    supervisor: Supervisor, tmp_path: Path
) -> None:
    supervisor.start(part("lame", DIES, tmp_path))
    with pytest.raises(UnavailableError, match="lame does not start: no luck"):
        supervisor.await_ready("lame")


def test_a_part_that_never_serves_is_named(
    supervisor: Supervisor, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(supervise, "START_TIMEOUT_S", 0.3)
    supervisor.start(part("mute", "import time; time.sleep(60)", tmp_path))
    with pytest.raises(UnavailableError, match="mute does not start: it said nothing"):
        supervisor.await_ready("mute")


def test_asked_to_stop_while_starting(tmp_path: Path) -> None:
    stop = Event()
    supervisor = Supervisor(tmp_path, SystemClock(), stop)
    supervisor.start(part("mute", "import time; time.sleep(60)", tmp_path))
    stop.set()
    assert not supervisor.await_ready("mute")
    assert supervisor.end()


def test_upper_layers_stop_before_what_they_stand_on(
    supervisor: Supervisor, tmp_path: Path
) -> None:
    path = tmp_path / "order"
    for name, layer in (("bottom", 2), ("middle", 1), ("top", 0)):
        code = LAST_WORDS.format(path=str(path), name=name)
        supervisor.start(part(name, code, tmp_path, layer))
        supervisor.await_ready(name)
    assert supervisor.end()
    assert path.read_text().split() == ["top", "middle", "bottom"]


def test_what_refuses_to_stop_is_killed(
    supervisor: Supervisor, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(supervise, "STOP_TIMEOUT_S", (0.1, 0.1, 0.1))
    code = "import signal; signal.signal(15, signal.SIG_IGN); " + LIVES
    supervisor.start(part("stubborn", code, tmp_path))
    supervisor.await_ready("stubborn")
    assert not supervisor.end()
    assert supervisor.pid("stubborn") is None


def test_all_layers_together_stop_within_ten_seconds() -> None:
    assert sum(supervise.STOP_TIMEOUT_S) + 3 * 0.25 < 10

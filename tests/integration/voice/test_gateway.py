"""Calls that do not come to anything, each with its reason, and leave nothing behind."""

import os
import signal
import socket
import subprocess
import threading
from collections.abc import Callable
from pathlib import Path
from time import monotonic

import pytest

from alerts.voice import baresip, speech
from alerts.voice.gateway import Callee, Ended, Outcome, Reply
from alerts.voice.sip import Account, Limits, SipGateway
from core.clock import SystemClock
from tests.support import switchboard
from tests.support.switchboard import Switchboard
from tests.support.telephone import Telephone
from tests.support.waiting import until


class Listener:
    """Remembers what happened."""

    def __init__(self) -> None:
        self.heard: list[str] = []
        self.needless: Reply | None = None

    def ringing(self) -> None:
        self.heard.append("ringing")

    def answered(self) -> None:
        self.heard.append("answered")

    def pressed(self, key: str) -> Reply:
        self.heard.append(key)
        return Reply(last=key == "1")

    def withdrawn(self) -> Reply | None:
        return self.needless


class Caller:
    """A gateway, and how its calls end."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        self.listener = Listener()
        self.recording = folder / "words.wav"
        folder.mkdir()
        speech.write(self.recording, [speech.pause(30)])

    def call(
        self, port: int, account: Account | None = None, limits: Limits | None = None
    ) -> Outcome:
        gateway = SipGateway(
            account or Account(), limits or Limits(5, 20), self.folder, SystemClock()
        )
        trunk = account is not None and account.trunk is not None
        callee = Callee("02987654321") if trunk else Callee("wang", "127.0.0.1", port)
        return gateway.place(callee, self.recording, self.listener)

    def processes(self) -> list[int]:
        """baresip processes of ours, dead ones that nobody buried included."""
        return [
            int(path.name)
            for path in Path("/proc").glob("[0-9]*")
            if _is_child_of(path, os.getpid())
        ]


def _is_child_of(process: Path, parent: int) -> bool:
    try:
        name, _, rest = (process / "stat").read_text().rpartition(")")
    except OSError:
        return False
    return "baresip" in name and int(rest.split()[1]) == parent


@pytest.fixture
def caller(tmp_path: Path):
    caller = Caller(tmp_path / "calls")
    yield caller
    assert caller.processes() == []
    assert sorted(path.name for path in caller.folder.iterdir()) == [
        "silence.wav",
        "words.wav",
    ]


@pytest.fixture
def sipp(require: Callable[[bool, str], None]) -> None:
    require(switchboard.installed(), "sip-tester is not installed")


@pytest.mark.usefixtures("sipp")
@pytest.mark.parametrize(
    ("said", "ended"),
    [
        ("486 Busy Here", Ended.BUSY),
        ("603 Decline", Ended.DECLINED),
        ("404 Not Found", Ended.UNREACHABLE),
        ("480 Temporarily Unavailable", Ended.NO_ANSWER),
        ("500 Broken", Ended.FAILED),
    ],
)
def test_refused(caller: Caller, tmp_path: Path, said: str, ended: Ended):
    code, _, words = said.partition(" ")
    with Switchboard(tmp_path, switchboard.refused(int(code), words)) as peer:
        assert caller.call(peer.port) == Outcome(ended, said)
    assert caller.listener.heard == []


@pytest.mark.usefixtures("sipp")
def test_a_phone_that_rings_on_is_given_up(caller: Caller, tmp_path: Path):
    with Switchboard(tmp_path, switchboard.rings_on()) as peer:
        outcome = caller.call(peer.port, limits=Limits(2, 5))
    assert outcome == Outcome(Ended.NO_ANSWER, "rang for 2 s")
    assert caller.listener.heard == ["ringing"]


@pytest.mark.usefixtures("sipp")
def test_a_phone_that_rings_needlessly_is_hung_up(caller: Caller, tmp_path: Path):
    caller.listener.needless = Reply(last=True)
    with Switchboard(tmp_path, switchboard.rings_on()) as peer:
        outcome = caller.call(peer.port, limits=Limits(50, 5))
        until(lambda: "CANCEL sip:" in peer.messages(), what="the phone's silence")
    assert outcome == Outcome(Ended.WITHDRAWN)


@pytest.mark.usefixtures("sipp")
def test_digest_at_the_exchange(caller: Caller, tmp_path: Path):
    busy = (
        switchboard.INVITED
        + switchboard.reply(486, "Busy Here")
        + switchboard.ACKNOWLEDGED
    )
    with Switchboard(tmp_path, switchboard.asks_who(then=busy)) as peer:
        account = Account(f"127.0.0.1:{peer.port}", "street", "geheim-7", "02912345678")
        assert caller.call(peer.port, account).ended is Ended.BUSY
        until(lambda: "Proxy-Authorization" in peer.messages(), what="the proof")
    assert switchboard.proven(peer.messages(), "street", "geheim-7")
    assert not switchboard.proven(peer.messages(), "street", "another")
    assert "From: <sip:02912345678@127.0.0.1>" in peer.messages()
    assert f"INVITE sip:02987654321@127.0.0.1:{peer.port} SIP/2.0" in peer.messages()


@pytest.mark.usefixtures("sipp")
def test_a_wrong_password_is_said(caller: Caller, tmp_path: Path):
    again = switchboard.INVITED + switchboard.challenge() + switchboard.ACKNOWLEDGED
    with Switchboard(tmp_path, switchboard.asks_who(then=again)) as peer:
        account = Account(f"127.0.0.1:{peer.port}", "street", "falsch-7")
        outcome = caller.call(peer.port, account)
    assert outcome == Outcome(Ended.FAILED, "407: the exchange refused the login")


def test_nobody_there(caller: Caller):
    with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as silent:
        silent.bind(("127.0.0.1", 0))
        outcome = caller.call(silent.getsockname()[1], limits=Limits(2, 5))
    assert outcome == Outcome(Ended.UNREACHABLE, "the exchange did not answer")


def test_numbers_need_an_exchange(tmp_path: Path):
    gateway = SipGateway(Account(), Limits(), tmp_path, SystemClock())
    outcome = gateway.place(Callee("02987654321"), tmp_path / "x.wav", Listener())
    assert outcome.ended is Ended.FAILED
    assert "YINLING_SIP_TRUNK" in outcome.reason


def test_without_baresip_it_says_what_to_install(
    caller: Caller, monkeypatch: pytest.MonkeyPatch
):
    monkeypatch.setenv("PATH", "/nowhere")
    outcome = caller.call(5060)
    assert outcome.ended is Ended.FAILED
    assert "baresip-core" in outcome.reason


@pytest.mark.slow
@pytest.mark.parametrize("stroke", [signal.SIGKILL, signal.SIGSTOP])
def test_baresip_dies_or_hangs_while_it_rings(
    caller: Caller, tmp_path: Path, stroke: signal.Signals
):
    with Telephone(tmp_path / "telephone", answers=False) as telephone:
        ended: list[Outcome] = []
        thread = threading.Thread(
            target=lambda: ended.append(caller.call(telephone.port, None, Limits(4, 5)))
        )
        thread.start()
        until(lambda: "ringing" in caller.listener.heard, what="ringing")
        victim = next(pid for pid in caller.processes() if pid != telephone.pid)
        os.kill(victim, stroke)
        thread.join(20)
    assert ended[0].ended in {Ended.FAILED, Ended.NO_ANSWER}


def test_keys_repeat_and_end_the_call(caller: Caller, tmp_path: Path):
    with Telephone(tmp_path / "telephone") as telephone:
        ended: list[Outcome] = []
        thread = threading.Thread(
            target=lambda: ended.append(caller.call(telephone.port))
        )
        thread.start()
        telephone.await_event("CALL_ESTABLISHED")
        telephone.await_words(0.5)
        (scratch,) = caller.folder.glob("call-*")  # nothing of what they say is kept
        assert not [*scratch.glob("*.wav")]
        for n, key in enumerate("21"):
            telephone.press(key)
            until(lambda n=n: len(caller.listener.heard) == n + 3, what="the key")
        thread.join(10)
    assert ended == [Outcome(Ended.ANSWERED)]
    assert caller.listener.heard == ["ringing", "answered", "2", "1"]


def test_whoever_listens_hears_that_it_is_needless(caller: Caller, tmp_path: Path):
    words = caller.folder.parent / "needless.wav"
    speech.write(words, [speech.pause(1.5)])
    with Telephone(tmp_path / "telephone") as telephone:
        ended: list[Outcome] = []
        thread = threading.Thread(
            target=lambda: ended.append(
                caller.call(telephone.port, None, Limits(20, 50))
            )
        )
        thread.start()
        telephone.await_event("CALL_ESTABLISHED")
        caller.listener.needless = Reply(words, last=True)
        began_s = monotonic()
        thread.join(10)
    assert ended == [Outcome(Ended.ANSWERED)]
    assert 1.5 <= monotonic() - began_s < 8


def test_no_secret_on_the_command_line_or_for_others(
    caller: Caller, monkeypatch: pytest.MonkeyPatch
):
    seen: list[tuple[list[str], int]] = []
    start = subprocess.Popen

    def watched(arguments: list[str], **options):
        if arguments[0].endswith("baresip"):
            accounts = Path(options["cwd"]) / "accounts"
            assert "geheim-7" in accounts.read_text()
            seen.append((arguments, accounts.stat().st_mode & 0o777))
        return start(arguments, **options)

    monkeypatch.setattr(baresip.subprocess, "Popen", watched)
    account = Account("127.0.0.1:9", "street", "geheim-7")
    caller.call(9, account, Limits(1, 1))
    ((arguments, mode),) = seen
    assert mode == 0o600
    assert "geheim-7" not in " ".join(arguments)

"""A telephone on this machine: a baresip that takes calls, records them, presses keys."""

import json
import shutil
import signal
import socket
import subprocess
from datetime import UTC, datetime, timedelta
from pathlib import Path
from time import monotonic

import numpy as np

from alerts.voice import baresip, speech
from core import children
from tests.support.waiting import until
from yinling.embedded.ports import free_port

NOON = datetime(2026, 11, 21, 4, 0, tzinfo=UTC)
_CONFIG = """\
poll_method epoll
sip_listen 127.0.0.1:{sip}
call_local_timeout 120
call_max_calls 8
audio_source aufile,{silence}
audio_player aufile,/dev/null
audio_alert aufile,{silence}
audio_channels 1
module_path {modules}
module g711.so
module aufile.so
module sndfile.so
module_app account.so
module_app menu.so
module_app ctrl_tcp.so
ctrl_tcp_listen 127.0.0.1:{control}
snd_path .
"""
_HEADER = 44


class RunningClock:
    """A clock that shows noon when it is made, and goes on from there."""

    def __init__(self, ahead_s: float = 0) -> None:
        self._began_s = monotonic() - ahead_s

    def now(self) -> datetime:
        return NOON + timedelta(seconds=self.monotonic_s() - self._began_s)

    def monotonic_s(self) -> float:
        return monotonic()

    def skip(self, span: timedelta) -> None:
        """Let so much time have passed."""
        self._began_s -= span.total_seconds()


class Telephone:
    """Use it in a ``with`` block; `answers` says whether it takes calls by itself."""

    def __init__(
        self, folder: Path, *, user: str = "wang", answers: bool = True
    ) -> None:
        self.folder = folder
        self.user = user
        self.port = free_port()
        self.heard: list[dict] = []
        self._control = free_port()
        self._answers = answers
        self._unread = b""

    @property
    def pid(self) -> int:
        return self._process.pid

    @property
    def url(self) -> str:
        return f"sip://{self.user}@127.0.0.1:{self.port}"

    def __enter__(self) -> "Telephone":
        self.folder.mkdir(parents=True)
        silence = self.folder / "silence.wav"
        speech.write(silence, [speech.pause(60)])
        config = _CONFIG.format(
            sip=self.port,
            control=self._control,
            silence=silence.name,
            modules=baresip._modules(),
        )
        (self.folder / "config").write_text(config)
        mode = "auto" if self._answers else "manual"
        account = f"<sip:{self.user}@127.0.0.1:{self.port}>;regint=0;answermode={mode}"
        (self.folder / "accounts").write_text(f"{account};audio_codecs=pcma,pcmu\n")
        (self.folder / "contacts").touch()
        with (self.folder / "log").open("wb") as log:
            self._process = subprocess.Popen(
                ["baresip", "-4", "-f", str(self.folder), "-t", "300"],
                stdin=subprocess.DEVNULL,
                stdout=log,
                stderr=log,
                cwd=self.folder,
                preexec_fn=children.die_with_parent(signal.SIGKILL),  # noqa: PLW1509
            )
        self._link = until(self._connect, what="the telephone's control port")
        return self

    def __exit__(self, *_: object) -> None:
        self._link.close()
        self._process.terminate()
        self._process.wait(5)

    def press(self, key: str) -> None:
        """Press a key during the call."""
        text = json.dumps({"command": "sndcode", "params": key}).encode()
        self._link.sendall(b"%d:%s," % (len(text), text))

    def hang_up(self) -> None:
        """End the call, or decline one that rings."""
        text = json.dumps({"command": "hangup", "params": ""}).encode()
        self._link.sendall(b"%d:%s," % (len(text), text))

    def events(self) -> list[str | None]:
        """What has happened so far."""
        self._read()
        return [event.get("type") for event in self.heard]

    def await_event(self, kind: str, seconds: float = 15, count: int = 1) -> None:
        """Wait until an event of this kind came for the `count`-th time."""

        def came() -> bool:
            return self.events().count(kind) >= count

        said = (self.folder / "log").read_text(errors="replace")[-600:]
        until(came, seconds, f"{kind} of {self.heard[-3:]} {said}")

    def recording(self) -> np.ndarray:
        """What was heard of the newest call, (n,) float at 8 kHz."""
        found = sorted(self.folder.glob("dump-*-dec.wav"))
        frames = found[-1].read_bytes()[_HEADER:] if found else b""
        whole = frames[: len(frames) // 2 * 2]  # its header is right only at the end
        return np.frombuffer(whole, "<i2").astype(float)

    def await_words(self, seconds: float) -> None:
        """Wait until so much of the call is recorded [s]."""
        enough = seconds * speech.RATE
        until(lambda: len(self.recording()) >= enough, seconds + 15, "the recording")

    def _connect(self) -> socket.socket | None:
        try:
            link = socket.create_connection(("127.0.0.1", self._control), 1)
        except OSError:
            return None
        link.settimeout(0.05)
        return link

    def _read(self) -> None:
        try:
            self._unread += self._link.recv(65536)
        except TimeoutError:
            return
        while True:
            length, colon, rest = self._unread.partition(b":")
            if not colon or len(rest) <= int(length):
                return
            self.heard.append(json.loads(rest[: int(length)]))
            self._unread = rest[int(length) + 1 :]


def correlation(heard: np.ndarray, said: np.ndarray) -> float:
    """How like `said` the likest part of `heard` is, 1 for the same.

    Parameters
    ----------
    heard : (n,) float
    said : (m,) float, m <= n
    """
    size = 1 << (len(heard) + len(said)).bit_length()
    spectrum = np.fft.rfft(heard, size) * np.conj(np.fft.rfft(said, size))
    products = np.fft.irfft(spectrum, size)[: len(heard) - len(said) + 1]
    energy = np.concatenate([[0.0], np.cumsum(heard**2)])
    windows = energy[len(said) :] - energy[: -len(said)]
    loud = windows > windows.max() / 100
    scale = np.sqrt(np.maximum(windows, 1.0) * np.sum(said**2))
    return float(np.max(np.where(loud, products / scale, 0.0)))


def installed() -> bool:
    """Whether this machine can make and take calls."""
    return shutil.which("baresip") is not None and baresip.missing() is None

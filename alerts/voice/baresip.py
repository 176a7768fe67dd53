"""One baresip process, which makes one call and is told what to do over ``ctrl_tcp``."""

import contextlib
import json
import os
import shutil
import signal
import socket
import subprocess
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Final

from core import children
from core.clock import Clock
from core.errors import UnavailableError

HOW_TO_INSTALL = "install Debian's package baresip-core"
_MODULES: Final = (
    Path("/usr/lib/baresip/modules"),
    Path("/usr/local/lib/baresip/modules"),
)
_UP_WITHIN_S = 5.0
_ENDS_WITHIN_S = 1.0
_LONGEST_MESSAGE = 65_536
# Newer ones have a player that would write down what the called person says.
_CONFIG = """\
poll_method epoll
sip_listen {local}:0
call_local_timeout 600
call_max_calls 1
audio_source aufile,{silence}
audio_player aufile,/dev/null
audio_alert aufile,{silence}
audio_channels 1
rtp_timeout 0
module_path {modules}
module g711.so
module aufile.so
module_app account.so
module_app menu.so
module_app ctrl_tcp.so
ctrl_tcp_listen 127.0.0.1:{port}
"""


@dataclass(frozen=True, slots=True)
class Line:
    """What a process needs to know of its call.

    Attributes
    ----------
    account : a line of baresip's ``accounts``; it may hold the password.
    local : address of this machine that the exchange can answer to.
    silence : a recording of nothing, longer than the call.
    longest_s : the process ends by itself after that [s].
    """

    account: str
    local: str
    silence: Path
    longest_s: float


def program() -> str | None:
    """Where baresip is installed; None where it is not."""
    return shutil.which("baresip") if _modules() else None


def missing() -> str | None:
    """What to install before phones can ring; None where nothing is missing."""
    return None if program() else f"baresip is missing: {HOW_TO_INSTALL}"


class Baresip:
    """A running process; use it in a ``with`` block, in one thread.

    Parameters
    ----------
    folder : its own, empty; the caller removes it.

    Raises
    ------
    UnavailableError
        If it is not installed, or does not come up.
    """

    def __init__(self, folder: Path, line: Line, clock: Clock) -> None:
        found = program()
        if found is None:
            raise UnavailableError(missing() or HOW_TO_INSTALL)
        self._clock = clock
        self._folder = folder
        self._unread = b""
        port = _free_port()
        _write(folder, line, port)
        with (folder / "log").open("wb") as log:
            self._process = subprocess.Popen(  # noqa: S603 - our own command line
                [found, "-4" if "." in line.local else "-6", "-f", str(folder),
                 "-t", str(int(line.longest_s))],
                stdin=subprocess.DEVNULL,
                stdout=log,
                stderr=log,
                cwd=folder,
                start_new_session=True,
                preexec_fn=children.die_with_parent(signal.SIGTERM),  # noqa: PLW1509
            )  # fmt: skip
        try:
            self._link = self._connect(port, folder / "log")
        except BaseException:
            self._kill()
            raise

    def __enter__(self) -> "Baresip":
        return self

    def __exit__(self, *_: object) -> None:
        """Hang up and end it, willing or not; nothing of it is left."""
        with contextlib.suppress(OSError):
            self.command("hangup")
            self.command("quit")
        with contextlib.suppress(subprocess.TimeoutExpired):
            self._process.wait(_ENDS_WITHIN_S)
        self._link.close()
        self._kill()

    def command(self, name: str, parameters: str = "") -> None:
        """Have it do something; OSError where it is gone."""
        order = {"command": name, "params": parameters, "token": name}
        text = json.dumps(order).encode()
        self._link.sendall(b"%d:%s," % (len(text), text))

    def play(self, recording: Path) -> None:
        """Play a recording from now on, and then no more; OSError where it is gone."""
        self.command("ausrc", f"aufile,{os.path.relpath(recording, self._folder)}")

    def events(self, until_s: float) -> Iterator[dict[str, Any]]:
        """What happens until an instant of the monotonic clock [s].

        Raises
        ------
        UnavailableError
            If it has died or speaks nonsense.
        """
        while True:
            message = self._message()
            if message is not None:
                if message.get("event"):
                    yield message
                elif not message.get("ok") and message.get("token") == "dial":
                    raise UnavailableError("baresip does not take the address")
                continue
            left_s = until_s - self._clock.monotonic_s()
            if left_s <= 0:
                return
            self._link.settimeout(min(left_s, 1.0))
            with contextlib.suppress(TimeoutError):
                self._receive()

    def _receive(self) -> None:
        try:
            piece = self._link.recv(4096)
        except TimeoutError:
            raise
        except OSError:
            piece = b""
        if not piece:
            raise UnavailableError("baresip died during the call")
        self._unread += piece

    def _message(self) -> dict[str, Any] | None:
        """The next netstring of JSON, once it is whole."""
        length, colon, rest = self._unread.partition(b":")
        if not colon:
            return None
        if not length.isdigit() or int(length) > _LONGEST_MESSAGE:
            raise UnavailableError("baresip speaks nonsense")
        size = int(length)
        if len(rest) <= size:
            return None
        self._unread = rest[size + 1 :]
        message: dict[str, Any] = json.loads(rest[:size].decode(errors="replace"))
        return message

    def _connect(self, port: int, log: Path) -> socket.socket:
        until_s = self._clock.monotonic_s() + _UP_WITHIN_S
        while self._clock.monotonic_s() < until_s:
            if self._process.poll() is not None:
                raise UnavailableError("baresip does not start")
            said = log.read_bytes()
            if b"failed to listen" in said or b"could not listen" in said:
                raise UnavailableError("baresip got no control port")
            if b"baresip is ready" in said:
                with contextlib.suppress(OSError):
                    link = socket.create_connection(("127.0.0.1", port), 1.0)
                    link.settimeout(1.0)
                    return link
            with contextlib.suppress(subprocess.TimeoutExpired):
                self._process.wait(0.02)
        raise UnavailableError("baresip's control port does not answer")

    def _kill(self) -> None:
        """End whatever is left of its process group, and bury it."""
        with contextlib.suppress(ProcessLookupError, PermissionError):
            os.killpg(self._process.pid, signal.SIGKILL)
        self._process.wait()


def _write(folder: Path, line: Line, port: int) -> None:
    """Its configuration and account, for nobody else to read."""
    config = _CONFIG.format(
        local=f"[{line.local}]" if ":" in line.local else line.local,
        silence=os.path.relpath(line.silence, folder),
        modules=_modules(),
        port=port,
    )
    for name, text in (("config", config), ("accounts", line.account + "\n")):
        path = folder / name
        path.touch(mode=0o600)
        path.write_text(text)
    (folder / "contacts").touch()


def _modules() -> Path | None:
    found = (*_MODULES, *Path("/usr/lib").glob("*/baresip/modules"))
    return next((path for path in found if (path / "ctrl_tcp.so").exists()), None)


def _free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])

"""Calls over SIP: baresip rings, plays and listens; the timers are our own."""

import contextlib
import re
import shutil
import socket
import tempfile
from collections.abc import Generator
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Final

from alerts.voice import speech
from alerts.voice.baresip import Baresip, Line
from alerts.voice.gateway import Callee, Ended, Listener, Outcome, Reply
from core import logs
from core.clock import Clock
from core.errors import UnavailableError

PORT = 5060
_MARGIN_S = 15.0
_LOOK_EVERY_S = 0.5
"""How often a call asks whether it is still needed [s]."""
_CODE = re.compile(r"^(\d{3})\b")
_ENDED: Final = {
    "486": Ended.BUSY, "600": Ended.BUSY, "603": Ended.DECLINED, "403": Ended.DECLINED,
    "480": Ended.NO_ANSWER, "408": Ended.NO_ANSWER, "487": Ended.NO_ANSWER,
    "404": Ended.UNREACHABLE, "410": Ended.UNREACHABLE, "484": Ended.UNREACHABLE,
    "502": Ended.UNREACHABLE, "503": Ended.UNREACHABLE, "604": Ended.UNREACHABLE,
}  # fmt: skip
_REFUSED = frozenset({"401", "407"})
_FOLLOWED = frozenset(
    {"CALL_RINGING", "CALL_PROGRESS", "CALL_ESTABLISHED", "CALL_DTMF_START"}
    | {"CALL_CLOSED"}
)
log = logs.get("voice")


@dataclass(frozen=True, slots=True)
class Account:
    """The exchange's account that calls are made from.

    Attributes
    ----------
    trunk : ``host[:port]`` that takes telephone numbers; None: only direct SIP calls.
    user, password : for its digest authentication.
    sender : what the called phone shows, by default the user.
    transport : ``udp`` or ``tcp``.
    """

    trunk: str | None = None
    user: str = "yinling"
    password: str | None = None
    sender: str | None = None
    transport: str = "udp"


@dataclass(frozen=True, slots=True)
class Limits:
    """How long a phone rings, and how long a call lasts [s]."""

    ring_s: float = 25.0
    talk_s: float = 60.0

    @property
    def longest_s(self) -> float:
        """After that nothing of a call is left [s]."""
        return self.ring_s + self.talk_s + _MARGIN_S


class SipGateway:
    """Makes calls, each by a process of its own.

    Parameters
    ----------
    folder : where recordings and short-lived configurations are kept, mode 0700.
    """

    def __init__(
        self, account: Account, limits: Limits, folder: Path, clock: Clock
    ) -> None:
        self._account = account
        self._limits = limits
        self._folder = folder
        self._clock = clock
        folder.mkdir(mode=0o700, parents=True, exist_ok=True)
        self._silence = folder / "silence.wav"
        speech.write(self._silence, [speech.pause(limits.longest_s)])

    def place(self, callee: Callee, recording: Path, listener: Listener) -> Outcome:
        """Call, as :class:`alerts.voice.gateway.Gateway` says."""
        try:
            uri, proxy = self._route(callee)
            with self._scratch() as folder:
                line = self._line(proxy)
                with Baresip(folder, line, self._clock) as baresip:
                    call = _Call(baresip, self._limits, self._clock, listener)
                    return call.make(uri, recording)
        except UnavailableError as error:
            log.warning("a call could not be made", reason=str(error)[:200])
            return Outcome(Ended.FAILED, str(error))
        except Exception as error:
            log.exception("a call broke")
            return Outcome(Ended.FAILED, type(error).__name__)

    def _route(self, callee: Callee) -> tuple[str, tuple[str, int]]:
        """What to dial, and the address that the call is sent to."""
        if callee.host is None:
            if self._account.trunk is None:
                raise UnavailableError("no exchange: set YINLING_SIP_TRUNK")
            host, port = split(self._account.trunk)
            return f"sip:{callee.number}@{_bracketed(host)}:{port}", (host, port)
        port = callee.port or PORT
        uri = f"sip:{callee.number}@{_bracketed(callee.host)}:{port}"
        return uri, (callee.address or callee.host, port)

    def _line(self, proxy: tuple[str, int]) -> Line:
        account = self._account
        host, port = proxy
        domain = _bracketed(split(account.trunk)[0] if account.trunk else host)
        route = f"sip:{_bracketed(host)}:{port};transport={account.transport}"
        parts = [
            f"<sip:{account.sender or account.user}@{domain}>",
            "regint=0",
            f'outbound="{route}"',
            "audio_codecs=pcma,pcmu",
        ]
        if account.password is not None:
            parts += [f"auth_user={account.user}", f"auth_pass={account.password}"]
        longest_s = self._limits.longest_s
        return Line(";".join(parts), _local(host, port), self._silence, longest_s)

    @contextlib.contextmanager
    def _scratch(self) -> Generator[Path]:
        folder = Path(tempfile.mkdtemp(prefix="call-", dir=self._folder))
        try:
            yield folder
        finally:
            shutil.rmtree(folder, ignore_errors=True)


class _Call:
    """One call under way."""

    def __init__(
        self, baresip: Baresip, limits: Limits, clock: Clock, listener: Listener
    ) -> None:
        self._baresip = baresip
        self._limits = limits
        self._clock = clock
        self._listener = listener
        self._answered = False
        self._rang = False
        self._withdrawn = False
        self._until_s = 0.0

    def make(self, uri: str, recording: Path) -> Outcome:
        """Dial and follow the call to its end."""
        self._until_s = self._clock.monotonic_s() + self._limits.ring_s
        try:
            self._baresip.command("dial", uri)
            while True:
                outcome = self._follow(recording) or self._withdraw()
                if outcome is not None:
                    return outcome
                if self._clock.monotonic_s() >= self._until_s:
                    return self._timed_out()
        except (UnavailableError, OSError) as error:
            if self._answered:  # what was heard was heard
                return Outcome(Ended.ANSWERED, "the line broke")
            raise UnavailableError(str(error)) from None

    def _follow(self, recording: Path) -> Outcome | None:
        """Until something changes how long to wait, or the call is over, or a moment."""
        soon_s = self._clock.monotonic_s() + _LOOK_EVERY_S
        for event in self._baresip.events(min(self._until_s, soon_s)):
            kind = event.get("type")
            if kind not in _FOLLOWED:
                continue
            if kind == "CALL_CLOSED":
                return self._closed(str(event.get("param") or ""))
            if kind == "CALL_DTMF_START":
                self._press(event)
            elif kind == "CALL_ESTABLISHED":
                self._established(recording)
            elif not self._rang:
                self._rang = True
                self._listener.ringing()
            else:
                continue
            return None
        return None

    def _established(self, recording: Path) -> None:
        self._baresip.play(recording)
        self._answered = True
        self._until_s = self._clock.monotonic_s() + self._limits.talk_s
        self._listener.answered()

    def _withdraw(self) -> Outcome | None:
        """Hang up, where nobody needs the call any more; who listens hears it first."""
        reply = None if self._withdrawn else self._listener.withdrawn()
        if reply is None:
            return None
        self._withdrawn = True
        if not self._answered:
            return Outcome(Ended.WITHDRAWN)
        self._reply(reply)
        return None

    def _press(self, event: dict[str, Any]) -> None:
        self._reply(self._listener.pressed(str(event.get("param") or "")[:1]))

    def _reply(self, reply: Reply) -> None:
        if reply.play is not None:
            self._baresip.play(reply.play)
        if reply.last:
            lasts_s = speech.seconds(reply.play) if reply.play else 0.0
            until_s = self._clock.monotonic_s() + lasts_s
            self._until_s = min(self._until_s, until_s)

    def _timed_out(self) -> Outcome:
        if self._answered:
            return Outcome(Ended.ANSWERED)
        if self._rang:
            return Outcome(Ended.NO_ANSWER, f"rang for {self._limits.ring_s:.0f} s")
        return Outcome(Ended.UNREACHABLE, "the exchange did not answer")

    def _closed(self, said: str) -> Outcome:
        if self._answered:
            return Outcome(Ended.ANSWERED)
        code = _CODE.match(said)
        if code is None:
            return Outcome(Ended.UNREACHABLE, _plain(said))
        if code[1] in _REFUSED:
            return Outcome(Ended.FAILED, f"{code[1]}: the exchange refused the login")
        return Outcome(_ENDED.get(code[1], Ended.FAILED), _plain(said))


def split(text: str) -> tuple[str, int]:
    """Host and port of ``host[:port]``."""
    host, colon, port = text.rpartition(":")
    if colon and port.isdigit() and not host.endswith(":"):
        return host.strip("[]"), int(port)
    return text.strip("[]"), PORT


def _bracketed(host: str) -> str:
    return f"[{host}]" if ":" in host else host


def _plain(said: str) -> str:
    """An exchange's words, as far as they are ordinary ones."""
    return re.sub(r"[^\x20-\x7e]", "?", said)[:80]


def _local(host: str, port: int) -> str:
    """The address of this machine that reaches `host`.

    Raises
    ------
    UnavailableError
        If nothing does.
    """
    try:
        found = socket.getaddrinfo(host, port, type=socket.SOCK_DGRAM)
        family, kind, *_, address = found[0]
        with socket.socket(family, kind) as probe:
            probe.connect(address)
            return str(probe.getsockname()[0]).partition("%")[0]
    except OSError:
        raise UnavailableError("the exchange cannot be reached") from None

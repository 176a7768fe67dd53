"""What any way of making phone calls does for us: the interface, and nothing else.

A gateway places one call and returns when it is over. While it lasts it tells a
:class:`Listener` what happens and does what that answers. docs/telling.md says how to
put another one in the place of :class:`alerts.voice.sip.SipGateway`.
"""

from dataclasses import dataclass
from enum import StrEnum
from pathlib import Path
from typing import Protocol


class Ended(StrEnum):
    """How a call ended."""

    ANSWERED = "answered"
    """Somebody, or a machine, took the call."""
    BUSY = "busy"
    DECLINED = "declined"
    NO_ANSWER = "no_answer"
    UNREACHABLE = "unreachable"
    """No network, no such number, no answer of the exchange."""
    WITHDRAWN = "withdrawn"
    """Nobody needs it any more: hung up while the phone still rang."""
    FAILED = "failed"
    """Our own side: no program, no account, a crash."""


@dataclass(frozen=True, slots=True)
class Callee:
    """Whom to call.

    Attributes
    ----------
    number : a telephone number, or the user at `host`.
    host, port : where that user is; None: through the account's exchange.
    address : the checked IP address of `host`; None where it is the account's.
    """

    number: str
    host: str | None = None
    port: int | None = None
    address: str | None = None

    @property
    def name(self) -> str:
        """One phone: it is not called twice at the same time."""
        return self.number if self.host is None else f"{self.number}@{self.host}"


@dataclass(frozen=True, slots=True)
class Reply:
    """What the gateway is to do after a key press.

    Attributes
    ----------
    play : a recording to play from now on; None: go on.
    last : hang up once it has been played.
    """

    play: Path | None = None
    last: bool = False


class Listener(Protocol):
    """Who follows a call; called in the thread that places it, in order."""

    def ringing(self) -> None:
        """The phone rings."""
        ...

    def answered(self) -> None:
        """The call was taken; its recording is played from now on."""
        ...

    def pressed(self, key: str) -> Reply:
        """A key of the phone: ``0`` to ``9``, ``*`` or ``#``."""
        ...

    def withdrawn(self) -> Reply | None:
        """Whether nobody needs this call any more; asked at least every second.

        None: go on. Otherwise a phone that still rings is hung up at once
        (`WITHDRAWN`), and whoever listens hears the reply first.
        """
        ...


@dataclass(frozen=True, slots=True)
class Outcome:
    """What came of a call, with the exchange's own words in `reason`."""

    ended: Ended
    reason: str = ""


class Gateway(Protocol):
    """A way of making phone calls."""

    def place(self, callee: Callee, recording: Path, listener: Listener) -> Outcome:
        """Call, play `recording` once answered, return when the call is over.

        It never raises, and is over within its own limits of time: a phone that rings
        on is `NO_ANSWER`, a call that lasts is hung up. Many threads call at once.

        Parameters
        ----------
        recording : WAV, 8 kHz, mono, 16 bit; played once, then silence.
        """
        ...

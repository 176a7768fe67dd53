"""Sends one message to one address through Apprise, and says what came of it."""

import logging
import threading
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime

from apprise import NotifyType

from alerts.notify.message import Message
from core import destinations
from core.destinations import Destination
from core.errors import InvalidError, UnavailableError
from core.model import Severity

ANSWER_LENGTH = 300
_TYPES = {
    Severity.CRITICAL: NotifyType.FAILURE,
    Severity.WARNING: NotifyType.WARNING,
    Severity.INFO: NotifyType.INFO,
}
_TAKES_FIELDS = frozenset({"json", "jsons", "form", "forms"})


@dataclass(frozen=True, slots=True)
class Answer:
    """What the provider said to one attempt.

    Attributes
    ----------
    doubtful : delivered, but perhaps to nobody: a call that a machine may have taken.
    delivered_at : when it reached the phone, where the channel says so.
    withdrawn : ended by ourselves before it reached anybody: nobody needs it any more.
    """

    sent: bool
    text: str
    doubtful: bool = False
    delivered_at: datetime | None = None
    withdrawn: bool = False


class _Overhear(logging.Handler):
    """Keeps what Apprise says in the thread it says it in: its only explanation."""

    def __init__(self) -> None:
        super().__init__(logging.WARNING)
        self._heard = threading.local()

    def emit(self, record: logging.LogRecord) -> None:
        self._heard.text = record.getMessage()

    def forget(self) -> None:
        self._heard.text = ""

    def heard(self) -> str:
        return getattr(self._heard, "text", "")


_overhear = _Overhear()


def prepare() -> None:
    """Load Apprise, and keep its words off our logs: they may hold addresses."""
    destinations.load_services()
    logger = logging.getLogger("apprise")
    logger.propagate = False
    logger.setLevel(logging.WARNING)
    if _overhear not in logger.handlers:
        logger.addHandler(_overhear)


def send(url: str, message: Message, allowed_hosts: Iterable[str]) -> Answer:
    """Try once to deliver `message`; every failure is an answer, none an exception.

    The address is resolved and checked anew each time, so that a name which has come
    to mean a private host is refused.
    """
    _overhear.forget()
    try:
        destination = destinations.read(url)
        if destination.scheme in destinations.SPOKEN:
            return Answer(sent=False, text="a phone is called, not written to")
        destinations.require_reachable(destination, allowed_hosts)
        sent = _notify(destination, message)
    except (InvalidError, UnavailableError) as error:
        return Answer(sent=False, text=str(error)[:ANSWER_LENGTH])
    except Exception as error:  # noqa: BLE001 - a plugin's fault is an answer too
        return Answer(sent=False, text=f"failed: {type(error).__name__}")
    text = "accepted" if sent else _overhear.heard() or "refused without a reason"
    return Answer(sent, text[:ANSWER_LENGTH])


def _notify(destination: Destination, message: Message) -> bool:
    plugin = destination.plugin
    if destination.scheme in _TAKES_FIELDS:
        plugin.payload_extras.update(message.fields)
    return bool(
        plugin.notify(
            body=message.body,
            title=message.title,
            notify_type=_TYPES[Severity(message.severity)],
        )
    )

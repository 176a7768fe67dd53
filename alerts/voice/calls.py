"""Calls the person a letter is for, says it twice and takes their key press."""

import contextlib
from collections.abc import Callable, Generator, Sequence
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from uuid import UUID

from alerts.notify.channels import ANSWER_LENGTH, Answer
from alerts.notify.letter import Letter
from alerts.notify.message import Stationery
from alerts.voice import script, speech
from alerts.voice.gateway import Callee, Ended, Gateway, Outcome, Reply
from alerts.voice.keys import ACKNOWLEDGE, REPEAT, Pressed
from alerts.voice.speech import Samples, Speaker
from core import destinations, logs
from core.clock import Clock
from core.errors import InvalidError, UnavailableError
from core.ids import new_id

_BEFORE_S = 0.6
"""Until a phone is at the ear [s]."""
_BETWEEN_S = 1.0
TAKEN_ON = "somebody has taken it on"
OVER = "the alert is over"
log = logs.get("voice")


@dataclass(frozen=True, slots=True)
class Studio:
    """Makes recordings of what is said.

    Attributes
    ----------
    folder : where they are kept for the length of a call, mode 0700.
    silence_s : what follows the words, so that the line stays open for a key [s].
    """

    speaker: Speaker
    folder: Path
    silence_s: float

    @contextlib.contextmanager
    def recording(self, name: str, said: Samples) -> Generator[Path]:
        """A recording that says it twice, for as long as the block lasts."""
        path = self.folder / f"{name}.wav"
        before, between = speech.pause(_BEFORE_S), speech.pause(_BETWEEN_S)
        after = speech.pause(self.silence_s)
        speech.write(path, [before, said, between, said, after])
        try:
            yield path
        finally:
            path.unlink(missing_ok=True)

    def phrase(self, text: str, locale: str) -> Path:
        """A recording of a phrase that is always the same; made once.

        Raises
        ------
        UnavailableError
            If it cannot be spoken.
        """
        path = self.folder / f"phrase-{self.speaker.signature(text, locale)}.wav"
        if not path.exists():
            half = self.folder / f"phrase-{new_id()}.part"
            speech.write(half, [self.speaker.say(text, locale), speech.pause(0.3)])
            half.replace(path)
        return path


class Calls:
    """Tries letters, one call each; called in many threads at once.

    Parameters
    ----------
    acknowledge : writes down that the called person takes care of the alert.
    allowed_hosts : private hosts that may be called.
    """

    def __init__(
        self,
        gateway: Gateway,
        studio: Studio,
        stationery: Stationery,
        acknowledge: Callable[[Letter], Pressed],
        *,
        allowed_hosts: Sequence[str],
        clock: Clock,
    ) -> None:
        self._gateway = gateway
        self.studio = studio
        self._stationery = stationery
        self.acknowledge = acknowledge
        self._allowed_hosts = tuple(allowed_hosts)
        self.clock = clock
        self._talks: dict[UUID, _Talk] = {}

    def withdraw(self, letter_id: UUID, over: bool) -> None:
        """End a call that nobody needs any more; called from any thread.

        Parameters
        ----------
        over : the alert is resolved; else somebody has taken it on.
        """
        talk = self._talks.get(letter_id)
        if talk is not None:
            talk.withdraw(over)

    def send(self, letter: Letter) -> Answer:
        """Call once; every failure is an answer, none an exception."""
        try:
            return self._call(letter)
        except (InvalidError, UnavailableError) as error:
            return Answer(sent=False, text=str(error)[:ANSWER_LENGTH])
        except Exception as error:
            log.exception("a call cannot be made", id=str(letter.id))
            return Answer(sent=False, text=f"failed: {type(error).__name__}")

    def _call(self, letter: Letter) -> Answer:
        callee = whom(letter.url, self._allowed_hosts)
        said = self.studio.speaker.say(self._text(letter), letter.locale, letter.kind)
        with self.studio.recording(str(letter.id), said) as recording:
            talk = self._talks[letter.id] = _Talk(letter, recording, self)
            try:
                outcome = self._gateway.place(callee, recording, talk)
            finally:
                del self._talks[letter.id]
        return answer(outcome, talk.answered_at, acted=talk.acted, why=talk.why)

    def _text(self, letter: Letter) -> str:
        if letter.content is None and letter.alert_id is not None:
            return script.of_alert(letter)
        message = self._stationery.write(letter)
        return script.of_message(message.title, message.body, letter.locale)


class _Talk:
    """One call's listener."""

    def __init__(self, letter: Letter, recording: Path, calls: Calls) -> None:
        self._letter = letter
        self._recording = recording
        self._calls = calls
        self.answered_at: datetime | None = None
        self.acted = False
        self.why: str | None = None

    def withdraw(self, over: bool) -> None:
        """Nobody needs this call any more."""
        self.why = OVER if over else TAKEN_ON

    def ringing(self) -> None:
        """It is noted once it is over."""

    def answered(self) -> None:
        """Somebody, or a machine, listens."""
        self.answered_at = self._calls.clock.now()

    def pressed(self, key: str) -> Reply:
        """1: taken care of; 2: again; anything else is no answer."""
        if key == REPEAT:
            return Reply(self._recording)
        if key != ACKNOWLEDGE or self.acted:
            return Reply()
        self.acted = True
        if self._letter.alert_id is None:
            return Reply(last=True)
        return self._thank(self._calls.acknowledge(self._letter))

    def withdrawn(self) -> Reply | None:
        """Whoever listens hears why; whoever has pressed their key is let finish."""
        if self.why is None or self.acted:
            return None
        if self.answered_at is None:
            return Reply(last=True)
        said = script.phrases(self._letter.locale)
        return self._last(said.over if self.why == OVER else said.taken_on)

    def _thank(self, pressed: Pressed) -> Reply:
        said = script.phrases(self._letter.locale)
        thanks = said.thanks_family if self._letter.family else said.thanks
        texts = {
            Pressed.DONE: thanks,
            Pressed.OVER: said.over,
            Pressed.TROUBLE: said.trouble,
        }
        return self._last(texts[pressed])

    def _last(self, text: str) -> Reply:
        try:
            return Reply(
                self._calls.studio.phrase(text, self._letter.locale), last=True
            )
        except (UnavailableError, OSError):
            return Reply(last=True)


def whom(url: str, allowed_hosts: Sequence[str]) -> Callee:
    """Whom an address calls, its host resolved and checked now.

    Raises
    ------
    InvalidError
        If it is no phone's, or reaches a private host that is not allowed.
    UnavailableError
        If its host has no address at present.
    """
    destination = destinations.read(url)
    if destination.scheme not in destinations.SPOKEN:
        raise InvalidError("this address is no phone", "url")
    checked = destinations.require_reachable(destination, allowed_hosts)
    address = checked[0] if checked else None
    return Callee(destination.number, destination.host, destination.port, address)


def answer(
    outcome: Outcome,
    answered_at: datetime | None,
    *,
    acted: bool,
    why: str | None = None,
) -> Answer:
    """What the attempt's record says of a call.

    Taken without a key press it is delivered, perhaps to a machine: whoever comes next
    is not spared.

    Parameters
    ----------
    why : why it was withdrawn, if it was.
    """
    if outcome.ended is Ended.WITHDRAWN:
        return Answer(sent=False, text=f"withdrawn: {why}", withdrawn=True)
    if outcome.ended is Ended.ANSWERED:
        text = "answered, key pressed" if acted else "answered, no key pressed"
        text += f"; {why}" if why is not None and not acted else ""
        return Answer(
            sent=True, text=text, doubtful=not acted, delivered_at=answered_at
        )
    words = outcome.ended.replace("_", " ")
    text = f"{words}: {outcome.reason}" if outcome.reason else words
    return Answer(sent=False, text=text[:ANSWER_LENGTH])

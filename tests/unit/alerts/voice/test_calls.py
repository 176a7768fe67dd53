"""What is said on the phone, what keys do, and how calls share their lines."""

import threading
from collections.abc import Callable
from dataclasses import fields, replace
from datetime import UTC, datetime
from pathlib import Path
from types import SimpleNamespace
from typing import Any, cast
from zoneinfo import ZoneInfo

import pytest

from alerts.notify.channels import Answer
from alerts.notify.lanes import Lines
from alerts.notify.letter import Letter
from alerts.notify.message import Stationery
from alerts.notify.retry import next_try
from alerts.voice import script, speech
from alerts.voice.calls import Calls, Studio, answer
from alerts.voice.gateway import Callee, Ended, Listener, Outcome
from alerts.voice.keys import Pressed
from alerts.voice.script import PHRASES
from alerts.voice.sip import split
from alerts.voice.speech import Speaker
from core.clock import SystemClock
from core.ids import new_id
from tests.unit.alerts.notify.test_message import LETTER

NOON = datetime(2026, 11, 21, 4, 0, tzinfo=UTC)
PAPER = Stationery("https://yinling.example", b"k" * 32, ZoneInfo("Asia/Shanghai"))
CALL = replace(LETTER, url="sip://wang@93.184.216.34", kind="sos")


class Quiet(Speaker):
    """Says what it was asked to, in silence."""

    def __init__(self) -> None:
        super().__init__("true")
        self.said: list[str] = []

    def say(self, text: str, *_: str) -> speech.Samples:
        self.said.append(text)
        return speech.pause(0.1)


class Phone:
    """A gateway whose called person presses keys."""

    def __init__(self, keys: str = "", ended: Ended = Ended.ANSWERED) -> None:
        self.keys, self.ended = keys, ended
        self.callee: Callee | None = None
        self.replies: list[Any] = []

    def place(self, callee: Callee, recording: Path, listener: Listener) -> Outcome:
        self.callee = callee
        self.long_s = speech.seconds(recording)
        listener.ringing()
        if self.ended is Ended.ANSWERED:
            listener.answered()
            self.replies = [listener.pressed(key) for key in self.keys]
        return Outcome(self.ended, "" if self.keys else "a reason")


class Desk:
    """Calls over a phone that is none."""

    def __init__(self, folder: Path, phone: Phone, pressed: Pressed = Pressed.DONE):
        self.phone, self.speaker = phone, Quiet()
        self.acknowledged: list[Letter] = []

        def acknowledge(letter: Letter) -> Pressed:
            self.acknowledged.append(letter)
            return pressed

        self.calls = Calls(
            phone,
            Studio(self.speaker, folder, 5),
            PAPER,
            acknowledge,
            allowed_hosts=(),
            clock=SystemClock(),
        )


def test_both_languages_say_everything():
    chinese, english = PHRASES["zh-CN"], PHRASES["en"]
    for field in fields(chinese):
        texts = getattr(chinese, field.name), getattr(english, field.name)
        assert all(texts)
        assert texts[0] != texts[1]
        assert texts[0].count("{") == texts[1].count("{")


@pytest.mark.parametrize("family", [True, False])
@pytest.mark.parametrize("locale", ["zh-CN", "en"])
def test_a_call_says_no_more_than_anybody_may_hear(family: bool, locale: str):
    evidence = {"text": {locale: "心率 131"}}
    letter = replace(CALL, family=family, locale=locale, evidence=evidence)
    said = script.of_alert(letter)
    assert "李秀英" in said
    assert "SOS" in said
    for hidden in ("72", "128", "131", "http", "97"):
        assert hidden not in said


def test_a_drill_says_so_first():
    assert script.of_alert(replace(CALL, drill=True)).find("演练") < 20
    assert "演练" not in script.of_alert(CALL)


def test_it_is_said_twice_and_the_line_stays_open(tmp_path: Path):
    desk = Desk(tmp_path, Phone())
    desk.calls.send(CALL)
    assert desk.phone.long_s == pytest.approx(0.6 + 0.1 + 1.0 + 0.1 + 5)
    assert list(tmp_path.iterdir()) == []


def test_key_1_acknowledges_once(tmp_path: Path):
    desk = Desk(tmp_path, Phone("311"))
    sent = desk.calls.send(CALL)
    assert (sent.sent, sent.doubtful) == (True, False)
    assert desk.acknowledged == [CALL]
    first, second, third = desk.phone.replies
    assert (first.play, first.last) == (None, False)
    assert second.last
    assert (third.play, third.last) == (None, False)
    assert PHRASES["zh-CN"].thanks in desk.speaker.said


@pytest.mark.parametrize(
    ("pressed", "said"),
    [(Pressed.OVER, PHRASES["en"].over), (Pressed.TROUBLE, PHRASES["en"].trouble)],
)
def test_what_could_not_be_done_is_said(tmp_path: Path, pressed: Pressed, said: str):
    desk = Desk(tmp_path, Phone("1"), pressed)
    desk.calls.send(replace(CALL, locale="en"))
    assert said in desk.speaker.said


def test_key_2_says_it_again(tmp_path: Path):
    desk = Desk(tmp_path, Phone("2"))
    sent = desk.calls.send(CALL)
    (reply,) = desk.phone.replies
    assert reply.play is not None
    assert not reply.last
    assert sent.doubtful
    assert desk.acknowledged == []


def test_a_message_is_spoken_and_has_nothing_to_acknowledge(tmp_path: Path):
    expires = NOON.isoformat()
    content = {"code": "482913", "expires_at": expires}
    letter = replace(CALL, alert_id=None, kind="contact_code", content=content)
    desk = Desk(tmp_path, Phone("1"))
    assert desk.calls.send(letter).sent
    assert "4 8 2 9 1 3" in desk.speaker.said[0]
    assert desk.acknowledged == []


def test_an_address_that_is_no_phone_is_an_answer(tmp_path: Path):
    desk = Desk(tmp_path, Phone())
    sent = desk.calls.send(replace(CALL, url="json://93.184.216.34/x"))
    assert not sent.sent
    assert desk.phone.callee is None


def test_words_that_cannot_be_spoken_are_an_answer(tmp_path: Path):
    desk = Desk(tmp_path, Phone())
    desk.calls.studio = Studio(Speaker("false"), tmp_path, 5)
    sent = desk.calls.send(CALL)
    assert not sent.sent
    assert "cannot be spoken" in sent.text


class Patient(Phone):
    """A phone at which somebody, or nobody, is still there when it is withdrawn."""

    def __init__(self, withdraw: Callable[[], None], keys: str = "") -> None:
        super().__init__(keys)
        self.withdraw = withdraw
        self.taken = True
        self.said: Any = None

    def place(self, callee: Callee, recording: Path, listener: Listener) -> Outcome:
        assert listener.withdrawn() is None
        if self.taken:
            super().place(callee, recording, listener)
        self.withdraw()
        self.said = listener.withdrawn()
        return Outcome(Ended.ANSWERED if self.taken else Ended.WITHDRAWN)


def patient(tmp_path: Path, keys: str = "", *, over: bool = False) -> Desk:
    phone = Patient(lambda: desk.calls.withdraw(CALL.id, over), keys)
    desk = Desk(tmp_path, phone)
    return desk


@pytest.mark.parametrize("over", [True, False])
def test_whoever_listens_is_told_that_they_need_not_go(tmp_path: Path, over: bool):
    desk = patient(tmp_path, over=over)
    sent = desk.calls.send(CALL)
    assert (sent.sent, sent.withdrawn) == (True, False)
    chinese = PHRASES["zh-CN"]
    assert desk.speaker.said[-1] == (chinese.over if over else chinese.taken_on)
    assert cast("Patient", desk.phone).said.last
    assert sent.text.startswith("answered, no key pressed; ")


def test_whoever_pressed_their_key_is_let_finish(tmp_path: Path):
    desk = patient(tmp_path, "1")
    assert desk.calls.send(CALL).text == "answered, key pressed"
    assert cast("Patient", desk.phone).said is None


def test_a_phone_that_still_rings_is_withdrawn_and_written_down(tmp_path: Path):
    desk = patient(tmp_path)
    cast("Patient", desk.phone).taken = False
    sent = desk.calls.send(CALL)
    assert (sent.sent, sent.withdrawn) == (False, True)
    assert sent.text == "withdrawn: somebody has taken it on"
    desk.calls.withdraw(CALL.id, True)  # too late: nothing to end, nothing kept


FAILED = [one for one in Ended if one not in {Ended.ANSWERED, Ended.WITHDRAWN}]


@pytest.mark.parametrize("ended", FAILED)
def test_calls_that_came_to_nothing_failed_with_their_reason(ended: Ended):
    said = answer(Outcome(ended, "486 Busy Here"), None, acted=False)
    assert not said.sent
    assert said.text == f"{ended.replace('_', ' ')}: 486 Busy Here"


def test_calls_are_tried_again_more_slowly_than_messages():
    for attempts in range(1, 9):
        again = next_try(attempts, True, NOON, spoken=True)
        assert again is not None
        assert 10 <= (again - NOON).total_seconds() <= 60
    assert next_try(2, False, NOON, spoken=True) is not None
    assert next_try(3, False, NOON, spoken=True) is None


def letter(urgent: bool = True) -> Letter:
    return cast("Letter", SimpleNamespace(id=new_id(), urgent=urgent))


def test_lines_are_shared_and_urgent_calls_come_first():
    gate = threading.Event()

    def send(_: Letter) -> Answer:
        gate.wait(10)
        return Answer(sent=True, text="")

    lines = Lines(send, 4, SystemClock(), 60)
    assert (lines.free(True), lines.free(False)) == (4, 1)
    assert lines.borrow()
    assert not lines.borrow()  # a quarter
    assert (lines.free(True), lines.free(False)) == (3, 1)
    lines.start(letter(urgent=False), "a")
    assert (lines.free(True), lines.free(False)) == (2, 0)
    lines.start(letter(), "b")
    assert not lines.has_room("b", letter())  # one call for one phone
    lines.start(letter(), "c")
    assert (lines.free(True), lines.free(False)) == (0, 0)
    lines.give_back()
    assert lines.free(True) == 1
    lines.start(letter(), "d")
    assert not lines.borrow()
    gate.set()
    ended: list[Any] = []
    while len(ended) < 4:
        ended += lines.results(1)
    assert lines.under_way() == []


@pytest.mark.parametrize(
    ("text", "where"),
    [
        ("sip.example", ("sip.example", 5060)),
        ("sip.example:5080", ("sip.example", 5080)),
        ("[2001:db8::1]:5080", ("2001:db8::1", 5080)),
        ("2001:db8::1", ("2001:db8::1", 5060)),
    ],
)
def test_trunks(text: str, where: tuple[str, int]):
    assert split(text) == where

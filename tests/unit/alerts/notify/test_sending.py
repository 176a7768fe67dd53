"""Retries, lanes and what becomes of an address that cannot be used."""

import threading
from datetime import UTC, datetime, timedelta
from types import SimpleNamespace

import pytest

from alerts.notify import channels, lanes
from alerts.notify.channels import Answer
from alerts.notify.lanes import Lanes
from alerts.notify.message import Message
from alerts.notify.retry import next_try
from core import destinations
from core.clock import FixedClock, SystemClock
from core.ids import new_id

NOW = datetime(2026, 11, 21, tzinfo=UTC)
MESSAGE = Message("title", "body", "critical", {"kind": "sos"})


@pytest.mark.parametrize("failures", [1, 6, 7, 1000])
def test_urgent_is_tried_for_ever(failures: int):
    again = next_try(failures, urgent=True, now=NOW)
    assert again is not None
    assert timedelta(0) < again - NOW <= timedelta(seconds=30)


def test_others_end():
    assert next_try(6, urgent=False, now=NOW) == NOW + timedelta(hours=1)
    assert next_try(7, urgent=False, now=NOW) is None


def letter(urgent: bool = True):
    return SimpleNamespace(id=new_id(), urgent=urgent)


def test_lanes_are_apart_and_no_destination_takes_all():
    gate = threading.Event()

    def send(_: object) -> Answer:
        gate.wait(10)
        return Answer(sent=True, text="")

    way = Lanes(send, 4, SystemClock())  # pyright: ignore[reportArgumentType]
    assert (way.free(urgent=True), way.free(urgent=False)) == (4, 1)
    first = letter()
    way.start(first, "slow")
    assert way.has_room("slow", letter())
    assert not way.has_room("slow", first)
    way.start(letter(), "slow")
    assert not way.has_room("slow", letter())
    assert way.has_room("quick", letter())
    way.start(letter(urgent=False), "other")
    assert (way.free(urgent=True), way.free(urgent=False)) == (2, 0)
    assert way.look_again_s("slow") == lanes.SOON_S
    gate.set()
    ended = []
    while len(ended) < 3:
        ended += way.results(1)
    assert way.free(urgent=True) == 4
    assert way.has_room("slow", letter())


@pytest.mark.parametrize("late_success", [True, False])
def test_hanging_try_is_given_up_but_keeps_its_thread_counted(late_success: bool):
    gate = threading.Event()
    clock = FixedClock(NOW)

    def send(_: object) -> Answer:
        gate.wait(10)
        return Answer(sent=late_success, text="late")

    way = Lanes(send, 2, clock)  # pyright: ignore[reportArgumentType]
    way.start(letter(), "hangs")
    clock.at += timedelta(seconds=lanes.GIVE_UP_S)
    assert way.results(0) == []
    assert way.look_again_s("hangs") == lanes.HANGS_AFTER_S
    clock.at += timedelta(seconds=1)
    (result,) = way.results(0)
    assert "no answer" in result.answer.text
    assert way.free(urgent=True) == 2
    assert not way.has_room("hangs", letter())
    gate.set()
    assert [one.answer.text for one in way.results(5)] == ["late"] * late_success
    assert way.has_room("hangs", letter())


def test_tries_that_seem_to_hang_hold_no_place_up_to_a_bound():
    gate = threading.Event()
    clock = FixedClock(NOW)

    def send(_: object) -> Answer:
        gate.wait(10)
        return Answer(sent=True, text="")

    way = Lanes(send, 2, clock)  # pyright: ignore[reportArgumentType]
    started = 0
    while way.free(urgent=True):
        way.start(letter(), f"hangs {started}")
        way.start(letter(), f"hangs {started}")
        started += 2
        assert way.free(urgent=True) == 0
        clock.at += timedelta(seconds=lanes.HANGS_AFTER_S + 0.1)
    assert started == 2 * (1 + lanes.MOST_HANGING)
    gate.set()


def test_wake_ends_the_wait():
    way = Lanes(lambda _: Answer(sent=True, text=""), 1, SystemClock())
    way.wake()
    assert way.results(10) == []


@pytest.mark.parametrize(
    ("url", "said"),
    [
        ("gopher://x", "must begin with"),
        ("json://127.0.0.1:1/", "YINLING_NOTIFY_HOSTS"),
        ("json://no-such-host.invalid/", "does not resolve"),
    ],
)
def test_address_that_cannot_be_used_is_an_answer(url: str, said: str):
    answer = channels.send(url, MESSAGE, ())
    assert not answer.sent
    assert said in answer.text


def test_nobody_listens_there():
    channels.prepare()
    answer = channels.send("json://127.0.0.1:1/", MESSAGE, ("127.0.0.1",))
    assert not answer.sent
    assert "Connection error" in answer.text


def test_fault_of_a_plugin_is_an_answer(monkeypatch: pytest.MonkeyPatch):
    def read(_: str) -> destinations.Destination:
        raise ZeroDivisionError

    monkeypatch.setattr(destinations, "read", read)
    assert channels.send("json://x", MESSAGE, ()).text == "failed: ZeroDivisionError"

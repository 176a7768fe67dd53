"""Phones that ring: from an alert to the voice at the ear and the key that answers."""

from datetime import timedelta
from pathlib import Path

import numpy as np
import pytest

from alerts.incidents import store
from alerts.notify.outbox import Outbox
from alerts.voice import script
from alerts.voice.speech import Speaker
from core.model import PlaceLevel, Role
from tests.support import switchboard
from tests.support.office import PAPER, CallingOffice
from tests.support.sink import Sink
from tests.support.switchboard import Switchboard
from tests.support.telephone import NOON, Telephone, correlation
from tests.support.town import Town
from tests.support.waiting import until

pytestmark = pytest.mark.db


def grid_worker(town: Town, url: str):
    return town.person(Role.GRID_WORKER, PlaceLevel.COMPOUND, "王芳", url=url)


def test_a_phone_rings_speaks_and_its_key_acknowledges(
    town: Town, office: CallingOffice, telephone: Telephone
):
    worker = grid_worker(town, telephone.url)
    alert = office.alarm()
    telephone.await_event("CALL_ESTABLISHED")
    said = (
        Speaker()
        .say(
            "您好，这里是银铃。 紧急：李秀英，SOS 呼救。"
            "地点：community 1，compound 1，building 1。 您去处理，请按 1。 重听，请按 2。",
            "zh-CN",
        )
        .astype(float)
    )
    said = said[: 4 * 8000]  # enough to know it by
    telephone.await_words(5.5)
    telephone.press("1")
    until(lambda: town.alert(alert, "status") == "acknowledged", what="acknowledged")
    telephone.await_event("CALL_CLOSED")
    assert correlation(telephone.recording(), said) > 0.9
    assert town.alert(alert, "owner_id") == str(worker.id)
    until(office.attempts, what="the attempt's record")
    assert office.attempts() == [("sent", "answered, key pressed")]
    ((delivered, read),) = office.rows("SELECT delivered_at, read_at FROM notification")
    assert delivered < read
    ((actor, action),) = office.rows("SELECT actor_name, action FROM audit_log")
    assert (actor, action) == ("王芳", "alert.acknowledge")


def test_taken_without_a_key_is_delivered_and_the_next_contact_goes_on(
    town: Town, database_url: str, telephone: Telephone, tmp_path: Path, sink: Sink
):
    worker = grid_worker(town, telephone.url)
    with CallingOffice(town, database_url, tmp_path / "data", sip_talk_s=2) as office:
        alert = office.alarm()
        office.then(worker, sink.url("push"))
        until(office.attempts, what="the call's record")
        assert office.attempts() == [("sent", "answered, no key pressed")]
        assert town.alert(alert, "status") == "open"
        outbox = Outbox(PAPER, ("127.0.0.1",), 4, office.clock)
        while not sink.calls:
            outbox.step(office.conn, 0.1)
        ((status, delivered, read),) = office.rows(
            "SELECT status, delivered_at, read_at FROM notification"
            " JOIN contact ON contact.id = contact_id WHERE starts_with(url, 'sip:')"
        )
        assert (status, read) == ("sent", None)
        assert delivered is not None


def test_a_busy_phone_is_tried_again_with_its_reason(
    town: Town, office: CallingOffice, tmp_path: Path
):
    with Switchboard(tmp_path, switchboard.refused(486, "Busy Here")) as peer:
        grid_worker(town, f"sip://wang@127.0.0.1:{peer.port}")
        office.alarm()
        until(office.attempts, what="the attempt's record")
    assert office.attempts() == [("failed", "busy: 486 Busy Here")]
    ((due, status),) = office.rows("SELECT due_at, status FROM notification")
    assert status == "failed"
    assert due - office.clock.now() < timedelta(seconds=10)


def test_ringing_phones_are_hung_up_once_nobody_needs_them(
    town: Town, database_url: str, tmp_path: Path
):
    data = tmp_path / "data"
    with (
        Telephone(tmp_path / "worker", answers=False) as worker,
        Telephone(tmp_path / "daughter", user="li", answers=False) as daughter,
        CallingOffice(town, database_url, data, sip_ring_s=20) as office,
    ):
        grid_worker(town, worker.url)
        town.relative(["alerts"], url=daughter.url, name="女儿")
        other = town.person(Role.GRID_WORKER, PlaceLevel.COMPOUND, "李强")
        alert = office.alarm()
        worker.await_event("CALL_INCOMING")
        daughter.await_event("CALL_INCOMING")
        store.act(town.conn, alert, "acknowledge", other, office.clock.now())
        town.conn.commit()
        worker.await_event("CALL_CLOSED", seconds=8)
        taken = ("failed", "withdrawn: somebody has taken it on")
        until(lambda: taken in office.attempts(), what="the attempt's record")
        assert office.attempts() == [taken]
        assert "CALL_CLOSED" not in daughter.events()
        now = office.clock.now()
        store.act(town.conn, alert, "resolve", other, now, outcome="helped")
        town.conn.commit()
        daughter.await_event("CALL_CLOSED", seconds=8)
        over = ("failed", "withdrawn: the alert is over")
        until(lambda: over in office.attempts(), what="the attempt's record")
        kept = office.rows(
            "SELECT notification.status, attempts, due_at FROM notification"
            " JOIN contact ON contact.id = contact_id"
            " WHERE alert_id IS NOT NULL AND starts_with(url, 'sip:')"
        )
        assert kept == [("overtaken", 1, None)] * 2


def test_a_call_that_waits_for_a_line_is_withdrawn(
    town: Town, database_url: str, tmp_path: Path
):
    worker = grid_worker(town, "json://127.0.0.1:1")  # the news goes there
    town.contact(worker, "sip://wang@127.0.0.1:9", kind="voice")
    other = town.person(Role.GRID_WORKER, PlaceLevel.COMPOUND, "李强")
    office = CallingOffice(town, database_url, tmp_path / "data")
    alert = office.alarm()
    store.act(town.conn, alert, "acknowledge", other, NOON)
    town.conn.commit()
    office.station.courier.step(office.conn, 0)
    assert office.station.lines.under_way() == []
    kept = office.rows(
        "SELECT notification.status, attempts FROM notification"
        " JOIN contact ON contact.id = contact_id"
        " WHERE alert_id IS NOT NULL AND starts_with(url, 'sip:')"
    )
    assert kept == [("overtaken", 0)]
    office.conn.close()


def test_private_exchanges_are_not_called(town: Town, office: CallingOffice):
    grid_worker(town, "sip://wang@127.0.0.2:5060")
    office.alarm()
    until(office.attempts, what="the attempt's record")
    ((status, answer),) = office.attempts()
    assert status == "failed"
    assert "YINLING_NOTIFY_HOSTS" in answer


def test_a_code_is_spoken_digit_by_digit():
    said = script.of_message(
        "银铃：验证码", "您的验证码是 482913，12:00 前有效。", "zh-CN"
    )
    assert "4 8 2 9 1 3" in said
    assert "http" not in script.of_message("x", "see https://a.example/b", "en")


def test_noise_correlates_with_nothing():
    rng = np.random.default_rng(7)
    said = Speaker().say("您好，这里是银铃。", "zh-CN").astype(float)
    assert correlation(rng.normal(0, 3000, 8000 * 20), said) < 0.2
    other = Speaker().say("地点在别的地方，那里没有人。再见。", "zh-CN").astype(float)
    assert correlation(np.pad(other, 8000 * 4), said) < 0.5

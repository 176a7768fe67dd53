"""Phones that ring: from an alert to the voice at the ear and the key that answers."""

import numpy as np
import pytest

from alerts.voice.speech import Speaker
from core.model import PlaceLevel, Role
from tests.support.office import CallingOffice
from tests.support.telephone import Telephone, correlation
from tests.support.town import Town
from tests.support.waiting import until

pytestmark = pytest.mark.db


def grid_worker(town: Town, url: str, **other):
    return town.person(Role.GRID_WORKER, PlaceLevel.COMPOUND, "王芳", url=url, **other)


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
    said = said[: 6 * 8000]  # enough to know it by
    telephone.await_words(8)
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


def test_noise_correlates_with_nothing():
    rng = np.random.default_rng(7)
    said = Speaker().say("您好，这里是银铃。", "zh-CN").astype(float)
    assert correlation(rng.normal(0, 3000, 8000 * 20), said) < 0.2
    other = Speaker().say("地点在别的地方，那里没有人。再见。", "zh-CN").astype(float)
    assert correlation(np.pad(other, 8000 * 4), said) < 0.5

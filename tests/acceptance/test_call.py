"""SOS on the wrist, and a telephone rings: the whole chain, with nothing in between left out."""

from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from alerts.voice.speech import Speaker
from tests.support import servers
from tests.support.band import ago, worn
from tests.support.phones import Phones
from tests.support.telephone import Telephone, correlation, installed
from tests.support.waiting import until
from tests.support.world import World

pytestmark = [
    pytest.mark.slow,
    pytest.mark.db,
    pytest.mark.broker,
    pytest.mark.timeout(120),
]
NUMBER = "02987654321"


@pytest.fixture(scope="module")
def telephone(
    tmp_path_factory: pytest.TempPathFactory, require: Callable[[bool, str], None]
) -> Iterator[Telephone]:
    """The grid worker's, behind an exchange."""
    require(installed(), "baresip-core is not installed")
    folder: Path = tmp_path_factory.mktemp("exchange") / "telephone"
    with Telephone(folder, user=NUMBER) as running:
        yield running


@pytest.fixture(scope="module")
def yinling(telephone: Telephone) -> Iterator[servers.Yinling]:
    """``yinling up`` with an account at that exchange."""
    settings = {
        "YINLING_SIP_TRUNK": f"127.0.0.1:{telephone.port}",
        "YINLING_SIP_USER": "8001",
        "YINLING_SIP_PASSWORD": "geheim-7",
    }
    with servers.running_yinling(settings) as running:
        yield running


def test_from_the_button_to_the_key_of_a_telephone(
    yinling: servers.Yinling, phones: Phones, telephone: Telephone
):
    world = World(yinling.client, phones)
    world.build("district", "street", "community", "compound", "building")
    wearer = world.wearer()
    body = {"name": "王芳", "role": "grid_worker"}
    body |= {"place_id": world.places["compound"]}
    worker = world.post("/v1/people", body)["id"]
    contact = {"kind": "voice", "url": f"tel:{NUMBER}", "verified": True}
    world.post(f"/v1/people/{worker}/contacts", contact)
    refused = {"kind": "voice", "url": "tel:120", "verified": True}
    path = f"/v1/people/{worker}/contacts"
    assert yinling.client.post(path, json=refused).status_code == 422
    with worn(wearer, yinling.mqtt_host, yinling.mqtt_port) as band:
        band.sos(time=ago(), seq=1, trigger="button")
        assert band.wait_command("sos_received")["seq"] == 1
    telephone.await_event("CALL_ESTABLISHED")
    telephone.await_words(4)
    telephone.press("1")
    (alert,) = world.alerts(senior_id=wearer.senior_id)

    def acknowledged() -> bool:
        return world.alert(alert["id"])["status"] == "acknowledged"

    until(acknowledged, what="acknowledged")
    said = Speaker().say("您好，这里是银铃。 紧急：张秀英", "zh-CN").astype(float)
    assert correlation(telephone.recording(), said[: 2 * 8000]) > 0.9
    last = [
        entry
        for entry in world.alert(alert["id"])["timeline"]
        if entry["event"] == "acknowledged"
    ]
    assert [entry["actor"]["name"] for entry in last] == ["王芳"]
    told = f"/v1/alerts/{alert['id']}/notifications"

    def recorded() -> list[str]:
        (item,) = yinling.client.get(told).raise_for_status().json()["items"]
        return [one["answer"] for one in item["tries"]]

    until(recorded, what="the call's record")
    assert recorded() == ["answered, key pressed"]

"""Another MQTT 3.1.1 broker works too, with its own credentials and one partition."""

import shutil
import subprocess
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from tests.support import servers
from tests.support.band import ago, worn
from tests.support.phones import Phones
from tests.support.waiting import until
from tests.support.world import Wearer, World
from yinling import process
from yinling.embedded.ports import free_port, is_free

pytestmark = [pytest.mark.db, pytest.mark.broker, pytest.mark.timeout(90)]

DEVICE, SERVICE = ("860000000000001", "wristband-word"), ("yinling", "service-word")
CONFIGURATION = """
listener {port} 127.0.0.1
allow_anonymous false
password_file {folder}/passwords
persistence true
persistence_location {folder}/
max_queued_messages 0
user root
"""


@pytest.fixture
def mosquitto(require: Callable[[bool, str], None]) -> Iterator[int]:
    """Port of a running Mosquitto that knows a service and a wristband."""
    program = shutil.which("mosquitto", path="/usr/sbin:/usr/local/sbin:/usr/bin")
    require(program is not None, "mosquitto is not installed")
    assert program is not None
    with servers.folder("mosquitto") as where:
        port = free_port()
        (where / "passwords").touch(mode=0o600)
        for user, word in (DEVICE, SERVICE):
            command = ["mosquitto_passwd", "-b", str(where / "passwords"), user, word]
            subprocess.run(command, check=True)
        path = where / "mosquitto.conf"
        path.write_text(CONFIGURATION.format(port=port, folder=where))
        child = process.start(
            process.Program("mosquitto", [program, "-c", str(path)]),
            Path(where, "mosquitto.log"),
        )
        try:
            until(lambda: not is_free(port), 10, "Mosquitto")
            yield port
        finally:
            process.stop(child, process.signal.SIGTERM, 5)


def test_the_main_story_on_mosquitto(mosquitto: int) -> None:
    user, word = SERVICE
    url = f"mqtt://{user}:{word}@127.0.0.1:{mosquitto}"
    with Phones() as phones:
        environment = {"YINLING_MQTT_URL": url, "YINLING_NOTIFY_HOSTS": phones.host}
        with servers.running_yinling(environment) as up:
            assert up.ready["mqtt"] == f"mqtt://127.0.0.1:{mosquitto}"
            world = World(up.client, phones)
            world.build("district", "street", "community", "compound", "building")
            device, password = DEVICE
            world.post("/v1/wristbands", {"device_id": device})
            wearer = Wearer(world.senior(), device, password)
            world.bind(device, wearer.senior_id)
            world.person("worker", "grid_worker", "compound")
            with worn(wearer, "127.0.0.1", mosquitto) as band:
                band.report({"time": ago(), "seq": 1, "heart_rate": 72})
                band.sos(time=ago(), seq=2, trigger="button")
                assert band.wait_command("sos_received")["seq"] == 2
            assert phones.wait("worker", kind="sos").body["severity"] == "critical"
            path = f"/v1/seniors/{wearer.senior_id}/status"
            until(lambda: up.client.get(path).json()["heart_rate"], what="a heart rate")

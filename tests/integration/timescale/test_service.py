"""The whole service on a given TimescaleDB answers as on the embedded PostgreSQL."""

from typing import Any

import pytest

from tests.support import servers
from tests.support.band import ago, worn
from tests.support.phones import Phones
from tests.support.waiting import until
from tests.support.world import Wearer, World

pytestmark = [pytest.mark.db, pytest.mark.broker, pytest.mark.timeout(120)]

REPORTS = [(90, 1, 71), (60, 2, 75), (60, 2, 99), (30, 3, 79)]
"""Seconds ago, seq, heart rate; the third repeats the second with other content."""


def story(url: str, phones: Phones) -> dict[str, Any]:
    """What people see after a few reports and a press, without ids and times."""
    environment = {"YINLING_DATABASE_URL": url, "YINLING_NOTIFY_HOSTS": phones.host}
    with servers.running_yinling(environment) as up:
        world = World(up.client, phones)
        world.build("district", "street", "community", "compound", "building")
        made = world.post("/v1/wristbands", {"device_id": "860000000000001"})
        wearer = Wearer(world.senior(), made["device_id"], made["password"])
        world.bind(wearer.device_id, wearer.senior_id, **{"from": ago(300)})
        readings = f"/v1/seniors/{wearer.senior_id}/readings"
        begin = ago(600)
        times = {seconds: ago(seconds) for seconds, _, _ in REPORTS}
        with worn(wearer, up.mqtt_host, up.mqtt_port) as band:
            for seconds, seq, rate in REPORTS:
                band.report({"time": times[seconds], "seq": seq, "heart_rate": rate})
            band.sos(time=ago(), seq=4, trigger="button")
            band.wait_command("sos_received")
        query = {"metric": "heart_rate", "from": begin, "to": ago(-1)}

        def points(**more: str) -> list[dict[str, Any]]:
            answer = up.client.get(readings, params=query | more)
            assert answer.status_code == 200, answer.text
            return answer.json()["points"]

        single = until(lambda: len(points()) == 3 and points(), what="three readings")
        bucketed = points(bucket="1d")
        alert = world.alerts(kind="sos")[0]
        return {
            "values": [point["value"] for point in single],
            "count": sum(point["count"] for point in bucketed),
            "max": max(point["max"] for point in bucketed),
            "alert": (alert["kind"], alert["severity"], alert["status"]),
        }


def test_it_answers_the_same(timescale_url: str, empty_database_url: str) -> None:
    with Phones() as phones:
        plain = story(empty_database_url, phones)
        assert story(timescale_url, phones) == plain
    assert plain["values"] == [71, 75, 79]
    assert plain["count"] == 3

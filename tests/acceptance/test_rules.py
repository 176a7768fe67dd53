"""A manager changes a rule, and the running service judges by it at once."""

import time
from uuid import uuid4

import pytest

from tests.support.band import ago, worn
from tests.support.waiting import until
from tests.support.world import Wearer

pytestmark = [pytest.mark.db, pytest.mark.broker, pytest.mark.timeout(90)]
IN_FORCE_S = 5.0


def _wearer(world, name):
    """A senior who has worn a wristband for an hour."""
    senior_id = world.senior(name)
    made = world.post("/v1/wristbands", {"device_id": f"rules-{uuid4()}"})
    world.bind(made["device_id"], senior_id, **{"from": ago(3600)})
    return Wearer(senior_id, made["device_id"], made["password"])


def _alerts(world, wearer, kind):
    return world.alerts(senior_id=wearer.senior_id, kind=kind)


def test_a_changed_rule_is_in_force_within_5_s_with_nothing_lost(yinling, world):
    """A run of fast pulses under way completes by the rule that came meanwhile."""
    one, other = _wearer(world, "张秀英"), _wearer(world, "李建国")
    place = f"/v1/places/{world.places['compound']}/rules"
    with (
        worn(one, yinling.mqtt_host, yinling.mqtt_port) as band,
        worn(other, yinling.mqtt_host, yinling.mqtt_port) as second,
    ):
        for seq, minutes in enumerate(range(13, 4, -1)):
            pulse = 121 + seq % 2  # for 8 min: not the 10 that it takes
            band.report({"time": ago(minutes * 60), "seq": seq, "heart_rate": pulse})
        second.report({"time": ago(240), "seq": 20, "battery": 18})
        (earlier,) = until(lambda: _alerts(world, other, "battery_low"))
        put = world.admin.put(
            place,
            content="[heart_rate_high]\nwarning = 118\nsustained_s = 540\n",
            headers={"Content-Type": "application/toml"},
        )
        assert put.status_code == 200, put.text
        started = time.monotonic()
        band.report({"time": ago(235), "seq": 30, "heart_rate": 121})
        (alert,) = until(lambda: _alerts(world, one, "heart_rate_high"))
        assert time.monotonic() - started < IN_FORCE_S
    revision = put.json()["revision"]
    version = world.alert(alert["id"])["rule_version"]
    assert version.startswith(f"{revision}-")
    assert earlier["rule_version"].startswith("0-")
    figures = world.admin.get(f"/v1/rules/versions/{version}").json()["figures"]
    assert figures["heart_rate_high.sustained_s"] == 540

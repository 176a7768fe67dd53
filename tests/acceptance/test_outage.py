"""A street loses its network: one technical alert, no family told, an SOS all the same."""

import psycopg
import pytest

from tests.support.band import ago, worn
from tests.support.waiting import until
from tests.support.world import PASSWORD

pytestmark = [pytest.mark.db, pytest.mark.broker, pytest.mark.timeout(120)]
STREET = 40
INTERVAL_S = 4


@pytest.mark.slow
def test_a_street_of_forty_loses_its_network(yinling, world, phones):
    wearers = [world.wearer(expected_interval_s=INTERVAL_S) for _ in range(STREET)]
    unlucky = wearers[7]
    mark = unlucky.device_id
    technician, manager = f"technician-{mark}", f"manager-{mark}"
    worker, daughter = f"worker-{mark}", f"daughter-{mark}"
    world.person(technician, "admin")
    world.person(manager, "community_manager", "community")
    world.person(worker, "grid_worker", "compound")
    world.relative(daughter, unlucky.senior_id, "status", "alerts")
    for wearer in wearers:
        with worn(wearer, yinling.mqtt_host, yinling.mqtt_port) as band:
            band.report({"time": ago(), "heart_rate": 70})

    place = world.places["building"]
    (outage,) = until(
        lambda: world.alerts(kind="area_outage", place_id=place), 60, "the outage"
    )
    assert outage["senior"] is None
    assert outage["severity"] == "warning"
    assert outage["evidence"]["wristbands"] == STREET
    for phone in (technician, manager):
        assert phones.wait(phone, kind="area_outage").body["alert_id"] == outage["id"]
    with yinling.login(daughter, PASSWORD) as family:
        status = family.get(f"/v1/seniors/{unlucky.senior_id}/status").json()
    assert status["level"] == "unknown"
    assert "area_outage" in [reason["code"] for reason in status["reasons"]]

    with worn(unlucky, yinling.mqtt_host, yinling.mqtt_port) as band:
        band.sos(time=ago(), seq=1)
        band.wait_command("sos_received")
    assert phones.wait(daughter, kind="sos")
    assert phones.wait(worker, kind="sos")
    assert not phones.of(daughter, kind="offline")
    assert not phones.of(daughter, kind="area_outage")
    assert not phones.of(worker, kind="area_outage")
    alone = world.alerts(kind="offline", place_id=place)
    assert all(one["severity"] == "info" for one in alone)
    assert len(alone) < STREET * 0.3


def test_a_fall_without_motion_is_told_again(yinling, world, phones):
    wearer = world.wearer()
    worker, manager = f"near-{wearer.device_id}", f"next-{wearer.device_id}"
    world.person(worker, "grid_worker", "compound")
    world.person(manager, "street_manager", "street")
    with (
        worn(wearer, yinling.mqtt_host, yinling.mqtt_port) as band,
        yinling.login(worker, PASSWORD) as grid,
    ):
        band.report({"time": ago(20), "seq": 1, "steps": 90, "motion": 0.2})
        band.sos(time=ago(), seq=2, trigger="fall")
        alert_id = phones.wait(worker, kind="fall").body["alert_id"]
        grid.post(f"/v1/alerts/{alert_id}/acknowledge", json={}).raise_for_status()
        five_minutes_pass(yinling.database_url, alert_id)
        phones.wait(manager, kind="fall")
    reasons = [
        (entry["event"], entry["detail"].get("reason"))
        for entry in world.alert(alert_id)["timeline"]
    ]
    assert ("escalated", "no_motion") in reasons
    assert ("told", "no_motion") in reasons


def five_minutes_pass(database_url: str, alert_id: str) -> None:
    """As if the alert had been opened five minutes earlier, which nobody may say."""

    def turned_back() -> bool:
        try:
            with psycopg.connect(database_url) as conn:
                conn.execute("LOCK TABLE alert IN ACCESS EXCLUSIVE MODE")
                conn.execute("ALTER TABLE alert DISABLE TRIGGER alert_fixed")
                conn.execute(
                    "UPDATE alert SET opened_at = opened_at - interval '5 min',"
                    " next_due_at = opened_at WHERE id = %s",
                    (alert_id,),
                )
                conn.execute("ALTER TABLE alert ENABLE TRIGGER alert_fixed")
        except psycopg.errors.DeadlockDetected:  # the service was at it: again
            return False
        return True

    until(turned_back, 20, "the clock turned back")

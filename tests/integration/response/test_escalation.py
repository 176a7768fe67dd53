"""Acting and escalating together: whistles climb, promises expire, outages stay technical."""

from zoneinfo import ZoneInfo

import pytest

from alerts.escalation import worker
from alerts.escalation.terms import Timing
from alerts.incidents import store
from alerts.incidents.helping import handover, requests
from alerts.incidents.helping.requests import Whistle
from alerts.incidents.types import Opening
from core.model import Kind, PlaceLevel, Role, Severity
from tests.integration.response.conftest import Street, at
from tests.support.town import NOON

pytestmark = pytest.mark.db
ZONE = ZoneInfo("Asia/Shanghai")


def run(street: Street, at_s: float) -> None:
    street.town.conn.commit()
    worker.run_due(street.town.conn, Timing(), ZONE, at(at_s))


def told(street: Street) -> list[str]:
    """Who was told of the alert itself, in order."""
    rows = street.town.conn.execute(
        "SELECT person.name FROM notification JOIN person ON person.id = person_id"
        " WHERE alert_id = %s ORDER BY notification.created_at, person.name",
        (street.alert,),
    ).fetchall()
    street.town.conn.commit()
    return [name for (name,) in rows]


def test_a_whistle_tells_the_next_level_while_somebody_goes(street: Street):
    run(street, 0)
    assert set(told(street)) == {"王五", "赵六", "吴头", "女儿", "儿子"}
    street.act("depart", street.grid, 20)
    run(street, 20)
    up = Whistle("level_up", 300)
    requests.whistle(street.town.conn, street.alert, up, street.grid, at(30))
    run(street, 30)
    assert told(street)[5:] == ["社区主任"]
    street.act("acknowledge", street.community, 40)
    row = street.row("SELECT status, answered_at FROM request")
    assert (row["status"], row["answered_at"]) == ("accepted", at(40))
    assert street.town.alert(street.alert, "owner_id") == str(street.grid.id)


def test_after_a_hand_over_the_new_promise_expires(street: Street):
    run(street, 0)
    street.act("acknowledge", street.grid, 10)
    run(street, 10)
    handover.ask(street.town.conn, street.alert, street.other.id, street.grid, at(500))
    street.act("acknowledge", street.other, 550)
    run(street, 620)  # the former promise would have expired
    assert street.town.alert(street.alert, "status") == "acknowledged"
    run(street, 1150)
    assert street.town.alert(street.alert, "status") == "open"
    assert street.town.alert(street.alert, "owner_id") is None
    assert "expired" in street.town.events(street.alert)


def test_a_relative_with_her_stops_nothing(street: Street):
    run(street, 0)
    street.act("acknowledge", street.daughter, 5)
    run(street, 60)
    assert "社区主任" in told(street)
    assert street.town.alert(street.alert, "status") == "open"


def test_an_outage_is_for_technicians_from_end_to_end(street: Street):
    town = street.town
    admin = town.person(Role.ADMIN, None, "管理员")
    opening = Opening(
        Kind.AREA_OUTAGE,
        Severity.WARNING,
        NOON,
        None,
        place_id=town.places[PlaceLevel.BUILDING],
    )
    outage = store.open_alerts(town.conn, [opening], NOON)[0]
    assert outage is not None
    street.alert = outage
    run(street, 0)
    technicians = {"社区主任", "管理员"}
    assert set(told(street)) == technicians
    street.act("acknowledge", admin, 10)
    street.act("resolve", admin, 20, outcome="device_fault")
    heard = {name for *_, names in street.messages() for name in names}
    assert heard == {"社区主任"}
    assert street.row("SELECT count(*) AS n FROM followup")["n"] == 0

"""The live stream: in time, in scope, resumed without loss, ended with the token."""

from datetime import UTC, datetime

import psycopg
import pytest

from alerts.incidents import store
from alerts.incidents.types import Opening
from tests.support.api import HOME, Login, Town
from tests.support.events import listening
from tests.support.waiting import until
from tests.support.wearing import Worn, state, wear

pytestmark = pytest.mark.db
ALL = ("status", "vitals", "location", "alerts")


@pytest.fixture
def worker(town: Town) -> Login:
    town.person("grid_worker", town.compound, "wang")
    return town.login("wang")


@pytest.fixture
def daughter(town: Town) -> Login:
    town.relative("daughter", town.mother, *ALL)
    return town.login("daughter")


@pytest.fixture
def worn(town: Town, conn: psycopg.Connection) -> Worn:
    return wear(conn, town.mother, "w1", datetime(2026, 11, 1, tzinfo=UTC))


def raised(who: Login, senior_id: str, kind: str = "sos") -> dict:
    return who.ok("POST", "/v1/alerts", {"senior_id": senior_id, "kind": kind})


def test_an_alert_comes_as_the_rest_call_shows_it(
    town: Town, worker: Login, daughter: Login
) -> None:
    with listening(daughter) as hers:
        alert = raised(worker, town.mother)
        event = hers.wait_for("the alert", "alert", id=alert["id"])
        assert event.thing == daughter.ok("GET", f"/v1/alerts/{alert['id']}")
        status = hers.wait_for("the status", "status", senior_id=town.mother)
        assert status.thing["level"] == "urgent"
        worker.ok("POST", f"/v1/alerts/{alert['id']}/depart", {})
        hers.wait_for("the departure", "alert", status="en_route")
        hers.wait_for(
            "who is coming",
            "status",
            responder={"name": "wang", "role": "grid_worker", "state": "en_route"},
        )


def test_a_report_moves_the_status(
    town: Town, conn: psycopg.Connection, worn: Worn, daughter: Login
) -> None:
    with listening(daughter) as hers:
        state(conn, worn, datetime.now(UTC), heart_rate=88, worn=True, **HOME)
        event = hers.wait_for("the status", "status", senior_id=town.mother)
        assert event.thing["heart_rate"]["value"] == 88


def test_nobody_hears_of_others(town: Town, worker: Login, daughter: Login) -> None:
    town.relative("nephew", town.mother, "status")
    nephew = town.login("nephew")
    with (
        listening(worker) as his,
        listening(nephew) as plain,
        listening(daughter, "?events=alert") as hers,
    ):
        raised(town.admin, town.stranger)
        mine = raised(worker, town.mother)
        his.wait_for("his own", "alert", id=mine["id"])
        hers.wait_for("her own", "alert", id=mine["id"])
        plain.wait_for("the status", "status", level="urgent")
        seniors = {
            event.thing.get("senior_id") or event.thing["senior"]["id"]
            for stream in (his, plain, hers)
            for event in stream.events
        }
        assert seniors == {town.mother}
        assert {event.name for event in plain.events} == {"status"}
        assert {event.name for event in hers.events} == {"alert"}


def test_resuming_brings_exactly_what_was_missed(town: Town, worker: Login) -> None:
    with listening(worker, "?events=alert") as before:
        first = raised(worker, town.mother, "sos")
        last = before.wait_for("the first", "alert", id=first["id"]).id
    second = raised(worker, town.mother, "fall")
    third = raised(worker, town.mother, "offline")
    with listening(worker, "?events=alert", last=last) as after:
        after.wait_for("the third", "alert", id=third["id"])
        fourth = raised(worker, town.mother, "inactivity")
        after.wait_for("the fourth", "alert", id=fourth["id"])
        assert [event.thing["id"] for event in after.events] == [
            second["id"],
            third["id"],
            fourth["id"],
        ]


def test_what_commits_late_is_not_overlooked(
    town: Town, worker: Login, database_url: str
) -> None:
    """An earlier position may become visible after a later one was sent."""
    now = datetime.now(UTC)
    with (
        psycopg.connect(database_url) as slow,
        listening(worker, "?events=alert") as his,
    ):
        opening = Opening("fall", "critical", now, town.mother)
        early = store.open_alerts(slow, [opening], now)[0]
        late = raised(worker, town.mother, "offline")
        last = his.wait_for("the later", "alert", id=late["id"]).id
        slow.commit()
        his.wait_for("the earlier", "alert", id=str(early))
    with listening(worker, "?events=alert", last=last) as again:
        again.wait_for("the earlier, resumed", "alert", id=str(early))
        assert [event.thing["id"] for event in again.events] == [str(early)]


@pytest.mark.slow
def test_the_stream_ends_with_its_token(worker: Login) -> None:
    with listening(worker) as his:
        assert worker.call("POST", "/v1/auth/revoke").status_code == 204
        assert his.ended.wait(12)
        assert his.comments >= 1


@pytest.mark.slow
def test_a_broken_line_to_the_database_loses_nothing(
    town: Town, worker: Login, conn: psycopg.Connection
) -> None:
    with listening(worker, "?events=alert") as his:
        first = raised(worker, town.mother)
        his.wait_for("the first", "alert", id=first["id"])
        conn.execute(
            "SELECT pg_terminate_backend(pid) FROM pg_stat_activity"
            " WHERE query LIKE '%%alert_event%%' AND pid <> pg_backend_pid()"
            " AND datname = current_database()"
        )
        conn.commit()
        second = until(lambda: _try(worker, town.mother), 10, "raising again")
        his.wait_for("the second", "alert", id=second["id"])


def _try(worker: Login, senior_id: str) -> dict | None:
    body = {"senior_id": senior_id, "kind": "fall"}
    answer = worker.call("POST", "/v1/alerts", body)
    return answer.json() if answer.is_success else None


def test_it_needs_a_login(town: Town, worker: Login) -> None:
    assert town.admin.client.get("/v1/stream").status_code == 401
    path = "/v1/stream?events=weather"
    assert worker.call("GET", path).status_code == 422

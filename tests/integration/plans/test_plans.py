"""No statement of the hot paths reads a big table whole, whatever the planner knows."""

from collections.abc import Iterator
from math import inf
from pathlib import Path

import psycopg
import pytest

from core import database
from tests.support import batches, servers
from tests.support.api import Login
from tests.support.crowd import Size, forget, playing, settle
from tests.support.pages import Browser
from tests.support.recorder import Plan, Recorder

SIZE = Size(4, 8, 60, 1_500, 2_200, 3_000, 4_000, 2)
"""So many that reading all of them shows, and quickly made."""
BIG = 500
"""More rows than this are not read one after the other."""
MODES = ("force_custom_plan", "force_generic_plan")
TELLING = ("escalation", "earliest due", "outbox", "response", "commands", "call back")
WHOLE = {
    "alerts.escalation.end_silences": "when all are silent, all are looked at",
    "alerts.duty.untold": "gaps are of the whole street",
    "api.registry.count_care_lists": "counts everybody",
    "api.reports.care_visits": "lists everybody to be visited",
    "api.reports.senior_days": "counts everybody's days",
    "core.duty.homes": "coverage is of everybody",
    "core.duty.people_of": "coverage is of everybody",
    "core.privacy.erased_readings": "once a night",
    "core.privacy.unagreed_vitals": "once a night",
    "core.privacy.old_readings": "once a night",
    "core.privacy.step_keys": "once a night",
    "core.privacy.step_remove": "once a night",
}
"""What is about everybody reads everybody, by sequential scan or not; and why."""


@pytest.fixture(scope="module")
def place(database_server: servers.TestDatabases) -> Iterator[tuple[str, str]]:
    """Addresses of a settled database, as the services and as a superuser."""
    name = database_server.create()
    settle(database_server.admin_url(name), SIZE)
    yield database_server.url(name), database_server.admin_url(name)
    database_server.drop(name)


@pytest.fixture
def unknown(place: tuple[str, str]) -> None:
    """The planner knows nothing, whichever test came before."""
    forget(place[1])


@pytest.fixture
def crowd(place: tuple[str, str]) -> Iterator[playing.Crowd]:
    with psycopg.connect(place[0], options="-c timezone=UTC") as conn:
        yield playing.Crowd(conn)


def faults(
    recorder: Recorder, most: int, big: float = BIG
) -> dict[str, tuple[str, int, dict[str, int]]]:
    """Statements that touched more pages than `most`, or read a big table whole."""

    def greedy(plan: Plan) -> bool:
        return plan.buffers > most or any(rows > big for rows in plan.scanned.values())

    return {
        name: (mode, plan.buffers, dict(plan.scanned))
        for (name, mode), plan in recorder.worst().items()
        if greedy(plan) and name not in WHOLE
    }


def names(recorder: Recorder) -> set[str]:
    return {plan.name for plan in recorder.plans}


@pytest.mark.usefixtures("unknown")
def test_an_sos_is_told_without_statistics(
    crowd: playing.Crowd, tmp_path: Path
) -> None:
    recorder = Recorder(*MODES)
    service = playing.alerts_service(crowd, tmp_path)
    known = crowd.conn.execute(
        "SELECT count(*) FROM pg_stats WHERE tablename = 'person'"
    )
    assert known.fetchone() == (0,)
    with recorder.watching():
        playing.press(crowd, 3)
        for part in TELLING:
            service[part]()
    assert {
        "ingest.wearer",
        "alerts.escalation.chains",
        "alerts.escalation.claim_due",
        "alerts.escalation.keep",
        "alerts.escalation.add_notifications",
        "alerts.notify.claim_notifications",
        "alerts.notify.earliest_notification",
        "alerts.notify.add_attempt",
    } <= names(recorder)
    assert faults(recorder, 1_000) == {}


@pytest.mark.usefixtures("unknown")
def test_reports_are_taken_without_statistics(crowd: playing.Crowd) -> None:
    taking = batches.Bench(crowd.conn)
    taking.clock.at = crowd.now
    worn = [f"wb-{n:07}" for n in range(1, 60)]
    report = {"time": crowd.now.isoformat(), "heart_rate": 210, "worn": True}
    recorder = Recorder(*MODES)
    with recorder.watching():
        for seq in range(4):
            taking.pass_time(60)
            report |= {"seq": seq, "time": taking.clock.at.isoformat()}
            taking.write(*(taking.message(one, report) for one in worn))
    assert {
        "ingest.bindings",
        "ingest.registry_changes",
        "ingest.store",
        "ingest.write_state",
    } <= names(recorder)
    assert faults(recorder, 2_000) == {}


@pytest.mark.usefixtures("unknown")
def test_somebody_comes_without_statistics(
    crowd: playing.Crowd, place: tuple[str, str], tmp_path: Path
) -> None:
    playing.press(crowd, 1)
    alert = playing.newest_alert(crowd)
    lead = crowd.worker(crowd.path[1], "street_manager")
    recorder = Recorder(MODES[0])
    with playing.served(place[0], tmp_path) as client:
        login = Login(client, lead.username)
        with recorder.watching():
            for method, path, body in playing.steps(alert):
                login.ok(method, path, body)
            login.ok("GET", f"/v1/seniors/{crowd.senior}/status")
    assert {
        "alerts.incidents.alert_by_id",
        "alerts.incidents.move",
        "api.auth.token_person",
        "api.views.alerts",
        "api.views.statuses",
    } <= names(recorder)
    assert faults(recorder, 1_500) == {}


def test_a_day_with_statistics(
    crowd: playing.Crowd, place: tuple[str, str], tmp_path: Path
) -> None:
    with psycopg.connect(place[1], autocommit=True) as admin:
        admin.execute("ANALYZE")
    watched = Recorder(*MODES)
    with watched.watching():
        playing.press(crowd, 2)
        for work in playing.alerts_service(crowd, tmp_path).values():
            work()
        playing.stream(crowd)
    assert faults(watched, 2_000) == {}
    asked = Recorder(MODES[0])
    lead = crowd.worker(crowd.path[1], "street_manager")
    relative = crowd.relative()
    with playing.served(place[0], tmp_path) as client:
        people = [Login(client, who) for who in ("admin", lead.username)]
        family = Login(client, relative.username)
        with asked.watching():
            for login in people:
                for path in playing.looks(crowd) + playing.looks_of_managers(crowd):
                    login.ok("GET", path)
            for path in playing.looks(crowd):
                assert family.call("GET", path).status_code in {200, 403, 404}
            for one, page in ((lead, "/grid"), (lead, "/duty"), (relative, "/family")):
                browser = Browser(str(client.base_url))
                with browser.client:
                    browser.log_in(one.username)
                    assert browser.get(page).status_code == 200
    # Lists for people: of so small a street the planner rightly reads some tables whole.
    assert faults(asked, 3_500, big=inf) == {}


def test_plans_are_made_for_the_values_at_hand(place: tuple[str, str]) -> None:
    """A plan made while a street was empty is not kept for when it is full."""
    with database.connect(place[0], "test") as conn:
        shown = conn.execute("SHOW plan_cache_mode").fetchone()
    assert shown == ("force_custom_plan",)


def test_what_reads_a_table_whole_is_found(crowd: playing.Crowd) -> None:
    recorder = Recorder(*MODES)
    with recorder.watching():
        crowd.conn.execute("SELECT count(*) FROM alert_event WHERE event = %s", ("x",))
    ((_, _, scanned),) = faults(recorder, 10_000).values()
    assert scanned["alert_event"] >= 4 * SIZE.alerts

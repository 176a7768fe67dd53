"""Consents by REST: recorded one by one, withdrawn at once, and acted upon."""

from datetime import UTC, datetime, timedelta

import psycopg
import pytest

from tests.support.api import HOME, Login, Town
from tests.support.wearing import state, wear

pytestmark = pytest.mark.db

LONG_AGO = datetime(2026, 11, 1, tzinfo=UTC)
ALL = ("status", "vitals", "location", "alerts")
VITALS = ("heart_rate", "blood_pressure", "spo2", "temperature")


def _now() -> datetime:
    return datetime.now(UTC)


def _history(who: Login, senior_id: str) -> list[dict]:
    return who.ok("GET", f"/v1/seniors/{senior_id}/consents")["items"]


def _declare(who: Login, senior_id: str, **body: object) -> dict:
    return who.ok("POST", f"/v1/seniors/{senior_id}/consents", body)


@pytest.fixture
def measured(town: Town, conn: psycopg.Connection) -> Town:
    """Mother wears a wristband that has just told everything."""
    worn = wear(conn, town.mother, "w1", LONG_AGO)
    values = {"heart_rate": 72, "systolic": 128, "diastolic": 79, "spo2": 97}
    values |= {"temperature": 36.4, "latitude": HOME["latitude"], "worn": True}
    values |= {"longitude": HOME["longitude"], "accuracy": 12, "battery": 80}
    state(conn, worn, _now(), **values)
    conn.execute(
        "INSERT INTO reading (wristband_key, time, seq, received_at, heart_rate,"
        " latitude, longitude) VALUES (%s, %s, 1, %s, 72, 34.3, 108.9)",
        (worn.key, _now() - timedelta(minutes=1), _now()),
    )
    conn.commit()
    return town


def test_registering_records_what_was_agreed_to(town: Town) -> None:
    (health,) = _history(town.admin, town.mother)
    assert health["purpose"] == "health"
    assert health["in_force"]
    assert health["recorded_by_name"] == "Administrator"
    located = town.senior("刘奶奶", town.building, location_consent=True)
    assert {one["purpose"] for one in _history(town.admin, located)} == {
        "health",
        "location",
    }
    refused = town.senior("陈大爷", town.building, health_consent=False)
    assert _history(town.admin, refused) == []
    card = town.admin.ok("GET", f"/v1/seniors/{refused}")
    assert (card["health_consent"], card["conditions"]) == (False, None)


def test_a_changed_card_and_links_stand_in_the_history(town: Town) -> None:
    path = f"/v1/seniors/{town.mother}"
    town.admin.ok("PATCH", path, {"location_consent": True})
    town.admin.ok("PATCH", path, {"name": "王秀英"})
    town.relative("daughter", town.mother, "status")
    link = town.admin.ok("GET", f"{path}/family")["items"][0]
    town.admin.ok("DELETE", f"{path}/family/{link['id']}")
    town.admin.ok("PATCH", path, {"location_consent": False})
    said = [(one["purpose"], one["given"]) for one in _history(town.admin, town.mother)]
    assert said == [
        ("location", False),
        ("family", False),
        ("family", True),
        ("location", True),
        ("health", True),
    ]


def test_without_consent_no_vital_sign_is_shown_to_anyone(measured: Town) -> None:
    town = measured
    town.relative("daughter", town.mother, *ALL)
    town.person("grid_worker", town.building, "worker")
    worker, daughter = town.login("worker"), town.login("daughter")
    path = f"/v1/seniors/{town.mother}"
    readings = f"{path}/readings?metric=heart_rate"
    assert daughter.ok("GET", f"{path}/status")["level"] == "ok"
    assert daughter.ok("GET", readings)["points"]
    told = _declare(worker, town.mother, purpose="health", given=False)
    assert told["text_version"] == "health-2026-11"
    for who in (worker, daughter, town.admin):
        status = who.ok("GET", f"{path}/status")
        assert [status[name] for name in VITALS] == [None] * 4
        assert (status["level"], status["battery"]) == ("unknown", 80)
        assert "no_consent" in [reason["code"] for reason in status["reasons"]]
        assert who.call("GET", readings).status_code == 404
    assert daughter.ok("GET", f"{path}/readings?metric=battery")["points"] == []
    assert daughter.ok("GET", f"{path}/status")["location"] is not None


def test_what_saves_a_life_is_shown_without_consent(
    measured: Town, conn: psycopg.Connection
) -> None:
    town = measured
    conn.execute("UPDATE senior SET health_consent = false")
    conn.commit()
    path = f"/v1/seniors/{town.mother}"
    assert town.admin.ok("GET", f"{path}/status")["heart_rate"] is None
    alert = town.admin.ok("POST", "/v1/alerts", {"senior_id": town.mother})
    assert town.admin.ok("GET", f"{path}/status")["heart_rate"]["value"] == 72
    assert town.admin.ok("GET", f"{path}/readings?metric=heart_rate")["points"]
    town.admin.ok("POST", f"/v1/alerts/{alert['id']}/resolve", {"outcome": "helped"})
    assert town.admin.ok("GET", f"{path}/status")["heart_rate"] is None


def test_withdrawing_forgets_the_latest_and_reaches_ingest(
    measured: Town, conn: psycopg.Connection
) -> None:
    before = conn.execute("SELECT version FROM registry_version").fetchone()[0]
    conn.commit()
    _declare(measured.admin, measured.mother, purpose="health", given=False)
    row = conn.execute(
        "SELECT heart_rate, systolic, spo2, temperature, battery FROM wristband_state"
    ).fetchone()
    assert row == (None, None, None, None, 80)
    changed = conn.execute(
        "SELECT count(*) FROM registry_change WHERE version > %s AND wristband_key > 0",
        (before,),
    ).fetchone()[0]
    assert changed == 1
    _declare(measured.admin, measured.mother, purpose="health", given=True)
    newest = _history(measured.admin, measured.mother)[0]
    assert newest["in_force"]


def test_withdrawing_from_a_relative_ends_the_link(town: Town) -> None:
    daughter = town.relative("daughter", town.mother, *ALL)
    path = f"/v1/seniors/{town.mother}/status"
    assert town.login("daughter").call("GET", path).status_code == 200
    body = {"purpose": "family", "given": False, "person_id": daughter}
    _declare(town.admin, town.mother, **body)
    assert town.login("daughter").call("GET", path).status_code == 404
    again = town.admin.call("POST", f"/v1/seniors/{town.mother}/consents", body)
    assert again.status_code == 404


def test_a_guardian_says_who_they_are_and_why(town: Town) -> None:
    path = f"/v1/seniors/{town.mother}/consents"
    body = {"purpose": "location", "given": True, "given_by": "guardian"}
    assert town.admin.call("POST", path, body).status_code == 422
    more = {"guardian": "王芳", "reason": "失智，监护人代为同意"}
    told = town.admin.ok("POST", path, body | more)
    assert (told["guardian"], told["in_force"]) == ("王芳", True)
    assert town.admin.ok("GET", f"/v1/seniors/{town.mother}")["location_consent"]


def test_who_may_record(town: Town) -> None:
    town.relative("daughter", town.mother, *ALL)
    town.person("grid_worker", town.building, "worker")
    town.person("street_manager", town.street, "manager")
    path = f"/v1/seniors/{town.mother}/consents"
    yes = {"purpose": "location", "given": True}
    no = {"purpose": "location", "given": False}
    worker, manager = town.login("worker"), town.login("manager")
    assert worker.call("POST", path, yes).status_code == 403
    assert manager.call("POST", path, yes).status_code == 201
    assert worker.call("POST", path, no).status_code == 201
    assert town.login("daughter").call("POST", path, no).status_code == 403
    far = f"/v1/seniors/{town.stranger}/consents"
    assert worker.call("GET", far).status_code == 404


@pytest.mark.usefixtures("town")
def test_the_history_is_never_changed(conn: psycopg.Connection) -> None:
    for statement in ("UPDATE consent SET given = false", "DELETE FROM consent"):
        with pytest.raises(psycopg.errors.RaiseException, match="append-only"):
            conn.execute(statement)
        conn.rollback()


@pytest.mark.usefixtures("town")
def test_a_setting_alone_opens_nothing(conn: psycopg.Connection) -> None:
    conn.execute("SELECT set_config('yinling.removal', gen_random_uuid()::text, true)")
    with pytest.raises(psycopg.errors.RaiseException, match="append-only"):
        conn.execute("DELETE FROM audit_log")


def test_the_forms_are_there_to_read_out(town: Town) -> None:
    forms = town.admin.ok("GET", "/v1/consent-forms")["items"]
    assert {form["purpose"] for form in forms} == {"health", "location", "family"}
    assert all(form["text"]["zh-CN"] and form["text"]["en"] for form in forms)

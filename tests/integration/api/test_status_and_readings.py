"""Status and readings by REST: whose readings, which buckets, who may see them."""

from datetime import UTC, datetime, timedelta
from uuid import UUID

import psycopg
import pytest
from psycopg.types.json import Jsonb

from alerts.incidents.store import clear_alerts, open_alerts
from alerts.incidents.types import Clearing, Opening
from tests.support.api import HOME, Login, Town
from tests.support.wearing import Worn, reading, state, wear

pytestmark = pytest.mark.db

T0 = datetime(2026, 11, 20, 15, 58, tzinfo=UTC)  # two minutes to midnight in Xi'an
LONG_AGO = datetime(2026, 11, 1, tzinfo=UTC)
ALL = ("status", "vitals", "location", "alerts")


@pytest.fixture
def worn(town: Town, conn: psycopg.Connection) -> Worn:
    return wear(conn, town.mother, "w1", LONG_AGO)


@pytest.fixture
def daughter(town: Town) -> Login:
    town.relative("daughter", town.mother, *ALL)
    return town.login("daughter")


def points(who: Login, senior_id: str, query: str) -> list[dict]:
    return who.ok("GET", f"/v1/seniors/{senior_id}/readings?{query}")["points"]


def around(start: datetime = T0, hours: float = 24) -> str:
    end = start + timedelta(hours=hours)
    return f"from={start:%Y-%m-%dT%H:%M:%SZ}&to={end:%Y-%m-%dT%H:%M:%SZ}"


def test_readings_come_back_as_they_were_sent(
    town: Town, conn: psycopg.Connection, worn: Worn, daughter: Login
) -> None:
    reading(conn, worn, T0, 1, temperature=36.4, heart_rate=72)
    reading(conn, worn, T0 + timedelta(minutes=5), 2, heart_rate=75.5)
    reading(conn, worn, T0 + timedelta(hours=24), 3, temperature=36.6)
    conn.commit()
    path = f"/v1/seniors/{town.mother}/readings?metric=temperature&{around()}"
    answer = daughter.call("GET", path)
    assert answer.json() == {
        "metric": "temperature",
        "unit": "°C",
        "points": [{"time": "2026-11-20T15:58:00Z", "value": 36.4}],
    }
    assert '"value":36.4}' in answer.text
    rates = points(daughter, town.mother, f"metric=heart_rate&{around()}")
    assert [point["value"] for point in rates] == [72, 75.5]


def test_buckets(
    town: Town, conn: psycopg.Connection, worn: Worn, daughter: Login
) -> None:
    for minute, value in enumerate((36.4, 36.5, 36.9, 36.1)):
        reading(conn, worn, T0 + timedelta(minutes=minute), temperature=value)
    conn.commit()

    def buckets(bucket: str) -> list[tuple]:
        query = f"metric=temperature&{around()}&bucket={bucket}"
        return [
            (each["time"], each["min"], each["mean"], each["max"], each["count"])
            for each in points(daughter, town.mother, query)
        ]

    # Days are those of Xi'an; other spans are counted from 1970.
    assert buckets("1d") == [
        ("2026-11-19T16:00:00Z", 36.4, 36.45, 36.5, 2),
        ("2026-11-20T16:00:00Z", 36.1, 36.5, 36.9, 2),
    ]
    assert [each[0] for each in buckets("1h")] == [
        "2026-11-20T15:00:00Z",
        "2026-11-20T16:00:00Z",
    ]
    assert [each[4] for each in buckets("30s")] == [1, 1, 1, 1]
    assert buckets("24h") == buckets("1d")
    assert buckets("7d") == [("2026-11-18T16:00:00Z", 36.1, 36.475, 36.9, 4)]


def test_blood_pressure_is_a_pair(
    town: Town, conn: psycopg.Connection, worn: Worn, daughter: Login
) -> None:
    reading(conn, worn, T0, 1, systolic=128, diastolic=79)
    reading(conn, worn, T0 + timedelta(seconds=10), 2, systolic=140)
    conn.commit()
    query = f"metric=blood_pressure&{around()}"
    assert points(daughter, town.mother, query) == [
        {"time": "2026-11-20T15:58:00Z", "systolic": 128, "diastolic": 79}
    ]
    bucket = points(daughter, town.mother, f"{query}&bucket=1h")[0]
    assert bucket["systolic"] == {"min": 128, "mean": 128, "max": 128}
    assert (bucket["diastolic"]["mean"], bucket["count"]) == (79, 1)


def test_readings_belong_to_whoever_wore_the_wristband_then(
    town: Town, conn: psycopg.Connection
) -> None:
    change = T0 + timedelta(hours=1)
    first = wear(conn, town.stranger, "w9", LONG_AGO, change)
    wear(conn, town.mother, "w9", change)
    for minutes, rate in ((30, 60), (60, 61), (90, 62)):
        reading(conn, first, T0 + timedelta(minutes=minutes), heart_rate=rate)
    conn.commit()
    query = f"metric=heart_rate&{around()}"
    theirs = points(town.admin, town.stranger, query)
    hers = points(town.admin, town.mother, query)
    assert [point["value"] for point in theirs] == [60]
    assert [point["value"] for point in hers] == [61, 62]


@pytest.mark.parametrize(
    "query",
    [
        "",
        "metric=mood",
        "metric=heart_rate&bucket=soon",
        "metric=heart_rate&from=yesterday",
        "metric=heart_rate&from=2026-11-21T00:00:00",
        "metric=heart_rate&from=2026-11-21T00:00:00Z&to=2026-11-20T00:00:00Z",
    ],
)
def test_wrong_questions_are_refused(town: Town, query: str) -> None:
    path = f"/v1/seniors/{town.mother}/readings?{query}"
    assert town.admin.call("GET", path).status_code == 422


def test_too_many_points_are_refused(
    town: Town, conn: psycopg.Connection, worn: Worn
) -> None:
    conn.execute(
        "INSERT INTO reading (wristband_key, time, seq, received_at, heart_rate)"
        " SELECT %(key)s, %(at)s + n * interval '0.5 second', n, %(at)s, 70"
        " FROM generate_series(1, 100001) n",
        {"key": worn.key, "at": T0},
    )
    conn.commit()
    query = f"metric=heart_rate&{around()}"
    path = f"/v1/seniors/{town.mother}/readings?{query}"
    refused = town.admin.call("GET", path)
    assert refused.status_code == 422
    assert "bucket" in refused.json()["detail"]
    assert len(points(town.admin, town.mother, f"{query}&bucket=1h")) == 15


def test_scopes_decide_what_a_relative_reads(
    town: Town, conn: psycopg.Connection, worn: Worn
) -> None:
    reading(conn, worn, T0, heart_rate=72, latitude=34.1, longitude=108.1)
    now = datetime.now(UTC)
    state(conn, worn, now, heart_rate=72, worn=True, battery=80, **HOME)
    town.relative("nephew", town.mother, "status")
    nephew = town.login("nephew")
    readings = f"/v1/seniors/{town.mother}/readings?{around()}&metric="
    assert nephew.call("GET", readings + "heart_rate").status_code == 404
    assert nephew.call("GET", readings + "latitude").status_code == 404
    assert nephew.call("GET", readings + "battery").status_code == 200
    status = nephew.ok("GET", f"/v1/seniors/{town.mother}/status")
    assert (status["level"], status["battery"]) == ("ok", 80)
    assert status["heart_rate"] is None
    assert status["location"] is None
    assert status["open_alerts"] is None
    stranger = f"/v1/seniors/{town.stranger}/status"
    assert nephew.call("GET", stranger).status_code == 404


def test_staff_see_where_only_in_need(
    town: Town, conn: psycopg.Connection, worn: Worn
) -> None:
    state(conn, worn, datetime.now(UTC), heart_rate=72, worn=True, **HOME)
    town.person("grid_worker", town.compound, "wang")
    wang = town.login("wang")
    path = f"/v1/seniors/{town.mother}/status"
    readings = f"/v1/seniors/{town.mother}/readings?metric=latitude"
    assert wang.ok("GET", path)["location"] is None
    assert wang.call("GET", readings).status_code == 404
    alert = wang.ok("POST", "/v1/alerts", {"senior_id": town.mother})
    status = wang.ok("GET", path)
    assert status["level"] == "urgent"
    assert status["location"]["place"] == "在家"
    assert status["reasons"][0]["code"] == "sos"
    assert status["open_alerts"] == [
        {
            "id": alert["id"],
            "kind": "sos",
            "severity": "critical",
            "status": "open",
            "drill": False,
        }
    ]
    assert wang.call("GET", readings).status_code == 200
    wang.ok("POST", f"/v1/alerts/{alert['id']}/depart", {})
    assert wang.ok("GET", path)["responder"] == {
        "name": "wang",
        "role": "grid_worker",
        "state": "en_route",
    }
    wang.ok("POST", f"/v1/alerts/{alert['id']}/resolve", {"outcome": "helped"})
    status = wang.ok("GET", path)
    assert (status["level"], status["location"], status["responder"]) == (
        "ok",
        None,
        None,
    )


def test_an_unbound_senior_is_unknown(town: Town, daughter: Login) -> None:
    status = daughter.ok("GET", f"/v1/seniors/{town.mother}/status")
    assert status["level"] == "unknown"
    assert status["reasons"] == [{"code": "unbound", "text": "目前没有佩戴手环"}]
    for name in ("last_seen", "worn", "battery", "heart_rate", "location", "absence"):
        assert status[name] is None


@pytest.mark.usefixtures("worn")
def test_an_absence_shows(town: Town, daughter: Login) -> None:
    now = datetime.now(UTC)
    body = {
        "from": (now - timedelta(hours=1)).isoformat(),
        "to": (now + timedelta(days=2)).isoformat(),
        "reason": "住院",
    }
    daughter.ok("POST", f"/v1/seniors/{town.mother}/absence", body)
    absence = daughter.ok("GET", f"/v1/seniors/{town.mother}/status")["absence"]
    assert absence["reason"] == "住院"
    assert absence["to"].endswith("Z")


@pytest.mark.usefixtures("worn")
def test_reads_are_audited(town: Town, daughter: Login) -> None:
    daughter.ok("GET", f"/v1/seniors/{town.mother}/status")
    points(daughter, town.mother, "metric=heart_rate")
    entries = town.admin.ok("GET", "/v1/audit?limit=50")["items"]
    seen = {entry["action"] for entry in entries if entry["senior_id"] == town.mother}
    assert {"senior.read_status", "senior.read_vitals"} <= seen


def test_a_status_that_is_not_known_says_why(
    town: Town, conn: psycopg.Connection
) -> None:
    path = f"/v1/seniors/{town.mother}/status"
    now = datetime.now(UTC)
    worn = wear(conn, town.mother, "w9", now - timedelta(days=9))
    long_ago = now - timedelta(seconds=1000)

    def known() -> tuple[str, list[str]]:
        status = town.admin.ok("GET", path)
        return status["level"], [reason["code"] for reason in status["reasons"]]

    moving = Jsonb([{"code": "moving", "text": {}}])
    values = {"heart_rate": 99, "closed_gates": moving}
    state(conn, worn, now, **values)
    assert known() == ("ok", ["moving"])
    conn.execute("UPDATE wristband_state SET valid_heart_rate_at = %s", (long_ago,))
    conn.commit()
    assert known() == ("unknown", ["moving"])
    state(conn, worn, long_ago, heart_rate=70)
    assert known() == ("unknown", ["offline"])
    outage = Opening("area_outage", "warning", now, None, place_id=UUID(town.compound))
    open_alerts(conn, [outage], now)
    conn.commit()
    assert known() == ("unknown", ["offline", "area_outage"])
    clear_alerts(conn, [Clearing(None, "area_outage", now, outage.place_id)], now)
    open_alerts(conn, [Opening("area_outage", "warning", now, None)], now)
    conn.commit()
    assert known() == ("unknown", ["offline", "service"])

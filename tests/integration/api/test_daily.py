"""Digests and daily messages: opted into, within scopes, never a word too good."""

from datetime import UTC, datetime, timedelta
from typing import Any
from uuid import UUID
from zoneinfo import ZoneInfo

import psycopg
import pytest
from psycopg.types.json import Jsonb

from alerts.notify.wordings import WRITERS
from api import daily
from core.ids import new_id
from tests.support.api import Town

pytestmark = pytest.mark.db
ZONE = ZoneInfo("Asia/Shanghai")
HOUR = timedelta(hours=1)


@pytest.fixture
def due(conn: psycopg.Connection, town: Town) -> datetime:
    """When the first daily message of the relative comes: tomorrow's 08:00 there."""
    town.relative("nv", town.mother, "status", "alerts")
    wish = {"daily_message": {"hour": 8}, "digest": {"hour": 8}}
    town.login("nv").ok("PUT", "/v1/me/preferences", wish)
    contact = {"kind": "push", "url": "json://127.0.0.1:1/nv", "verified": True}
    me = town.login("nv").ok("GET", "/v1/me")["id"]
    town.admin.ok("POST", f"/v1/people/{me}/contacts", contact)
    row = conn.execute("SELECT min(due_at) FROM daily_wish").fetchone()
    conn.commit()
    assert row is not None
    return row[0]


def told(conn: psycopg.Connection, kind: str) -> list[dict[str, Any]]:
    rows = conn.execute(
        "SELECT content FROM message WHERE kind = %s ORDER BY created_at, id", (kind,)
    )
    return [content for (content,) in rows]


def wears(conn: psycopg.Connection, senior: str, at: datetime) -> None:
    """A wristband that reports a good pulse just now."""
    key = conn.execute(
        "INSERT INTO wristband (device_id, created_at) VALUES ('wb-1', %s)"
        " RETURNING key",
        (at,),
    ).fetchone()
    assert key is not None
    binding = new_id()
    conn.execute(
        "INSERT INTO binding (id, wristband_key, senior_id, starts_at, created_at)"
        " VALUES (%s, %s, %s, %s, %s)",
        (binding, key[0], senior, at - HOUR, at),
    )
    conn.execute(
        "INSERT INTO wristband_state (binding_id, wristband_key, last_time,"
        " last_received_at, worn, heart_rate, heart_rate_at, valid_heart_rate_at,"
        " updated_at) VALUES (%(b)s, %(k)s, %(t)s, %(t)s, true, 70, %(t)s, %(t)s, %(t)s)",
        {"b": binding, "k": key[0], "t": at},
    )
    conn.commit()


def notice(
    conn: psycopg.Connection, senior: str, kind: str, severity: str, at: datetime
) -> UUID:
    alert = new_id()
    conn.execute(
        "INSERT INTO alert (id, senior_id, kind, severity, observed_at, opened_at,"
        " evidence, updated_at) VALUES (%(id)s, %(senior)s, %(kind)s, %(severity)s,"
        " %(at)s, %(at)s, %(evidence)s, %(at)s)",
        {"id": alert, "senior": senior, "kind": kind, "severity": severity, "at": at,
         "evidence": Jsonb({"heart_rate": 131})},
    )  # fmt: skip
    conn.commit()
    return alert


def test_well_is_said_only_when_it_is_so(
    conn: psycopg.Connection, town: Town, due: datetime
):
    assert due.astimezone(ZONE).hour == 8
    assert daily.send_due(conn, ZONE, due - timedelta(seconds=1)) == 0
    daily.send_due(conn, ZONE, due)
    (unknown,) = told(conn, "daily_message")
    assert unknown["level"] == "unknown"
    assert unknown["reasons"] == ["没有佩戴手环"] or unknown["reasons"]
    daily.send_due(conn, ZONE, due + HOUR)
    assert len(told(conn, "daily_message")) == 1  # once a day
    tomorrow = due + 24 * HOUR
    wears(conn, town.mother, tomorrow)
    daily.send_due(conn, ZONE, tomorrow)
    well = told(conn, "daily_message")[1]
    assert (well["level"], well["reasons"]) == ("ok", [])
    after = tomorrow + 24 * HOUR
    conn.execute(
        "UPDATE wristband_state SET last_received_at = %(t)s, heart_rate_at = %(t)s,"
        " valid_heart_rate_at = %(t)s",
        {"t": after},
    )
    notice(conn, town.mother, "heart_rate_high", "warning", after - HOUR)
    daily.send_due(conn, ZONE, after)
    attention = told(conn, "daily_message")[2]
    assert attention["level"] == "attention"
    assert attention["reasons"]
    assert "131" not in str(attention)  # no figures, whatever the scopes


def test_it_is_told_to_the_relative_at_their_contact_and_expires(
    conn: psycopg.Connection, town: Town, due: datetime
):
    daily.send_due(conn, ZONE, due)
    rows = conn.execute(
        "SELECT senior_id, expires_at, urgent FROM message"
        " JOIN notification ON message_id = message.id WHERE kind = 'daily_message'"
    ).fetchall()
    assert rows == [(UUID(town.mother), due + 2 * HOUR, False)]


def test_what_came_too_late_is_left_out(conn: psycopg.Connection, due: datetime):
    daily.send_due(conn, ZONE, due + 3 * HOUR)
    assert told(conn, "daily_message") == []
    ((again,),) = conn.execute("SELECT DISTINCT due_at FROM daily_wish").fetchall()
    assert again == due + 24 * HOUR


def test_a_digest_tells_of_notes_and_warnings_but_nothing_critical(
    conn: psycopg.Connection, town: Town, due: datetime
):
    notice(conn, town.mother, "battery_low", "info", due - 2 * HOUR)
    notice(conn, town.mother, "spo2_low", "warning", due - HOUR)
    notice(conn, town.mother, "sos", "critical", due - HOUR)
    notice(conn, town.mother, "offline", "warning", due - 25 * HOUR)
    notice(conn, town.stranger, "offline", "warning", due - HOUR)
    daily.send_due(conn, ZONE, due)
    (digest,) = told(conn, "digest")
    assert [one["kind"] for one in digest["alerts"]] == ["spo2_low", "battery_low"]
    assert digest["count"] == 2


def test_a_digest_of_an_area_is_in_figures_without_names(
    conn: psycopg.Connection, town: Town
):
    town.person("community_manager", town.community, "guan")
    wish = {"digest": {"hour": 18, "severities": ["warning"]}}
    town.login("guan").ok("PUT", "/v1/me/preferences", wish)
    ((due,),) = conn.execute("SELECT due_at FROM daily_wish").fetchall()
    notice(conn, town.mother, "offline", "warning", due - HOUR)
    notice(conn, town.mother, "battery_low", "info", due - HOUR)
    daily.send_due(conn, ZONE, due)
    (digest,) = told(conn, "digest")
    assert digest == {
        "kinds": [{"severity": "warning", "kind": "offline", "count": 1, "seniors": 1}],
        "count": 1,
    }


def test_without_the_scope_there_is_no_message(conn: psycopg.Connection, town: Town):
    town.relative("er", town.mother, "alerts")
    town.login("er").ok("PUT", "/v1/me/preferences", {"daily_message": {"hour": 8}})
    ((due,),) = conn.execute("SELECT due_at FROM daily_wish").fetchall()
    daily.send_due(conn, ZONE, due)
    assert told(conn, "daily_message") == []


def test_wishes_are_ones_own_and_can_be_withdrawn(town: Town):
    town.relative("nv", town.mother, "status")
    mine = town.login("nv")
    empty = {"digest": None, "daily_message": None}
    assert mine.ok("GET", "/v1/me/preferences") == empty
    wish = {"daily_message": {"hour": 7, "senior_ids": [town.mother]}}
    kept = mine.ok("PUT", "/v1/me/preferences", wish)
    assert kept == {"digest": None, **wish}
    stranger = {"daily_message": {"senior_ids": [town.stranger]}}
    assert mine.call("PUT", "/v1/me/preferences", stranger).status_code == 404
    critical = {"digest": {"severities": ["critical"]}}
    assert mine.call("PUT", "/v1/me/preferences", critical).status_code == 422
    staff = town.admin.call("PUT", "/v1/me/preferences", wish)
    assert staff.status_code == 422
    assert mine.ok("PUT", "/v1/me/preferences", {}) == empty
    logged = town.admin.ok("GET", "/v1/audit")["items"]
    assert "person.set_preferences" in {entry["action"] for entry in logged}


@pytest.mark.parametrize("locale", ["zh-CN", "en"])
def test_words(locale: str):
    class Reader:
        senior = "王秀英"

    Reader.locale = locale  # type: ignore[attr-defined]

    def local(at: datetime) -> str:
        return f"{at:%H:%M}"

    at = datetime(2026, 11, 21, tzinfo=UTC).isoformat()
    title, body = WRITERS["daily_message"](
        {"level": "unknown", "reasons": ["A", "B"], "at": at}, Reader(), local
    )
    assert "王秀英" in body
    assert "A" in body
    assert "平安" not in title + body
    assert "well" not in title + body
    title, body = WRITERS["digest"](
        {"alerts": [{"kind": "offline", "severity": "warning", "at": at,
                     "resolved": True}], "count": 3},
        Reader(), local,
    )  # fmt: skip
    assert "3" in title
    assert "2" in body

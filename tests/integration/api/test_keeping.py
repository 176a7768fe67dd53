"""How long things are kept: set by REST, and taken away as time goes by."""

from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from zoneinfo import ZoneInfo

import psycopg
import pytest

from alerts.retention import LOOK_EVERY_S, Retention
from core.ledger import seal
from core.ledger.verifying import snapshot, verify
from tests.support.api import Town
from tests.support.everything import LONG_AGO, tell_everything
from tests.support.traces import traces

pytestmark = pytest.mark.db


def test_administrators_set_it_within_its_corridor(town: Town) -> None:
    town.person("street_manager", town.street, "manager")
    manager, admin = town.login("manager"), town.admin
    path = "/v1/retention"
    assert manager.call("GET", path).status_code == 403
    assert manager.call("PUT", f"{path}/audit", {"days": 400}).status_code == 403
    kinds = {one["kind"]: one for one in admin.ok("GET", path)["items"]}
    audit = kinds["audit"]
    assert (audit["days"], audit["least_days"], audit["set_by_name"]) == (
        1095,
        183,
        None,
    )
    refused = admin.call("PUT", f"{path}/audit", {"days": 30})
    assert refused.status_code == 422
    assert "183" in refused.json()["errors"][0]["reason"]
    assert admin.call("PUT", f"{path}/nothing", {"days": 30}).status_code == 404
    body = {"days": 400, "note": "a year and a bit"}
    told = admin.ok("PUT", f"{path}/audit", body)
    assert (told["days"], told["set_by_name"]) == (400, "Administrator")
    assert admin.ok("PUT", f"{path}/audit", {})["days"] == 1095
    found = admin.ok("GET", "/v1/audit?action=retention.set")["items"]
    assert [one["detail"] for one in found] == [{"days": None}, {"days": 400}]


WORD, WHERE = "Mnemosyne", 34.987654321
ZONE = ZoneInfo("Asia/Shanghai")
CARD = {"senior", "contact", "family_link", "geofence", "consent", "rule_set"}
"""What is about somebody who is still looked after: no time takes it away by itself."""
YEARS = {"alert", "alert_event", "detection", "visit"}
"""What is kept for three years, for whoever may be asked about it."""
YEAR = {"absence", "message", "notification_attempt", "reading", "sos_press"}
WEEKS = {"command_outbox", "rejected"}
FACTS = """
SELECT kind, severity, status, outcome, opened_at, answered_at, arrived_at FROM alert
UNION ALL SELECT event, actor ->> 'role', NULL, detail ->> 'outcome', at, NULL, NULL
FROM alert_event
UNION ALL SELECT kind, person_name, NULL, NULL, at, NULL, NULL FROM visit
UNION ALL SELECT step, status, NULL, NULL, created_at, NULL, NULL FROM notification
ORDER BY 5, 1, 2
"""


@dataclass
class Later:
    """A clock that a test moves on."""

    instant: datetime

    def now(self) -> datetime:
        return self.instant


def _told(conn: psycopg.Connection) -> set[str]:
    """Tables that still hold the word or the position; of a message its content."""
    found = set(traces(conn, WORD)) | set(traces(conn, str(WHERE)))
    unemptied = "SELECT 1 FROM message WHERE content <> '{}'"
    return found if conn.execute(unemptied).fetchone() else found - {"message"}


def test_time_takes_what_was_said_and_leaves_what_counts(
    town: Town, conn: psycopg.Connection
):
    """The clock is moved on by weeks and years; each kind goes when it is due."""
    tell_everything(town, conn, WORD, WHERE)
    conn.execute("UPDATE notification SET due_at = NULL")  # none is still to be told
    facts = conn.execute(FACTS).fetchall()
    conn.commit()
    conn.autocommit = True
    first = min(datetime.now(UTC), LONG_AGO)
    last = max(datetime.now(UTC), LONG_AGO)
    clock = Later(first)
    keeper = Retention(ZONE, clock)
    everything = _told(conn)
    assert everything >= CARD | YEARS | YEAR | WEEKS
    states = everything - CARD - YEARS - YEAR - WEEKS
    assert states == {"urgent_state", "wristband_memory", "wristband_state"}

    def night(day: datetime) -> set[str]:
        clock.instant = day.astimezone(ZONE).replace(hour=2)
        for _ in range(1000):
            if keeper.work(conn) == LOOK_EVERY_S:
                return _told(conn)
        raise AssertionError("the night has no end")

    assert night(first + timedelta(days=2)) == everything
    assert night(last + timedelta(days=95)) == CARD | YEARS | YEAR
    assert night(last + timedelta(days=370)) == CARD | YEARS
    assert night(first + timedelta(days=1090)) == CARD | YEARS
    looks = "SELECT count(*) FROM audit_log"
    assert conn.execute(looks).fetchone() != (0,)
    assert night(last + timedelta(days=1100)) == CARD
    assert conn.execute(looks).fetchone() == (0,)
    assert conn.execute(FACTS).fetchall() == facts
    while seal(conn, clock.instant):
        pass
    with snapshot(conn):
        assert verify(conn).damage is None

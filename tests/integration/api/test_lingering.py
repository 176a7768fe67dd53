"""A critical pulse that goes on after its alert was resolved by hand is no "ok"."""

from datetime import UTC, datetime, timedelta
from uuid import UUID

import psycopg
import pytest

from alerts.incidents import store
from alerts.incidents.types import Clearing, Opening
from tests.support.api import Town
from tests.support.wearing import state, wear

pytestmark = pytest.mark.db


def test_a_status_is_not_ok_while_it_goes_on(town: Town, conn: psycopg.Connection):
    worn = wear(conn, town.mother, "w1", datetime.now(UTC) - timedelta(days=9))
    mother = UUID(town.mother)

    def report(heart_rate: float) -> None:
        at = datetime.now(UTC)
        state(conn, worn, at, heart_rate=heart_rate, worn=True)

    def alarm(**evidence: object) -> str:
        now = datetime.now(UTC)
        opening = Opening("heart_rate_high", "critical", now, mother, evidence=evidence)
        (alert,) = store.open_alerts(conn, [opening], now)
        conn.commit()
        return str(alert)

    def resolve(alert: str) -> None:
        body = {"outcome": "false_alarm"}
        town.admin.ok("POST", f"/v1/alerts/{alert}/resolve", body)

    def level() -> str:
        return town.admin.ok("GET", f"/v1/seniors/{town.mother}/status")["level"]

    report(166)
    assert level() == "ok"
    resolve(alarm(limits={"heart_rate": 131}))
    assert level() == "ok"  # nothing since says that it goes on
    report(166)
    assert level() == "attention"
    report(90)
    assert level() == "ok"
    report(166)
    limits = {"heart_rate_high": {"critical": 170}}
    path = f"/v1/seniors/{town.mother}/thresholds"
    town.admin.ok("PUT", path, limits)
    assert level() == "ok"
    town.admin.ok("PUT", path, {})
    assert level() == "attention"
    alert = alarm(limits={"heart_rate": 131})
    store.clear_alerts(conn, [Clearing(mother, "heart_rate_high", datetime.now(UTC))],
                       datetime.now(UTC))  # fmt: skip
    conn.commit()
    resolve(alert)
    report(166)
    assert level() == "ok"  # that episode was over: another alert is for detection
    resolve(alarm(by_hand=True))
    report(166)
    assert level() == "ok"

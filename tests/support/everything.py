"""A senior about whom there is something in every table that can hold it."""

from datetime import UTC, datetime, timedelta
from uuid import UUID

import psycopg
from psycopg.types.json import Jsonb

from core.clock import SystemClock
from core.ids import new_id
from core.messages import tell
from tests.support.api import HOME, Town
from tests.support.wearing import Worn, reading, state, wear

LONG_AGO = datetime(2026, 11, 1, tzinfo=UTC)
ALL = ("status", "vitals", "location", "alerts")


def tell_everything(
    town: Town, conn: psycopg.Connection, word: str, latitude: float
) -> Town:
    """Put `word` and a position into whatever is kept about mother, by API if it can be."""
    admin, path = town.admin, f"/v1/seniors/{town.mother}"
    admin.ok(
        "PATCH",
        path,
        {
            "name": f"王{word}",
            "address": f"{word} 3-201",
            "conditions": ["dementia"],
            "location_consent": True,
        },
    )
    fence = {"type": "circle", "radius": 500} | HOME
    body = {"name": word, "shape": fence, "alert_on": "exit"}
    admin.ok("POST", f"{path}/geofences", body)
    worker = town.person("grid_worker", town.building, "worker")
    link = {"person_id": town.person("family", None, "daughter"), "relation": word}
    admin.ok("POST", f"{path}/family", link | {"scopes": list(ALL)})
    phone = {"kind": "push", "url": f"json://127.0.0.1:9/{word}", "verified": True}
    admin.ok("POST", f"/v1/people/{worker}/contacts", phone)
    said = {"purpose": "health", "given": True, "given_by": "guardian"}
    said |= {"guardian": word, "reason": word}
    admin.ok("POST", f"{path}/consents", said)
    away = {"from": "2026-11-20T00:00:00Z", "to": "2026-11-21T00:00:00Z"}
    admin.ok("POST", f"{path}/absence", away | {"reason": word})
    worn = wear(conn, town.mother, "w1", LONG_AGO, datetime.now(UTC))
    _measure(conn, worn, word, latitude)
    _alarm(town, conn, word, latitude)
    return town


def _measure(conn: psycopg.Connection, worn: Worn, word: str, latitude: float) -> None:
    at = LONG_AGO + timedelta(hours=1)
    where = {"latitude": latitude, "longitude": 108.9}
    reading(conn, worn, at, 1, heart_rate=72, **where)
    state(conn, worn, at, heart_rate=72, **where)
    conn.execute(
        "INSERT INTO wristband_memory VALUES (%s, 1, %s, %s)",
        (worn.binding_id, word.encode(), at),
    )
    conn.execute(
        "INSERT INTO urgent_state (binding_id, heard_at, latitude, longitude,"
        " location_at, updated_at) VALUES (%s, %s, %s, 108.9, %s, %s)",
        (worn.binding_id, at, latitude, at, at),
    )
    conn.execute(
        "INSERT INTO rejected (id, topic, sha256, idx, device_id, reasons, payload,"
        " first_at) VALUES (%s, 'wb/w1/telemetry', 'x', -1, 'w1', '[]', %s, %s)",
        (new_id(), word.encode(), at),
    )
    conn.execute(
        "INSERT INTO detection (id, binding_id, senior_id, kind, severity, observed_at,"
        " detected_at, evidence, rule_version) SELECT %s, id, senior_id, 'sos',"
        " 'critical', %s, %s, %s, 'v' FROM binding WHERE id = %s",
        (new_id(), at, at, Jsonb({"text": word}), worn.binding_id),
    )
    conn.execute(
        "INSERT INTO command_outbox (id, device_id, command, created_at, expires_at)"
        " VALUES (%s, 'w1', %s, %s, %s)",
        (new_id(), Jsonb({"text": word}), at, at),
    )


def _alarm(town: Town, conn: psycopg.Connection, word: str, latitude: float) -> None:
    worker = town.login("worker")
    note = {"senior_id": town.mother, "note": word}
    alert = worker.ok("POST", "/v1/alerts", note)["id"]
    path = f"/v1/alerts/{alert}"
    fix = {"latitude": 1.5, "longitude": 2.5}
    worker.ok("POST", f"{path}/acknowledge", {"note": word, **fix})
    town.login("daughter").ok("POST", f"{path}/note", {"note": word})
    at = SystemClock().now()
    conn.execute(
        "INSERT INTO sos_press (id, device_id, received_at, trigger, alert_id, payload)"
        " VALUES (%s, 'w1', %s, 'button', %s, %s)",
        (new_id(), at, alert, word.encode()),
    )
    conn.execute(
        "UPDATE alert SET evidence = %s WHERE id = %s",
        (Jsonb({"latitude": latitude, "text": word}), alert),
    )
    person = worker.ok("GET", "/v1/me")["id"]
    told = {"content": {"name": word}, "senior_id": UUID(town.mother)}
    tell(conn, "contact_code", [UUID(person)], at, key=f"k-{word}", **told)
    conn.execute(
        "INSERT INTO notification_attempt (id, notification_id, at, status, answer)"
        " SELECT gen_random_uuid(), id, %s, 'sent', %s FROM notification",
        (at, word),
    )
    visit = "INSERT INTO visit (id, senior_id, place_id, person_id, person_name, at,"
    conn.execute(
        f"{visit} kind, note, created_at) VALUES (%s, %s, %s, %s, 'worker', %s,"
        " 'visit', %s, %s)",
        (new_id(), town.mother, town.building, person, at, word, at),
    )
    conn.execute(
        "INSERT INTO rule_set (revision, scope, senior_id, format, body, figures, note,"
        " set_at, set_by_name) VALUES (99, 'senior', %s, 'toml', %s, '{}', %s, %s, 'x')",
        (town.mother, word, word, at),
    )
    conn.commit()
    worker.ok("POST", f"{path}/resolve", {"outcome": "helped", "note": word})

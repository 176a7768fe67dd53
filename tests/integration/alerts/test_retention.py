"""Retention by night: what was kept long enough goes, in batches, on record."""

from datetime import UTC, date, datetime, timedelta
from zoneinfo import ZoneInfo

import psycopg
import pytest
from psycopg.types.json import Jsonb

from alerts import metrics
from alerts.retention import LOOK_EVERY_S, PAUSE_S, Retention
from core.errors import InvalidError, NotFoundError
from core.ids import new_id
from core.ledger import seal
from core.ledger.verifying import verify
from core.privacy import erasing, kinds, retention
from core.privacy.catalogue import Whose
from core.privacy.consents import Recorder
from tests.support.town import NOON, Town

pytestmark = pytest.mark.db

NIGHT = datetime(2026, 11, 22, 18, 0, tzinfo=UTC)  # 02:00 in Asia/Shanghai
ME = Recorder(None, "test")
OLD = NIGHT - timedelta(days=4000)
YOUNG = NIGHT - timedelta(minutes=30)


class At:
    """A clock that stands where the test puts it."""

    def __init__(self, instant: datetime) -> None:
        self.instant = instant

    def now(self) -> datetime:
        return self.instant

    def monotonic_s(self) -> float:
        return self.instant.timestamp()


@pytest.fixture
def clock() -> At:
    return At(NIGHT)


@pytest.fixture
def keeper(clock: At) -> Retention:
    return Retention(ZoneInfo("Asia/Shanghai"), clock)


def _night(keeper: Retention, conn: psycopg.Connection) -> int:
    """Work until nothing is due; how many batches that took."""
    conn.commit()
    conn.autocommit = True
    batches = 0
    while keeper.work(conn) == PAUSE_S:
        batches += 1
        assert batches < 500
    conn.autocommit = False
    return batches


def _readings(conn: psycopg.Connection, key: int, at: datetime, count: int) -> None:
    conn.execute(
        "INSERT INTO reading (wristband_key, time, seq, received_at, heart_rate,"
        " battery) SELECT %s, %s::timestamptz + n * interval '1 s', n, %s, 70, 80"
        " FROM generate_series(1, %s) AS n",
        (key, at, at, count),
    )


def _count(conn: psycopg.Connection, query: str) -> int:
    return conn.execute(f"SELECT count(*) FROM {query}").fetchone()[0]  # noqa: S608


def _key(conn: psycopg.Connection) -> int:
    return conn.execute("SELECT key FROM wristband").fetchone()[0]


def _alert(town: Town, at: datetime, status: str = "resolved") -> None:
    alert = new_id()
    conn = town.conn
    conn.execute(
        "INSERT INTO alert (id, senior_id, kind, severity, status, observed_at,"
        " opened_at, resolved_at, evidence, outcome, updated_at) VALUES"
        " (%s, %s, 'sos', 'critical', %s, %s, %s, %s, %s, 'helped', %s)",
        (alert, town.senior, status, at, at, at, Jsonb({"latitude": 1.5}), at),
    )
    detail = {"note": "fell", "latitude": 1.5, "outcome": "helped"}
    conn.execute(
        "INSERT INTO alert_event (id, alert_id, at, event, detail)"
        " VALUES (%s, %s, %s, 'resolved', %s)",
        (new_id(), alert, at, Jsonb(detail)),
    )
    conn.execute(
        "INSERT INTO sos_press (id, device_id, received_at, trigger, alert_id, payload)"
        " VALUES (%s, 'w', %s, 'button', %s, 'x')",
        (new_id(), at, alert),
    )


def _audit(conn: psycopg.Connection, at: datetime) -> None:
    conn.execute(
        "INSERT INTO audit_log (id, at, actor_name, action, object_type)"
        " VALUES (%s, %s, 'x', 'a.b', 'a')",
        (new_id(), at),
    )


def test_old_content_goes_and_facts_stay(town: Town, keeper: Retention):
    conn = town.conn
    for at in (OLD, YOUNG):
        _readings(conn, _key(conn), at, 3)
        _alert(town, at)
        _audit(conn, at)
        conn.execute(
            "INSERT INTO rejected (id, topic, sha256, idx, reasons, payload, first_at)"
            " VALUES (%s, 't', %s, -1, '[]', 'p', %s)",
            (new_id(), str(at).encode(), at),
        )
    _night(keeper, conn)
    assert _count(conn, "reading") == 3
    assert _count(conn, "audit_log") == 1
    assert _count(conn, "rejected") == 1
    assert _count(conn, "alert WHERE outcome = 'helped'") == 2
    assert _count(conn, "alert WHERE evidence = '{}'") == 1
    assert _count(conn, "sos_press WHERE payload = ''") == 1
    details = conn.execute(
        "SELECT detail FROM alert_event ORDER BY position"
    ).fetchall()
    young = {"note": "fell", "latitude": 1.5, "outcome": "helped"}
    assert [one for (one,) in details] == [{"outcome": "helped"}, young]
    while seal(conn, NIGHT):
        pass
    assert verify(conn).damage is None
    kept = {row["kind"]: row for row in _removals(conn)}
    assert kept["audit"]["counts"] == {"audit_log": 1}
    assert all(row["ended_at"] is not None for row in kept.values())


def _removals(conn: psycopg.Connection) -> list[dict]:
    with conn.cursor(row_factory=psycopg.rows.dict_row) as cursor:
        return cursor.execute("SELECT * FROM removal").fetchall()


def test_by_day_nothing_is_taken_and_a_night_is_enough(
    town: Town, keeper: Retention, clock: At
):
    conn = town.conn
    _readings(conn, _key(conn), OLD, 3)
    conn.commit()
    clock.instant = NOON
    assert _night(keeper, conn) == 0
    assert _count(conn, "reading") == 3
    clock.instant = NIGHT
    assert _night(keeper, conn) > 0
    assert _night(keeper, conn) == 0  # once a night
    clock.instant = NIGHT + timedelta(days=1)
    assert _night(keeper, conn) > 0


def test_a_batch_is_bounded_and_a_kind_needs_as_many_as_it_takes(town: Town):
    conn = town.conn
    _readings(conn, _key(conn), OLD, 25)
    of = next(one for one in kinds.in_force(conn) if one.kind.name == "readings")
    assert retention.count(conn, of, NIGHT) == {"reading": 25}
    taken = []
    while rows := retention.batch(conn, of, NIGHT, limit=10):
        taken.append(rows)
    assert taken == [10, 10, 5]


def test_one_of_several_services_works(town: Town, keeper: Retention):
    with psycopg.connect(town.conn.info.dsn, password=town.conn.info.password) as other:
        other.execute("SELECT pg_advisory_xact_lock(%s)", (retention.LOCK,))
        town.conn.commit()
        assert keeper.work(town.conn) == LOOK_EVERY_S
        town.conn.rollback()


def test_vital_signs_of_who_does_not_agree_are_blanked(town: Town, keeper: Retention):
    conn = town.conn
    conn.execute("UPDATE senior SET health_consent = false")
    _readings(conn, _key(conn), NIGHT - timedelta(days=2), 2)
    _readings(conn, _key(conn), YOUNG, 1)
    _night(keeper, conn)
    assert _count(conn, "reading WHERE heart_rate IS NULL AND battery = 80") == 2
    assert _count(conn, "reading WHERE heart_rate = 70") == 1  # for an emergency


def test_what_cannot_be_taken_ends_no_service(
    town: Town, keeper: Retention, monkeypatch: pytest.MonkeyPatch
):
    def broken(*_: object, **__: object) -> int:
        raise psycopg.errors.CheckViolation("王秀英")

    before = metrics.RETENTION_FAILURES._value.get()
    monkeypatch.setattr(retention, "batch", broken)
    assert _night(keeper, town.conn) == len(kinds.kinds())  # each once, then over
    monkeypatch.setattr(retention, "begin", broken)
    town.conn.execute("DELETE FROM retention_run")
    assert _night(keeper, town.conn) == 0
    after = metrics.RETENTION_FAILURES._value.get()
    assert after - before == len(kinds.kinds()) + 1


def test_who_waited_long_enough_is_erased_at_any_hour(
    town: Town, keeper: Retention, clock: At
):
    conn, at = town.conn, NOON
    conn.execute("UPDATE binding SET ends_at = %s", (at,))
    due = at + timedelta(days=7)
    asked = {"reason": "x", "recorder": ME, "now": at, "due_at": due}
    erasing.request(conn, Whose.SENIOR, town.senior, **asked)
    clock.instant = due - timedelta(seconds=1)
    _night(keeper, conn)
    assert conn.execute("SELECT name, birth_date FROM senior").fetchone()[0] == "李秀英"
    clock.instant = due
    _night(keeper, conn)
    row = conn.execute("SELECT name, birth_date, erased_at FROM senior").fetchone()
    assert row == ("已删除", date(1900, 1, 1), due)
    _readings(conn, _key(conn), at - timedelta(hours=1), 2)  # the wristband's late ones
    clock.instant = NIGHT + timedelta(days=30)
    _night(keeper, conn)
    assert _count(conn, "reading") == 0


def test_what_is_set_counts_within_its_corridor(town: Town):
    conn = town.conn
    with pytest.raises(InvalidError, match="183 to 3650"):
        kinds.set_days(conn, "audit", 100, None, ME, NIGHT)
    with pytest.raises(NotFoundError, match="readings"):
        kinds.set_days(conn, "nothing", 100, None, ME, NIGHT)
    kinds.set_days(conn, "audit", 183, "less", ME, NIGHT)
    days = {one.kind.name: one.days for one in kinds.in_force(conn)}
    assert (days["audit"], days["readings"]) == (183, 365)
    kinds.set_days(conn, "audit", None, None, ME, NIGHT)
    assert {one.kind.name: one.days for one in kinds.in_force(conn)}["audit"] == 1095


def test_the_shipped_figures_lie_in_their_corridors():
    for one in kinds.kinds().values():
        assert one.least <= one.days <= one.most, one.name
        assert one.source

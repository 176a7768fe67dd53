"""The outbox against PostgreSQL and real web hooks."""

import threading
from collections.abc import Iterator
from datetime import timedelta
from zoneinfo import ZoneInfo

import psycopg
import pytest

from alerts.escalation import worker
from alerts.escalation.terms import Timing
from alerts.incidents import store
from alerts.incidents.types import Opening
from alerts.notify import lanes
from alerts.notify.message import Stationery
from alerts.notify.outbox import Outbox
from core import links
from core.clock import FixedClock
from core.model import Kind, PlaceLevel, Role, Severity
from tests.support.sink import Sink
from tests.support.town import NOON, Town

pytestmark = pytest.mark.db
ZONE = ZoneInfo("Asia/Shanghai")
KEY = b"k" * 32
S = timedelta(seconds=1)


class Office:
    """An outbox whose clock the test moves."""

    def __init__(self, town: Town, database_url: str, workers: int = 8) -> None:
        self.town = town
        self.clock = FixedClock(NOON)
        self.conn = psycopg.connect(database_url, autocommit=True)
        stationery = Stationery("https://yinling.example", KEY, ZONE)
        self.outbox = Outbox(stationery, ("127.0.0.1",), workers, self.clock)

    def tell(self, at_s: float = 0) -> None:
        """Let the escalation worker look."""
        self.town.conn.commit()
        worker.run_due(self.town.conn, Timing(), ZONE, NOON + at_s * S)
        self.town.conn.commit()

    def work(self, at_s: float = 0) -> None:
        """Send until nothing is started or ended any more."""
        self.clock.at = NOON + at_s * S
        while self.outbox.step(self.conn, 0.3):
            pass

    def rows(self, query: str) -> list:
        return self.conn.execute(query).fetchall()

    def status(self) -> dict[str, str]:
        return dict(
            self.rows(
                "SELECT person.name, status FROM notification"
                " JOIN person ON person.id = person_id WHERE alert_id IS NOT NULL"
            )
        )


@pytest.fixture
def sink() -> Iterator[Sink]:
    with Sink() as running:
        yield running


@pytest.fixture
def office(town: Town, database_url: str) -> Iterator[Office]:
    office = Office(town, database_url)
    yield office
    office.conn.close()


def open_alert(town: Town, kind=Kind.SOS, severity=Severity.CRITICAL, **other):
    values = {"observed_at": NOON - 90 * S, "senior_id": town.senior} | other
    alert = store.open_alerts(town.conn, [Opening(kind, severity, **values)], NOON)[0]
    town.conn.commit()
    assert alert is not None
    return alert


def vitals(town: Town) -> None:
    town.conn.execute(
        "INSERT INTO wristband_state (binding_id, wristband_key, heart_rate,"
        " heart_rate_at, systolic, diastolic, blood_pressure_at, updated_at)"
        " SELECT id, wristband_key, 71.6, %(at)s, 128, 79, %(at)s, %(at)s FROM binding",
        {"at": NOON},
    )
    town.conn.commit()


def test_hook_gets_all_strings(town: Town, office: Office, sink: Sink):
    town.person(Role.GRID_WORKER, PlaceLevel.COMPOUND, "王", url=sink.url("grid"))
    vitals(town)
    alert = open_alert(town, evidence={"text": {"zh-CN": "按了两次"}})
    office.tell()
    office.work()
    (body,) = sink.to("grid")
    token = body["acknowledge_url"].rsplit("/", 1)[1]
    assert links.verify(KEY, token) == office.rows("SELECT id FROM notification")[0][0]
    assert body["title"] == "【紧急】李秀英：SOS 呼救"
    assert "心率 72 次/分" in body["message"]
    assert "血压 128/79 mmHg" in body["message"]
    assert "按了两次" in body["message"]
    assert "数据迟到 1 分钟" in body["message"]
    expected = {
        "alert_id": str(alert),
        "senior": "李秀英",
        "place": "district 1 › street 1 › community 1 › compound 1 › building 1",
        "kind": "sos",
        "severity": "critical",
        "status": "open",
        "step": "first",
        "observed_at": "2026-11-21T03:58:30Z",
        "delay_s": "90",
        "drill": "false",
        "acknowledge_url": f"https://yinling.example/a/{token}",
        "location_url": f"https://yinling.example/l/{token}",
    }
    assert {key: body[key] for key in expected} == expected
    assert links.verify(KEY, token) is not None
    assert body["id"] == str(links.verify(KEY, token))
    assert all(isinstance(body[key], str) for key in expected)


def test_relative_sees_only_the_scopes(town: Town, office: Office, sink: Sink):
    town.relative(["alerts"], url=sink.url("plain"), name="女儿", locale="en")
    town.relative(["alerts", "vitals", "location"], url=sink.url("full"), name="儿子")
    vitals(town)
    open_alert(town, evidence={"text": {"en": "pulse 40", "zh-CN": "心率 40"}})
    office.tell()
    office.work()
    (plain,), (full,) = sink.to("plain"), sink.to("full")
    assert plain["location_url"] == ""
    assert plain["title"] == "[URGENT] 李秀英: SOS"
    assert "128" not in plain["message"]
    assert "pulse 40" not in plain["message"]
    assert "128/79" in full["message"]
    assert full["location_url"]


def test_one_record_per_attempt_until_delivered(town: Town, office: Office, sink: Sink):
    town.person(Role.GRID_WORKER, PlaceLevel.COMPOUND, "王", url=sink.url("grid"))
    sink.answers["grid"] = 500
    open_alert(town)
    office.tell()
    office.work()
    assert office.status() == {"王": "failed"}
    office.work(0.9)
    assert len(sink.calls) == 1
    office.work(1)
    office.work(3)
    sink.answers.clear()
    office.work(7)
    assert office.status() == {"王": "sent"}
    attempts = office.rows(
        "SELECT status, answer FROM notification_attempt ORDER BY id"
    )
    assert [status for status, _ in attempts] == ["failed"] * 3 + ["sent"]
    assert "error=500" in attempts[0][1]
    assert len({body["id"] for body in sink.to("grid")}) == 1
    office.work(9999)
    assert len(sink.calls) == 4


def test_urgent_is_never_given_up(town: Town, office: Office, sink: Sink):
    town.person(Role.GRID_WORKER, PlaceLevel.COMPOUND, "王", url=sink.url("grid"))
    sink.answers["grid"] = 503
    open_alert(town)
    office.tell()
    for minute in range(12):
        office.work(minute * 60)
    assert len(sink.calls) == 12


def test_others_fail_in_the_end(town: Town, office: Office, sink: Sink):
    town.person(Role.GRID_WORKER, PlaceLevel.COMPOUND, "王", url=sink.url("grid"))
    sink.answers["grid"] = 503
    open_alert(town, Kind.SPO2_LOW, Severity.WARNING)
    office.tell()
    for hour in range(12):
        office.work(hour * 3600)
    assert len(sink.calls) == 7
    assert office.status() == {"王": "failed"}
    assert office.rows("SELECT due_at FROM notification") == [(None,)]


def test_overtaken(town: Town, office: Office, sink: Sink):
    grid = town.person(Role.GRID_WORKER, PlaceLevel.COMPOUND, "王", url=sink.url("g"))
    town.relative(["alerts"], url=sink.url("d"), name="女儿")
    sink.answers = {"g": 503, "d": 503}
    alert = open_alert(town)
    office.tell()
    office.work()
    store.act(town.conn, alert, "acknowledge", grid, NOON + 1 * S)
    town.conn.commit()
    office.work(2)
    assert office.status() == {"王": "overtaken", "女儿": "failed"}
    store.act(town.conn, alert, "resolve", grid, NOON + 3 * S, outcome="helped")
    town.conn.commit()
    office.work(60)
    assert office.status() == {"王": "overtaken", "女儿": "overtaken"}
    about = [body for body in sink.to("d") if body["kind"] == "sos"]
    assert len(sink.to("g")) == 1
    assert len(about) == 2  # beside the news of who comes


def test_who_is_told_anew_is_not_called_for_the_old_one_too(
    town: Town, office: Office, sink: Sink
):
    """One that failed gives way to the next telling; one never tried does not."""
    town.person(Role.GRID_WORKER, PlaceLevel.COMPOUND, "王", url=sink.url("g"))
    sink.answers = {"g": 503}
    open_alert(town)
    office.tell()
    office.work()
    store.open_by_hand(town.conn, town.senior, "sos", None, None, NOON + 1 * S)
    store.open_by_hand(town.conn, town.senior, "sos", None, None, NOON + 2 * S)
    office.tell(1)
    office.tell(2)
    office.work(2)
    by_age = "SELECT status, attempts FROM notification ORDER BY created_at"
    assert office.rows(by_age)[0] == ("overtaken", 1)
    assert {attempts for _, attempts in office.rows(by_age)[1:]} == {1}
    tried = len(sink.calls)
    for minute in range(1, 6):
        office.work(minute * 60)
    assert len(sink.calls) == tried + 5
    sink.answers.clear()
    office.work(600)
    assert [status for status, _ in office.rows(by_age)][-1] == "sent"


def test_who_was_sent_nothing_yet_goes_before_who_failed(
    town: Town, database_url: str, sink: Sink
):
    office = Office(town, database_url, workers=1)
    town.person(Role.GRID_WORKER, PlaceLevel.COMPOUND, "王", url=sink.url("old"))
    sink.answers = {"old": 503}
    open_alert(town)
    office.tell()
    office.work()
    sink.answers.clear()
    town.person(Role.BUILDING_HEAD, PlaceLevel.BUILDING, "李", url=sink.url("new"))
    open_alert(town, Kind.FALL)
    office.conn.execute("UPDATE notification SET due_at = %s", (NOON + 1 * S,))
    office.tell(2)
    office.work(3)
    office.conn.close()
    about = [(call.path, call.body["kind"]) for call in sink.calls[1:]]
    assert sorted(about[:2]) == [("/new", "fall"), ("/old", "fall")]
    assert about[2] == ("/old", "sos")


def test_press_on_an_acknowledged_alert_is_told(town: Town, office: Office, sink: Sink):
    grid = town.person(Role.GRID_WORKER, PlaceLevel.COMPOUND, "王", url=sink.url("g"))
    alert = open_alert(town)
    office.tell()
    office.work()
    store.act(town.conn, alert, "acknowledge", grid, NOON + 1 * S)
    store.open_by_hand(town.conn, town.senior, "sos", grid, None, NOON + 2 * S)
    office.tell(2)
    office.work(2)
    assert [body["status"] for body in sink.to("g")] == ["open", "acknowledged"]


def test_redirects_are_not_followed(town: Town, office: Office, sink: Sink):
    town.person(Role.GRID_WORKER, PlaceLevel.COMPOUND, "王", url=sink.url("g"))
    sink.answers["g"] = 307
    open_alert(town)
    office.tell()
    office.work()
    assert office.status() == {"王": "failed"}
    assert sink.to("elsewhere") == []


def test_private_hosts_are_refused_at_sending(town: Town, office: Office, sink: Sink):
    url = sink.url("g").replace("127.0.0.1", "127.0.0.2")
    town.person(Role.GRID_WORKER, PlaceLevel.COMPOUND, "王", url=url)
    open_alert(town)
    office.tell()
    office.work()
    ((answer,),) = office.rows("SELECT answer FROM notification_attempt")
    assert "YINLING_NOTIFY_HOSTS" in answer
    assert sink.calls == []


def test_slow_target_holds_no_other(
    town: Town, database_url: str, monkeypatch: pytest.MonkeyPatch
):
    with Sink() as slow, Sink() as quick:
        slow.slow_s = {f"s{n}": 30 for n in range(20)}
        for n in range(20):
            url = slow.url(f"s{n}")
            town.person(Role.VOLUNTEER, PlaceLevel.COMPOUND, f"slow {n}", url=url)
        town.person(Role.GRID_WORKER, PlaceLevel.COMPOUND, "王", url=quick.url("g"))
        open_alert(town)
        office = Office(town, database_url, workers=4)
        office.tell()
        done = threading.Event()

        def keep_working() -> None:
            while not done.is_set():
                office.outbox.step(office.conn, 0.05)
                office.clock.at += 0.05 * S

        thread = threading.Thread(target=keep_working)
        thread.start()
        try:
            quick.wait_for(1)
            assert len(slow.calls) == 2  # half of the places, no more
            monkeypatch.setattr(lanes, "GIVE_UP_S", 0.0)  # they hang; so they failed
            quick.wait_for(1)
        finally:
            done.set()
            thread.join()
            office.conn.close()


def test_urgent_passes_a_jam_of_others(town: Town, database_url: str):
    with Sink() as sink:
        sink.slow_s = {"jam": 30}
        for n in range(6):
            url = sink.url("jam")
            town.person(Role.GRID_WORKER, PlaceLevel.COMPOUND, f"w{n}", url=url)
        open_alert(town, Kind.SPO2_LOW, Severity.WARNING)
        office = Office(town, database_url, workers=4)
        office.tell()
        office.outbox.step(office.conn, 0.1)
        with Sink() as other:
            town.person(
                Role.BUILDING_HEAD, PlaceLevel.BUILDING, "h", url=other.url("h")
            )
            open_alert(town, Kind.SOS)
            office.tell()
            while not other.calls:
                office.outbox.step(office.conn, 0.1)
        office.conn.close()


def test_crash_while_sending_comes_again(town: Town, office: Office, sink: Sink):
    town.person(Role.GRID_WORKER, PlaceLevel.COMPOUND, "王", url=sink.url("g"))
    open_alert(town)
    office.tell()
    office.rows("UPDATE notification SET due_at = due_at + '25 s' RETURNING id")
    office.work(24)  # leased by one who died
    assert sink.calls == []
    office.work(25)
    assert len(sink.to("g")) == 1


def test_two_senders_send_once(town: Town, database_url: str, sink: Sink):
    for n in range(20):
        town.person(Role.VOLUNTEER, PlaceLevel.COMPOUND, f"v{n}", url=sink.url(f"v{n}"))
    open_alert(town)
    offices = [Office(town, database_url) for _ in range(3)]
    offices[0].tell()

    def work(office: Office) -> None:
        for second in range(4):
            office.work(second)

    threads = [threading.Thread(target=work, args=(office,)) for office in offices]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert sorted(call.path for call in sink.calls) == sorted(
        f"/v{n}" for n in range(20)
    )
    for office in offices:
        office.conn.close()


def test_an_absence_is_told_until_it_is_over(town: Town, office: Office, sink: Sink):
    worker = town.person(Role.GRID_WORKER, PlaceLevel.COMPOUND, "王", url=sink.url("w"))
    town.conn.execute(
        "WITH away AS (INSERT INTO absence (id, senior_id, starts_at, ends_at, reason,"
        " created_by, created_at) VALUES (gen_random_uuid(), %(senior)s, %(now)s,"
        " %(now)s + interval '1 day', '住院', %(me)s, %(now)s) RETURNING id)"
        " INSERT INTO notification (id, absence_id, person_id, contact_id, step, urgent,"
        " due_at, created_at) SELECT gen_random_uuid(), away.id, person_id, contact.id,"
        " step, false, due, %(now)s FROM away, contact, (VALUES ('absence', %(now)s),"
        " ('too late', %(now)s + interval '2 days')) AS telling (step, due)",
        {"senior": town.senior, "me": worker.id, "now": NOON},
    )
    town.conn.commit()
    office.work()
    office.work(2 * 86400)
    (body,) = sink.to("w")
    assert body["title"] == "【通知】李秀英：外出"
    assert "11-21 12:00:00 至 11-22 12:00:00 不在家：住院" in body["message"]
    assert (body["kind"], body["alert_id"], body["acknowledge_url"]) == (
        "absence",
        "",
        "",
    )
    assert "/a/" not in body["message"]
    assert sorted(row[0] for row in office.rows("SELECT status FROM notification")) == [
        "overtaken",
        "sent",
    ]

"""The senior is called: asked after people are told, noted, and of no consequence."""

from collections.abc import Iterator
from datetime import timedelta
from pathlib import Path

import psycopg
import pytest

from alerts.incidents import store
from alerts.incidents.types import Opening
from alerts.voice.speech import Speaker
from core.model import Kind, PlaceLevel, Role, Severity
from tests.support.office import CallingOffice
from tests.support.telephone import NOON, Telephone, correlation
from tests.support.town import Town
from tests.support.waiting import until

pytestmark = pytest.mark.db
PHONE = "02987654321"


@pytest.fixture
def telephone(tmp_path: Path) -> Iterator[Telephone]:
    """The senior's own, reached through an exchange."""
    with Telephone(tmp_path / "telephone", user=PHONE) as running:
        yield running


@pytest.fixture
def office(
    town: Town, database_url: str, tmp_path: Path, telephone: Telephone
) -> Iterator[CallingOffice]:
    trunk = f"127.0.0.1:{telephone.port}"
    office = CallingOffice(town, database_url, tmp_path / "data", sip_trunk=trunk)
    yield office
    office.conn.close()


def wants_it(town: Town) -> None:
    town.conn.execute("UPDATE senior SET phone = %s, call_back = true", (PHONE,))
    town.conn.commit()


def answers(office: CallingOffice) -> list[dict]:
    return [
        detail
        for (detail,) in office.rows(
            "SELECT detail FROM alert_event WHERE event = 'called_back' ORDER BY position"
        )
    ]


def look(office: CallingOffice) -> None:
    office.station.call_backs.work(office.conn)


def asked(office: CallingOffice, count: int) -> bool:
    look(office)
    return len(answers(office)) == count


def test_asked_after_the_first_step_and_only_noted(
    town: Town, office: CallingOffice, telephone: Telephone
):
    wants_it(town)
    town.person(Role.GRID_WORKER, PlaceLevel.COMPOUND, "王芳", url="json://127.0.0.1:1")
    opening = Opening(
        Kind.SOS, Severity.CRITICAL, observed_at=NOON, senior_id=town.senior
    )
    store.open_alerts(town.conn, [opening], NOON)
    town.conn.commit()
    look(office)
    assert office.rows("SELECT * FROM call_back") == []  # nobody has been told yet
    alert = office.tell()
    look(office)
    telephone.await_event("CALL_ESTABLISHED")
    telephone.await_words(3)
    telephone.press("1")
    until(lambda: answers(office), what="the answer in the timeline")
    assert answers(office) == [{"answer": "all_right", "attempt": 1}]
    assert town.alert(alert, "status") == "open"
    due, told = town.alert(alert, "next_due_at"), town.alert(alert, "escalation")
    look(office)
    assert office.rows("SELECT attempts, due_at FROM call_back") == [(1, None)]
    assert (town.alert(alert, "next_due_at"), town.alert(alert, "escalation")) == (
        due,
        told,
    )
    said = Speaker().say("李秀英，您好，这里是银铃。", "zh-CN").astype(float)
    assert correlation(telephone.recording(), said[: 2 * 8000]) > 0.9


def test_nobody_is_asked_who_does_not_want_it(town: Town, office: CallingOffice):
    town.conn.execute("UPDATE senior SET phone = %s", (PHONE,))
    office.alarm()
    look(office)
    assert office.rows("SELECT * FROM call_back") == []


def test_nor_for_less_than_a_critical_alert(town: Town, office: CallingOffice):
    wants_it(town)
    office.alarm(Kind.SPO2_LOW, Severity.WARNING)
    look(office)
    assert office.rows("SELECT * FROM call_back") == []


def test_nobody_answers_twice_and_no_more(
    town: Town, database_url: str, tmp_path: Path
):
    wants_it(town)
    town.person(Role.GRID_WORKER, PlaceLevel.COMPOUND, "王芳", url="json://127.0.0.1:1")
    with Telephone(tmp_path / "off", user="another") as stranger:
        trunk = f"127.0.0.1:{stranger.port}"
        data = tmp_path / "data"
        office = CallingOffice(town, database_url, data, sip_trunk=trunk, sip_ring_s=2)
        office.alarm()
        for count in (1, 2):
            until(lambda n=count: asked(office, n), what="the answer")
            office.clock.skip(timedelta(seconds=60))
        look(office)
        assert [one["attempt"] for one in answers(office)] == [1, 2]
        assert {one["answer"] for one in answers(office)} <= {"unreachable", "failed"}
        assert office.rows("SELECT due_at FROM call_back") == [(None,)]
        office.conn.close()


def test_nobody_asks_once_somebody_is_there(
    town: Town, office: CallingOffice, conn: psycopg.Connection
):
    wants_it(town)
    worker = town.person(Role.GRID_WORKER, PlaceLevel.COMPOUND, "王芳")
    alert = office.alarm()
    office.conn.execute(
        "INSERT INTO call_back (alert_id, due_at, created_at) VALUES (%s, %s, %s)",
        (alert, NOON, NOON),
    )
    store.act(conn, alert, "arrive", worker, NOON)
    conn.commit()
    look(office)
    assert office.rows("SELECT attempts, due_at FROM call_back") == [(0, None)]

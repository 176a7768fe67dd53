"""What a key press writes down, and what it says where it cannot."""

from dataclasses import replace
from uuid import UUID

import psycopg
import pytest

from alerts.incidents import store
from alerts.voice.keys import Keys, Pressed
from core.model import PlaceLevel, Role
from tests.support.office import CallingOffice
from tests.support.telephone import NOON, RunningClock
from tests.support.town import Town
from tests.unit.alerts.notify.test_message import LETTER

pytestmark = pytest.mark.db


def letter_to(office: CallingOffice, alert: UUID):
    ((notification,),) = office.rows("SELECT id FROM notification")
    return replace(LETTER, id=notification, alert_id=alert)


@pytest.fixture
def quiet(town: Town, database_url: str, tmp_path):
    office = CallingOffice(town, database_url, tmp_path / "data")
    yield office
    office.conn.close()


def test_a_relative_says_that_they_are_there(
    town: Town, quiet: CallingOffice, database_url: str
):
    town.relative(["alerts"], url="tel:+862987654321", name="女儿")
    alert = quiet.alarm()
    keys = Keys(database_url, RunningClock())
    assert keys.acknowledge(letter_to(quiet, alert)) is Pressed.DONE
    assert town.alert(alert, "status") == "open"
    assert "family_acknowledged" in town.events(alert)


def test_too_late_is_said(town: Town, quiet: CallingOffice, database_url: str):
    url = "tel:+862987654321"
    worker = town.person(Role.GRID_WORKER, PlaceLevel.COMPOUND, "王", url=url)
    alert = quiet.alarm()
    letter = letter_to(quiet, alert)
    store.act(town.conn, alert, "resolve", worker, NOON, outcome="helped")
    town.conn.commit()
    assert Keys(database_url, RunningClock()).acknowledge(letter) is Pressed.OVER


def test_whoever_left_acknowledges_nothing(
    town: Town, quiet: CallingOffice, database_url: str, conn: psycopg.Connection
):
    url = "tel:+862987654321"
    town.person(Role.GRID_WORKER, PlaceLevel.COMPOUND, "王", url=url)
    alert = quiet.alarm()
    letter = letter_to(quiet, alert)
    conn.execute("UPDATE person SET archived_at = now()")
    conn.commit()
    assert Keys(database_url, RunningClock()).acknowledge(letter) is Pressed.OVER
    assert town.alert(alert, "status") == "open"


def test_a_database_that_is_away_is_said(town: Town, quiet: CallingOffice):
    url = "tel:+862987654321"
    town.person(Role.GRID_WORKER, PlaceLevel.COMPOUND, "王", url=url)
    letter = letter_to(quiet, quiet.alarm())
    keys = Keys("postgresql://127.0.0.1:1/nowhere", RunningClock())
    assert keys.acknowledge(letter) is Pressed.TROUBLE

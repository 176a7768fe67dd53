"""Who hears that somebody takes care of it."""

import threading
from datetime import timedelta
from zoneinfo import ZoneInfo

import psycopg
import pytest

from alerts.incidents import store
from alerts.notify.message import Stationery
from alerts.notify.outbox import Outbox
from core.clock import FixedClock
from core.errors import ConflictError
from core.model import Kind, PlaceLevel, Role, Severity
from tests.integration.response.conftest import Street, at, opened
from tests.support.sink import Sink
from tests.support.town import NOON, Town

pytestmark = pytest.mark.db


def test_others_told_hear_whose_it_is(street: Street):
    street.told_of(street.grid, street.head, street.daughter)
    street.act("acknowledge", street.grid)
    [(kind, content, names)] = street.messages()
    assert kind == "coming"
    assert (content["event"], content["name"]) == ("acknowledged", "王五")
    assert names == {
        "吴头",
        "女儿",
        "儿子",
    }  # family of a critical one always, not 赵六


def test_the_family_hears_every_step_and_how_it_ended(street: Street):
    street.told_of(street.grid, street.head)
    street.act("acknowledge", street.grid)
    street.act("depart", street.grid, 60)
    street.act("arrive", street.grid, 300)
    street.act("resolve", street.grid, 600, outcome="helped")
    told = street.messages("coming")
    assert [content["event"] for _, content, _ in told] == [
        "acknowledged", "departed", "arrived", "resolved",
    ]  # fmt: skip
    assert [names for *_, names in told[1:]] == [{"女儿", "儿子"}] * 3
    assert told[-1][1]["outcome"] == "helped"


def test_a_warning_is_no_news_for_who_was_never_told(street: Street):
    town = street.town
    street.alert = opened(town, kind=Kind.SPO2_LOW, severity=Severity.WARNING)
    street.act("acknowledge", street.grid)
    assert street.messages() == []
    street.act("depart", street.grid, 10)
    street.act("resolve", street.grid, 20, outcome="no_action")
    assert street.messages() == []


def test_setting_out_at_once_names_the_owner_too(street: Street):
    street.told_of(street.head, street.other)
    street.act("depart", street.grid)
    [(_, content, names)] = street.messages()
    assert content["event"] == "departed"
    assert names == {"吴头", "赵六", "女儿", "儿子"}


def test_a_repeat_tells_nobody(street: Street):
    street.told_of(street.head)
    street.act("acknowledge", street.grid)
    street.act("acknowledge", street.grid, 5)
    street.act("acknowledge", street.head, 6)
    assert len(street.messages()) == 1
    assert street.town.alert(street.alert, "owner_id") == str(street.grid.id)


def test_a_drill_is_marked_and_a_canary_silent(street: Street):
    town = street.town
    street.alert = opened(town, drill=True)
    street.told_of(street.head)
    street.act("acknowledge", street.grid)
    [(_, content, _)] = street.messages()
    assert content["drill"] is True
    street.alert = opened(town, canary=True)
    street.told_of(street.head)
    street.act("acknowledge", street.grid)
    assert len(street.messages()) == 1


def test_one_relative_is_with_her(street: Street):
    street.act("acknowledge", street.daughter, note="刚到家")
    street.act("acknowledge", street.daughter, 30)
    [(kind, content, names)] = street.messages()
    assert (kind, names) == ("family_with", {"儿子"})
    assert (content["name"], content["note"]) == ("女儿", "刚到家")
    assert street.town.alert(street.alert, "status") == "open"
    assert street.town.alert(street.alert, "next_due_at") is not None


def test_no_phone_rings_for_news_that_can_be_read(street: Street):
    town = street.town
    town.contact(street.daughter, "json://127.0.0.1:1/v", kind="voice")
    town.conn.execute(
        "UPDATE contact SET kind = 'voice' WHERE person_id = %s", (street.son.id,)
    )
    street.act("acknowledge", street.grid)
    rows = town.conn.execute(
        "SELECT person.name, kind FROM notification"
        " JOIN contact ON contact.id = contact_id"
        " JOIN person ON person.id = notification.person_id ORDER BY 1"
    ).fetchall()
    assert rows == [("儿子", "voice"), ("女儿", "push")]


def test_two_acknowledge_at_once(street: Street, database_url: str):
    street.told_of(street.grid, street.other, street.head)
    begin = threading.Barrier(2)
    ends: list[str] = []

    def work(actor) -> None:
        with psycopg.connect(database_url) as conn:
            begin.wait(10)
            try:
                ends.append(store.act(conn, street.alert, "acknowledge", actor, at(1)))
            except ConflictError:
                ends.append("conflict")

    threads = [
        threading.Thread(target=work, args=(one,))
        for one in (street.grid, street.other)
    ]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert ends == ["acknowledged", "acknowledged"]
    told = street.messages("coming")
    assert len(told) == 1
    owner = street.row("SELECT name FROM person JOIN alert ON owner_id = person.id")
    assert told[0][1]["name"] == owner["name"]


@pytest.mark.parametrize(
    ("locale", "title", "end"),
    [
        ("zh-CN", "李秀英：王五（网格员）正在处理", "结果：已送往医院。"),
        (
            "en",
            "李秀英: 王五 (grid worker) is taking care of it",
            "李秀英 is on the way to hospital.",
        ),
    ],
)
def test_the_words_reach_a_phone(
    town: Town, database_url: str, locale: str, title: str, end: str
):
    with Sink() as sink:
        town.relative(["alerts"], name="女儿", url=sink.url("d"), locale=locale)
        grid = town.person(Role.GRID_WORKER, PlaceLevel.COMPOUND, "王五", url=None)
        alert = opened(town)
        store.act(town.conn, alert, "acknowledge", grid, NOON)
        store.act(town.conn, alert, "resolve", grid, NOON, outcome="hospital")
        town.conn.commit()
        paper = Stationery("https://y.example", b"k" * 32, ZoneInfo("Asia/Shanghai"))
        clock = FixedClock(NOON + timedelta(seconds=1))
        outbox = Outbox(paper, ("127.0.0.1",), 4, clock)
        with psycopg.connect(database_url, autocommit=True) as conn:
            while outbox.step(conn, 0.3):
                pass
        told = [body for body in sink.to("d") if body["kind"] == "coming"]
        said = {body["title"]: body["message"] for body in told}
        assert len(told) == 2
        assert {body["alert_id"] for body in told} == {str(alert)}
        assert {body["acknowledge_url"] for body in told} == {""}
        assert title in said
        assert any(end in message for message in said.values())

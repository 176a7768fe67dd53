"""An alert changes hands, whatever happens at the same time."""

import threading

import psycopg
import pytest

from alerts.incidents import store
from alerts.incidents.helping import handover
from alerts.incidents.types import Actor
from core.errors import ConflictError, ForbiddenError, InvalidError, NotFoundError
from core.ids import new_id
from core.model import PlaceLevel, Role
from tests.integration.response.conftest import Street, at

pytestmark = pytest.mark.db


def ask(street: Street, to: Actor, by: Actor, at_s: float = 10) -> None:
    handover.ask(street.town.conn, street.alert, to.id, by, at(at_s), "请接手")
    street.town.conn.commit()


def test_it_is_told_at_once_and_the_former_hears(street: Street):
    street.told_of(street.grid, street.other, street.head)
    street.act("acknowledge", street.grid)
    ask(street, street.other, street.grid)
    kind, content, names = street.messages()[-1]
    assert (kind, names, content["note"]) == ("hand_over", {"赵六"}, "请接手")
    assert street.town.alert(street.alert, "owner_id") == str(street.grid.id)
    assert street.act("acknowledge", street.other, 60) == "acknowledged"
    assert street.town.alert(street.alert, "owner_id") == str(street.other.id)
    kind, content, names = street.messages()[-1]
    assert (kind, content["event"]) == ("coming", "handed_over")
    assert names == {"王五", "吴头", "女儿", "儿子"}


def test_the_promise_counts_from_the_hand_over(street: Street):
    street.act("acknowledge", street.grid)
    street.act("depart", street.grid, 30)
    ask(street, street.other, street.grid, 500)
    assert street.act("acknowledge", street.other, 550) == "acknowledged"
    progress = street.town.alert(street.alert, "escalation")
    assert progress["status_at"] == at(550).isoformat()
    assert street.town.alert(street.alert, "next_due_at") == at(550).isoformat()


def test_whoever_is_there_already_stays_there(street: Street):
    street.act("acknowledge", street.grid)
    street.act("arrive", street.grid, 30)
    street.act("arrive", street.other, 40)
    ask(street, street.other, street.grid, 50)
    assert street.act("acknowledge", street.other, 60) == "on_scene"


def test_what_ends_an_offer(street: Street):
    street.act("acknowledge", street.grid)
    ask(street, street.other, street.grid)
    street.act("depart", street.head, 20)  # somebody goes: it is theirs now
    assert street.town.alert(street.alert, "offered_to") is None
    ask(street, street.other, street.head, 30)
    ask(street, street.community, street.head, 40)  # another one instead
    with pytest.raises(ConflictError):
        handover.accept_offer(
            street.town.conn, street.alert, street.other, at(50), None
        )
    street.town.conn.rollback()
    street.act("resolve", street.head, 60, outcome="helped")
    with pytest.raises(ConflictError):
        ask(street, street.other, street.head, 70)


def test_who_may_ask_whom(street: Street):
    town = street.town
    street.act("acknowledge", street.grid)
    with pytest.raises(ForbiddenError):
        ask(street, street.other, street.head)
    town.conn.rollback()
    for wrong in (street.daughter, street.grid, Actor(new_id(), "?", Role.VOLUNTEER)):
        with pytest.raises(InvalidError):
            ask(street, wrong, street.grid)
        town.conn.rollback()
    ask(street, street.other, street.street)  # a manager may
    with pytest.raises(NotFoundError):
        handover.ask(town.conn, new_id(), street.other.id, street.grid, at(1))


def test_whoever_is_on_duty_here_can_be_asked(street: Street):
    town = street.town
    away = town.person(Role.GRID_WORKER, PlaceLevel.DISTRICT, "替班")
    place, shift = town.places[PlaceLevel.BUILDING], new_id()
    span = (at(-60), at(3600))
    town.conn.execute(
        "INSERT INTO shift (id, person_id, place_id, starts_at, ends_at, created_at)"
        " VALUES (%s, %s, %s, %s, %s, %s)",
        (shift, away.id, place, *span, at(-60)),
    )
    town.conn.execute(
        "INSERT INTO duty_period (shift_id, person_id, place_id, starts_at, ends_at)"
        " VALUES (%s, %s, %s, %s, %s)",
        (shift, away.id, place, *span),
    )
    street.act("acknowledge", street.grid)
    ask(street, away, street.grid)
    assert street.town.alert(street.alert, "offered_to") == str(away.id)


def test_a_race_has_one_end(street: Street, database_url: str):
    """Accepting, declining, going and asking another all at once."""
    street.act("acknowledge", street.grid)
    ask(street, street.other, street.grid)
    begin = threading.Barrier(4)
    ends: list[str] = []

    def work(name: str, step) -> None:
        with psycopg.connect(database_url) as conn:
            begin.wait(10)
            try:
                step(conn)
                ends.append(name)
            except (ConflictError, ForbiddenError):
                ends.append(f"not {name}")

    alert, now = street.alert, at(60)
    steps = {
        "accept": lambda conn: handover.accept_offer(
            conn, alert, street.other, now, None
        ),
        "decline": lambda conn: handover.decline(conn, alert, street.other, now, None),
        "depart": lambda conn: store.act(conn, alert, "depart", street.head, now),
        "another": lambda conn: handover.ask(
            conn, alert, street.community.id, street.grid, now
        ),
    }
    threads = [threading.Thread(target=work, args=each) for each in steps.items()]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert len(ends) == 4
    assert not {"accept", "decline"} <= set(ends)
    owner = street.row("SELECT name FROM person JOIN alert ON owner_id = person.id")
    moved = [
        event
        for event in street.town.events(street.alert)
        if event in {"acknowledged", "handed_over", "departed"}
    ]
    last = {"acknowledged": "王五", "handed_over": "赵六", "departed": "吴头"}
    assert owner["name"] == last[moved[-1]]


def test_an_hour_of_expiry_does_not_disturb_it(street: Street):
    """An offer nobody answers ends with the promise it hangs on."""
    street.act("acknowledge", street.grid)
    ask(street, street.other, street.grid)
    street.town.conn.execute("UPDATE alert SET status = 'open', owner_id = NULL")
    assert street.act("acknowledge", street.other, 700) == "acknowledged"
    assert street.town.events(street.alert)[-1] == "acknowledged"
    assert street.town.alert(street.alert, "offered_to") is None

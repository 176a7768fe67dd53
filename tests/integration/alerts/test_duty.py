"""The duty part of the alerts service: hand-over, gaps told at once and each morning."""

from datetime import timedelta
from typing import Any
from uuid import UUID
from zoneinfo import ZoneInfo

import psycopg
import pytest

from alerts.duty import Keeper, daily, handover, watching
from alerts.duty.keeper import PUT_OFF_S, TURN_EVERY_S
from alerts.notify.wordings import WRITERS
from core.clock import FixedClock
from core.duty import roster
from core.duty.coverage import Reach
from core.ids import new_id
from core.model import PlaceLevel, Role
from tests.support.town import NOON, Town

pytestmark = pytest.mark.db
ZONE = ZoneInfo("Asia/Shanghai")
HOUR = timedelta(hours=1)
A_DAY = timedelta(days=1)
MORNING = NOON - 4 * HOUR
"""08:00 local time."""


@pytest.fixture
def town(conn: psycopg.Connection) -> Town:
    return Town(conn).build()


def shift(
    town: Town, person: UUID, hours: tuple[int, int], *, always: bool = False
) -> UUID:
    """A shift at the building, its hours counted from noon."""
    building, shift_id = town.places[PlaceLevel.BUILDING], new_id()
    town.conn.execute(
        "INSERT INTO shift (id, person_id, place_id, starts_at, ends_at, created_at,"
        " always_handover) VALUES (%s, %s, %s, %s, %s, %s, %s)",
        (shift_id, person, building, NOON + hours[0] * HOUR, NOON + hours[1] * HOUR,
         NOON, always),
    )  # fmt: skip
    roster.lay_out_place(town.conn, building, ZONE, NOON, shift_id)
    town.conn.commit()
    return shift_id


def open_alert(town: Town, status: str = "open") -> UUID:
    alert = new_id()
    town.conn.execute(
        "INSERT INTO alert (id, senior_id, place_id, kind, severity, status, observed_at,"
        " opened_at, updated_at, evidence)"
        " VALUES (%s, %s, %s, 'heart_rate_high', 'critical', %s, %s, %s, %s, %s)",
        (alert, town.senior, town.places[PlaceLevel.BUILDING], status, NOON, NOON, NOON,
         '{"heart_rate": 171}'),
    )  # fmt: skip
    town.conn.commit()
    return alert


def told(town: Town, kind: str) -> list[tuple[dict[str, Any], set[UUID]]]:
    """Each message of a kind: what it is filled with, and whom it goes to."""
    return [
        (content, set(people))
        for content, people in town.conn.execute(
            "SELECT message.content, array_remove(array_agg(notification.person_id), NULL)"
            " FROM message LEFT JOIN notification ON notification.message_id = message.id"
            " WHERE kind = %s GROUP BY message.id ORDER BY message.created_at",
            (kind,),
        )
    ]


def hand_over(town: Town, hours: float) -> int:
    with town.conn.transaction():
        return handover.hand_over(town.conn, NOON + hours * HOUR)


def test_who_leaves_and_who_comes_hear_what_is_open(town: Town):
    first = town.person(Role.BUILDING_HEAD, PlaceLevel.BUILDING, "早班")
    second = town.person(Role.GRID_WORKER, PlaceLevel.COMMUNITY, "晚班")
    shift(town, first.id, (0, 8))
    shift(town, second.id, (8, 16))
    open_alert(town)
    assert hand_over(town, 7.9) == 0
    assert hand_over(town, 8.01) == 1
    assert hand_over(town, 8.02) == 0, "told once"
    ((content, people),) = told(town, "handover")
    assert people == {first.id, second.id}
    assert (content["leaving"], content["following"]) == (["早班"], ["晚班"])
    assert [alert["senior"] for alert in content["alerts"]] == ["李秀英"]
    assert "171" not in str(content), "no reading is handed over"
    for locale in ("zh-CN", "en"):
        title, body = WRITERS["handover"](content, Letterlike(locale), str)
        assert "1" in title
        assert "李秀英" in body
    row = town.conn.execute(
        "SELECT detail FROM audit_log WHERE action = 'duty.handover' AND object_id = %s",
        (str(town.places[PlaceLevel.BUILDING]),),
    ).fetchone()
    assert row is not None
    assert row[0]["from"] == [str(first.id)]
    assert (row[0]["to"], row[0]["open_alerts"]) == ([str(second.id)], 1)


class Letterlike:
    """Only the language of a letter matters to these words."""

    def __init__(self, locale: str) -> None:
        self.locale = locale


@pytest.mark.parametrize("always", [False, True])
def test_with_nothing_open_one_is_told_only_where_asked_for(town: Town, always: bool):
    head = town.person(Role.BUILDING_HEAD, PlaceLevel.BUILDING)
    shift(town, head.id, (0, 8), always=always)
    open_alert(town, "resolved")
    hand_over(town, 7)
    assert hand_over(town, 8) == int(always)
    open_alert(town)
    assert hand_over(town, 8.5) == 0, "what opens later is no matter of that hand-over"


def test_without_a_next_shift_who_stands_takes_over(town: Town):
    leaving = town.person(Role.VOLUNTEER, PlaceLevel.STREET)
    head = town.person(Role.BUILDING_HEAD, PlaceLevel.BUILDING)
    following = town.person(Role.GRID_WORKER, PlaceLevel.COMMUNITY)
    shift(town, leaving.id, (0, 8))
    shift(town, following.id, (7, 9))
    open_alert(town)
    hand_over(town, 0)
    hand_over(town, 8)
    hand_over(town, 9)
    people = [people for _, people in told(town, "handover")]
    assert people == [{leaving.id, following.id}, {following.id, head.id}]


def test_who_stays_on_duty_hands_nothing_over(town: Town):
    head = town.person(Role.BUILDING_HEAD, PlaceLevel.BUILDING)
    shift(town, head.id, (0, 8), always=True)
    shift(town, head.id, (8, 16), always=True)
    hand_over(town, 7)
    assert hand_over(town, 9) == 0


def test_a_duty_that_ended_long_ago_is_not_handed_over(town: Town):
    head = town.person(Role.BUILDING_HEAD, PlaceLevel.BUILDING)
    shift(town, head.id, (0, 8), always=True)
    hand_over(town, 7)
    assert hand_over(town, 9.5) == 0


def frail(town: Town) -> None:
    town.conn.execute("UPDATE senior SET risk = 'high'")
    town.conn.commit()


def watch(town: Town, hours: float) -> dict[Reach, int]:
    with town.conn.transaction():
        return dict(watching.watch(town.conn, NOON + hours * HOUR))


def test_a_frail_senior_without_help_is_told_at_once_and_once_a_gap(town: Town):
    frail(town)
    head = town.person(Role.BUILDING_HEAD, PlaceLevel.BUILDING)
    manager = town.person(Role.COMMUNITY_MANAGER, PlaceLevel.COMMUNITY)
    town.person(Role.DISTRICT_MANAGER, PlaceLevel.DISTRICT)
    assert watch(town, 0) == {}
    shift(town, head.id, (0, 8))
    shift(town, head.id, (20, 24))
    assert watch(town, 1) == {}
    assert told(town, "coverage_gap") == []
    assert watch(town, 8) == {Reach.ABOVE: 1}
    assert watch(town, 9) == {Reach.ABOVE: 1}
    ((content, people),) = told(town, "coverage_gap")
    assert people == {manager.id}, "the nearest manager"
    assert [one["name"] for one in content["seniors"]] == ["李秀英"]
    assert watch(town, 21) == {}
    assert watch(town, 25) == {Reach.ABOVE: 1}
    assert len(told(town, "coverage_gap")) == 2, "the next gap is another one"
    for locale in ("zh-CN", "en"):
        assert "李秀英" in WRITERS["coverage_gap"](content, Letterlike(locale), str)[1]


def test_a_gap_that_gets_worse_is_told_again(town: Town):
    frail(town)
    town.person(Role.COMMUNITY_MANAGER, PlaceLevel.COMMUNITY)
    watch(town, 0)
    town.conn.execute("UPDATE contact SET archived_at = %s", (NOON,))
    admin = town.person(Role.ADMIN)
    assert watch(town, 1) == {Reach.NOBODY: 1}
    worse = told(town, "coverage_gap")[1]
    assert worse[0]["seniors"][0]["reach"] == "nobody"
    assert worse[1] == {admin.id}, "without any manager, administrators"


def test_others_without_help_wait_for_the_morning(town: Town):
    manager = town.person(Role.STREET_MANAGER, PlaceLevel.STREET)
    watch(town, 0)
    assert told(town, "coverage_gap") == []
    assert tell_gaps(town, NOON) == 0, "a first start at noon begins tomorrow"
    assert tell_gaps(town, MORNING + A_DAY - HOUR) == 0
    assert tell_gaps(town, MORNING + A_DAY) == 1
    assert tell_gaps(town, MORNING + A_DAY + HOUR) == 0, "once a day"
    ((content, people),) = told(town, "coverage_day")
    assert people == {manager.id}
    assert (content["seniors"], content["places"], content["more"]) == (1, 1, 0)
    for locale in ("zh-CN", "en"):
        title, body = WRITERS["coverage_day"](content, Letterlike(locale), str)
        assert "1" in title
        assert "building 1" in body
    town.person(Role.BUILDING_HEAD, PlaceLevel.BUILDING)
    assert tell_gaps(town, MORNING + 2 * A_DAY) == 0, "nothing where there is none"


def tell_gaps(town: Town, now: Any) -> int:
    with town.conn.transaction():
        return daily.tell_gaps(town.conn, ZONE, now)


def test_managers_hear_only_of_their_own_places(town: Town):
    other = new_id()
    town.conn.execute(
        "INSERT INTO place (id, level, name, path, created_at) VALUES"
        " (%s, 'district', 'elsewhere', %s, %s)",
        (other, [other], NOON),
    )
    stranger = town.person(Role.DISTRICT_MANAGER, PlaceLevel.DISTRICT)
    town.conn.execute(
        "UPDATE person SET place_id = %s WHERE id = %s", (other, stranger.id)
    )
    tell_gaps(town, NOON)
    assert tell_gaps(town, MORNING + A_DAY) == 0
    admin = town.person(Role.ADMIN)
    assert tell_gaps(town, MORNING + 2 * A_DAY) == 1
    ((content, people),) = told(town, "coverage_day")
    assert (content["seniors"], people) == (1, {admin.id}), "where no manager is told"


def test_the_keeper_does_all_of_it_and_rests(town: Town):
    clock = FixedClock(NOON)
    keeper = Keeper(ZONE, clock)
    town.conn.autocommit = True
    head = town.person(Role.BUILDING_HEAD, PlaceLevel.BUILDING)
    assert keeper.work(town.conn) == TURN_EVERY_S
    shift_id = shift(town, head.id, (1, 8), always=True)
    town.conn.execute("UPDATE shift SET laid_out_until = NULL")
    town.conn.execute("DELETE FROM duty_period")
    assert keeper.work(town.conn) == TURN_EVERY_S
    rows = town.conn.execute("SELECT shift_id FROM duty_period").fetchall()
    assert rows == [(shift_id,)]
    clock.at = NOON + 8 * HOUR - timedelta(seconds=5)
    assert keeper.work(town.conn) == pytest.approx(5)
    assert gaps(town) == []
    clock.at = NOON + 8 * HOUR
    keeper.work(town.conn)
    assert len(told(town, "handover")) == 1
    assert gaps(town) == [("nobody", "off_shift")], "looked for when a duty ends"


def test_gaps_are_looked_for_every_minute(town: Town):
    clock = FixedClock(NOON)
    keeper = Keeper(ZONE, clock)
    town.conn.autocommit = True
    keeper.work(town.conn)
    town.person(Role.BUILDING_HEAD, PlaceLevel.BUILDING)
    clock.at = NOON + timedelta(seconds=59)
    keeper.work(town.conn)
    assert gaps(town) == [("nobody", "no_one_assigned")]
    clock.at = NOON + timedelta(seconds=60)
    keeper.work(town.conn)
    assert gaps(town) == []


def gaps(town: Town) -> list[tuple[str, str]]:
    return town.conn.execute("SELECT reach, cause FROM coverage_gap").fetchall()


def test_what_goes_wrong_stops_no_service(town: Town, monkeypatch: pytest.MonkeyPatch):
    def broken(*_: object) -> int:
        raise ValueError("no")

    monkeypatch.setattr(roster, "roll_forward", broken)
    town.conn.autocommit = True
    assert Keeper(ZONE, FixedClock(NOON)).work(town.conn) == PUT_OFF_S

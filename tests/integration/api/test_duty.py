"""The rota over the api: overrides, swaps, calendars, holidays, hand-over."""

from datetime import UTC, date, datetime, timedelta
from typing import Any, cast

import httpx
import psycopg
import pytest
import recurring_ical_events
from icalendar import Calendar

from tests.support.api import Login, Town

pytestmark = [pytest.mark.db, pytest.mark.timeout(120)]
NOW = datetime.now(UTC).replace(microsecond=0)
HOUR = timedelta(hours=1)
Span = tuple[float, float]


def at(hours: float) -> str:
    return (NOW + hours * HOUR).isoformat()


def shift(town: Town, person: str, place: str, hours: Span, **more: Any) -> str:
    body = {"person_id": person, "place_id": place} | more
    body |= {"starts_at": at(hours[0]), "ends_at": at(hours[1])}
    return town.admin.ok("POST", "/v1/shifts", body)["id"]


def duties(login: Login, place: str, days: float = 3) -> list[tuple[str, float, float]]:
    """Who is on duty at one place, from when to when [h from now]."""
    span = httpx.QueryParams({"place_id": place, "from": at(0), "to": at(24 * days)})
    whole = login.ok("GET", f"/v1/rota?{span}")
    (found,) = [one for one in whole["places"] if one["place_id"] == place]
    return [
        (duty["person"]["name"], hours(duty["from"]), hours(duty["to"]))
        for duty in found["duties"]
    ]


def hours(instant: str) -> float:
    return (datetime.fromisoformat(instant) - NOW) / HOUR


@pytest.fixture
def pair(town: Town) -> tuple[str, str]:
    """Two grid workers of one community."""
    return tuple(town.person("grid_worker", town.community, n) for n in ("wang", "li"))


def test_overrides_replace_add_and_take_off_and_are_undone(
    town: Town, pair: tuple[str, str]
):
    wang, li = pair
    town.person("street_manager", town.street, "manager")
    manager = town.login("manager")
    shift(town, wang, town.community, (1, 9))
    body = {"place_id": town.community, "starts_at": at(3), "ends_at": at(5)}
    replaced = manager.ok(
        "POST", "/v1/overrides", body | {"add_person_id": li, "remove_person_id": wang}
    )
    assert duties(manager, town.community) == [
        ("wang", 1, 3), ("li", 3, 5), ("wang", 5, 9),
    ]  # fmt: skip
    later = body | {"starts_at": at(20), "ends_at": at(22)}
    manager.ok("POST", "/v1/overrides", later | {"add_person_id": li})
    assert ("li", 20, 22) in duties(manager, town.community)
    assert len(manager.ok("GET", f"/v1/overrides?place_id={town.street}")["items"]) == 2
    manager.ok("DELETE", f"/v1/overrides/{replaced['id']}")
    assert duties(manager, town.community) == [("wang", 1, 9), ("li", 20, 22)]
    for wrong in (
        {},
        {"add_person_id": wang, "remove_person_id": wang},
        {"add_person_id": li, "ends_at": at(2)},
        {"add_person_id": li, "starts_at": at(-4), "ends_at": at(-3)},
    ):
        answer = manager.call("POST", "/v1/overrides", body | wrong)
        assert answer.status_code == 422, wrong
    assert town.login("wang").call("POST", "/v1/overrides", body).status_code == 403
    stranger = town.person("grid_worker", town.other_street, "stranger")
    theirs = body | {"add_person_id": stranger}
    assert manager.call("POST", "/v1/overrides", theirs).status_code == 404
    missing = f"/v1/overrides/{replaced['id']}"
    assert manager.call("DELETE", missing).status_code == 404


def test_taking_off_who_has_no_shift_leaves_a_gap(town: Town):
    head = town.person("building_head", town.building, "head")
    contact = {"kind": "push", "url": "json://127.0.0.1:1/x", "verified": True}
    town.admin.ok("POST", f"/v1/people/{head}/contacts", contact)
    coverage = f"/v1/coverage?place_id={town.building}"
    assert town.admin.ok("GET", coverage)["items"] == []
    leave = {"place_id": town.building, "remove_person_id": head}
    leave |= {"starts_at": at(-1), "ends_at": at(48)}
    town.admin.ok("POST", "/v1/overrides", leave)
    whole = town.admin.ok("GET", coverage)
    assert [item["cause"] for item in whole["items"]] == ["off_shift"]
    assert [hours(gap["to"]) for gap in whole["gaps"]] == [48]


def swap(wang: str, li: str, place: str) -> dict[str, Any]:
    return {
        "first": {"person_id": wang, "place_id": place, "from": at(1), "to": at(9)},
        "second": {"person_id": li, "place_id": place, "from": at(25), "to": at(33)},
    }


def test_a_swap_needs_both_and_can_be_undone(
    town: Town, pair: tuple[str, str], database_url: str
):
    wang, li = pair
    shift(town, wang, town.community, (1, 9))
    shift(town, li, town.community, (25, 33))
    before = [("wang", 1, 9), ("li", 25, 33)]
    first, second = town.login("wang"), town.login("li")
    made = first.ok("POST", "/v1/swaps", swap(wang, li, town.community))
    path = f"/v1/swaps/{made['id']}"
    assert (made["status"], made["second"]["agreed_at"]) == ("proposed", None)
    assert duties(first, town.community) == before
    assert first.ok("POST", f"{path}/accept")["status"] == "proposed", "both must"
    assert second.ok("POST", f"{path}/accept")["status"] == "agreed"
    assert second.ok("POST", f"{path}/accept")["status"] == "agreed", "a repeat is fine"
    assert duties(first, town.community) == [("li", 1, 9), ("wang", 25, 33)]
    half = town.admin.ok("GET", "/v1/overrides")["items"][0]["id"]
    assert town.admin.call("DELETE", f"/v1/overrides/{half}").status_code == 409
    assert first.ok("POST", f"{path}/undo")["status"] == "undone"
    assert duties(first, town.community) == before
    assert second.call("POST", f"{path}/accept").status_code == 409
    assert (
        town.admin.ok("GET", "/v1/swaps?status=undone")["items"][0]["id"] == made["id"]
    )
    with psycopg.connect(database_url) as connection:
        told = connection.execute(
            "SELECT content->>'status' FROM message WHERE kind = 'duty_swap'"
            " ORDER BY created_at"
        ).fetchall()
    assert told == [("proposed",), ("agreed",), ("undone",)]


def test_who_may_propose_accept_and_see_a_swap(town: Town, pair: tuple[str, str]):
    wang, li = pair
    shift(town, wang, town.community, (1, 9))
    shift(town, li, town.community, (25, 33))
    town.person("grid_worker", town.community, "third")
    town.person("street_manager", town.street, "manager")
    town.relative("daughter", town.mother, "alerts")
    body = swap(wang, li, town.community)
    third, manager = town.login("third"), town.login("manager")
    assert third.call("POST", "/v1/swaps", body).status_code == 403
    assert town.login("daughter").call("POST", "/v1/swaps", body).status_code == 403
    idle = body | {"first": body["first"] | {"from": at(10), "to": at(12)}}
    assert manager.call("POST", "/v1/swaps", idle).status_code == 422
    made = manager.ok("POST", "/v1/swaps", body)
    path = f"/v1/swaps/{made['id']}"
    assert third.call("GET", path).status_code == 404
    assert manager.call("POST", f"{path}/accept").status_code == 403
    assert town.login("wang").ok("POST", f"{path}/accept")["status"] == "proposed"
    assert town.login("li").ok("POST", f"{path}/decline")["status"] == "declined"
    assert town.login("wang").call("POST", f"{path}/accept").status_code == 409
    again = manager.ok("POST", "/v1/swaps", body)
    town.login("wang").ok("POST", f"/v1/swaps/{again['id']}/accept")
    moved = town.admin.ok("GET", f"/v1/shifts?person_id={wang}")["items"][0]["id"]
    town.admin.ok("DELETE", f"/v1/shifts/{moved}")
    late = town.login("li").call("POST", f"/v1/swaps/{again['id']}/accept")
    assert late.status_code == 409, "wang is no longer on duty then"


def test_a_manager_proposes_nobody_and_nothing_of_another_street(
    town: Town, pair: tuple[str, str]
):
    wang, _ = pair
    zhao = town.person("grid_worker", town.other_street, "zhao")
    shift(town, wang, town.community, (1, 9))
    shift(town, wang, town.other_street, (1, 9))
    shift(town, zhao, town.community, (25, 33))
    shift(town, zhao, town.other_street, (25, 33))
    town.person("street_manager", town.street, "manager")
    manager = town.login("manager")
    body = swap(wang, zhao, town.community)
    for elsewhere in (
        body,
        {"first": body["second"], "second": body["first"]},
        swap(wang, zhao, town.other_street),
        swap(zhao, wang, town.other_street),
    ):
        assert manager.call("POST", "/v1/swaps", elsewhere).status_code == 404
    town.login("wang").ok("POST", "/v1/swaps", body)


def test_the_rota_shows_who_is_there_and_gaps(town: Town, pair: tuple[str, str]):
    wang, _ = pair
    contact = {"kind": "push", "url": "json://127.0.0.1:1/x", "verified": True}
    town.admin.ok("POST", f"/v1/people/{wang}/contacts", contact)
    shift(town, wang, town.community, (-1, 7), rrule="FREQ=DAILY")
    worker = town.login("wang")
    whole = worker.ok("GET", "/v1/rota")
    by_place = {one["place_id"]: one for one in whole["places"]}
    community = by_place[town.community]
    assert [one["name"] for one in community["on_duty"]] == ["li", "wang"] or [
        one["name"] for one in community["on_duty"]
    ] == ["wang", "li"]
    assert [one["name"] for one in community["standing"]] == ["li"]
    assert len(community["duties"]) in {7, 8}
    assert community["gaps"] == [], "no senior lives at the community itself"
    town.person("building_head", town.building, "head")
    found = worker.ok("GET", f"/v1/rota?place_id={town.building}")["places"][0]
    assert [round(hours(gap["from"])) for gap in found["gaps"]][:2] == [7, 31]
    assert worker.call("GET", f"/v1/rota?place_id={town.street}").status_code == 404
    town.relative("daughter", town.mother, "alerts")
    assert town.login("daughter").call("GET", "/v1/rota").status_code == 403
    far = httpx.QueryParams({"from": at(24 * 365), "to": at(24 * 367)})
    assert len(worker.ok("GET", f"/v1/rota?{far}")["places"][0]["duties"]) in {2, 3}
    long = httpx.QueryParams({"from": at(0), "to": at(24 * 60)})
    assert worker.call("GET", f"/v1/rota?{long}").status_code == 422


def test_a_calendar_says_when_and_where_and_nothing_of_seniors(
    town: Town, pair: tuple[str, str], api: httpx.Client
):
    wang, li = pair
    shift(town, wang, town.community, (2, 14), rrule="FREQ=DAILY;COUNT=3")
    shift(town, li, town.building, (40, 44))
    worker = town.login("wang")
    url = worker.ok("POST", f"/v1/people/{wang}/calendar")["url"]
    answer = api.get(httpx.URL(url).path)
    assert answer.headers["content-type"] == "text/calendar; charset=utf-8"
    assert "王秀英" not in answer.text
    calendar = cast("Any", Calendar.from_ical(answer.content))
    found = recurring_ical_events.of(calendar).between(NOW, NOW + timedelta(days=7))
    assert sorted(
        ((event.start - NOW) / HOUR, (event.end - NOW) / HOUR) for event in found
    ) == [(2, 14), (26, 38), (50, 62)]
    assert {str(event["SUMMARY"]) for event in found} == {"值班：甲社区"}
    assert len({event["UID"] for event in found}) == 3
    again = worker.ok("POST", f"/v1/people/{wang}/calendar")["url"]
    assert api.get(httpx.URL(url).path).status_code == 404, "the new one voids it"
    assert worker.call("POST", f"/v1/people/{li}/calendar").status_code == 404
    assert town.admin.call("POST", f"/v1/people/{wang}/calendar").status_code == 403
    town.admin.ok("DELETE", f"/v1/people/{wang}/calendar")
    assert api.get(httpx.URL(again).path).status_code == 404
    assert api.get("/calendar/" + "x" * 43 + ".ics").status_code == 404


def test_holidays_are_corrected_by_administrators_and_move_shifts(
    town: Town, pair: tuple[str, str]
):
    wang, _ = pair
    shanghai = timedelta(hours=8)
    day = (NOW + shanghai + timedelta(days=7)).date()
    while day.weekday() != 2:
        day += timedelta(days=1)
    starts = datetime(day.year, day.month, day.day, tzinfo=UTC) - timedelta(days=7)
    body = {"person_id": wang, "place_id": town.community, "holidays": "skip"}
    body |= {"starts_at": starts.isoformat(), "rrule": "FREQ=WEEKLY;BYDAY=WE"}
    body |= {"ends_at": (starts + 8 * HOUR).isoformat()}
    town.admin.ok("POST", "/v1/shifts", body)
    mine = f"/v1/people/{wang}/calendar"

    def days() -> set[date]:
        url = town.login("wang").ok("POST", mine)["url"]
        text = town.admin.client.get(httpx.URL(url).path).content
        events = cast("Any", Calendar.from_ical(text)).walk("VEVENT")
        return {(event.start + shanghai).date() for event in events}

    was_working = day in days()
    wanted = {"working": not was_working, "name": "街道活动"}
    path = f"/v1/holidays/{day}"
    assert town.login("wang").call("PUT", path, wanted).status_code == 403
    listed = town.admin.ok("PUT", path, wanted)["items"]
    mark = {"day": str(day), "source": "administrator", "name_en": None} | wanted
    assert mark in listed
    assert (day in days()) is not was_working
    assert town.admin.call("DELETE", path).status_code == 204
    assert (day in days()) is was_working
    assert town.admin.call("DELETE", path).status_code == 404


def test_years_not_announced_yet_are_said_to_be_provisional(town: Town):
    known = town.admin.ok("GET", "/v1/holidays?year=2026")
    assert known["provisional"] is False
    by_day = {item["day"]: item for item in known["items"]}
    assert by_day["2026-02-14"]["working"] is True
    assert by_day["2026-02-17"]["name"] == "春节"
    assert town.admin.ok("GET", "/v1/holidays?year=2031")["provisional"] is True
    assert town.admin.call("GET", "/v1/holidays?year=1900").status_code == 422
    assert town.admin.call("PUT", "/v1/holidays/1900-01-01", {}).status_code == 422


@pytest.mark.usefixtures("pair")
def test_a_hand_over_shows_what_is_open_at_a_place(town: Town):
    worker = town.login("wang")
    path = f"/v1/places/{town.community}/handover"
    assert worker.ok("GET", path)["alerts"] == []
    worker.ok("POST", "/v1/alerts", {"senior_id": town.mother})
    town.admin.ok("POST", "/v1/alerts", {"senior_id": town.stranger})
    shown = worker.ok("GET", path)
    assert [alert["senior"]["name"] for alert in shown["alerts"]] == ["王秀英"]
    assert {one["name"] for one in shown["on_duty"]} == {"wang", "li"}
    assert worker.call("GET", f"/v1/places/{town.street}/handover").status_code == 404


@pytest.mark.parametrize(
    ("more", "field"),
    [
        ({"rrule": "FREQ=MINUTELY"}, "rrule"),
        ({"rrule": "FREQ=DAILY;BYMONTH=2;BYMONTHDAY=30"}, "rrule"),
        ({"holidays": "skip"}, "rrule"),
        ({"rrule": "FREQ=DAILY", "holidays": "never"}, "holidays"),
        ({"exdates": ["2026-12-01"]}, "rrule"),
        ({"rrule": "FREQ=DAILY", "ends_at": at(24 * 40)}, "ends_at"),
    ],
)
def test_a_shift_that_makes_no_sense_is_refused_with_its_field(
    town: Town, pair: tuple[str, str], more: dict[str, Any], field: str
):
    body = {"person_id": pair[0], "place_id": town.community}
    body |= {"starts_at": at(1), "ends_at": at(9)} | more
    answer = town.admin.call("POST", "/v1/shifts", body)
    assert answer.status_code == 422
    assert answer.json()["errors"][0]["field"] == field

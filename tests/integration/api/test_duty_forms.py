"""The rota's forms: plain posts add and end shifts, take duties over, mark holidays."""

from collections.abc import Iterator
from datetime import UTC, date, datetime, timedelta
from urllib.parse import parse_qs, urlsplit

import httpx
import psycopg
import pytest

from tests.support.api import PASSWORD, Town
from tests.support.pages import Browser, text_of

pytestmark = pytest.mark.db
Conn = psycopg.Connection


@pytest.fixture
def browser(api: httpx.Client, town: Town) -> Iterator[Browser]:
    town.person("community_manager", town.community, "manager")
    browser = Browser(str(api.base_url))
    with browser.client:
        browser.log_in("manager")
        yield browser


def monday() -> date:
    """The local Monday of next week."""
    today = (datetime.now(UTC) + timedelta(hours=8)).date()
    return today + timedelta(days=7 - today.weekday())


def send(browser: Browser, path: str, place: str, **form: object) -> str | None:
    """Send a form of a place; what the page says is wrong."""
    values = {"place_id": place, "week": str(monday())}
    sent = browser.client.post(f"/duty/{path}", data=values | form)
    assert sent.status_code == 303, sent.text
    location = urlsplit(sent.headers["location"])
    asked = parse_qs(location.query)
    assert (location.path, location.fragment) == ("/duty", "plan")
    assert asked["place_id"] == [place]
    return asked.get("fault", [None])[0]


def rota(browser: Browser, place: str) -> str:
    return text_of(browser.get(f"/duty?place_id={place}&from={monday()}"))


def first_id(browser: Browser, place: str, what: str) -> str:
    page = browser.get(f"/duty?place_id={place}&from={monday()}").text
    return page.partition(f'data-{what}="')[2].partition('"')[0]


NIGHT = {"starts": "20:00", "ends": "08:00"}


def test_a_shift_is_added_and_ended(town: Town, browser: Browser):
    wang = town.person("grid_worker", town.compound, "王网格")
    form = {"person_id": wang, "day": str(monday()), "days": ["MO", "TU"], **NIGHT}
    assert send(browser, "shifts", town.compound, **form, holidays="skip") is None
    text = rota(browser, town.compound)
    assert text.count("20:00–24:00 王网格") == 2
    assert "每周一、周二" in text
    shift = first_id(browser, town.compound, "shift")
    last = {"last_day": str(monday())}
    assert send(browser, f"shifts/{shift}/end", town.compound, **last) is None
    text = rota(browser, town.compound)
    assert text.count("20:00–24:00 王网格") == 1
    kept = town.admin.ok("GET", f"/v1/shifts/{shift}")
    until = f"{monday():%Y%m%d}"
    assert kept["rrule"] == f"FREQ=WEEKLY;BYDAY=MO,TU;UNTIL={until}"
    assert kept["holidays"] == "skip"
    before = {"last_day": str(monday() - timedelta(days=1))}
    assert send(browser, f"shifts/{shift}/end", town.compound, **before) is None
    assert town.admin.call("GET", f"/v1/shifts/{shift}").status_code == 404


def test_a_shift_that_happens_once_is_taken_back(town: Town, browser: Browser):
    wang = town.person("grid_worker", town.compound, "王网格")
    form = {"person_id": wang, "day": str(monday()), "starts": "08:00", "ends": "20:00"}
    assert send(browser, "shifts", town.compound, **form) is None
    assert "08:00–20:00 王网格" in rota(browser, town.compound)
    shift = first_id(browser, town.compound, "shift")
    assert send(browser, f"shifts/{shift}/end", town.compound) is None
    assert "08:00–20:00 王网格" not in rota(browser, town.compound)


def test_a_duty_is_taken_over_for_a_time_and_given_back(town: Town, browser: Browser):
    wang, li = (town.person("grid_worker", town.compound, n) for n in ("王", "李"))
    form = {"person_id": wang, "day": str(monday()), "starts": "08:00", "ends": "20:00"}
    send(browser, "shifts", town.compound, **form)
    span = {"starts_at": f"{monday()}T10:00", "ends_at": f"{monday()}T12:00"}
    both = {"add_person_id": li, "remove_person_id": wang, "note": "体检"}
    assert send(browser, "overrides", town.compound, **span, **both) is None
    text = rota(browser, town.compound)
    for part in ("08:00–10:00 王", "10:00–12:00 李", "12:00–20:00 王", "李 顶替 王"):
        assert part in text
    override = first_id(browser, town.compound, "override")
    assert send(browser, f"overrides/{override}/undo", town.compound) is None
    assert "08:00–20:00 王" in rota(browser, town.compound)


def test_what_is_wrong_is_said_and_nothing_is_saved(town: Town, browser: Browser):
    wang = town.person("grid_worker", town.compound, "王网格")
    span = {"starts_at": f"{monday()}T12:00", "ends_at": f"{monday()}T10:00"}
    assert send(browser, "overrides", town.compound, **span) == "person"
    one = {"add_person_id": wang}
    assert send(browser, "overrides", town.compound, **span, **one) == "span"
    form = {"person_id": wang, "day": str(monday()), "days": "MO", **NIGHT}
    past = {"until": str(monday() - timedelta(days=9))}
    assert send(browser, "shifts", town.compound, **form, **past) == "span"
    stranger = town.person("grid_worker", town.other_street, "别处")
    form |= {"person_id": stranger}
    assert send(browser, "shifts", town.compound, **form) == "other"
    gone = f"shifts/{wang}/end"
    assert send(browser, gone, town.compound) == "other"
    page = browser.get(f"/duty?place_id={town.compound}&fault=span")
    assert "结束必须晚于开始" in text_of(page)
    assert town.admin.ok("GET", "/v1/shifts")["items"] == []
    assert town.admin.ok("GET", "/v1/overrides")["items"] == []


def test_only_administrators_mark_holidays(town: Town, browser: Browser):
    day = f"{monday().year}-03-03"
    form = {"day": day, "kind": "off", "name": "街道日"}
    values = {"place_id": town.compound, **form}
    assert browser.client.post("/duty/holidays", data=values).status_code == 403
    assert 'action="/duty/holidays"' not in browser.get("/duty").text
    browser.log_in("admin", PASSWORD)
    assert send(browser, "holidays", town.compound, **form) is None
    listed = rota(browser, town.compound)
    assert f"{day} 街道日 · 放假 · 已更正" in listed
    form = {"day": day, "kind": "shipped"}
    assert send(browser, "holidays", town.compound, **form) is None
    assert "街道日" not in rota(browser, town.compound)
    assert send(browser, "holidays", town.compound, **form) == "other"
    late = {"day": "9998-01-01", "kind": "off"}
    assert send(browser, "holidays", town.compound, **late) == "day"


def test_who_keeps_no_rota_has_no_forms(town: Town, browser: Browser):
    wang = town.person("grid_worker", town.compound, "wang")
    form = {"person_id": wang, "day": str(monday()), **NIGHT}
    values = {"place_id": town.compound, **form}
    browser.client.headers["sec-fetch-site"] = "cross-site"
    assert browser.client.post("/duty/shifts", data=values).status_code == 403
    del browser.client.headers["sec-fetch-site"]
    outside = values | {"place_id": town.other_street}
    sent = browser.client.post("/duty/shifts", data=outside)
    assert "fault=other" in sent.headers["location"]
    browser.log_in("wang")
    assert "排班" not in text_of(browser.get("/duty"))
    assert browser.client.post("/duty/shifts", data=values).status_code == 403
    assert town.admin.ok("GET", "/v1/shifts")["items"] == []


def test_one_s_own_calendar_is_made_on_the_page(town: Town, browser: Browser):
    made = browser.post("/duty/calendar")
    assert made.headers["referrer-policy"] == "no-referrer"
    address = made.text.partition("<code>")[2].partition("</code>")[0]
    path = urlsplit(address).path
    assert browser.client.get(path).text.startswith("BEGIN:VCALENDAR")
    browser.post("/duty/calendar")
    assert browser.client.get(path).status_code == 404, "the one before is void"
    town.relative("daughter", town.mother, "status")
    browser.log_in("daughter")
    assert browser.post("/duty/calendar").headers["location"] == "/duty"

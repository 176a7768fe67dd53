"""The rota's page: a week's grid, who is there, gaps in red, swaps answered by a form."""

from collections.abc import Iterator
from datetime import UTC, datetime, timedelta

import httpx
import pytest

from tests.support.api import Town
from tests.support.pages import Browser, text_of

pytestmark = pytest.mark.db
SHANGHAI = timedelta(hours=8)


@pytest.fixture
def browser(api: httpx.Client) -> Iterator[Browser]:
    browser = Browser(str(api.base_url))
    with browser.client:
        yield browser


def evening(days: int = 0) -> datetime:
    """20:00 local time, some days from the local Monday of this week."""
    local = datetime.now(UTC) + SHANGHAI
    monday = local - timedelta(days=local.weekday())
    at = monday.replace(hour=20, minute=0, second=0, microsecond=0)
    return at - SHANGHAI + timedelta(days=days)


def nights(town: Town, person: str, place: str) -> None:
    """Every night from 20:00 to 08:00."""
    body = {"person_id": person, "place_id": place, "rrule": "FREQ=DAILY"}
    body |= {"starts_at": evening(-7).isoformat()}
    body |= {"ends_at": (evening(-7) + timedelta(hours=12)).isoformat()}
    town.admin.ok("POST", "/v1/shifts", body)


def test_a_week_shows_nights_in_both_their_days_and_gaps_between(
    town: Town, browser: Browser
):
    head = town.person("building_head", town.building, "张楼长")
    contact = {"kind": "push", "url": "json://127.0.0.1:1/x", "verified": True}
    town.admin.ok("POST", f"/v1/people/{head}/contacts", contact)
    town.person("street_manager", town.street, "manager")
    nights(town, head, town.building)
    browser.log_in("manager")
    page = browser.get(f"/duty?place_id={town.building}&from={evening(8).date()}")
    text = text_of(page)
    assert "新城区 › 一街道 › 甲社区 › 和平小区 › 1号楼" in text
    assert text.count("20:00–24:00 张楼长") == 7
    assert text.count("00:00–08:00 张楼长") == 7
    assert text.count("08:00–20:00 无人可联系 无人当班") == 7
    assert "王秀英" in text or "现在都有人可联系" in text
    english = browser.get("/language/en?next=/duty")
    assert "Rota" in text_of(browser.get(english.headers["location"]))


def test_responders_see_their_own_places_and_family_is_sent_home(
    town: Town, browser: Browser
):
    town.person("grid_worker", town.community, "wang")
    town.relative("daughter", town.mother, "status")
    browser.log_in("wang")
    page = browser.get("/duty")
    assert "无班次，长期负责：wang" in text_of(page)
    assert "王秀英" not in page.text, "whom nobody reaches is for managers"
    assert browser.get(f"/duty?place_id={town.street}").status_code == 404
    assert browser.get("/duty?from=1850-01-01").status_code in {404, 422}
    browser.log_in("daughter")
    assert browser.get("/duty").headers["location"] == "/family"


def test_a_swap_is_agreed_to_and_undone_by_forms(town: Town, browser: Browser):
    wang, li = (town.person("grid_worker", town.community, n) for n in ("wang", "li"))
    sides: list[dict[str, str]] = []
    for person, day in ((wang, 7), (li, 8)):
        start, end = evening(day), evening(day) + timedelta(hours=12)
        body = {"person_id": person, "place_id": town.community}
        span = {"starts_at": start.isoformat(), "ends_at": end.isoformat()}
        town.admin.ok("POST", "/v1/shifts", body | span)
        sides.append(body | {"from": start.isoformat(), "to": end.isoformat()})
    form = {
        name: "/".join(side[key] for key in ("person_id", "place_id", "from", "to"))
        for name, side in (("mine", sides[0]), ("theirs", sides[1]))
    }
    browser.log_in("wang")
    next_week = browser.get(f"/duty?from={evening(7).date()}")
    assert "提议换班" in next_week.text
    assert all(value in next_week.text for value in form.values())
    assert browser.post("/duty/swaps", mine="x", theirs="y").status_code == 409
    assert browser.post("/duty/swaps", **form).headers["location"] == "/duty"
    (swap,) = town.admin.ok("GET", "/v1/swaps")["items"]
    made = swap["id"]
    browser.log_in("li")
    assert "待确认" in text_of(browser.get("/duty"))
    answer = browser.post(f"/duty/swaps/{made}/accept")
    assert answer.headers["location"] == "/duty"
    assert "已生效" in text_of(browser.get("/duty"))
    assert browser.post(f"/duty/swaps/{made}/undo").status_code == 303
    assert made not in browser.get("/duty").text
    assert browser.post(f"/duty/swaps/{made}/accept").status_code == 409

"""The response report: equal to what the timelines alone say, and for managers only."""

import csv
import random
from collections import defaultdict
from collections.abc import Callable
from io import BytesIO, StringIO
from typing import Any
from uuid import UUID
from zoneinfo import ZoneInfo

import openpyxl
import psycopg
import pytest

from core.model import Role
from tests.support import histories as history
from tests.support.api import Login, Town
from tests.support.histories import Histories, Told

pytestmark = pytest.mark.db
ZONE = ZoneInfo("Asia/Shanghai")
SPAN = "from=2026-09-01T00:00:00Z&to=2027-01-01T00:00:00Z"
MEASURED = tuple(history.figures([]))


@pytest.fixture
def told(
    town: Town, conn: psycopg.Connection, request: pytest.FixtureRequest
) -> list[Told]:
    """Some sixty openings in two streets, or as many as a test asks for."""
    seniors = [UUID(town.mother), UUID(town.stranger)]
    seniors += [UUID(town.senior("赵大妈", town.community)) for _ in range(4)]
    roles = (Role.GRID_WORKER, Role.BUILDING_HEAD, Role.ADMIN)
    people = [history.person(conn, role) for role in roles]
    Histories(conn, seniors, people, random.Random(7)).write(
        getattr(request, "param", 60)
    )
    return history.from_events(conn)


def figures_of(row: dict[str, Any]) -> dict[str, Any]:
    return {name: row[name] for name in MEASURED}


def grouped(told: list[Told], key: Callable[[Told], str | None]) -> dict[str, Any]:
    parts: dict[str, list[Told]] = defaultdict(list)
    for one in told:
        name = key(one)
        if name is not None:
            parts[name].append(one)
    return {name: history.figures(part) for name, part in parts.items()}


def shown(rows: list[dict[str, Any]], name: str) -> dict[str, Any]:
    return {row[name]: figures_of(row) for row in rows}


@pytest.mark.parametrize("told", [220], indirect=True)
def test_it_equals_what_the_timelines_alone_say(town: Town, told: list[Told]):
    report = town.admin.ok("GET", f"/v1/reports/response?{SPAN}")
    real = [one for one in told if not one.drill]
    drills = [one for one in told if one.drill]
    assert len(real) > 60
    assert len(drills) > 5
    assert figures_of(report) == history.figures(real)
    assert figures_of(report["drills"]) == history.figures(drills)
    assert shown(report["by_kind"], "kind") == grouped(real, lambda one: one.kind)
    assert shown(report["by_severity"], "severity") == grouped(
        real, lambda one: one.severity
    )
    assert shown(report["by_role"], "role") == grouped(real, lambda one: one.role)
    assert shown(report["weekly"], "from") == grouped(
        real, lambda one: history.monday(one.opened_at, ZONE)
    )
    assert shown(report["monthly"], "from") == grouped(
        real, lambda one: history.month(one.opened_at, ZONE)
    )
    by_place = {row["place"]["id"]: figures_of(row) for row in report["by_place"]}
    assert by_place == {town.district: history.figures(real)}


def test_a_street_sees_its_communities_and_no_other_street(
    town: Town, told: list[Told]
):
    town.person("street_manager", town.street, "刘")
    report = town.login("刘").ok("GET", f"/v1/reports/response?{SPAN}")
    own = {town.building, town.community}
    real = [one for one in told if not one.drill and one.place_id in own]
    assert figures_of(report) == history.figures(real)
    (row,) = report["by_place"]
    assert row["place"] == {
        "id": town.community,
        "name": "甲社区",
        "level": "community",
    }
    assert row["rank"] == 1
    both = town.admin.ok("GET", f"/v1/reports/response?{SPAN}&place_id={town.district}")
    ranked = [row["place"]["id"] for row in both["by_place"]]
    assert sorted(ranked) == sorted([town.street, town.other_street])
    shares = [row["answered_60s_percent"] for row in both["by_place"]]
    assert shares == sorted(shares, reverse=True)
    assert sum(row["alerts"] for row in both["by_place"]) == both["alerts"]


def test_only_managers_and_only_below_them(town: Town):
    town.person("street_manager", town.street, "刘")
    town.person("grid_worker", town.community, "王")
    town.relative("女儿", town.mother, "alerts")
    path = "/v1/reports/response"
    manager = town.login("刘")
    assert manager.call("GET", path).status_code == 200
    assert (
        manager.call("GET", f"{path}?place_id={town.other_street}").status_code == 404
    )
    assert town.login("王").call("GET", path).status_code == 403
    for name in ("visits", "drills"):
        assert town.login("王").call("GET", f"/v1/reports/{name}").status_code == 403
        assert town.login("女儿").call("GET", f"/v1/reports/{name}").status_code in {
            403, 404,
        }  # fmt: skip
    wrong = f"{path}?from=2026-02-01T00:00:00Z&to=2026-01-01T00:00:00Z"
    assert manager.call("GET", wrong).status_code == 422


def test_alerts_for_each_senior_day(town: Town, conn: psycopg.Connection):
    conn.execute("UPDATE senior SET created_at = '2026-09-01T00:00:00Z'")
    conn.execute(
        "UPDATE senior SET archived_at = '2026-09-02T00:00:00Z' WHERE id = %s",
        (town.stranger,),
    )
    conn.commit()
    span = "from=2026-09-01T00:00:00Z&to=2026-09-11T00:00:00Z"
    report = town.admin.ok("GET", f"/v1/reports/response?{span}")
    assert report["senior_days"] == 11.0
    assert report["alerts_per_senior_day"] == 0


def test_nothing_is_divided_by_nothing(town: Town):
    report = town.admin.ok("GET", "/v1/reports/response")
    assert report["alerts"] == 0
    assert report["answered_60s_percent"] is None
    assert report["median_arrive_s"] is None
    assert report["standard"] == {
        "answered_60s_percent": 97.5,
        "answered_180s_percent": 99.0,
    }


@pytest.mark.usefixtures("told")
def test_calls_for_help_count_until_they_are_closed(
    town: Town, conn: psycopg.Connection
):
    conn.execute(
        "INSERT INTO request (id, alert_id, kind, asked_by, asked_at, deadline_s,"
        " due_at, closed_at)"
        " SELECT gen_random_uuid(), alert.id, 'hospital', person.id, alert.opened_at,"
        " 600, alert.opened_at, alert.opened_at"
        " FROM alert, person WHERE person.role = 'building_head'"
        " AND NOT alert.drill AND NOT alert.canary ORDER BY alert.id LIMIT 3"
    )
    conn.execute(
        "UPDATE request SET closed_at = NULL WHERE id = (SELECT id FROM request LIMIT 1)"
    )
    conn.commit()
    report = town.admin.ok("GET", f"/v1/reports/response?{SPAN}")
    assert report["requests"] == {
        "requests": 3, "closed": 2, "overdue": 0, "closing_rate_percent": 66.67,
    }  # fmt: skip
    matters = report["matters"]
    assert matters["count"] == report["alerts"] + 3
    assert matters["closed"] == report["closed"] + 2


@pytest.mark.usefixtures("told")
def test_as_csv_and_xlsx(town: Town):
    report = town.admin.ok("GET", f"/v1/reports/response?{SPAN}")
    answer = town.admin.call("GET", f"/v1/reports/response?{SPAN}&format=csv")
    assert answer.headers["content-type"] == "text/csv; charset=utf-8"
    assert answer.content.startswith(b"\xef\xbb\xbf")
    lines = list(csv.reader(StringIO(answer.content.decode("utf-8-sig"))))
    assert lines[0] == ["总计"]
    assert lines[1][:2] == ["范围", "警报"]
    assert lines[2][:2] == ["全部", str(report["alerts"])]
    answer = town.admin.call("GET", f"/v1/reports/response?{SPAN}&format=xlsx")
    book = openpyxl.load_workbook(BytesIO(answer.content))
    assert book.sheetnames == [
        "总计", "按地点", "按接警人", "按类型", "按级别", "按周", "按月", "演练",
    ]  # fmt: skip
    kinds = [row[1] for row in book["按类型"].iter_rows(min_row=2, values_only=True)]
    assert kinds == [row["alerts"] for row in report["by_kind"]]
    book.close()


def test_a_place_named_like_a_formula_is_text(town: Town, admin_csv: Callable[[], str]):
    town.place("district", None, "=1+1")
    assert "'=1+1" in admin_csv()


@pytest.fixture
def admin_csv(town: Town) -> Callable[[], str]:
    def read() -> str:
        return town.admin.call("GET", "/v1/reports/response?format=csv").text

    return read


def test_drills_say_how_soon_somebody_was_reached(
    town: Town, login: Callable[[str], Login]
):
    town.person("community_manager", town.community, "刘")
    town.person("grid_worker", town.community, "王")
    manager, worker = login("刘"), login("王")
    path = f"/v1/seniors/{town.mother}/drill"
    drill = manager.ok("POST", path, {"note": "每月演练"})
    assert drill["drill"] is True
    assert drill["kind"] == "sos"
    assert worker.call("POST", path).status_code == 403
    assert manager.call("POST", path).status_code == 409
    assert manager.call("POST", f"/v1/seniors/{town.stranger}/drill").status_code == 404
    (one,) = manager.ok("GET", "/v1/reports/drills")["items"]
    assert (one["answered_s"], one["ended_at"]) == (None, None)
    worker.ok("POST", f"/v1/alerts/{drill['id']}/acknowledge")
    worker.ok("POST", f"/v1/alerts/{drill['id']}/arrive")
    ended = worker.ok(
        "POST", f"/v1/alerts/{drill['id']}/resolve", {"outcome": "helped"}
    )
    assert ended["outcome"] == "drill"
    (one,) = manager.ok("GET", "/v1/reports/drills")["items"]
    assert one["alert_id"] == drill["id"]
    assert one["begun_by"] == "刘"
    assert one["answered_role"] == "grid_worker"
    assert 0 <= one["answered_s"] <= one["arrived_s"] < 60
    report = manager.ok("GET", "/v1/reports/response")
    assert report["alerts"] == 0
    assert report["drills"]["answered_60s_percent"] == 100


def test_drills_as_csv_and_xlsx(town: Town, login: Callable[[str], Login]):
    town.person("community_manager", town.community, "=刘")
    manager = login("=刘")
    manager.ok("POST", f"/v1/seniors/{town.mother}/drill")
    path = "/v1/reports/drills?limit=1&format="
    answer = manager.call("GET", f"{path}csv")
    assert answer.headers["content-type"] == "text/csv; charset=utf-8"
    assert "attachment" in answer.headers["content-disposition"]
    heading, line = csv.reader(StringIO(answer.content.decode("utf-8-sig")))
    assert heading[:4] == ["开始", "老人", "地点", "发起人"]
    assert line[1:7] == ["王秀英", "1号楼", "'=刘", "等待处理", "0", ""]
    answer = manager.call("GET", f"{path}xlsx")
    book = openpyxl.load_workbook(BytesIO(answer.content))
    rows = list(book["演练记录"].iter_rows(values_only=True))
    assert rows[1][1:4] == ("王秀英", "1号楼", "'=刘")
    assert len(rows) == 2
    book.close()

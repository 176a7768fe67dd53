"""The report's figures from SQL of our own over the raw ledger; the same on page and sheets."""

import csv
import html
import random
import re
from datetime import datetime, timedelta
from io import BytesIO, StringIO
from typing import Any
from urllib.parse import quote
from uuid import UUID
from zoneinfo import ZoneInfo

import openpyxl
import psycopg
import pytest
from psycopg.rows import dict_row
from psycopg.sql import SQL

from alerts.incidents import store
from alerts.incidents.types import Actor, Opening
from api.reports.tables import COLUMNS
from core.model import Kind, Role, Severity
from tests.support.api import Town
from tests.support.histories import Histories, person
from tests.support.pages import Browser

pytestmark = pytest.mark.db
ZONE = ZoneInfo("Asia/Shanghai")
SINCE, UNTIL = datetime(2026, 9, 1, tzinfo=ZONE), datetime(2027, 1, 1, tzinfo=ZONE)
SPAN = f"from={quote(SINCE.isoformat())}&to={quote(UNTIL.isoformat())}"
PAGE_SPAN = "from=2026-09-01&to=2026-12-31"

BEFORE_MONDAY = datetime(2026, 11, 1, 23, 59, 59, 999999, tzinfo=ZONE)
MONDAY = datetime(2026, 11, 2, tzinfo=ZONE)
RAW = SQL("""
WITH opened AS (
    SELECT alert_id, at AS since, detail ->> 'kind' AS kind,
        detail ->> 'severity' AS severity, detail ->> 'place_id' AS place_id,
        coalesce(detail ->> 'drill', 'false')::boolean AS drill
    FROM alert_event
    WHERE event = 'opened' AND NOT coalesce(detail ->> 'canary', 'false')::boolean
      AND at >= %(since)s AND at < %(until)s
), fact AS (
    SELECT opened.*, at_night.week, at_night.month,
        CASE WHEN 'critical' IN (opened.severity, worse.severity) THEN 'critical'
            WHEN 'warning' IN (opened.severity, worse.severity) THEN 'warning'
            ELSE opened.severity END AS highest,
        extract(epoch FROM first.at - since) AS answered_s, first.role,
        extract(epoch FROM there.at - since) AS arrived_s,
        coalesce(ending.event = 'resolved', false) AS closed,
        CASE WHEN ending.event = 'resolved' THEN ending.outcome END AS outcome,
        EXISTS (SELECT FROM alert_event AS e
            WHERE e.alert_id = opened.alert_id AND e.event = 'expired') AS lapsed
    FROM opened
    CROSS JOIN LATERAL (SELECT
        date_trunc('week', since AT TIME ZONE %(zone)s)::date::text AS week,
        date_trunc('month', since AT TIME ZONE %(zone)s)::date::text AS month) AS at_night
    LEFT JOIN LATERAL (
        SELECT max(e.detail ->> 'severity') FILTER (WHERE TRUE) AS severity
        FROM alert_event AS e
        WHERE e.alert_id = opened.alert_id AND e.event = 'escalated'
          AND e.detail ->> 'reason' = 'severity') AS worse ON true
    LEFT JOIN LATERAL (
        SELECT e.at, e.actor ->> 'role' AS role FROM alert_event AS e
        WHERE e.alert_id = opened.alert_id AND e.actor IS NOT NULL
          AND e.event IN ('acknowledged', 'departed', 'arrived', 'resolved')
        ORDER BY e.position LIMIT 1) AS first ON true
    LEFT JOIN LATERAL (
        SELECT e.at FROM alert_event AS e
        WHERE e.alert_id = opened.alert_id AND e.event = 'arrived'
        ORDER BY e.position LIMIT 1) AS there ON true
    LEFT JOIN LATERAL (
        SELECT e.event, e.detail ->> 'outcome' AS outcome FROM alert_event AS e
        WHERE e.alert_id = opened.alert_id AND e.event IN ('resolved', 'reopened')
          AND NOT e.detail ? 'repeat'
        ORDER BY e.position DESC LIMIT 1) AS ending ON true
)
SELECT {key} AS key, count(*) AS alerts,
    count(*) FILTER (WHERE highest <> 'info') AS calling,
    count(*) FILTER (WHERE highest <> 'info' AND answered_s IS NOT NULL) AS answered,
    100.0 * count(*) FILTER (WHERE highest <> 'info' AND answered_s <= 60)
        / nullif(count(*) FILTER (WHERE highest <> 'info'), 0) AS answered_60s_percent,
    100.0 * count(*) FILTER (WHERE highest <> 'info' AND answered_s <= 180)
        / nullif(count(*) FILTER (WHERE highest <> 'info'), 0) AS answered_180s_percent,
    percentile_cont(0.5) WITHIN GROUP (ORDER BY answered_s)
        FILTER (WHERE highest <> 'info') AS median_acknowledge_s,
    percentile_cont(0.5) WITHIN GROUP (ORDER BY arrived_s) AS median_arrive_s,
    count(*) FILTER (WHERE lapsed) AS lapsed, count(*) FILTER (WHERE closed) AS closed,
    100.0 * count(*) FILTER (WHERE closed) / count(*) AS closing_rate_percent,
    count(*) FILTER (WHERE outcome = 'false_alarm') AS false_alarms,
    100.0 * count(*) FILTER (WHERE outcome = 'false_alarm')
        / nullif(count(*) FILTER (WHERE closed AND outcome <> 'cleared'), 0)
        AS false_alarm_rate_percent
FROM fact WHERE drill = %(drill)s AND {key} IS NOT NULL GROUP BY 1
""")
GROUPS = {
    "by_kind": ("kind", "kind"),
    "by_role": ("role", "role"),
    "by_severity": ("highest", "severity"),
    "weekly": ("week", "from"),
    "monthly": ("month", "from"),
}


@pytest.fixture
def played(town: Town, conn: psycopg.Connection) -> Town:
    """Random histories, and two alerts at the last and first instant of a week and month."""
    seniors = [UUID(town.mother), UUID(town.stranger)]
    seniors += [UUID(town.senior("=1+1", town.community)) for _ in range(2)]
    people = [person(conn, role) for role in (Role.GRID_WORKER, Role.BUILDING_HEAD)]
    Histories(conn, seniors, people, random.Random(11)).write(150)
    for at, kind in ((BEFORE_MONDAY, Kind.SPO2_LOW), (MONDAY, Kind.NOT_WORN)):
        mother = UUID(town.mother)
        store.open_alerts(conn, [Opening(kind, Severity.WARNING, at, mother)], at)
    _away(town, conn, people[0])
    conn.execute("UPDATE senior SET created_at = %s", (SINCE,))
    conn.commit()
    return town


def _away(town: Town, conn: psycopg.Connection, actor: Actor) -> None:
    """An absence, in which a silent wristband is no alert at all."""
    day = timedelta(days=1)
    conn.execute(
        "INSERT INTO absence (id, senior_id, starts_at, ends_at, reason, created_by,"
        " created_at) VALUES (gen_random_uuid(), %s, %s, %s, '住院', %s, %s)",
        (town.mother, MONDAY + day, MONDAY + 3 * day, actor.id, MONDAY),
    )
    at = MONDAY + 2 * day
    silent = Opening(Kind.OFFLINE, Severity.WARNING, at, UUID(town.mother))
    assert store.open_alerts(conn, [silent], at) == [None]


def _raw(conn: psycopg.Connection, key: str, *, drill: bool = False) -> dict[str, Any]:
    values = {"since": SINCE, "until": UNTIL, "zone": ZONE.key, "drill": drill}
    with conn.cursor(row_factory=dict_row) as cursor:
        found = cursor.execute(RAW.format(key=SQL(key)), values).fetchall()
    return {
        row.pop("key"): {n: _number(value) for n, value in row.items()} for row in found
    }


def _number(value: Any) -> Any:
    return None if value is None else pytest.approx(float(value), abs=0.0501)


def _shown(row: dict[str, Any]) -> dict[str, Any]:
    return {name: row[name] for name in COLUMNS if name in row and "senior" not in name}


def test_every_figure_is_that_of_the_raw_ledger(played: Town, conn: psycopg.Connection):
    report = played.admin.ok("GET", f"/v1/reports/response?{SPAN}")
    assert report["alerts"] > 60
    assert _raw(conn, "'all'") == {"all": _shown(report)}
    assert _raw(conn, "'all'", drill=True) == {"all": _shown(report["drills"])}
    for part, (key, name) in GROUPS.items():
        rows = {row[name]: _shown(row) for row in report[part]}
        assert rows == _raw(conn, key), part
    town = played
    parts = {town.street: {town.building, town.community}}
    parts[town.other_street] = {town.other_building}
    above = f"/v1/reports/response?{SPAN}&place_id={town.district}"
    for row in town.admin.ok("GET", above)["by_place"]:
        lies = ", ".join(f"'{one}'" for one in parts[row["place"]["id"]])
        raw = _raw(conn, f"CASE WHEN place_id IN ({lies}) THEN 'here' END")
        assert raw == {"here": _shown(row)}


def test_a_week_and_a_month_begin_at_local_midnight(played: Town):
    report = played.admin.ok("GET", f"/v1/reports/response?{SPAN}")
    assert {"2026-11-02", "2026-10-26"} <= {row["from"] for row in report["weekly"]}
    for span, kinds in (
        ((MONDAY - timedelta(days=7), MONDAY), {"spo2_low"}),
        ((MONDAY, MONDAY + timedelta(days=7)), {"not_worn"}),
    ):
        query = "from={}&to={}".format(*(quote(at.isoformat()) for at in span))
        week = played.admin.ok("GET", f"/v1/reports/response?{query}")
        found = {row["kind"] for row in week["by_kind"]}
        assert found & {"spo2_low", "not_worn"} == kinds
        (only,) = week["weekly"]
        assert only["from"] == f"{span[0]:%Y-%m-%d}"
        assert only["alerts"] == week["alerts"]


def _tables(report: dict[str, Any]) -> list[list[list[Any]]]:
    """Rows of figures of each sheet, in their order."""
    parts = [[report], *(report[part] for part in ("by_place", *_PARTS))]
    parts.append([report["drills"]])
    return [
        [[_near(row.get(name)) for name in COLUMNS] for row in part] for part in parts
    ]


def _near(value: Any) -> Any:
    """Days of seniors go on between one request and the next."""
    return None if value is None else pytest.approx(value, rel=1e-4)


_PARTS = ("by_role", "by_kind", "by_severity", "weekly", "monthly")


def test_csv_and_xlsx_hold_the_same_figures(played: Town):
    path = f"/v1/reports/response?{SPAN}"
    report = played.admin.ok("GET", path)
    tables = _tables(report)
    book = openpyxl.load_workbook(
        BytesIO(played.admin.call("GET", f"{path}&format=xlsx").content)
    )
    sheets = [list(sheet.iter_rows(min_row=2, values_only=True)) for sheet in book]
    book.close()
    width = len(COLUMNS)
    assert [[list(row[-width:]) for row in rows] for rows in sheets] == tables
    text = played.admin.call("GET", f"{path}&format=csv").content.decode("utf-8-sig")
    blocks = text.replace("\r\n", "\n").split("\n\n")
    assert len(blocks) == len(tables)
    for block, table in zip(blocks, tables, strict=True):
        title, heading, *rows = csv.reader(StringIO(block))
        assert len(title) == 1
        assert re.search("[一-鿿]", heading[0])
        told = [
            [None if cell == "" else float(cell) for cell in r[-width:]] for r in rows
        ]
        assert told == table


def test_the_page_shows_the_same_figures(played: Town):
    report = played.admin.ok("GET", f"/v1/reports/response?{SPAN}")
    browser = Browser(str(played.admin.client.base_url).rstrip("/"))
    browser.log_in("admin")
    text = browser.get(f"/reports?{PAGE_SPAN}").text
    browser.client.close()
    for part in _PARTS:
        section = text.partition(f'<section class="card" aria-labelledby="{part}">')[2]
        body = section.partition("<tbody>")[2].partition("</tbody>")[0]
        cells = [
            [_cell(cell) for cell in re.findall(r"<td[^>]*>(.*?)</td>", row, re.DOTALL)]
            for row in body.split("</tr>")[:-1]
        ]
        names = ("alerts", "answered_60s_percent", "answered_180s_percent")
        names += ("median_acknowledge_s", "median_arrive_s", "closing_rate_percent")
        names += ("false_alarm_rate_percent",)
        assert cells == [[row[name] for name in names] for row in report[part]], part


def _cell(text: str) -> float | None:
    plain = html.unescape(re.sub(r"<[^>]+>", "", text)).strip()
    return None if plain == "–" else float(plain)


@pytest.mark.parametrize("name", ["=1+1", "+86", "-2", "@SUM(A1)", "\t=1"])
def test_names_are_never_formulas(town: Town, name: str):
    """A senior on the visit list, where names of people stand."""
    town.admin.ok("PATCH", f"/v1/seniors/{town.mother}", {"name": f"x{name}"[1:]})
    path = "/v1/reports/visits?format="
    book = openpyxl.load_workbook(
        BytesIO(town.admin.call("GET", f"{path}xlsx").content)
    )
    cells = [cell for sheet in book for row in sheet.iter_rows() for cell in row]
    assert any(str(cell.value).endswith(name.strip()) for cell in cells)
    assert not [cell for cell in cells if cell.data_type == "f"]
    book.close()
    text = town.admin.call("GET", f"{path}csv").content.decode("utf-8-sig")
    fields = [field for row in csv.reader(StringIO(text)) for field in row]
    assert any(field.endswith(name.strip()) for field in fields)
    assert not [field for field in fields if field.startswith(("=", "+", "-", "@"))]

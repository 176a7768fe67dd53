"""The response report as tables, headed in the reader's language."""

from collections.abc import Sequence
from typing import Any, Final

from api.reports.figures import Figures
from api.reports.sheets import Cell, Sheet
from api.reports.words import say
from api.views.summary import kind_name

COLUMNS: Final = (
    "alerts",
    "calling",
    "answered",
    "answered_60s_percent",
    "answered_180s_percent",
    "median_acknowledge_s",
    "median_arrive_s",
    "lapsed",
    "closed",
    "closing_rate_percent",
    "false_alarms",
    "false_alarm_rate_percent",
    "senior_days",
    "alerts_per_senior_day",
)
DRILL_COLUMNS: Final = (
    "opened_at",
    "place",
    "begun_by",
    "status",
    "people_told",
    "answered_role",
    "answered_s",
    "arrived_s",
    "ended_at",
)


def response_tables(report: Figures, locale: str) -> list[Sheet]:
    """One table each: all, by place, role, kind and severity, weeks, months, drills."""
    place = report["place"]["name"] if report["place"] else say(locale, "everywhere")
    names = {
        "by_place": [
            row["place"]["name"] if row["place"] else say(locale, "no_place")
            for row in report["by_place"]
        ],
        "by_role": [say(locale, f"role.{row['role']}") for row in report["by_role"]],
        "by_kind": [kind_name(locale, row["kind"]) for row in report["by_kind"]],
        "by_severity": [
            say(locale, f"severity.{row['severity']}") for row in report["by_severity"]
        ],
        "weekly": [row["from"].isoformat() for row in report["weekly"]],
        "monthly": [f"{row['from']:%Y-%m}" for row in report["monthly"]],
    }
    tables = [_table(locale, "total", [place], [report])]
    tables += [
        _table(locale, part, firsts, report[part]) for part, firsts in names.items()
    ]
    return [*tables, _table(locale, "drills", [place], [report["drills"]])]


def _table(
    locale: str, part: str, firsts: Sequence[str], rows: Sequence[Figures]
) -> Sheet:
    heading = [say(locale, f"first.{part}")]
    heading += [say(locale, f"figure.{name}") for name in COLUMNS]
    if part == "by_place":
        heading.insert(0, say(locale, "figure.rank"))
    body: list[list[Cell]] = []
    for first, row in zip(firsts, rows, strict=True):
        cells: list[Cell] = [first, *(row.get(name) for name in COLUMNS)]
        body.append([row["rank"], *cells] if part == "by_place" else cells)
    return Sheet(say(locale, f"part.{part}"), heading, body)


def visit_tables(report: dict[str, Any], locale: str) -> list[Sheet]:
    """Visit coverage by place, and the doors to knock on."""
    heading = [say(locale, "place")]
    heading += [say(locale, f"visits.{name}") for name in ("seniors", "visited")]
    heading += [say(locale, "visits.called"), say(locale, "visits.percent")]
    shares = ("seniors", "visited", "only_called", "visited_percent")
    place = report["place"]["name"] if report["place"] else say(locale, "everywhere")
    body: list[list[Cell]] = [[place, *(report[name] for name in shares)]]
    body += [
        [row["place"]["name"], *(row[name] for name in shares)]
        for row in report["by_place"]
    ]
    return [
        Sheet(f"{say(locale, 'visits.rate')} {report['month']}", heading, body),
        _doors(report, locale),
    ]


def drill_tables(drills: Sequence[dict[str, Any]], locale: str) -> list[Sheet]:
    """One row for each drill: when, where, and how soon somebody was reached."""
    heading = [say(locale, f"drills.{name}") for name in DRILL_COLUMNS]
    heading.insert(1, say(locale, "visits.senior"))
    body: list[list[Cell]] = []
    for drill in drills:
        role = drill["answered_role"]
        worded = drill | {
            "status": say(locale, f"status.{drill['status']}"),
            "answered_role": say(locale, f"role.{role}") if role else None,
        }
        cells = [worded[name] for name in DRILL_COLUMNS]
        body.append([cells[0], drill["senior"]["name"], *cells[1:]])
    return [Sheet(say(locale, "drills.title"), heading, body)]


def _doors(report: dict[str, Any], locale: str) -> Sheet:
    names = ("senior", "address", "why", "last", "called", "away")
    heading = [say(locale, f"visits.{name}") for name in names]
    heading.insert(1, say(locale, "place"))
    body: list[list[Cell]] = [
        [
            door["senior"]["name"],
            " › ".join(door["place"]),
            door["address"],
            "、".join(say(locale, f"care.{reason}") for reason in door["reasons"]),
            door["last_visit_at"] or say(locale, "visits.never"),
            "✓" if door["called"] else "",
            "✓" if door["away"] else "",
        ]
        for door in report["not_visited"]
    ]
    return Sheet(say(locale, "visits.doors"), heading, body)

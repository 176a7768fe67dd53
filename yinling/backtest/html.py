"""The report as one self-contained page: opens from a file, asks no network."""

import json
from importlib.resources import files
from pathlib import Path
from string import Template
from typing import Any, Final

from alerts.detection.columns import SEVERITIES
from yinling.backtest import figures
from yinling.backtest.excerpts import Excerpt
from yinling.backtest.history import ALL_KINDS
from yinling.backtest.report import Report, as_json
from yinling.backtest.words import words

MOST_DELAYS: Final = 400
"""Points of a distribution that a plot is drawn with."""


def write(report: Report, title: str, file: Path, api: str = "") -> None:
    """Write the page.

    Parameters
    ----------
    api : address that links to readings begin with.
    """
    ours = files("yinling.backtest").joinpath("page")
    uplot = files("api").joinpath("pages/static/vendor/uplot")
    page = Template(ours.joinpath("report.html").read_text(encoding="utf-8"))
    text = page.substitute(
        title=_plain(title),
        uplot_css=uplot.joinpath("uPlot.min.css").read_text(encoding="utf-8"),
        uplot_js=uplot.joinpath("uPlot.iife.min.js").read_text(encoding="utf-8"),
        css=ours.joinpath("report.css").read_text(encoding="utf-8"),
        js=ours.joinpath("report.js").read_text(encoding="utf-8"),
        figures=_inside_script(content(report, title, api)),
    )
    file.write_text(text, encoding="utf-8")


def content(report: Report, title: str, api: str = "") -> dict[str, Any]:
    """What the page shows: the JSON object without its alerts, and what is plotted."""
    found = as_json(report)
    del found["alerts"]
    days, opened = figures.by_day(report.replayed, report.zone)
    return found | {
        "title": title,
        "api": api,
        "zone": str(report.zone),
        "words": words(),
        "by_day": {"days": days.tolist(), "opened": opened.tolist()},
        "delays": _delays(report),
        "examples": [_example(one) for one in report.replayed.excerpts],
        "remarks": list(report.remarks),
    }


def _delays(report: Report) -> dict[str, list[float]]:
    """Sorted delays of each kind [s], thinned."""
    if report.scores is None:
        return {}
    found: dict[str, list[float]] = {}
    for kind, one in report.scores.by_kind.items():
        ordered: list[float] = sorted(one.delays_s.tolist())
        step = max(1, len(ordered) // MOST_DELAYS)
        found[str(kind)] = [round(delay, 1) for delay in ordered[step - 1 :: step]]
    return found


def _example(one: Excerpt) -> dict[str, Any]:
    return {
        "senior": one.senior,
        "kind": str(ALL_KINDS[one.kind]),
        "severity": str(SEVERITIES[one.level]),
        "metric": one.metric,
        "opened": round(one.opened_s, 1),
        "time": [round(time, 1) for time in one.time_s.tolist()],
        "value": [round(value, 2) for value in one.value.tolist()],
    }


def _inside_script(what: dict[str, Any]) -> str:
    """JSON that cannot end the script element it stands in."""
    return json.dumps(what, ensure_ascii=False).replace("<", "\\u003c")


def _plain(text: str) -> str:
    return text.replace("&", "&amp;").replace("<", "&lt;")

"""`yinling backtest`: from what was asked for to the report of it."""

import json
import os
import sys
from collections.abc import Callable, Iterable, Iterator
from contextlib import AbstractContextManager, nullcontext
from dataclasses import dataclass, replace
from datetime import datetime
from pathlib import Path
from typing import Final

import psycopg

from core import database
from core.errors import InvalidError, UnavailableError, UsageError
from core.registry.rulebook import rulebook
from core.rules.book import SHIPPED
from core.settings import Settings
from yinling.backtest import cohort, csvfile, html, labels, screen, stored
from yinling.backtest.compare import compare
from yinling.backtest.history import Wearer
from yinling.backtest.labels import Labels
from yinling.backtest.replay import Replayed
from yinling.backtest.report import Report, as_json
from yinling.backtest.roster import home_fence
from yinling.backtest.rules import Rulebook, from_file
from yinling.backtest.run import Plan
from yinling.backtest.run import run as replay_all
from yinling.backtest.scoring import score
from yinling.backtest.source import Ready, Source
from yinling.backtest.textfile import STDIN, title
from yinling.commands.records import database_url

Progress = Callable[[int, int], None]
ALL_CORES: Final = os.cpu_count() or 1
CONDITIONS: Final = ("dementia",)
"""Conditions that detectors know of themselves, beside those that rules name."""
SHOWN_NAMES: Final = 12


@dataclass(frozen=True, slots=True)
class Asked:
    """What the command line asks for; times of day are local."""

    csv: Path | None
    cohort: Path | None
    start: datetime | None
    end: datetime | None
    rules: Path | None
    against: Path | None
    compare: bool
    labels: Path | None
    conditions: tuple[str, ...]
    risk: str
    home: tuple[float, float] | None
    geofence_radius_m: float
    expected_interval_s: float | None
    resolved_after_s: float
    warm_up_days: float
    workers: int | None
    as_json: bool
    html: Path | None


def run(settings: Settings, asked: Asked) -> None:
    """Replay, compare, score, and show it.

    Raises
    ------
    InvalidError
        If a file cannot be used.
    """
    _refuse_missing(asked)
    books = [_rules(settings, asked, asked.rules)]
    if asked.compare:
        books.append(_rules(settings, asked, asked.against))
    source = _source(settings, asked)
    _say(source.remarks)
    plan = Plan(books, settings.zone, asked.resolved_after_s, source.since_s)
    with _bar(asked, "judging reports") as tell:
        replayed = replay_all(source, plan, asked.workers or ALL_CORES, tell)
    remarks = [*_unmet(replayed[0], source.labels)]
    if asked.csv is not None:  # a card may hold any condition, a file says what counts
        remarks += _unexplained(replayed[0], books)
    _say(remarks)
    report = Report(
        replayed=replayed[0],
        zone=settings.zone,
        scores=None if source.labels is None else score(replayed[0], source.labels),
        comparison=compare(*replayed) if asked.compare else None,
        remarks=[*source.remarks, *remarks],
    )
    if asked.html is not None:
        html.write(report, source.title, asked.html, settings.public_url or "")
    if asked.as_json:
        sys.stdout.write(json.dumps(as_json(report), ensure_ascii=False) + "\n")
    else:
        screen.show(report, source.title)


def _refuse_missing(asked: Asked) -> None:
    """Refuse files that are not there, before anything long is begun."""
    files = [
        one
        for one in (asked.csv, asked.rules, asked.against, asked.labels)
        if one is not None
    ]
    if files.count(STDIN) > 1:
        raise UsageError("only one file can be -, the standard input")
    for file in files:
        if file != STDIN and file.is_dir():
            raise InvalidError(f"{file} is a folder: a file is expected")
    for file in (*files, *filter(None, (asked.cohort,))):
        if file != STDIN and not file.exists():
            raise InvalidError(f"there is no {file}")


def _say(remarks: Iterable[str]) -> None:
    for remark in remarks:
        sys.stderr.write(f"yinling: {remark}\n")


def _unexplained(replayed: Replayed, books: Iterable[Rulebook]) -> Iterator[str]:
    """Conditions of seniors that change nothing of how they are judged."""
    known = {*CONDITIONS, *SHIPPED.conditions}
    found: set[str] = set()
    for one in replayed.wearers:
        found.update(one.conditions)
        for rules in (one.service_rules, *one.place_rules, one.own_rules):
            known.update(rules.conditions)
    for book in books:
        known.update(book.service.conditions if book.service else ())
    for one in sorted(found - known):
        yield (
            f"no detector and no rule knows the condition {one!r}, it changes nothing;"
            f" known are {', '.join(sorted(known))}"
        )


def _unmet(replayed: Replayed, labels: Labels | None) -> Iterator[str]:
    """Labels of seniors of whom nothing was replayed."""
    names = labels.unknown(replayed.seniors[0]) if labels is not None else ()
    if names:
        more = f" and {len(names) - SHOWN_NAMES:,} more" * (len(names) > SHOWN_NAMES)
        yield (
            "labels of seniors without any row, counted as missed:"
            f" {', '.join(names[:SHOWN_NAMES])}{more}"
        )


def _bar(asked: Asked, words: str) -> AbstractContextManager[Progress | None]:
    """Progress for people; none beside JSON or where nobody watches."""
    if asked.as_json or not sys.stderr.isatty():
        return nullcontext()
    return screen.progress(words)


def _rules(settings: Settings, asked: Asked, file: Path | None) -> Rulebook:
    """Rules of a file, else those in force: for files, the whole service's."""
    if file is not None:
        return from_file(file)
    if asked.csv is None and asked.cohort is None:
        return Rulebook()
    return _in_force(settings)


def _in_force(settings: Settings) -> Rulebook:
    """The whole service's rules; the shipped ones where there is no service."""
    try:
        url = database_url(settings)
        with database.connect(url, "backtest") as connection:
            above = rulebook(connection).above(())
    except (UnavailableError, psycopg.Error):
        return Rulebook("shipped")
    if not above:
        return Rulebook("shipped")
    return Rulebook("in force", above[0].rules, above[0].revision)


def _source(settings: Settings, asked: Asked) -> Source:
    found = _history(settings, asked)
    if asked.labels is None:
        return found
    return replace(found, labels=labels.read(asked.labels, settings.zone))


def _history(settings: Settings, asked: Asked) -> Source:
    if asked.csv is not None:
        return _csv(settings, asked, asked.csv)
    if asked.cohort is not None:
        return cohort.source(asked.cohort)
    assert asked.start is not None  # noqa: S101  the command line asked for both
    assert asked.end is not None  # noqa: S101
    zone = settings.zone
    start, end = (
        at if at.tzinfo is not None else at.replace(tzinfo=zone)
        for at in (asked.start, asked.end)
    )
    url = database_url(settings)
    return stored.source(url, start, end, warm_up_days=asked.warm_up_days)


def _csv(settings: Settings, asked: Asked, file: Path) -> Source:
    alike = Wearer(
        "",
        conditions=asked.conditions,
        risk=asked.risk,
        expected_interval_s=asked.expected_interval_s or 300.0,
        geofences=()
        if asked.home is None
        else (home_fence(*asked.home, radius_m=asked.geofence_radius_m),),
        judge_silence=asked.expected_interval_s is not None,
    )
    with _bar(asked, f"reading {title(file)}") as tell:
        read = csvfile.read(file, settings.zone, alike, tell)
    return Source(title(file), [Ready(read.history)], remarks=read.remarks())

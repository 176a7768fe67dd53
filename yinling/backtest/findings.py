"""Writes what an evaluation found as a page of the documentation."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from pathlib import Path
from typing import Final

from core.model import Kind, Severity
from core.rules import book
from yinling.backtest.chart import Panel, Point, panels
from yinling.backtest.evaluation import BUDGET, URGENT, Cohort, Person, Swept
from yinling.backtest.scoring import KindScore, Scores

BY_HAND: Final = "<!-- What follows is written by hand and kept. -->"
PICTURE: Final = "evaluation-sweep.svg"
_TOLD: Final = (Severity.CRITICAL, Severity.WARNING)


@dataclass(frozen=True, slots=True)
class Findings:
    """Everything that one evaluation came to."""

    day: date
    seed: int
    days: int
    people: Sequence[Person]
    cohort: Cohort | None


def write(findings: Findings, folder: Path) -> Path:
    """Write ``evaluation.md`` and its picture; what was written by hand stays.

    Parameters
    ----------
    folder : of the documentation.
    """
    page = folder / "evaluation.md"
    old = page.read_text(encoding="utf-8") if page.exists() else ""
    by_hand = old.partition(BY_HAND)[2].strip()
    parts = [text(findings), BY_HAND]
    page.write_text("\n".join([*parts, *([by_hand] if by_hand else []), ""]), "utf-8")
    if findings.cohort is not None and findings.cohort.sweep:
        picture = folder / "images" / PICTURE
        picture.parent.mkdir(exist_ok=True)
        picture.write_text(sweep_picture(findings.cohort.sweep), encoding="utf-8")
    return page


def text(findings: Findings) -> str:
    """The generated part of the page."""
    version = book.resolve(book.NOTHING).version
    lines = [
        "# Evaluation: what the detectors do on people's data",
        "",
        f"Written by `yinling evaluate` on {findings.day.isoformat()}, rules {version}"
        f" (the shipped ones), seed {findings.seed}. Terms as in"
        " [backtest.md](backtest.md); the baseline is plain thresholds: the same limits,"
        " every reading on its own, no gates, no second reading, no duration, no"
        " hysteresis, the same lifecycle of alerts after it.",
        "",
        "## Real people",
        "",
        *_people(findings.people),
    ]
    if findings.cohort is not None:
        lines += ["", *_cohort(findings, findings.cohort)]
    return "\n".join([*lines, ""])


def sweep_picture(sweep: Sequence[Swept]) -> str:
    """Sensitivity against false alerts for each figure tried."""
    drawn = [
        Panel(
            title=one.name,
            note="false alerts per senior-day",
            points=[
                Point(
                    score.false_per_day,
                    score.in_time / score.events if score.events else 0.0,
                    f"{value:g}",
                    default=value == one.default,
                )
                for value, score in one.scores
            ],
        )
        for one in sweep
    ]
    return panels(
        "Events told in time against false alerts; filled: the default", drawn
    )


def _people(people: Sequence[Person]) -> list[str]:
    budget = ", ".join(f"{BUDGET[one]:g} {one}" for one in _TOLD)
    lines = [
        f"Vital alerts per person-day; the budget for healthy people is {budget}.",
        "",
        "| who | readings | person-days | critical | warning | baseline critical"
        " | baseline warning |",
        "|---|--:|--:|--:|--:|--:|--:|",
    ]
    for one in people:
        cells = [_rate(one.vital[s], one.person_days) for s in _TOLD]
        cells += [_rate(one.baseline[s], one.person_days) for s in _TOLD]
        lines.append(
            f"| {one.title} | {one.readings:,} | {one.person_days:.2f} |"
            f" {' | '.join(cells)} |"
        )
    for one in people:
        told = [
            f"{count} {severity} `{kind}`"
            for kind, counts in one.by_kind.items()
            for severity, count in counts.items()
            if count
        ]
        lines += ["", f"{one.title}: {', '.join(told) or 'no alert at all'}."]
    return lines


def _cohort(findings: Findings, cohort: Cohort) -> list[str]:
    ours, plain = cohort.scores, cohort.baseline
    return [
        "## A simulated cohort with labels",
        "",
        f"{cohort.seniors:,} seniors × {findings.days} days"
        f" ([simulation.md](simulation.md)), {cohort.readings:,} readings,"
        f" {cohort.person_days:,.0f} person-days, seed {findings.seed}.",
        "",
        "| kind | events | detected | in time | median | 95 % | false a senior-day"
        " | baseline: detected | in time | false a senior-day |",
        "|---|--:|--:|--:|--:|--:|--:|--:|--:|--:|",
        *(_row(f"`{kind}`", *_pair(ours, plain, kind)) for kind in ours.by_kind),
        _row("**all**", ours.whole, plain.whole),
        _row("**critical alone**", ours.critical, plain.critical),
        "",
        *_verdicts(ours, plain),
        *(
            [
                "",
                f"![Events told in time against false alerts, for the main figures](images/{PICTURE})",
            ]
            if cohort.sweep
            else []
        ),
    ]


def _pair(
    ours: Scores, plain: Scores, kind: Kind
) -> tuple[KindScore, KindScore | None]:
    return ours.by_kind[kind], plain.by_kind.get(kind)


def _row(name: str, ours: KindScore, plain: KindScore | None) -> str:
    cells = [
        name,
        f"{ours.events:,}",
        _share(ours.detected, ours.events),
        _share(ours.in_time, ours.events),
        _span(ours.delay_s(0.5)),
        _span(ours.delay_s(0.95)),
        f"{ours.false_per_day:.4f}",
    ]
    if plain is None:
        cells += ["–", "–", "–"]
    else:
        cells += [
            _share(plain.detected, plain.events),
            _share(plain.in_time, plain.events),
            f"{plain.false_per_day:.4f}",
        ]
    return f"| {' | '.join(cells)} |"


def _verdicts(ours: Scores, plain: Scores) -> list[str]:
    """The aims of the project, each with what was reached."""
    urgent = [ours.by_kind[kind] for kind in URGENT if kind in ours.by_kind]
    told = sum(one.detected for one in urgent), sum(one.events for one in urgent)
    others = [
        one
        for (kind, severity), one in ours.by_severity.items()
        if severity is Severity.CRITICAL and kind not in URGENT
    ]
    in_time = sum(one.in_time for one in others), sum(one.events for one in others)
    false = _false(ours.whole), _false(plain.whole)
    critical = _false(ours.critical), _false(plain.critical)
    return [
        f"- SOS and falls told: {told[0]} of {told[1]} (aim: all).",
        f"- Other critical events within their stated delay: {in_time[0]} of"
        f" {in_time[1]}, {_share(*in_time)} (aim: 99 %).",
        f"- False alerts: {false[0]:,} against {false[1]:,} of the baseline,"
        f" {_share(*false)} (aim: at most a tenth); critical ones alone"
        f" {critical[0]:,} against {critical[1]:,}, {_share(*critical)}.",
    ]


def _false(score: KindScore) -> int:
    return sum(score.false.values())


def _rate(count: int, days: float) -> str:
    return f"{count / days:.3f} ({count})" if days else "–"


def _share(part: int, whole: int) -> str:
    return f"{part / whole:.1%}" if whole else "–"


def _span(seconds: float | None) -> str:
    if seconds is None:
        return "–"
    if seconds < 120:
        return f"{seconds:.0f} s"
    return f"{seconds / 60:.0f} min" if seconds < 7200 else f"{seconds / 3600:.1f} h"

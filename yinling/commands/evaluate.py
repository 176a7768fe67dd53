"""`yinling evaluate`: the detectors on real wearers and on a cohort, written down."""

import os
import tempfile
import threading
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Final

from rich.console import Console

from core.clock import SystemClock
from core.errors import InvalidError
from core.settings import Settings
from simulators.offline import command as offline
from yinling.backtest import evaluation, exports, findings, screen
from yinling.backtest.evaluation import Cohort, Person
from yinling.backtest.findings import Findings

SECONDS: Final = "fitbit_hr_seconds_1p_7days.csv.gz"
MINUTES: Final = "fitbit_minute_hr_steps_1p.csv.gz"
AFDB: Final = "afdb_minute_hr_5rec.csv.gz"


@dataclass(frozen=True, slots=True)
class Asked:
    """What the command line asks for.

    Attributes
    ----------
    shared : folder of the real wearers' exports; what is not there is left out.
    people : further CSV files of healthy people, in the contract's columns.
    seniors : of the simulated cohort; 0 leaves it out.
    """

    shared: Path
    people: Sequence[Path]
    seniors: int
    days: int
    seed: int
    sweep: bool
    workers: int | None
    docs: Path


def run(settings: Settings, asked: Asked) -> None:
    """Replay everything, write the page, and say where it is.

    Raises
    ------
    InvalidError
        If the folder for the page is not there.
    """
    if not asked.docs.is_dir():
        raise InvalidError(f"there is no folder {asked.docs}")
    with tempfile.TemporaryDirectory() as scratch:
        people = _people(settings, asked, Path(scratch))
        cohort = _cohort(settings, asked, Path(scratch)) if asked.seniors else None
    found = Findings(
        day=SystemClock().now().astimezone(settings.zone).date(),
        seed=asked.seed,
        days=asked.days,
        people=people,
        cohort=cohort,
    )
    page = findings.write(found, asked.docs)
    console = Console()
    console.print(findings.text(found), markup=False, highlight=False, soft_wrap=True)
    console.print(f"written to {page}")


def _people(settings: Settings, asked: Asked, scratch: Path) -> list[Person]:
    found: list[Person] = []
    seconds, minutes = asked.shared / SECONDS, asked.shared / MINUTES
    if seconds.exists() and minutes.exists():
        file = exports.fitbit(seconds, minutes, scratch / "fitbit.csv")
        title = "Healthy wearer (Fitbit, Kaggle arashnic/fitbit, CC0)"
        found.append(evaluation.person(file, title, settings.zone))
    if (asked.shared / AFDB).exists():
        file = exports.afdb(asked.shared / AFDB, scratch / "afdb.csv")
        title = "5 people with atrial fibrillation (PhysioNet AFDB)"
        found.append(evaluation.person(file, title, settings.zone))
    found += [evaluation.person(one, one.name, settings.zone) for one in asked.people]
    return found


def _cohort(settings: Settings, asked: Asked, scratch: Path) -> Cohort:
    folder = scratch / "cohort"
    options = offline.Options(
        out=folder, seniors=asked.seniors, days=asked.days, seed=asked.seed
    )
    offline.run(options, threading.Event())
    with screen.progress("judging the cohort") as tell:
        return evaluation.simulated(
            folder,
            settings.zone,
            asked.workers or os.cpu_count() or 1,
            sweep=asked.sweep,
            progress=tell,
        )

"""After a fall: whether anything was seen to move since, and when that is asked."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from uuid import UUID

from psycopg import Connection
from psycopg.rows import class_row

from alerts.escalation.record import QUERIES
from core.registry.rows import one
from core.registry.rulebook import About, rulebook
from core.rules.book import NOTHING, resolve

LOOKS_BACK = timedelta(hours=1)
"""So far before the fall a report may lie that later steps are compared with."""


@dataclass(frozen=True, slots=True)
class Report:
    """What a report says of motion; `steps` count on, `motion` is a mean since the last."""

    time: datetime
    steps: float | None
    motion: float | None


@dataclass(frozen=True, slots=True)
class Wearer:
    """By what the motion of whoever fell is judged.

    Attributes
    ----------
    still_s : lying still for so long tells people again [s]
    moving_g : motion above this is somebody who moves [g]
    interval_s : how often the wristband reports [s]
    """

    still_s: float
    moving_g: float
    interval_s: float


def wearer(conn: Connection, senior_id: UUID | None) -> Wearer:
    """The rules for one senior; the shipped ones where nobody is known."""
    row = one(conn, "rules_of_senior", {"senior_id": senior_id}) if senior_id else None
    if row is None:
        values, interval_s = resolve(NOTHING).values, 300.0
    else:
        values = rulebook(conn).resolve_surely(About.of(row)).values
        interval_s = float(row["expected_interval_s"])
    return Wearer(values["fall.still_s"], values["quality.rest_motion_g"], interval_s)


def reports(
    conn: Connection, senior_id: UUID | None, fell_at: datetime
) -> list[Report]:
    """What the senior's wristband sent from some time before the fall on, in order."""
    with conn.cursor(row_factory=class_row(Report)) as cursor:
        values = {"senior_id": senior_id, "since": fell_at - LOOKS_BACK}
        return cursor.execute(QUERIES["reports_of_motion"], values).fetchall()


def moved(found: Sequence[Report], fell_at: datetime, by: Wearer) -> bool:
    """Whether a report since the fall shows steps gained or motion.

    A report tells of the time since the one before it. It counts if most of that lies
    after the fall: the steps of a walk that ended in it are no sign of life.

    Parameters
    ----------
    found : reports in order of time, of before the fall too.
    """
    last_steps: float | None = None
    before: datetime | None = None
    for report in found:
        begins = report.time - timedelta(seconds=by.interval_s)
        begins = begins if before is None else max(begins, before)
        middle = begins + (report.time - begins) / 2
        if middle >= fell_at and _shows_motion(report, last_steps, by):
            return True
        last_steps = last_steps if report.steps is None else report.steps
        before = report.time
    return False


def _shows_motion(report: Report, last_steps: float | None, by: Wearer) -> bool:
    if report.motion is not None and report.motion > by.moving_g:
        return True
    if report.steps is None or last_steps is None:
        return False
    # A counter that fell was reset: what it shows has been gained since.
    return report.steps > last_steps or 0 < report.steps < last_steps

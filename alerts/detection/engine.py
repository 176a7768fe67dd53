"""Judging: reports in, firings and clearings out, state moved on in place."""

from zoneinfo import ZoneInfo

from alerts.detection import live, replaying
from alerts.detection.columns import Rows
from alerts.detection.detectors import Ground
from alerts.detection.fences import Fences
from alerts.detection.limits import Limits
from alerts.detection.memory import Memory
from alerts.detection.verdict import Verdict


def judge(  # noqa: PLR0917  what a batch stands on, none with a default
    state: Rows,
    reports: Rows,
    limits: Limits,
    fences: Fences,
    zone: ZoneInfo,
    memory: Memory,
) -> Verdict:
    """Judge a batch of new reports; the outcome does not depend on the batching.

    Parameters
    ----------
    state : (m,) STATE, one row a binding; moved on in place, so pass copies.
    reports : (n,) REPORT in arrival order; ``row`` indexes `state`, `limits`, `fences`
        and `memory`. Only reports that were never judged.
    limits : rules of the m rows.
    fences : of the m rows, from :func:`alerts.detection.fences.compile`.
    zone : whose day and night count.
    memory : of the m rows; what becomes of it is in its ``changed``.

    Returns
    -------
    Verdict, whose ``pending`` reports still need :func:`replay`.
    """
    return live.judge(state, reports, Ground(limits, fences, zone, memory))


def replay(
    state: Rows,
    reports: Rows,
    verdict: Verdict,
    history: Rows,
    *,
    limits: Limits,
    fences: Fences,
    zone: ZoneInfo,
    memory: Memory,
) -> Verdict:
    """Judge what `judge` left pending: a late report, and what came after it.

    Parameters
    ----------
    state, reports, limits, fences, zone, memory : the same as given to `judge`.
    verdict : what `judge` returned.
    history : (h,) REPORT, the stored readings of every row in ``verdict.replay``
        with a time after its ``since_s``, in any order, ``row`` set alike. Those of
        this batch may be among them or not.

    Returns
    -------
    Verdict with nothing pending, to be carried out after the first one.
    """
    ground = Ground(limits, fences, zone, memory)
    return replaying.replay(state, reports, verdict, history, ground)

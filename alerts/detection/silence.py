"""How long a wristband may be silent, and when silence becomes the next stage."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import Any
from zoneinfo import ZoneInfo

from core.model import Severity


@dataclass(frozen=True, slots=True)
class Silence:
    """The stage of a wristband's silence.

    Attributes
    ----------
    silent : whether so many expected intervals passed that it counts as silent.
    severity : what `offline` is at now: None, INFO or WARNING.
    due_s : when the next stage falls due [s since 1970]; None after the last.
    since_s : from when silence counts [s since 1970].
    silent_s : length of the silence so far [s]
    limit_s : length at which the present stage began [s]
    """

    silent: bool
    severity: Severity | None
    due_s: float | None
    since_s: float
    silent_s: float
    limit_s: float


def stage(
    since_s: float,
    now_s: float,
    expected_interval_s: float,
    risk: str,
    *,
    values: Mapping[str, float],
    zone: ZoneInfo,
) -> Silence:
    """Stage of `offline` by the server's clock (detectors.md, ``offline``).

    Shown as info after ``offline.info_intervals`` expected intervals; a warning after
    ``offline.warning_s``, for a senior at high risk ``offline.warning_high_risk_s``,
    but only by day: at night the warning waits for the morning. The warning never
    comes before the info. Where ``offline.enabled`` is 0 it has no stage, though the
    wristband counts as silent.

    Parameters
    ----------
    since_s : arrival of the last report, or the moment from which silence counts
        anew, after an outage [s since 1970]
    now_s : the server's present [s since 1970]
    expected_interval_s : how often the wristband should report [s]
    risk : ``normal`` or ``high``.
    values : the rules in force, by dotted name.
    zone : by whose clock it is day.
    """
    shown_s = values["offline.info_intervals"] * expected_interval_s
    patience = "warning_high_risk_s" if risk == "high" else "warning_s"
    told_s = max(values[f"offline.{patience}"], shown_s)
    told_at_s = _by_day(since_s + told_s, values, zone)
    silent_s = max(0.0, now_s - since_s)
    if now_s < since_s + shown_s:
        return Silence(False, None, since_s + shown_s, since_s, silent_s, 0.0)
    if not values["offline.enabled"]:
        return Silence(True, None, None, since_s, silent_s, 0.0)
    if now_s < told_at_s:
        return Silence(True, Severity.INFO, told_at_s, since_s, silent_s, shown_s)
    return Silence(True, Severity.WARNING, None, since_s, silent_s, told_s)


def evidence(silence: Silence) -> dict[str, Any]:
    """The evidence of an `offline` alert, ready for JSON, with ``text`` by language."""
    minutes = int(silence.silent_s // 60)
    hours = silence.silent_s / 3600
    zh = f"{minutes} 分钟" if hours < 2 else f"{hours:.0f} 小时"
    en = f"{minutes} min" if hours < 2 else f"{hours:.0f} h"
    since = datetime.fromtimestamp(silence.since_s, UTC)
    return {
        "silent_s": round(silence.silent_s),
        "limit_s": round(silence.limit_s),
        "since": since.isoformat(timespec="seconds").replace("+00:00", "Z"),
        "text": {
            "zh-CN": f"手环已 {zh}没有上报，请检查电量、佩戴和网络",
            "en": f"No report from the wristband for {en}:"
            " check its charge, wear and network",
        },
    }


def _by_day(time_s: float, values: Mapping[str, float], zone: ZoneInfo) -> float:
    """`time_s`, or the next morning where it falls in the night."""
    local = datetime.fromtimestamp(time_s, zone)
    midnight = local.replace(hour=0, minute=0, second=0, microsecond=0, fold=0)
    morning = midnight + timedelta(hours=values["day.from_h"])
    evening = midnight + timedelta(hours=values["day.to_h"])
    if local < morning:
        return morning.timestamp()
    if local < evening:
        return time_s
    return (morning + timedelta(days=1)).timestamp()

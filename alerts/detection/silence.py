"""How long a wristband may be silent, and when silence becomes the next stage."""

from dataclasses import dataclass
from typing import Any
from zoneinfo import ZoneInfo

import numpy as np

from alerts.detection import terms
from alerts.detection.daytime import is_night, local_s
from core.model import Severity

DAY_S = 86400.0


@dataclass(frozen=True, slots=True)
class Silence:
    """The stage of a wristband's silence.

    Attributes
    ----------
    severity : what `offline` is at now: None, INFO or WARNING.
    due_s : when the next stage falls due [s since 1970]; None after the last.
    since_s : the last report's arrival [s since 1970].
    silent_s : length of the silence so far [s]
    """

    severity: Severity | None
    due_s: float | None
    since_s: float
    silent_s: float


def stage(
    last_received_s: float,
    now_s: float,
    expected_interval_s: float,
    risk: str,
    zone: ZoneInfo,
) -> Silence:
    """Stage of `offline` by the server's clock (detectors.md, ``offline``).

    Shown as info after three expected intervals; a warning after two hours, one for a
    senior at high risk, but only by day: at night the warning waits for 07:00 local.
    The warning never comes before the info.

    Parameters
    ----------
    last_received_s : arrival of the last report, or the moment from which silence
        counts anew, after an outage of our own [s since 1970]
    now_s : the server's present [s since 1970]
    expected_interval_s : how often the wristband should report [s]
    risk : ``normal`` or ``high``.
    """
    shown_s = last_received_s + terms.OFFLINE_INTERVALS * expected_interval_s
    patience_s = (
        terms.OFFLINE_WARNING_HIGH_RISK_S if risk == "high" else terms.OFFLINE_WARNING_S
    )
    told_s = _by_day(max(last_received_s + patience_s, shown_s), zone)
    silent_s = max(0.0, now_s - last_received_s)
    if now_s < shown_s:
        return Silence(None, shown_s, last_received_s, silent_s)
    if now_s < told_s:
        return Silence(Severity.INFO, told_s, last_received_s, silent_s)
    return Silence(Severity.WARNING, None, last_received_s, silent_s)


def evidence(silence: Silence) -> dict[str, Any]:
    """The evidence of an `offline` alert, ready for JSON, with ``text`` by language."""
    minutes = int(silence.silent_s // 60)
    hours = silence.silent_s / 3600
    zh = f"{minutes} 分钟" if hours < 2 else f"{hours:.0f} 小时"
    en = f"{minutes} min" if hours < 2 else f"{hours:.0f} h"
    return {
        "silent_s": round(silence.silent_s),
        "text": {
            "zh-CN": f"手环已 {zh}没有上报，请检查电量、佩戴和网络",
            "en": f"No report from the wristband for {en}:"
            " check its charge, wear and network",
        },
    }


def _by_day(time_s: float, zone: ZoneInfo) -> float:
    """`time_s`, or the next 07:00 local where it falls in the night."""
    instant = np.array([time_s])
    if not is_night(instant, zone)[0]:
        return time_s
    morning_s = terms.DAY_FROM_HOUR * 3600.0
    wait_s = (morning_s - local_s(instant, zone)[0] % DAY_S) % DAY_S
    # Should the clocks change in between, the morning is read again from there.
    morning = np.array([time_s + wait_s])
    shift_s = (local_s(morning, zone)[0] - morning_s + DAY_S / 2) % DAY_S - DAY_S / 2
    return float(morning[0] - shift_s)

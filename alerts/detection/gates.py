"""Quality gates: which readings of a wristband may raise a vital alarm at all."""

from collections.abc import Mapping
from dataclasses import dataclass, fields
from typing import Final, NamedTuple

import numpy as np
from numpy.typing import NDArray

from alerts.detection.batch import Batch
from alerts.detection.columns import (
    SENT_MOTION,
    SENT_STEPS,
    SENT_WORN,
    Bools,
    Floats,
    Ints,
)
from alerts.detection.pulse import absence, follow_pulses
from alerts.detection.segments import (
    Segments,
    carried,
    final,
    previous,
)

NOT_WORN, FROZEN, MOVING, NO_SIGNAL = 1, 2, 4, 8

Texts = Mapping[str, str]

CODES: Final[Mapping[int, tuple[str, Texts]]] = {
    NOT_WORN: (
        "not_worn",
        {"zh-CN": "手环未佩戴", "en": "The wristband is not worn"},
    ),
    FROZEN: (
        "frozen",
        {
            "zh-CN": "心率读数长时间不变，可能未贴合手腕",
            "en": "The heart rate has not changed for a long time: perhaps not on a wrist",
        },
    ),
    MOVING: (
        "moving",
        {
            "zh-CN": "正在活动，暂不判断心率",
            "en": "On the move: the heart rate is not judged now",
        },
    ),
    NO_SIGNAL: (
        "not_worn",
        {
            "zh-CN": "长时间没有脉搏也没有活动，手环可能未佩戴",
            "en": "No pulse and no motion for a long time: perhaps not worn",
        },
    ),
}
"""Gate bits of the state, with the code and words that the status shows."""


def closed(mask: int) -> list[dict[str, object]]:
    """The closed gates in a state's mask: ``[{"code", "text": {"zh-CN", "en"}}]``."""
    return [
        {"code": code, "text": dict(text)}
        for bit, (code, text) in CODES.items()
        if mask & bit
    ]


@dataclass(frozen=True, slots=True)
class Gates:
    """What each report says about whether to trust its vital signs."""

    worn: Bools  # (n,) worn, or never said otherwise, and not silent
    at_rest: Bools  # (n,) neither steps nor motion lately
    changing: Bools  # (n,) heart rate not frozen
    knows_rest: Bools  # (n,) steps or motion were sent lately
    moved: Bools  # (n,) this very report shows steps gained or motion
    moved_s: Floats  # (n,) when steps or motion were last seen, NaN for never
    silent: Bools  # (n,) neither pulse nor motion for so long: taken as not worn
    gone_s: Floats  # (n,) since when frozen or silent, NaN where neither [s since 1970]

    @property
    def steady(self) -> Bools:
        """(n,) whether a vital sign that does not ask for rest may be judged."""
        return self.worn & self.changing

    @property
    def resting(self) -> Bools:
        """(n,) whether one that asks for rest may be judged."""
        return self.worn & self.changing & self.at_rest

    def closed(self, place: Ints) -> NDArray[np.uint8]:
        """The gates closed at some of the reports, as bits of CODES."""
        worn, silent = self.worn[place], self.silent[place]
        return (
            np.where(worn | silent, 0, NOT_WORN)
            | np.where(self.changing[place], 0, FROZEN)
            | np.where(self.at_rest[place], 0, MOVING)
            | np.where(silent, NO_SIGNAL, 0)
        ).astype(np.uint8)

    def some(self, places: Ints) -> "Gates":
        """The gates of the reports at `places`."""
        return Gates(*(getattr(self, one.name)[places] for one in fields(self)))


def open_gates(batch: Batch) -> Gates:
    """Follow wear, rest and change along the reports; moves the states on."""
    s, of = batch.state, batch.of
    sent = _Sent.by(batch)
    said_on = _wear(batch, sent)
    at_rest, knows_rest, moved, moved_s = _rest(batch, sent)
    pulses = follow_pulses(batch, moved_s, (s["gates"] & FROZEN) > 0)
    silent, gone_s = absence(batch, pulses, moved_s)
    gates = Gates(
        worn=said_on & ~silent,
        at_rest=at_rest,
        changing=~pulses.frozen,
        knows_rest=knows_rest,
        moved=moved,
        moved_s=moved_s,
        silent=silent & said_on,
        gone_s=gone_s,
    )
    end, owners = of.last, of.owners
    s["moved_s"][owners] = moved_s[end]
    s["sent"][owners] |= sent.ever(of)
    s["last_time_s"][owners] = batch.reports["time_s"][end]
    s["gates"][owners] = gates.closed(end)
    return gates


class _Sent(NamedTuple):
    """(n,) bool each: whether a report says how it is worn, counts and senses."""

    worn: Bools
    steps: Bools
    motion: Bools

    @staticmethod
    def by(batch: Batch) -> "_Sent":
        """Of a batch's reports."""
        reports = batch.reports
        steps, motion = reports["steps"], reports["motion"]
        return _Sent(reports["worn"] >= 0, ~np.isnan(steps), ~np.isnan(motion))

    def ever(self, of: Segments) -> NDArray[np.uint8]:
        """(k,) SENT_* of each segment."""
        says = np.zeros(of.size, np.uint8)
        for bit, sent in zip((SENT_WORN, SENT_STEPS, SENT_MOTION), self, strict=True):
            says |= sent.view(np.uint8) * np.uint8(bit)
        return np.bitwise_or.reduceat(says, of.begin) if of.size else says


def _wear(batch: Batch, sent: _Sent) -> Bools:
    s, reports, of = batch.state, batch.reports, batch.of
    worn = carried(reports["worn"], sent.worn, of, s["worn"])
    s["worn"][of.owners] = worn[of.last]
    _keep(batch, "worn_s", sent.worn, reports["time_s"])
    return worn != 0


def _rest(batch: Batch, sent: _Sent) -> tuple[Bools, Bools, Bools, Floats]:
    """Whether at rest, whether that is known, what moved, and when it last did."""
    s, reports, of = batch.state, batch.reports, batch.of
    time_s, rest_s = reports["time_s"], batch.own("quality.rest_s")
    steps = carried(reports["steps"], sent.steps, of, s["steps"])
    before = previous(steps, of, s["steps"])
    # A counter that fell was reset: what it shows has been gained since.
    gained = (steps > before) | ((steps < before) & (steps > 0))
    gained &= sent.steps
    stepped_s = carried(time_s, gained, of, s["stepped_s"])
    motion = carried(reports["motion"], sent.motion, of, s["motion"])
    motion_s = carried(time_s, sent.motion, of, s["motion_s"])
    moving = motion > batch.own("quality.rest_motion_g")
    moved = gained | (sent.motion & moving)
    moved_s = carried(time_s, moved, of, s["moved_s"])
    stirred = moving & (time_s - motion_s < rest_s)
    steps_s = carried(time_s, sent.steps, of, s["steps_s"])
    known = (time_s - steps_s < rest_s) | (time_s - motion_s < rest_s)
    _keep(batch, "steps_s", sent.steps, time_s)
    for name, values in (
        ("steps", steps),
        ("stepped_s", stepped_s),
        ("motion", motion),
        ("motion_s", motion_s),
    ):
        s[name][of.owners] = values[of.last]
    return ~((time_s - stepped_s < rest_s) | stirred), known, moved, moved_s


def _keep(batch: Batch, name: str, present: Bools, values: Floats) -> None:
    """Remember the newest present value of each wristband that has one."""
    at = final(present, batch.of)
    batch.state[name][batch.of.owner[at]] = values[at]

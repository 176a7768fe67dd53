"""Quality gates: which readings of a wristband may raise a vital alarm at all."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Final

import numpy as np
from numpy.typing import NDArray

from alerts.detection.batch import Batch
from alerts.detection.columns import (
    SENT_MOTION,
    SENT_STEPS,
    SENT_WORN,
    Bools,
    Floats,
    Rows,
)
from alerts.detection.segments import Segments, carried, latest, previous, segments
from core.payload import FIELDS

NOT_WORN, FROZEN, MOVING = 1, 2, 4

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

    worn: Bools  # (n,) worn, or never said otherwise
    at_rest: Bools  # (n,) neither steps nor motion lately
    changing: Bools  # (n,) heart rate not frozen
    knows_rest: Bools  # (n,) the wristband sends steps or motion


def open_gates(batch: Batch) -> Gates:
    """Follow wear, rest and change along the reports; moves the states on."""
    s, reports, of = batch.state, batch.reports, batch.of
    time_s: Floats = reports["time_s"]
    worn, sent = _wear(s, reports, of)
    at_rest, moved_s = _rest(batch)
    changing = _changing(batch, moved_s)
    gates = Gates(worn, at_rest, changing, sent & (SENT_STEPS | SENT_MOTION) > 0)
    end, owners = of.last, of.owners
    s["moved_s"][owners] = moved_s[end]
    s["sent"][owners] = sent[end]
    s["last_time_s"][owners] = time_s[end]
    s["gates"][owners] = (
        np.where(worn[end], 0, NOT_WORN)
        | np.where(changing[end], 0, FROZEN)
        | np.where(at_rest[end], 0, MOVING)
    )
    return gates


def within(name: str, values: Floats) -> Bools:
    """Whether values are present and physically possible (core.payload)."""
    return (values >= FIELDS[name].low) & (values <= FIELDS[name].high)


def _wear(s: Rows, reports: Rows, of: Segments) -> tuple[Bools, NDArray[np.uint8]]:
    said = reports["worn"] >= 0
    worn = carried(reports["worn"], said, of, s["worn"])
    worn_s = carried(reports["time_s"], said, of, s["worn_s"])
    says = (
        np.where(said, SENT_WORN, 0)
        | np.where(np.isnan(reports["steps"]), 0, SENT_STEPS)
        | np.where(np.isnan(reports["motion"]), 0, SENT_MOTION)
    ).astype(np.uint8)
    sent: NDArray[np.uint8] = s["sent"][of.owner]
    for bit in (np.uint8(SENT_WORN), np.uint8(SENT_STEPS), np.uint8(SENT_MOTION)):
        mine = says & bit
        sent |= carried(mine, mine > 0, of, s["sent"] & bit)
    s["worn"][of.owners], s["worn_s"][of.owners] = worn[of.last], worn_s[of.last]
    return worn != 0, sent


def _rest(batch: Batch) -> tuple[Bools, Floats]:
    """Whether at rest, and when the wearer last moved."""
    s, reports, of = batch.state, batch.reports, batch.of
    time_s, rest_s = reports["time_s"], batch.own("quality.rest_s")
    counted = ~np.isnan(reports["steps"])
    steps = carried(reports["steps"], counted, of, s["steps"])
    before = previous(steps, of, s["steps"])
    # A counter that fell was reset: what it shows has been gained since.
    gained = counted & np.where(steps >= before, steps > before, steps > 0)
    gained &= ~np.isnan(before)
    stepped_s = carried(time_s, gained, of, s["stepped_s"])
    sensed = ~np.isnan(reports["motion"])
    motion = carried(reports["motion"], sensed, of, s["motion"])
    motion_s = carried(time_s, sensed, of, s["motion_s"])
    moving = motion > batch.own("quality.rest_motion_g")
    moved_s = carried(time_s, gained | (sensed & moving), of, s["moved_s"])
    stirred = moving & (time_s - motion_s < rest_s)
    for name, values in (
        ("steps", steps),
        ("steps_s", carried(time_s, counted, of, s["steps_s"])),
        ("stepped_s", stepped_s),
        ("motion", motion),
        ("motion_s", motion_s),
    ):
        s[name][of.owners] = values[of.last]
    return ~(time_s - stepped_s < rest_s) & ~stirred, moved_s


def _changing(batch: Batch, moved_s: Floats) -> Bools:
    """Whether the heart rate is not frozen, on every report."""
    s, reports, of = batch.state, batch.reports, batch.of
    beats = np.flatnonzero(within("heart_rate", reports["heart_rate"]))
    pulses = segments(of.owner[beats])
    value = reports["heart_rate"][beats]
    time_s = reports["time_s"][beats]
    before_s = previous(time_s, pulses, s["same_s"])
    same = value == previous(value, pulses, s["same_value"])
    same &= ~(moved_s[beats] > before_s)
    at = latest(~same | pulses.first)
    since = np.where(same, s["same_since_s"][pulses.owner], time_s)[at]
    count = np.where(same, s["same_count"][pulses.owner] + 1, 1)[at]
    count = count + np.arange(len(at)) - at
    frozen = count >= batch.own("quality.frozen_readings", pulses.owner)
    frozen &= time_s - since >= batch.own("quality.frozen_s", pulses.owner)
    was = (s["gates"] & FROZEN) > 0
    for name, values in (
        ("same_value", value),
        ("same_since_s", since),
        ("same_count", count),
        ("same_s", time_s),
    ):
        s[name][pulses.owners] = values[pulses.last]
    everywhere = np.zeros(of.size, bool)
    everywhere[beats] = frozen
    return ~carried(everywhere, within("heart_rate", reports["heart_rate"]), of, was)

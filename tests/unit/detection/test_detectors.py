"""How a vital sign becomes a detector: whom it concerns, how it is judged and left."""

from types import SimpleNamespace
from typing import Any

import numpy as np

from alerts.detection import detectors, vitals
from alerts.detection.columns import KINDS, fresh_state
from core.model import Kind


def test_a_vital_sign_asks_its_own() -> None:
    asked: list[tuple[str, Any, Any]] = []

    def beyond(batch: Any, gates: Any) -> Any:
        asked.append(("beyond", batch, gates))
        return np.array([True])

    def judge(batch: Any, gates: Any) -> Any:
        asked.append(("judge", batch, gates))
        return "outlook"

    detector = detectors._vital(vitals.HEART_RATE, beyond, judge)
    state = fresh_state(2)
    state["level"][1, KINDS.index(Kind.HEART_RATE_LOW)] = 2
    batch: Any = SimpleNamespace(state=state)
    gates: Any = "gates"
    ground: Any = None
    may_begin, under_way = detector.concerned(batch, gates, ground)
    assert may_begin.tolist() == [True]
    assert under_way.tolist() == [False, True]
    assert detector.judge(batch, gates, ground) == "outlook"
    assert asked == [("beyond", batch, gates), ("judge", batch, gates)]


def test_what_is_not_under_way_is_left() -> None:
    detector = detectors._vital(vitals.HEART_RATE, lambda *_: None, lambda *_: None)
    first = detectors.DETECTORS[0]
    states = [fresh_state(1) for _ in range(2)]
    for state, leave in zip(states, (detector.leave, first.leave), strict=True):
        state["hr_start_s"] = 5.0
        state["hr_count"] = 1
        leave(state, np.array([0]))
    assert states[0].tobytes() == states[1].tobytes()
    untouched = fresh_state(1)
    untouched["hr_start_s"], untouched["hr_count"] = 5.0, 1
    assert states[0].tobytes() != untouched.tobytes()

"""A bug planted in any detector is found by the comparison: the net is known to catch."""

import inspect
import textwrap
from collections.abc import Callable
from random import Random
from types import FunctionType, ModuleType

import pytest

from alerts.detection import (
    battery,
    gates,
    geofence,
    pressure_days,
    pulse,
    replaying,
    stillness,
    unusual,
    usual,
    vitals,
    wear,
)
from tests.oracles.comparing import judge_as, recorded
from tests.oracles.fleet import Fleet

PLANTED: list[tuple[ModuleType, str, str, str]] = [
    (vitals, "heart_rate", 'rate >= high("critical")', 'rate > high("critical")'),
    (vitals, "heart_rate", 'rate <= low("critical")', 'rate < low("critical")'),
    (vitals, "blood_pressure", "upper >= most[0]", "upper > most[0]"),
    (vitals, "blood_pressure", 'upper <= low("cri', 'upper < low("cri'),
    (vitals, "oxygen", 'spo2 <= low("warning")', 'spo2 < low("warning")'),
    (unusual, "_follow", "-off_by >= far", "-off_by > far"),
    (unusual, "_follow", "np.abs(off_by) <= near", "np.abs(off_by) < near"),
    (usual, "_median", "(count - 1) // 2", "count // 2"),
    (pressure_days, "_found", "mean[0] >= most", "mean[0] > most"),
    (stillness, "inactivity", "still_s[long] > usual_s", "still_s[long] >= usual_s"),
    (wear, "_absence", "absent_s[off] >= urgent_s", "absent_s[off] > urgent_s"),
    (geofence, "_going_far", "apart > before", "apart < before"),
    (geofence, "_pairs", "-apart >= fixes", "-apart > fixes"),
    (battery, "battery", "charge <= warning", "charge < warning"),
    (pulse, "follow_pulses", "time_s - since >= batch", "time_s - since > batch"),
    (gates, "_rest", "time_s - stepped_s < rest_s", "time_s - stepped_s <= rest_s"),
    (replaying, "_settle", "holds > base", "holds >= base"),
]
"""Module, function, what stands there, and the bug in its place."""


def plant(
    monkeypatch: pytest.MonkeyPatch, module: ModuleType, name: str, old: str, new: str
) -> None:
    """Put `new` in the place of `old` in a function of the engine."""
    function: Callable[..., object] = getattr(module, name)
    assert isinstance(function, FunctionType)
    source = textwrap.dedent(inspect.getsource(function))
    assert source.count(old) == 1, f"{module.__name__}.{name} has no single {old!r}"
    made: dict[str, FunctionType] = {}
    exec(source.replace(old, new), function.__globals__.copy(), made)  # noqa: S102
    # The code, not the name: others have imported the function by now.
    monkeypatch.setattr(function, "__code__", made[name].__code__)


@pytest.mark.timeout(240)  # the first one compares all sequences slowly
@pytest.mark.parametrize(("module", "name", "old", "new"), PLANTED)
def test_a_planted_bug_is_found(
    monkeypatch: pytest.MonkeyPatch,
    module: ModuleType,
    name: str,
    old: str,
    new: str,
) -> None:
    several, profiles, expected = recorded(2000)
    plant(monkeypatch, module, name, old, new)
    found = judge_as(expected, Fleet(several, profiles), Random(1))
    assert found.difference is not None

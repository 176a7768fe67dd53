"""The numpy detectors equal the slow oracle, whatever the rules, order and batching."""

import os
import sys
from collections import Counter
from concurrent.futures import ProcessPoolExecutor
from random import Random

import numpy as np
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from tests.oracles import rules, sequences
from tests.oracles.comparing import compare, judge_both
from tests.oracles.fleet import SHANGHAI, Fleet

PROFILES = rules.profiles(Random(0), 60)
CI_SIZE = 2000
SEQUENCES = int(os.environ.get("YINLING_ORACLE_SEQUENCES", CI_SIZE))
AT_ONCE = 1000  # wristbands judged in common batches
QUICK = settings(
    max_examples=40,
    deadline=None,
    suppress_health_check=[HealthCheck.too_slow, HealthCheck.data_too_large],
)
CHANCES = st.randoms(use_true_random=False)


@QUICK
@given(CHANCES, st.randoms(use_true_random=True))
def test_one_wristband_equals_the_oracle(chance: Random, batching: Random) -> None:
    one = sequences.sequence(chance, len(PROFILES))
    found = judge_both([one], PROFILES, SHANGHAI, batching)
    assert found.difference is None


@pytest.mark.timeout(0 if SEQUENCES > CI_SIZE else 120)
def test_many_wristbands_equal_the_oracle(capsys: pytest.CaptureFixture[str]) -> None:
    """As many sequences as YINLING_ORACLE_SEQUENCES says; see docs/mutation.md."""
    full, rest = divmod(SEQUENCES, AT_ONCE)
    parts = [AT_ONCE] * full + [rest] * (rest > 0)
    told: Counter[tuple[str, str, int]] = Counter()
    compared = reports = 0
    with ProcessPoolExecutor(min(len(parts), os.cpu_count() or 1)) as pool:
        for found in pool.map(compare, range(len(parts)), parts):
            assert found.difference is None
            compared, reports = compared + found.sequences, reports + found.reports
            told.update(found.told)
    assert compared == SEQUENCES
    if SEQUENCES > CI_SIZE:
        with capsys.disabled():
            sys.stdout.write(_summary(compared, reports, told))
    _reaches_everything(told)


def _summary(compared: int, reports: int, told: Counter[tuple[str, str, int]]) -> str:
    lines = [f"\n{compared} sequences of {reports} reports compared: no difference"]
    lines += [
        f"  {what:7} {kind:20} {level} {count:9}"
        for (what, kind, level), count in sorted(told.items())
    ]
    return "\n".join([*lines, ""])


def _reaches_everything(told: Counter[tuple[str, str, int]]) -> None:
    """Each kind was told at each of its severities, and cleared."""
    wanted = {(kind, level) for kind, levels in LEVELS.items() for level in levels}
    fired = {(kind, level) for what, kind, level in told if what == "fire"}
    cleared = {kind for what, kind, _ in told if what == "clear"}
    assert wanted == fired
    assert cleared == LEVELS.keys()
    assert told["measure", "", 0]


LEVELS = {
    "heart_rate_high": (2, 3),
    "heart_rate_low": (2, 3),
    "blood_pressure_high": (1, 3),
    "blood_pressure_low": (2, 3),
    "spo2_low": (2, 3),
    "temperature_high": (2,),
    "vitals_change": (2,),
    "geofence_exit": (2, 3),
    "geofence_enter": (2, 3),
    "inactivity": (2, 3),
    "not_worn": (1, 2),
    "battery_low": (1, 2),
}


@pytest.mark.parametrize("seed", range(3))
def test_batching_leaves_the_same_state(seed: int) -> None:
    chance = Random(seed)
    several = [sequences.sequence(chance, len(PROFILES)) for _ in range(200)]
    fleets = [Fleet(several, PROFILES), Fleet(several, PROFILES)]
    for part, fleet in enumerate(fleets):
        batching = Random(seed + 100 * part)
        while fleet.unfinished().size:
            fleet.step(batching)
            fleet.restart(
                np.flatnonzero([batching.random() < part / 5 for _ in several])
            )
    assert fleets[0].state.tobytes() == fleets[1].state.tobytes()
    assert fleets[0].memory.tobytes() == fleets[1].memory.tobytes()

"""Leaving out the calm, and judging block by block, change nothing but the time."""

from collections.abc import Callable

import numpy as np
import pytest

from alerts.detection import live, screening
from alerts.detection.batch import Batch, Reports
from alerts.detection.columns import (
    STATE,
    Bools,
    Ints,
    Rows,
    empty_reports,
    fresh_state,
)
from alerts.detection.fences import compile as compile_fences
from alerts.detection.limits import Limits
from alerts.detection.memory import MEMORY, Memory, fresh_memory
from alerts.detection.segments import segments
from alerts.detection.verdict import Verdict
from bench.detect_fleet import fleet
from tests.unit.detection.played import SHANGHAI, Player

WRISTBANDS, HOURS, EACH = 400, 5, 12
Outcome = tuple[list[bytes], bytes, bytes]


def judged(shuffled: bool = False) -> Outcome:
    """What some hours of a fleet bring about, and what is left of them."""
    wearers, rows = fleet(WRISTBANDS, 3), np.arange(WRISTBANDS)
    state, memory = fresh_state(WRISTBANDS), Memory.of(fresh_memory(WRISTBANDS))
    chance = np.random.default_rng(1)
    verdicts: list[Verdict] = []
    for hour in range(HOURS):
        reports = wearers.reports(rows, EACH)
        trouble(reports, np.random.default_rng(hour))
        if shuffled:
            reports = mixed(reports, chance)
        ground = live.Ground(wearers.limits, wearers.fences, SHANGHAI, memory)
        verdicts.append(live.judge(state, reports, ground))
    told = [told_of(one) for one in verdicts]
    assert sum(len(one.firings) for one in verdicts) > 500
    assert sum(len(one.clearings) for one in verdicts) > 50
    content = memory.read(rows)
    return told, state.tobytes(), content.tobytes()


def trouble(reports: Rows, chance: np.random.Generator) -> None:
    """Have some people rest, and some of those fall ill for an hour."""
    of = np.repeat(np.arange(WRISTBANDS), EACH)
    rests, ill, worn = (chance.random(WRISTBANDS)[of] for _ in range(3))
    still = rests < 0.7
    reports["motion"][still], reports["steps"][still] = 0.0, 500_000
    for name, low, high in (("heart_rate", -35, 60), ("spo2", -7, 0)):
        reports[name][ill < 0.1] += low
        reports[name][(ill > 0.9) & (ill < 0.95)] += high
    reports["systolic"][ill < 0.2] += 70
    reports["diastolic"][ill < 0.2] += 20
    reports["worn"][worn < 0.1] = 0
    reports["latitude"][worn > 0.9] += 0.01
    reports["battery"] = chance.choice([8, 12, 19, 21, 24, 26, 80], WRISTBANDS)[of]


def mixed(reports: Rows, chance: np.random.Generator) -> Rows:
    """The wristbands' reports among each other, each one's in order."""
    order = chance.permutation(np.repeat(np.arange(WRISTBANDS), EACH))
    found = np.empty_like(reports)
    found[np.argsort(order, kind="stable")] = reports
    return found


def told_of(verdict: Verdict) -> bytes:
    """All that is told, wristband by wristband."""
    parts: list[bytes] = []
    for rows in (verdict.firings, verdict.clearings, verdict.measure):
        some = rows.copy()
        names = [name for name in rows.dtype.names or () if name in {"order", "report"}]
        for name in names:
            some[name] = 0
        key = some["row"], some["observed_s"]
        parts.append(some[np.lexsort(key)].tobytes())
    return b"".join(parts)


@pytest.fixture(scope="module")
def screened() -> Outcome:
    return judged()


def test_looking_at_everyone_tells_and_leaves_the_same(
    screened: Outcome, monkeypatch: pytest.MonkeyPatch
) -> None:
    def everyone(
        batch: Batch, beyond: Bools, under_way: Bools
    ) -> screening.Part | None:
        return screening.concerned(batch, beyond, np.ones_like(under_way))

    monkeypatch.setattr(live, "concerned", everyone)
    assert judged() == screened


@pytest.mark.parametrize("block", [60, 300, 5000])
def test_so_does_judging_in_smaller_blocks(
    block: int, screened: Outcome, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(live, "BLOCK", block)
    assert judged() == screened


def test_so_does_another_order_of_the_wristbands(screened: Outcome) -> None:
    assert judged(shuffled=True) == screened


def test_firings_name_their_report_and_rules_in_any_block(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr(live, "BLOCK", 2)
    player = Player(4)
    strict = np.repeat(player.limits.table, 2)
    strict["battery_low.info"] = [20, 24]
    player.limits = Limits(strict, np.array([0, 1, 0, 1]), ("mild", "strict"))
    player.batch([(row, {"time": 1.7e9, "battery": 22}) for row in (3, 2, 1, 0)])
    verdict = player.verdicts[0]
    assert verdict.firings["row"].tolist() == [1, 3]
    assert verdict.firings["report"].tolist() == [2, 0]
    assert [verdict.rule_version(i) for i in range(2)] == ["strict", "strict"]


def test_rows_beyond_sixteen_bits_are_sorted() -> None:
    rows = [70_000, 4, 70_000, 65_536]
    reports = empty_reports(4)
    reports["row"], reports["time_s"] = rows, 1.7e9
    reports["received_s"], reports["battery"] = 1.7e9, [9, 21, 15, 21]
    state, m = fresh_state(70_001), 70_001
    player = Player()
    rules = Limits(player.limits.table, np.zeros(m, np.intp), ("",))
    memory = Memory(fresh_memory(1), np.zeros(m, np.intp))
    ground = live.Ground(rules, compile_fences([None] * m), SHANGHAI, memory)
    verdict = live.judge(state, reports, ground)
    assert verdict.rows.tolist() == [4, 65_536, 70_000]
    assert verdict.firings["report"].tolist() == [0]
    assert state["last_time_s"][rows].tolist() == [1.7e9] * 4


def some(places: list[int]) -> Callable[[Reports], Reports]:
    return lambda reports: reports.some(np.array(places))


def test_reports_of_reports() -> None:
    rows = empty_reports(5)
    rows["seq"] = [5, 6, 7, 8, 9]
    reports = Reports(rows)
    part = some([1, 2])(some([0, 2, 4])(reports))
    assert (len(reports), len(part)) == (5, 2)
    assert part["seq"].tolist() == [7, 9]


@pytest.mark.parametrize(
    ("beyond", "under_way", "which", "places"),
    [
        ([], [False, False], [], []),
        ([1], [False, False], [0], [0, 1]),
        ([], [False, True], [1], [2]),
        ([0, 2], [True, False], [0, 1], [0, 1, 2]),
    ],
)
def test_who_is_looked_at(
    beyond: list[int], under_way: list[bool], which: list[int], places: list[int]
) -> None:
    of = segments(np.array([0, 0, 1]))
    at: Ints = np.array(beyond, np.intp)
    found = screening.looked_at(of, at, np.array(under_way))
    assert [one.tolist() for one in found] == [which, places]


@pytest.mark.parametrize("rows", [STATE, MEMORY])
def test_rows_are_aligned_and_hold_no_bytes_but_their_fields(rows: np.dtype) -> None:
    assert np.dtype(rows.descr, align=True) == np.dtype(rows.descr)

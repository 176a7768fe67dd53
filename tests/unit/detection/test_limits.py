"""Rule profiles: one row of figures each, shared by whoever goes by the same."""

import numpy as np
import pytest

from alerts.detection import columns, limits
from alerts.detection.limits import Limits
from core.errors import InvalidError
from core.rules import book

SHIPPED = book.SHIPPED.values
HOUR = 3600.0


def test_a_profile_holds_every_figure() -> None:
    found = book.resolve(
        book.NOTHING,
        conditions=["copd", "dementia"],
        thresholds={"heart_rate_high": {"critical": 150}, "spo2_low": None},
    )
    row = limits.resolve(
        found.values,
        conditions=["copd", "dementia"],
        risk="high",
        expected_interval_s=60,
    )[0]
    assert row["heart_rate_high.critical"] == 150
    assert (row["spo2_low.warning"], row["spo2_low.critical"]) == (87, 83)
    assert (row["dementia"], row["high_risk"]) == (True, True)
    assert row["expected_interval_s"] == 60


def test_what_is_shared_is_a_single_figure() -> None:
    two = np.repeat(limits.resolve(SHIPPED), 2)
    two["spo2_low.warning"] = [94, 87]
    rules = Limits(two, np.array([0, 1, 0]), ("a", "b"))
    rows = np.arange(3)
    assert rules.own("spo2_low.warning", rows).tolist() == [94, 87, 94]
    shared = rules.of(np.array([0, 2]))
    assert shared.own("spo2_low.warning", np.arange(2)).tolist() == [94]
    assert shared.versions == ("a",)
    assert len(rules.of(np.array([1, 2]))) == 2
    assert len(rules.of(np.zeros(0, np.intp))) == 0


@pytest.mark.parametrize(
    ("quiet", "left"),
    [
        ([], [(7, 22)]),
        ([(12.5, 14)], [(7, 12.5), (14, 22)]),
        ([(21, 8)], [(8, 21)]),
        ([(13, 14), (12, 15)], [(7, 12), (15, 22)]),
        ([(0, 24)], []),
    ],
)
def test_waking_is_the_day_without_its_quiet_hours(
    quiet: list[tuple[float, float]], left: list[tuple[float, float]]
) -> None:
    spans = [(start * HOUR, end * HOUR) for start, end in quiet]
    row = limits.resolve(SHIPPED, quiet=spans)["waking"][0]
    expected = np.zeros((columns.WAKING_SPANS, 2))
    expected[: len(left)] = np.array(left).reshape(-1, 2) * HOUR
    assert row.tolist() == expected.tolist()


def test_a_day_in_too_many_pieces_is_refused() -> None:
    spans = [(hour * HOUR, (hour + 0.5) * HOUR) for hour in range(8, 17)]
    with pytest.raises(InvalidError):
        limits.resolve(SHIPPED, quiet=spans)

"""The hours that a low battery will still last."""

from typing import Any

import pytest

from alerts.detection.evidence import evidence
from tests.unit.detection.days import HOUR, NOON
from tests.unit.detection.played import Player

Report = dict[str, Any]


def charges(*values: float | None, every: float = HOUR) -> list[Report]:
    return [
        {"time": NOON + i * every} | ({} if value is None else {"battery": value})
        for i, value in enumerate(values)
    ]


def hours_left(reports: list[Report], size: int = 1) -> float | None:
    """What the evidence of the last firing says."""
    player = Player()
    found: float | None = None
    for i in range(0, len(reports), size):
        player.batch([(0, one) for one in reports[i : i + size]])
        verdict = player.verdicts[-1]
        for n in range(len(verdict.firings)):
            found = evidence(verdict, n).get("hours_left")
    return found


@pytest.mark.parametrize("size", [1, 3, 100])
@pytest.mark.parametrize(
    ("values", "hours"),
    [
        ((24, 22, 20), 10),  # 2 an hour
        ((60, 80, 80, 50, 20), 1),  # 30 an hour since it was last at 80
        ((20.5, 20), None),  # half a point
        ((30, 10, 40, 20), 1),  # charged between
        ((40, None, None, 19), 3),  # 7 an hour
        ((None, 20), None),
    ],
)
def test_by_its_fall_since_the_peak(
    values: tuple[float | None, ...], hours: float | None, size: int
) -> None:
    assert hours_left(charges(*values), size) == hours


def test_not_before_an_hour() -> None:
    assert hours_left(charges(30, 25, 20, every=1200)) is None
    assert hours_left(charges(30, 27, 24, 20, every=1200)) == 2


def test_in_words() -> None:
    player = Player()
    player.feed(*charges(24, 22, 20))
    text = evidence(player.verdicts[-1], 0)["text"]
    assert text == {
        "zh-CN": "手环电量 20%，约可再用 10 小时，请充电",
        "en": "Wristband battery at 20 %, about 10 h left: please charge it",
    }
    player = Player()
    player.feed(*charges(96, 8))
    text = evidence(player.verdicts[-1], 0)["text"]
    assert "less than an hour left: please charge it soon" in text["en"]
    assert "不到 1 小时，请尽快充电" in text["zh-CN"]

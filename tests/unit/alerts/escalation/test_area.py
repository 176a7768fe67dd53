"""Which places fell silent as a whole, by a tree drawn in numbers."""

from collections.abc import Collection, Sequence
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from uuid import UUID

import pytest

from alerts.escalation.area import Count, Fallen, Path, outages, together
from core.rules.book import SHIPPED

T0 = datetime(2026, 11, 21, 4, 0, tzinfo=UTC)
S = timedelta(seconds=1)


def path(*numbers: int) -> Path:
    return tuple(UUID(int=number) for number in numbers)


TOWN = path(1)
COMPOUND = path(1, 2)


def building(number: int) -> Path:
    return path(1, 2, 10 + number)


@dataclass
class Town:
    """Wristbands by the place of their wearers: how many there are and miss reports."""

    homes: dict[Path, tuple[int, int]]
    rules: dict[Path, dict[str, float]] = field(default_factory=dict)
    asked: list[tuple[UUID, int]] = field(default_factory=list)

    def values(self, at: Path) -> dict[str, float]:
        return {**SHIPPED.values, **self.rules.get(at, {})}

    def at_most(self, place: UUID, without: Collection[UUID], limit: int) -> int:
        self.asked.append((place, limit))
        there = sum(
            wristbands
            for at, (wristbands, _) in self.homes.items()
            if place in at and not set(without) & set(at)
        )
        return min(there, limit + 1)

    def parts(self, at: Path) -> Sequence[Count]:
        below: dict[Path, Count] = {}
        for home, (wristbands, missing) in self.homes.items():
            if home[: len(at)] == at:
                part = home[: len(at) + 1]
                old = below.get(part, Count(0, 0))
                below[part] = Count(old.wristbands + wristbands, old.missing + missing)
        return list(below.values())

    def found(self, **seconds: float) -> dict[Path, tuple[int, int]]:
        """Outages while everyone missing is silent since about the same time."""
        apart = seconds.get("apart_s", 1)
        fallen = [
            Fallen(home, T0 + n * apart * S)
            for home, (_, missing) in self.homes.items()
            for n in range(missing)
        ]
        return {
            one.path: (one.count.wristbands, one.count.missing)
            for one in outages(fallen, self.values, self)
        }


def test_nobody_silent_is_no_outage():
    assert Town({building(1): (40, 0)}).found() == {}


@pytest.mark.parametrize(
    ("wristbands", "missing", "out"),
    [(20, 5, False), (16, 5, True), (17, 5, False), (4, 4, False), (40, 12, True)],
)
def test_share_and_least_number(wristbands: int, missing: int, out: bool):
    found = Town({building(1): (wristbands, missing)}).found()
    assert found == ({building(1): (wristbands, missing)} if out else {})


def test_within_so_long_of_each_other():
    town = Town({building(1): (6, 6)})
    assert town.found(apart_s=180)
    assert town.found(apart_s=226) == {}  # four within 15 min


def test_the_lowest_place_of_an_only_branch():
    assert list(Town({building(1): (40, 40)}).found()) == [building(1)]


def test_one_building_of_several():
    town = Town({building(1): (10, 10), building(2): (10, 0), building(3): (10, 1)})
    assert town.found() == {building(1): (10, 10)}


def test_all_buildings_are_the_compound():
    homes = {building(n): (10, 9) for n in range(4)}
    assert Town(homes).found() == {COMPOUND: (40, 36)}


def test_small_buildings_are_the_compound():
    homes = {building(n): (3, 3) for n in range(12)} | {building(12): (4, 0)}
    assert Town(homes).found() == {COMPOUND: (40, 36)}


def test_a_place_takes_in_those_below_it():
    homes = {building(n): (3, 3) for n in range(12)}
    homes |= {building(12): (6, 6), building(13): (4, 0)}
    assert list(Town(homes).found()) == [COMPOUND]


def test_two_buildings_of_four_stay_two():
    homes = {building(n): (10, 10 if n < 2 else 1) for n in range(4)}
    assert set(Town(homes).found()) == {building(0), building(1)}


def test_it_climbs_past_an_only_child():
    homes = {path(1, 2, 3, n): (6, 6) for n in (20, 21)}
    homes |= {path(1, 5, 6, n): (6, 6) for n in (30, 31)}
    assert list(Town(homes).found()) == [TOWN]


def test_those_who_live_in_a_place_itself_are_a_part_of_it():
    homes = {COMPOUND: (5, 0), building(1): (10, 10)}
    assert list(Town(homes).found()) == [building(1)]
    assert list(Town(homes | {COMPOUND: (5, 4)}).found()) == [COMPOUND]


def test_an_empty_sibling_is_no_part():
    homes = {building(1): (10, 10), building(2): (0, 0)}
    assert list(Town(homes).found()) == [building(1)]


def test_rules_of_the_place_hold():
    homes = {building(1): (10, 6)}
    off = {building(1): {"area_outage.enabled": 0}}
    assert list(Town(homes, off).found()) == [COMPOUND]
    rare = {
        place: {"area_outage.share": 0.7} for place in (building(1), COMPOUND, TOWN)
    }
    assert Town(homes, rare).found() == {}


def test_no_lifting_where_the_place_above_is_switched_off():
    homes = {building(n): (10, 10) for n in range(2)}
    off = {COMPOUND: {"area_outage.enabled": 0}}
    assert set(Town(homes, off).found()) == {building(0), building(1)}


def test_a_large_place_is_counted_no_further_than_needed():
    town = Town({building(1): (100_000, 5)})
    assert town.found() == {}
    assert {limit for _, limit in town.asked} == {17}


def test_together_is_the_largest_group():
    moments = [T0 + s * S for s in (0, 10, 500, 505, 510, 2000)]
    assert together(moments, 20) == moments[2:5]
    assert together(moments, 0) == moments[:1]
    assert together([], 20) == []

"""The demo's compound: its places, its 40 residents, and those who answer for them."""

from dataclasses import dataclass
from typing import Final

import numpy as np

from simulators import geography, names
from simulators.geography import Position, Spot
from simulators.model.people import Sex

CENTRE: Final = Position(34.3416, 108.9398)
SENIORS: Final = 40
BUILDINGS: Final = 5
SEED: Final = 7
FENCE_M: Final = 200.0
ALL_SCOPES: Final = ("status", "vitals", "location", "alerts")


@dataclass(frozen=True, slots=True)
class Staff:
    """Someone who answers; `place` is a key of the place tree."""

    key: str
    name: str
    role: str
    place: str
    login: bool = False


@dataclass(frozen=True, slots=True)
class Relative:
    """A family member of the resident with number `senior`."""

    key: str
    name: str
    relation: str
    senior: int
    scopes: tuple[str, ...] = ALL_SCOPES
    login: bool = False


@dataclass(frozen=True, slots=True)
class Department:
    """Who is called for help from a place (吹哨), and answers by link."""

    key: str
    name: str
    kind: str
    place: str
    phone: str
    deadline_s: int


@dataclass(frozen=True, slots=True)
class Resident:
    """An old person of the compound; number and wristband go together."""

    number: int
    name: str
    sex: Sex
    birth_year: int
    building: int
    home: Position
    lives_alone: bool
    conditions: tuple[str, ...]
    high_risk: bool


PLACES: Final = (
    ("district", "青河区", "district", None),
    ("street", "梧桐街道", "street", "district"),
    ("community", "槐树社区", "community", "street"),
    ("compound", "银铃小区", "compound", "community"),
    *(
        (f"building-{number}", f"{number}号楼", "building", "compound")
        for number in range(1, BUILDINGS + 1)
    ),
)
"""(key, name, level, key of the parent), parents first."""

STAFF: Final = (
    Staff("grid", "王建华", "grid_worker", "compound", login=True),
    Staff("community", "赵敏", "community_manager", "community", login=True),
    Staff("street", "孙涛", "street_manager", "street"),
    Staff("district", "周宏", "district_manager", "district"),
    Staff("head-1", "吴桂珍", "building_head", "building-1"),
    Staff("head-2", "徐国平", "building_head", "building-2"),
    Staff("head-3", "胡玉梅", "building_head", "building-3"),
    Staff("head-4", "郭长林", "building_head", "building-4"),
    Staff("head-5", "何淑云", "building_head", "building-5"),
)

DEPARTMENTS: Final = (
    Department("property", "银铃物业", "property", "compound", "02955500100", 600),
)

RELATIVES: Final = (
    Relative("daughter", "李晓梅", "女儿", senior=0, login=True),
    Relative("son", "刘志刚", "儿子", senior=1),
    Relative("daughter-2", "陈静", "女儿", senior=2),
    Relative("son-3", "张磊", "儿子", senior=3),
    Relative("daughter-5", "黄丽", "女儿", senior=5, scopes=("status", "alerts")),
    Relative("granddaughter-8", "林悦", "孙女", senior=8, scopes=("status",)),
)

_FIRST: Final[tuple[tuple[str, Sex, int, tuple[str, ...]], ...]] = (
    ("王桂兰", "female", 1946, ()),
    ("刘德福", "male", 1943, ()),
    ("陈秀英", "female", 1949, ("hypertension",)),
    ("张永福", "male", 1941, ("dementia",)),
)
"""Those the demo's script is about, in the order of its indices."""


def residents() -> list[Resident]:
    """The 40 seniors, all over 70; the same every time."""
    rng = np.random.default_rng(SEED)
    return [_resident(number, rng) for number in range(SENIORS)]


def home_of(building: int, rng: np.random.Generator) -> Position:
    """A flat in one of the compound's buildings, which stand in a row."""
    east_m = (building - (BUILDINGS + 1) / 2) * 45 + float(rng.uniform(-12, 12))
    return geography.globe(CENTRE, Spot(east_m, float(rng.uniform(-20, 20))))


def _resident(number: int, rng: np.random.Generator) -> Resident:
    drawn_sex: Sex = "female" if rng.random() < 0.55 else "male"
    drawn_name = names.draw(rng, drawn_sex)
    drawn_year = int(rng.integers(1934, 1955))
    conditions: tuple[str, ...] = ("hypertension",) if rng.random() < 0.45 else ()
    building = number % BUILDINGS + 1
    home = home_of(building, rng)
    alone = bool(rng.random() < 0.6)
    name, sex, year = drawn_name, drawn_sex, drawn_year
    if number < len(_FIRST):
        name, sex, year, conditions = _FIRST[number]
        alone = True
    return Resident(
        number=number,
        name=name,
        sex=sex,
        birth_year=year,
        building=building,
        home=Position(round(home.latitude, 6), round(home.longitude, 6)),
        lives_alone=alone,
        conditions=conditions,
        high_risk="dementia" in conditions,
    )

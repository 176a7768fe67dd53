"""An invented street as the workbook it is imported from: places, people, wristbands."""

from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import UTC, date, datetime, timedelta
from typing import Any, Final
from zoneinfo import ZoneInfo

import numpy as np

from core.exchange.writing import workbook
from core.model import Role
from simulators import geography, names
from simulators.geography import Position, Spot

CENTRE: Final = Position(34.3416, 108.9398)
FIRST_DAY: Final = date(2026, 11, 16)
"""A Monday: shifts of the example begin there."""
_CONDITIONS: Final = {
    "hypertension": 0.55,
    "diabetes": 0.2,
    "coronary_heart_disease": 0.15,
    "copd": 0.08,
    "dementia": 0.07,
    "stroke": 0.06,
}
_DRUGS: Final = {"hypertension": "晨服降压药", "diabetes": "餐前降糖药"}
_RELATIONS: Final = (("女儿", "female"), ("儿子", "male"), ("孙女", "female"), ("侄子", "male"))  # fmt: skip
_COMMUNITIES: Final = [
    "槐树",
    "长乐",
    "建设",
    "和平",
    "胜利",
    "光明",
    "幸福",
    "解放",
    "新华",
    "友谊",
    "前进",
    "红旗",
    "永宁",
    "安康",
    "青松",
    "翠微",
    "东风",
    "朝阳",
    "兴庆",
    "太平",
]
_COMPOUNDS: Final = ("东苑", "西苑", "南苑", "北苑", "家属院")
_ZONE: Final = "Asia/Shanghai"
Values = dict[str, Any]


@dataclass(frozen=True)
class Size:
    """How large the street is; the default is the one the service is built for."""

    communities: int = 20
    compounds: int = 60
    buildings: int = 900
    seniors: int = 6000
    staff: int = 1200
    relatives: int = 9000


@dataclass
class Street:
    """The street's tables, filled in by :func:`draw`.

    Attributes
    ----------
    homes : (names by level, position) of each building.
    """

    rng: np.random.Generator
    size: Size
    phones: str | None
    tables: dict[str, list[Values]] = field(default_factory=dict[str, list[Values]])
    homes: list[tuple[Values, Position]] = field(
        default_factory=list[tuple[Values, Position]]
    )

    def pick(self, count: int) -> int:
        """One of so many, at random."""
        return int(self.rng.integers(count))

    def add(self, table: str, **values: object) -> None:
        """Add a row."""
        self.tables.setdefault(table, []).append(dict(values))


def draw(size: Size | None = None, seed: int = 1, phones: str | None = None) -> Street:
    """Draw a street, the same for the same seed.

    Parameters
    ----------
    phones : base URL of a web hook that plays everybody's phone, such as
        ``json://127.0.0.1:9999/``; then everybody has a contact that is called verified.
    """
    street = Street(np.random.default_rng(seed), size or Size(), phones)
    _places(street)
    _staff(street)
    _seniors(street)
    _relatives(street)
    if phones is not None:
        _contacts(street, phones)
    return street


def write(street: Street) -> bytes:
    """The street as a workbook."""
    return workbook(street.tables, ZoneInfo(_ZONE))


def _places(street: Street) -> None:
    size = street.size
    top: Values = {"district": "青河区", "street": "梧桐街道"}
    street.add("places", external_no="P-D", district=top["district"])
    street.add("places", external_no="P-S", **top)
    communities = [
        top | {"community": f"{_numbered(_COMMUNITIES, n)}社区"}
        for n in range(size.communities)
    ]
    for n, community in enumerate(communities):
        street.add("places", external_no=f"P-{n + 1:02}", **community)
    compounds = [
        communities[n % size.communities]
        | {"compound": f"{_name_of_compound(n, size.communities)}"}
        for n in range(size.compounds)
    ]
    for n, compound in enumerate(compounds):
        street.add("places", external_no=f"P-X{n + 1:03}", **compound)
    for n in range(size.buildings):
        compound = compounds[n % size.compounds]
        building = compound | {"building": f"{n // size.compounds + 1}号楼"}
        spot = Spot(*(float(one) for one in street.rng.uniform(-2500, 2500, 2)))
        where = geography.globe(CENTRE, spot)
        street.homes.append((building, _rounded(where)))
        street.add("places", external_no=f"P-B{n + 1:04}", **building)


def _numbered(given: list[str], n: int) -> str:
    rounds, at = divmod(n, len(given))
    return given[at] + ("" if rounds == 0 else str(rounds + 1))


def _name_of_compound(n: int, communities: int) -> str:
    return _numbered(_COMMUNITIES, n % communities) + _numbered(
        list(_COMPOUNDS), n // communities
    )


def _rounded(where: Position) -> Position:
    return Position(round(where.latitude, 6), round(where.longitude, 6))


def _staff(street: Street) -> None:
    posts = list(_posts(street))[: street.size.staff]
    while len(posts) < street.size.staff:
        home, _ = street.homes[street.pick(len(street.homes))]
        posts.append((Role.VOLUNTEER, home))
    for n, (role, place) in enumerate(posts):
        number, sex = f"S{n + 1:05}", ("female", "male")[street.pick(2)]
        street.add(
            "staff",
            external_no=number,
            name=names.draw(street.rng, "female" if sex == "female" else "male"),
            role=str(role),
            phone=_phone("136", n),
            **place,
        )
        if role is Role.GRID_WORKER:
            _shifts(street, number, place, n)


def _posts(street: Street) -> Iterator[tuple[Role, Values]]:
    """Who works where: managers first, then every building its head, then the rest."""
    by_level: dict[str, list[Values]] = {}
    for row in street.tables["places"]:
        place = {key: value for key, value in row.items() if key != "external_no"}
        by_level.setdefault(list(place)[-1], []).append(place)
    yield from ((Role.DISTRICT_MANAGER, place) for place in by_level["district"])
    for place in by_level["street"]:
        yield from [(Role.STREET_MANAGER, place)] * 4
    for place in by_level["community"]:
        yield from [(Role.COMMUNITY_MANAGER, place)] * 2
    for place in by_level["compound"]:
        yield from [(Role.GRID_WORKER, place)] * 3
    yield from ((Role.BUILDING_HEAD, place) for place in by_level["building"])
    yield from ((Role.GRID_WORKER, place) for place in by_level["community"])


def _shifts(street: Street, number: str, place: Values, n: int) -> None:
    """Three grid workers share a compound: two by day, one in the evening, weekly.

    A community's own take one of these hours each.
    """
    begins, hours = ((8, 10), (8, 10), (18, 4))[n % 3]
    midnight = datetime(
        FIRST_DAY.year, FIRST_DAY.month, FIRST_DAY.day, tzinfo=UTC
    ) - timedelta(hours=8)
    starts_at = midnight + timedelta(hours=begins)
    days = ("MO,TU,WE,TH,FR", "TU,WE,TH,FR,SA,SU", "MO,TU,WE,TH,FR,SA,SU")[n % 3]
    street.add(
        "shifts",
        person_no=number,
        starts_at=starts_at,
        ends_at=starts_at + timedelta(hours=hours),
        rrule=f"FREQ=WEEKLY;BYDAY={days}",
        **place,
    )


def _seniors(street: Street) -> None:
    rng = street.rng
    for n in range(street.size.seniors):
        place, where = street.homes[n % len(street.homes)]
        sex = "female" if rng.random() < 0.56 else "male"
        number = f"L{n + 1:05}"
        born = date(2026, 11, 1) - timedelta(days=int(rng.uniform(66, 96) * 365.25))
        has = tuple(one for one, share in _CONDITIONS.items() if rng.random() < share)
        spot = Spot(*(float(one) for one in rng.uniform(-15, 15, 2)))
        home = _rounded(geography.globe(where, spot))
        grave = "dementia" in has or "stroke" in has or born.year < 1936
        street.add(
            "seniors",
            external_no=number,
            name=names.draw(rng, sex),
            birth_date=born,
            sex=sex,
            address=f"{street.pick(4) + 1}单元{street.pick(6) + 1}0{street.pick(4) + 1}室",
            latitude=home.latitude,
            longitude=home.longitude,
            lives_alone=bool(rng.random() < 0.45),
            conditions=has,
            risk="high" if grave else "normal",
            medication_note="；".join(_DRUGS[one] for one in has if one in _DRUGS),
            hospital=("市第一医院", "区中医院", "长乐医院")[street.pick(3)],
            location_consent=bool(rng.random() < 0.6),
            **place,
        )
        street.add(
            "wristbands", device_id=f"86{n + 1:013}", senior_no=number, model="YL-2"
        )


def _relatives(street: Street) -> None:
    seniors = street.tables["seniors"]
    for n in range(street.size.relatives):
        senior = seniors[n % len(seniors)]
        relation, sex = _RELATIONS[street.pick(len(_RELATIONS))]
        street.add(
            "relatives",
            external_no=f"F{n + 1:05}",
            name=names.draw(street.rng, "female" if sex == "female" else "male"),
            phone=_phone("139", n),
            senior_no=senior["external_no"],
            relation=relation,
            scopes=("status", "vitals", "alerts") if n % 3 else ("status", "alerts"),
            consent=True,
        )


def _phone(prefix: str, n: int) -> str:
    return f"{prefix}{n:08}"


def _contacts(street: Street, phones: str) -> None:
    base = phones if phones.endswith("/") else f"{phones}/"
    for row in (*street.tables["staff"], *street.tables["relatives"]):
        number = row["external_no"]
        street.add(
            "contacts",
            person_no=number,
            kind="push",
            url=f"{base}{number}",
            verified=True,
        )

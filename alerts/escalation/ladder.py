"""The levels of responders above a senior, lowest first, without the empty ones."""

from collections.abc import Collection
from dataclasses import dataclass
from uuid import UUID

from core.model import MANAGERS, PlaceLevel, Role, Severity

FAMILY = "family"
FIRST = "first"
ADMINISTRATORS = "administrators"
TECHNICIANS = "technicians"
_NEAR = frozenset({PlaceLevel.BUILDING, PlaceLevel.COMPOUND})
_UPWARDS = tuple(reversed(PlaceLevel))
_ABOVE = (PlaceLevel.COMMUNITY, PlaceLevel.STREET, PlaceLevel.DISTRICT)
_RANK: dict[str, int] = {
    name: rank
    for rank, name in enumerate((FIRST, *map(str, _ABOVE), ADMINISTRATORS, TECHNICIANS))
}


@dataclass(frozen=True, slots=True)
class Reachable:
    """A person with a verified contact, and where they stand to the senior.

    ``place_level`` is the level of the place they work at, ``family`` for a relative
    with the scope `alerts`, ``administrators`` for an administrator.
    """

    person_id: UUID
    name: str
    role: str
    place_level: str


@dataclass(frozen=True, slots=True)
class Level:
    """One rung: its name and the people on it (never none)."""

    name: str
    people: tuple[Reachable, ...]

    @property
    def rank(self) -> int:
        """Its place among all levels, lowest 0."""
        return rank(self.name)


def rank(name: str) -> int:
    """Place of a level among all levels, lowest 0."""
    return _RANK[name]


def build(
    chain: Collection[Reachable],
    severity: Severity,
    *,
    orphan: bool,
    technical: bool = False,
) -> tuple[Level, ...]:
    """Make the ladder of an alert.

    Parameters
    ----------
    chain : everyone reachable who has to do with the alert's senior and place, and
        the administrators.
    severity : a critical alert begins with everyone near, others with the grid worker;
        the family is always first.
    orphan : the alert has no senior, so that administrators are its only level.
    technical : something is to be mended, so that administrators and the managers
        nearest to the place are its only level.
    """
    if technical:
        menders = _once(_managers(chain) + administrators(chain))
        return _filled((Level(TECHNICIANS, menders),))
    if orphan:
        return _filled((Level(ADMINISTRATORS, administrators(chain)),))
    near = _near(chain) if severity is Severity.CRITICAL else _warned(chain)
    above = (Level(str(level), _at(chain, {level})) for level in _ABOVE)
    return _filled((Level(FIRST, near), *above))


def administrators(chain: Collection[Reachable]) -> tuple[Reachable, ...]:
    """Who hears of an alert that nobody else can be told."""
    return _at(chain, {ADMINISTRATORS})


def _managers(chain: Collection[Reachable]) -> tuple[Reachable, ...]:
    """Managers of the place, or of the lowest above it that has one."""
    managers = [one for one in chain if one.role in MANAGERS]
    levels = (_at(managers, {level}) for level in _UPWARDS)
    return next((people for people in levels if people), ())


def _near(chain: Collection[Reachable]) -> tuple[Reachable, ...]:
    """Family, building and compound; the community's grid workers if those have none."""
    near = _at(chain, _NEAR)
    others = near if _grid(near) else near + _community_grid(chain)
    return _once(_at(chain, {FAMILY}) + others)


def _warned(chain: Collection[Reachable]) -> tuple[Reachable, ...]:
    """Grid workers and family; without either, whoever else is near."""
    near = _at(chain, _NEAR)
    called = _at(chain, {FAMILY}) + (_grid(near) or _community_grid(chain))
    return _once(called or near)


def _once(people: Collection[Reachable]) -> tuple[Reachable, ...]:
    """Each person once, who may be both neighbour and relative."""
    return tuple({person.person_id: person for person in people}.values())


def _community_grid(chain: Collection[Reachable]) -> tuple[Reachable, ...]:
    return _grid(_at(chain, {PlaceLevel.COMMUNITY}))


def _grid(people: Collection[Reachable]) -> tuple[Reachable, ...]:
    return tuple(one for one in people if one.role == Role.GRID_WORKER)


def _at(chain: Collection[Reachable], levels: Collection[str]) -> tuple[Reachable, ...]:
    return tuple(one for one in chain if one.place_level in levels)


def _filled(levels: tuple[Level, ...]) -> tuple[Level, ...]:
    return tuple(level for level in levels if level.people)

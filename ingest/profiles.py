"""By which rules each wearer is judged: distinct profiles, and the names they go by."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, replace
from typing import Final
from uuid import UUID

import numpy as np
from numpy.typing import NDArray
from psycopg import Connection

from alerts.detection import limits
from alerts.detection.columns import LIMITS
from alerts.detection.limits import Limits
from core.database import Row
from core.model import VITAL_KINDS
from core.queries import load
from core.registry.rulebook import About, Rulebook, rulebook
from core.rules.book import Resolved

SQL: Final = load("ingest")


@dataclass(frozen=True, slots=True, eq=False)
class Wearer:
    """What of a senior's record judging goes by; one object for all who share it."""

    place_id: UUID
    about: About
    risk: str
    expected_interval_s: int
    health_consent: bool = True


class Profiles:
    """Rule profiles, each kept once however many wear a wristband by it."""

    def __init__(self) -> None:
        self._book: Rulebook | None = None
        self._wearers: dict[tuple[object, ...], Wearer] = {}
        self._forget_profiles()

    def _forget_profiles(self) -> None:
        self._at: dict[Wearer, int] = {}
        self._by_traits: dict[tuple[object, ...], int] = {}
        self._known: dict[tuple[str, bytes], int] = {}
        self._resolved: dict[str, Resolved] = {}
        self._versions: list[str] = []
        self._table = np.zeros(1, LIMITS)  # with room for more

    def wearer(self, conn: Connection, row: Row) -> Wearer:
        """Whom a row of the statement ``bindings`` is about."""
        if self._book is None:
            self._book = rulebook(conn)
        about = About.of(row)
        wearer = Wearer(
            row["place_id"],
            about,
            row["risk"],
            row["expected_interval_s"],
            row["health_consent"],
        )
        return self._wearers.setdefault(_key(wearer), wearer)

    def reload(self, conn: Connection) -> Mapping[Wearer, Wearer]:
        """Read the rules of the service and of places again, and where places lie.

        Returns
        -------
        Who stands in the place of every wearer known so far.
        """
        self._book = rulebook(conn)
        self._forget_profiles()
        wearers = list(self._wearers.values())
        places = list({one.place_id for one in wearers})
        rows = conn.execute(SQL["place_paths"], {"places": places}).fetchall()
        paths: dict[UUID, tuple[UUID, ...]] = {
            place: tuple(path) for place, path in rows
        }
        self._wearers = {}
        return {
            one: self._wearers.setdefault(_key(new), new)
            for one in wearers
            for new in (_moved(one, paths[one.place_id]),)
        }

    def index(self, wearer: Wearer) -> int:
        """Which profile a wearer is judged by."""
        if wearer not in self._at:
            assert self._book is not None  # noqa: S101  a wearer comes from a row
            resolved = self._book.resolve_surely(wearer.about)
            self._at[wearer] = self._made(wearer, resolved)
        return self._at[wearer]

    def _made(self, wearer: Wearer, resolved: Resolved) -> int:
        """The profile of rules for such a wearer; made once, as that is dear."""
        conditions = wearer.about.conditions
        traits = (conditions, *_own(wearer))
        key = (resolved.version, traits)
        if key not in self._by_traits:
            profile = limits.resolve(
                resolved.values,
                conditions=conditions,
                risk=wearer.risk,
                expected_interval_s=wearer.expected_interval_s,
                quiet=[span.seconds for span in resolved.quiet],
            )
            if not wearer.health_consent:
                leave_alone(profile)
            self._by_traits[key] = self._intern(profile, resolved)
        return self._by_traits[key]

    def limits(self, which: NDArray[np.intp]) -> Limits:
        """The rules of wristbands, by the index of each one's profile."""
        count = len(self._versions)
        return Limits(self._table[:count], which, tuple(self._versions))

    def used(self, versions: Iterable[str]) -> list[Resolved]:
        """What these versions of rules stand for."""
        return [self._resolved[one] for one in set(versions)]

    def _intern(self, profile: NDArray[np.void], resolved: Resolved) -> int:
        key = (resolved.version, profile.tobytes())
        at = self._known.setdefault(key, len(self._versions))
        if at == len(self._versions):
            if at == len(self._table):
                more = np.zeros_like(self._table)
                self._table = np.concatenate([self._table, more])
            self._table[at] = profile[0]
            self._versions.append(resolved.version)
            self._resolved[resolved.version] = resolved
        return at


def _key(wearer: Wearer) -> tuple[object, ...]:
    about = wearer.about
    return (
        wearer.place_id,
        about.path,
        *about.told_apart(),
        *_own(wearer),
    )


def _own(wearer: Wearer) -> tuple[str, int, bool]:
    return wearer.risk, wearer.expected_interval_s, wearer.health_consent


def _moved(wearer: Wearer, path: tuple[UUID, ...]) -> Wearer:
    return replace(wearer, about=wearer.about._replace(path=path))


def leave_alone(profile: NDArray[np.void]) -> None:
    """Switch off, in a (1,) profile, all that judges vital signs."""
    for kind in VITAL_KINDS:
        profile[f"{kind}.enabled"] = 0

"""Who ought to be told of a senior's critical alert at an instant, by the contract.

Written from the contract and docs/duty.md, without a line of the engine.
"""

from collections.abc import Iterable
from dataclasses import dataclass, field
from datetime import datetime

RUNGS = ("first", "community", "street", "district")
NEAR = ("building", "compound")


@dataclass
class Worker:
    """A responder: where, as what, and when on shift there (empty: always)."""

    id: str
    role: str
    level: str
    place: str
    contacts: frozenset[str]
    shifts: list[tuple[datetime, datetime]] = field(default_factory=list)

    def works(self, at: datetime) -> bool:
        """Whether they stand for their place at this instant."""
        if not self.shifts:
            return True
        return any(start <= at < end for start, end in self.shifts)


@dataclass(frozen=True)
class Home:
    """Whom a senior's alerts concern: relatives, and responders by level of place."""

    relatives: dict[str, frozenset[str]]  # id → contacts
    workers: dict[str, list[Worker]]

    def rungs(self) -> list[str]:
        """The rungs that have anybody; shifts never empty one."""
        everyone = [one for several in self.workers.values() for one in several]
        near = [one for one in everyone if one.level in NEAR and one.contacts]
        grid = self._community_grid(everyone)
        first = bool(near or grid or any(self.relatives.values()))
        above = [
            rung
            for rung in RUNGS[1:]
            if any(one.contacts for one in self.workers.get(rung, []))
        ]
        return ["first", *above] if first else above

    def people(self, rung: str, at: datetime) -> set[str]:
        """Ids of whom a rung means at this instant."""
        if rung != "first":
            return {one.id for one in _present(self.workers.get(rung, []), at)}
        near = [
            one for level in NEAR for one in _present(self.workers.get(level, []), at)
        ]
        found = {one.id for one in near}
        found |= {who for who, contacts in self.relatives.items() if contacts}
        if not any(one.role == "grid_worker" and one.works(at) for one in near):
            community = _present(self.workers.get("community", []), at)
            found |= {one.id for one in self._community_grid(community)}
        return found

    def contacts(self, person: str) -> frozenset[str]:
        """Verified contacts of somebody."""
        if person in self.relatives:
            return self.relatives[person]
        for several in self.workers.values():
            for one in several:
                if one.id == person:
                    return one.contacts
        return frozenset()

    @staticmethod
    def _community_grid(workers: Iterable[Worker]) -> list[Worker]:
        return [
            one
            for one in workers
            if one.level == "community" and one.role == "grid_worker" and one.contacts
        ]


def _present(workers: list[Worker], at: datetime) -> list[Worker]:
    """Those of one place who can be reached: on duty, or all where nobody is."""
    reachable = [one for one in workers if one.contacts]
    return [one for one in reachable if one.works(at)] or reachable

"""Take the fields of a tree one by one, and keep what is wrong with them by line and key."""

import difflib
from collections.abc import Collection, Mapping
from typing import Any, NamedTuple, cast

from core.errors import Fault
from core.rules import wording
from core.rules.lines import Path, line_of

TIMES = "times"
"""The unit of a whole number of times."""


class Range(NamedTuple):
    """From where to where a figure may lie."""

    low: float
    high: float
    unit: str = "s"


class Fields:
    """Reads fields of trees; an absent one is as absent as null.

    Parameters
    ----------
    where : the line of each path, as far as there are lines.

    Attributes
    ----------
    faults : what was wrong, in the order it was met.
    """

    def __init__(self, where: Mapping[Path, int]) -> None:
        self._where = where
        self.faults: list[Fault] = []

    def fault(self, path: Path, reason: str) -> None:
        """Note once that something is wrong at a path."""
        fault = Fault(line_of(self._where, path), ".".join(path), reason)
        if fault not in self.faults:
            self.faults.append(fault)

    def entries(
        self, tree: Mapping[str, Any], above: Path, known: Collection[str]
    ) -> dict[str, Any]:
        """What a section says, without nulls; an unknown key is a fault."""
        found: dict[str, Any] = {}
        for key, value in tree.items():
            if key not in known:
                near = difflib.get_close_matches(key, known, n=1)
                hint = f", did you mean {near[0]}?" if near else ""
                self.fault((*above, key), f"unknown key{hint}")
            elif value is not None:
                found[key] = value
        return found

    def section(self, path: Path, given: object) -> Mapping[str, Any] | None:
        """A section, or None and a fault."""
        if isinstance(given, Mapping):
            return cast("Mapping[str, Any]", given)
        self.fault(path, f"must be a section, not {wording.kind(given)}")
        return None

    def figures(
        self, given: Mapping[str, Any], path: Path, known: Mapping[str, Range]
    ) -> dict[str, float]:
        """The figures of a section that lie within their ranges."""
        found: dict[str, float] = {}
        for key, (low, high, unit) in known.items():
            if key not in given:
                continue
            value, at = given[key], (*path, key)
            if isinstance(value, bool) or not isinstance(value, (int, float)):
                self.fault(at, f"must be a number, not {wording.kind(value)}")
            elif not low <= value <= high:
                far = f"{wording.short(value)} is outside {low:g} to {high:g} {unit}"
                self.fault(at, far)
            elif unit == TIMES and value != int(value):
                self.fault(at, f"{value:g} is no whole number of times")
            else:
                found[key] = value
        return found

    def text(self, given: Mapping[str, Any], key: str, path: Path) -> str | None:
        """A text, None where there is none."""
        value = given.get(key)
        if value is None or isinstance(value, str):
            return value
        self.fault((*path, key), f"must be text, not {wording.kind(value)}")
        return None

    def listed(self, given: object, path: Path, most: int) -> list[object]:
        """What a list holds, up to so many; an empty one is a fault."""
        if not isinstance(given, list) or not given:
            self.fault(path, "must be a list with something in it")
            return []
        listed = cast("list[object]", given)
        if len(listed) > most:
            self.fault(path, f"more than {most}")
        return listed[:most]

    def words(
        self, given: Mapping[str, Any], key: str, path: Path, known: tuple[str, ...]
    ) -> tuple[str, ...]:
        """A list of known words, each once; empty where there is none."""
        if key not in given:
            return ()
        listed = self.listed(given[key], (*path, key), len(known))
        for word in listed:
            if word not in known:
                reason = f"{wording.short(word)} is none of {', '.join(known)}"
                self.fault((*path, key), reason)
        if len(listed) != len(set(map(str, listed))):
            self.fault((*path, key), "names something twice")
        return tuple(str(word) for word in listed)

"""A set of rules: the figures it sets, by condition too, and its quiet hours."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from datetime import time
from typing import Any, NamedTuple, cast


class Span(NamedTuple):
    """Quiet hours ``[start, end)``, local time; an end before the start is tomorrow's."""

    start: time
    end: time

    @property
    def seconds(self) -> tuple[int, int]:
        """Start and end in seconds of the local day; wrapping where end < start."""
        return _seconds(self.start), _seconds(self.end)

    def tree(self) -> dict[str, str]:
        """As a file or JSON writes it."""
        return {"from": _written(self.start), "to": _written(self.end)}


@dataclass(frozen=True, slots=True)
class RuleSet:
    """Validated rules, only what they set.

    Attributes
    ----------
    values : figures by dotted name.
    conditions : figures by dotted name, by the condition they are for.
    quiet : quiet hours of everyone; None where the set says nothing of them.
    """

    values: Mapping[str, float] = field(default_factory=dict[str, float])
    conditions: Mapping[str, Mapping[str, float]] = field(
        default_factory=dict[str, Mapping[str, float]]
    )
    quiet: tuple[Span, ...] | None = None

    def tree(self) -> dict[str, Any]:
        """Nested as in the file, ready for JSON; :func:`book.parse_tree` reads it."""
        tree = _nested(self.values)
        if self.quiet is not None:
            tree.setdefault("day", {})["quiet"] = [one.tree() for one in self.quiet]
        if self.conditions:
            tree["condition"] = {
                name: _nested(values) for name, values in self.conditions.items()
            }
        return tree


def merge(sets: Iterable[RuleSet]) -> RuleSet:
    """One set of several: what a later one sets stands in the place of the earlier."""
    values: dict[str, float] = {}
    conditions: dict[str, dict[str, float]] = {}
    quiet: tuple[Span, ...] | None = None
    for one in sets:
        values |= one.values
        for name, its in one.conditions.items():
            conditions[name] = {**conditions.get(name, {}), **its}
        quiet = quiet if one.quiet is None else one.quiet
    return RuleSet(values, conditions, quiet)


def flat(tree: Mapping[str, Any], prefix: str = "") -> dict[str, float]:
    """Figures of a nested tree by dotted name; null is absent."""
    leaves: dict[str, float] = {}
    for name, value in tree.items():
        if isinstance(value, Mapping):
            leaves |= flat(cast("Mapping[str, Any]", value), f"{prefix}{name}.")
        elif value is not None:
            leaves[f"{prefix}{name}"] = float(value)
    return leaves


def _nested(values: Mapping[str, float]) -> dict[str, Any]:
    tree: dict[str, Any] = {}
    for name, value in values.items():
        at = tree
        *above, leaf = name.split(".")
        for part in above:
            at = at.setdefault(part, {})
        at[leaf] = int(value) if value == int(value) else value
    return tree


def _seconds(at: time) -> int:
    return at.hour * 3600 + at.minute * 60 + at.second


def _written(at: time) -> str:
    return at.isoformat() if at.second else f"{at:%H:%M}"

"""A set of rules: the figures it sets, by condition too, and its quiet hours."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from datetime import time
from typing import Any, Final, NamedTuple, cast

from core.rules.parameters import PARAMETERS

_NAMES: Final = frozenset(one.name for one in PARAMETERS)


class Span(NamedTuple):
    """Quiet hours ``[start, end)``, local time; an end before the start is tomorrow's."""

    start: time
    end: time

    @property
    def seconds(self) -> tuple[int, int]:
        """Start and end in seconds of the local day; wrapping where end < start."""
        return _seconds(self.start), _seconds(self.end)

    @classmethod
    def read(cls, tree: Mapping[str, str]) -> "Span":
        """What :meth:`tree` wrote."""
        return cls(time.fromisoformat(tree["from"]), time.fromisoformat(tree["to"]))

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

    @classmethod
    def stored(cls, tree: Mapping[str, Any]) -> "RuleSet":
        """What :meth:`tree` wrote once it was validated; read without checks.

        A figure that this release no longer knows is left out.
        """
        sections = {name: dict(its) for name, its in tree.items()}
        conditions = sections.pop("condition", {})
        quiet = sections.get("day", {}).pop("quiet", None)
        return cls(
            _known(flat(sections)),
            {name: _known(flat(its)) for name, its in conditions.items()},
            None if quiet is None else tuple(map(Span.read, quiet)),
        )

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


def to_toml(rules: RuleSet) -> str:
    """A file that says the same, with units and meanings."""
    blocks = _sections(rules.values, "")
    if rules.quiet is not None:
        spans = ", ".join(
            f'{{ from = "{one.tree()["from"]}", to = "{one.tree()["to"]}" }}'
            for one in rules.quiet
        )
        blocks.setdefault("day", []).append(f"quiet = [{spans}]")
    for name, values in rules.conditions.items():
        blocks |= _sections(values, f"condition.{name}.")
    return "\n".join(
        "\n".join([f"[{section}]", *lines, ""]) for section, lines in blocks.items()
    )


def _sections(values: Mapping[str, float], above: str) -> dict[str, list[str]]:
    blocks: dict[str, list[str]] = {}
    for one in PARAMETERS:
        if one.name in values:
            section, _, key = one.name.partition(".")
            line = f"{key} = {values[one.name]:.12g}  # {one.unit}: {one.meaning}"
            blocks.setdefault(above + section, []).append(line)
    return blocks


def _known(values: Mapping[str, float]) -> dict[str, float]:
    return {name: value for name, value in values.items() if name in _NAMES}


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

"""The rules in force for somebody: what is shipped, what was set, and which wins."""

import hashlib
import json
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from importlib.resources import files
from typing import Any, Final, NamedTuple, cast

from core.errors import Fault, RuleError
from core.rules import parsing
from core.rules.order import breaches
from core.rules.parameters import PARAMETERS
from core.rules.sets import RuleSet, Span, flat, merge, to_toml

__all__ = [
    "NOTHING",
    "SHIPPED",
    "Layer",
    "Resolved",
    "RuleSet",
    "Span",
    "layers",
    "merge",
    "parse_toml",
    "parse_tree",
    "quiet_hours",
    "resolve",
    "to_toml",
]
NOTHING: Final = RuleSet()
"""Rules that set nothing."""


def _shipped() -> RuleSet:
    text = files("core.rules").joinpath("defaults.toml").read_text(encoding="utf-8")
    rules = parsing.parse_toml(text, NOTHING)
    missing = {one.name for one in PARAMETERS} - rules.values.keys()
    if missing:
        faults = [Fault(None, name, "is missing") for name in sorted(missing)]
        raise RuleError(faults)
    return rules


SHIPPED: Final[RuleSet] = _shipped()
"""What is in force where nobody set anything: ``defaults.toml``."""


def parse_toml(
    text: str, base: RuleSet = SHIPPED, *, of_senior: bool = False
) -> RuleSet:
    """Rules of a TOML file; see :func:`core.rules.parsing.parse_toml`."""
    return parsing.parse_toml(text, base, of_senior=of_senior)


def parse_tree(
    tree: Mapping[str, Any], base: RuleSet = SHIPPED, *, of_senior: bool = False
) -> RuleSet:
    """Rules of a JSON tree; see :func:`core.rules.parsing.parse_tree`."""
    return parsing.parse_tree(tree, base, of_senior=of_senior)


@dataclass(frozen=True, slots=True)
class Resolved:
    """The rules in force for one senior.

    Attributes
    ----------
    values : every figure of ``PARAMETERS`` by dotted name.
    version : ``<revision>-<digest>``: the newest revision that contributes, 0 where
        nothing was set, and a digest over figures and quiet hours.
    quiet : quiet hours, of the rules and of the senior's own routine.
    """

    values: dict[str, float]
    version: str
    quiet: tuple[Span, ...] = ()

    def figures(self) -> dict[str, Any]:
        """Everything the version stands for, by dotted name, ready for JSON."""
        spans = [one.tree() for one in self.quiet]
        return {**self.values, **({"day.quiet": spans} if spans else {})}


class Layer(NamedTuple):
    """Figures and where they come from; later layers win."""

    origin: str
    values: Mapping[str, float]


def layers(
    sets: Sequence[tuple[str, RuleSet]],
    *,
    conditions: Iterable[str] = (),
    own: RuleSet = NOTHING,
    thresholds: Mapping[str, Any] | None = None,
) -> list[Layer]:
    """What is in force, from the most general to the most personal.

    Parameters
    ----------
    sets : named rule sets from the service down to the building, without the shipped.
    conditions : the senior's; each puts its section's figures in the others' place.
    own : the senior's own rules.
    thresholds : personal limits as stored (``senior.thresholds``).
    """
    found = [Layer("shipped", SHIPPED.values)]
    found += [Layer(name, rules.values) for name, rules in sets]
    merged = merge([SHIPPED, *(rules for _, rules in sets), own])
    found += [
        Layer(f"condition.{one}", merged.conditions[one])
        for one in sorted(set(conditions) & merged.conditions.keys())
    ]
    found.append(Layer("senior", own.values))
    found.append(Layer("thresholds", flat(thresholds or {})))
    return found


def resolve(
    book: RuleSet,
    *,
    conditions: Iterable[str] = (),
    own: RuleSet = NOTHING,
    thresholds: Mapping[str, Any] | None = None,
    quiet: Iterable[Span] = (),
    revision: int = 0,
) -> Resolved:
    """The rules in force for one senior.

    Parameters
    ----------
    book : the merged sets from the service down to the building; what they leave out
        is as shipped.
    conditions, own, thresholds : as for :func:`layers`.
    quiet : the senior's own quiet hours (:func:`quiet_hours`), added to the rules'.
    revision : newest revision of the database among the sets, 0 if there is none.

    Raises
    ------
    RuleError
        If, taken together, limits come in the wrong order.
    """
    values: dict[str, float] = {}
    for layer in layers(
        [("book", book)], conditions=conditions, own=own, thresholds=thresholds
    ):
        values |= layer.values
    wrong = [Fault(None, one.first, one.reason) for one in breaches(values)]
    if wrong:
        raise RuleError(wrong)
    of_rules = merge([book, own]).quiet or ()
    spans = tuple(sorted({*of_rules, *quiet}))
    return _named(values, spans, revision)


def quiet_hours(routine: Mapping[str, Any] | None) -> tuple[Span, ...]:
    """Quiet hours of a routine as stored (``senior.routine``)."""
    spans = cast("list[Mapping[str, str]]", (routine or {}).get("quiet_hours") or [])
    return tuple(map(Span.read, spans))


def _named(
    values: dict[str, float], quiet: tuple[Span, ...], revision: int
) -> Resolved:
    """Resolved rules with the version that stands for them."""
    unnamed = Resolved(values, "", quiet)
    digest = hashlib.sha256(json.dumps(unnamed.figures(), sort_keys=True).encode())
    return Resolved(values, f"{revision}-{digest.hexdigest()[:12]}", quiet)

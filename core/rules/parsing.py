"""Read rules from TOML or a JSON tree, naming every fault by line, key and reason."""

import difflib
import re
from collections.abc import Mapping
from typing import Any, Final, cast

from core.errors import Fault, RuleError
from core.rules import wording
from core.rules.lines import Path, line_of
from core.rules.order import Breach, breaches
from core.rules.parameters import PARAMETERS
from core.rules.sets import RuleSet, Span, merge

MOST_QUIET_SPANS: Final = 4
MOST_CONDITIONS: Final = 50
BY_NAME: Final = {one.name: one for one in PARAMETERS}
OF_PLACES: Final = "area_outage."
"""Sections about a place as a whole, which no senior and no condition has of its own."""
_CONDITION: Final = re.compile(r"[a-z][a-z0-9_]{0,63}")
_WHOLE_UNITS: Final = frozenset({"readings", "days", "wristbands"})
_SECTIONS: Final = frozenset(
    name.rsplit(".", depth)[0] for name in BY_NAME for depth in range(1, 3)
)
_NEVER_OFF: Final = {
    "sos": "an SOS has no rules: it is always told",
    "fall.enabled": "a fall cannot be switched off",
    "sos.enabled": "an SOS cannot be switched off",
}


def parse_toml(text: str, base: RuleSet, *, of_senior: bool = False) -> RuleSet:
    """Rules of a file.

    Parameters
    ----------
    text : TOML as in ``defaults.toml``, of whatever it is to change.
    base : what the file's figures are put in the place of; the order of limits is
        checked with both merged.
    of_senior : the file is one senior's own; what is about a place is refused.

    Raises
    ------
    RuleError
        Naming line, key and reason of every fault.
    """
    tree, where = wording.toml_tree(text)
    return _Reader(where).read(tree, base, of_senior)


def parse_tree(
    tree: Mapping[str, Any], base: RuleSet, *, of_senior: bool = False
) -> RuleSet:
    """Rules of a JSON tree in the file's form; null equals absent, faults have no line.

    Raises
    ------
    RuleError
        As :func:`parse_toml`.
    """
    return _Reader({}).read(tree, base, of_senior)


class _Reader:
    """Takes a tree apart and collects what is wrong with it."""

    def __init__(self, where: Mapping[Path, int]) -> None:
        self._where = where
        self._faults: list[Fault] = []

    def read(self, tree: Mapping[str, Any], base: RuleSet, of_senior: bool) -> RuleSet:
        tree = dict(tree)
        quiet = self._take_quiet(tree)
        conditions = self._conditions(tree.pop("condition", None))
        values: dict[str, float] = {}
        self._section(tree, (), (), values)
        if of_senior:
            self._refuse_places(values, ())
        for name, its in conditions.items():
            self._refuse_places(its, ("condition", name))
        rules = RuleSet(values, conditions, quiet)
        if not self._faults:
            self._check_order(rules, base)
        if self._faults:
            raise RuleError(sorted(self._faults, key=lambda one: one.line or 0))
        return rules

    def _fault(self, path: Path, reason: str) -> None:
        fault = Fault(line_of(self._where, path), ".".join(path), reason)
        if fault not in self._faults:
            self._faults.append(fault)

    def _section(
        self,
        tree: Mapping[str, Any],
        above: Path,
        within: Path,
        values: dict[str, float],
    ) -> None:
        """Read a section; `above` is its path in the file, `within` without condition."""
        for key, value in tree.items():
            path, name = (*above, key), ".".join((*within, key))
            if value is None:
                continue
            if "." in key:
                self._fault(path, "unknown key: sections nest, without quotes")
            elif name in BY_NAME:
                self._figure(path, name, value, values)
            elif name not in _SECTIONS:
                self._fault(path, _unknown(name, above=bool(within)))
            elif isinstance(value, Mapping):
                inner = cast("Mapping[str, Any]", value)
                self._section(inner, path, (*within, key), values)
            else:
                keys = ", ".join(_keys_of(f"{name}."))
                self._fault(path, f"must be a section with {keys}")

    def _figure(
        self, path: Path, name: str, value: object, values: dict[str, float]
    ) -> None:
        wanted = BY_NAME[name]
        switch = wanted.unit == "0 or 1"
        if isinstance(value, bool) and switch:
            value = int(value)
        if isinstance(value, bool) or not isinstance(value, (int, float)):
            kind = "true or false" if switch else "a number"
            self._fault(path, f"must be {kind}, not {wording.kind(value)}")
        elif not wanted.low <= value <= wanted.high:
            unit = "" if switch else f" {wanted.unit}"
            corridor = f"{wanted.low:g} to {wanted.high:g}{unit}"
            self._fault(path, f"{wording.short(value)} is outside {corridor}")
        elif (switch or wanted.unit in _WHOLE_UNITS) and value != int(value):
            self._fault(path, f"{value:g} is no whole number of {wanted.unit}")
        else:
            values[name] = float(value)

    def _conditions(self, tree: object) -> dict[str, dict[str, float]]:
        if tree is None:
            return {}
        if not isinstance(tree, Mapping):
            self._fault(("condition",), "must be a section for each condition")
            return {}
        found: dict[str, dict[str, float]] = {}
        named = cast("Mapping[str, Any]", tree)
        if len(named) > MOST_CONDITIONS:
            self._fault(("condition",), f"more than {MOST_CONDITIONS} conditions")
        for name, section in named.items():
            path = ("condition", name)
            if not _CONDITION.fullmatch(name):
                self._fault(path, "a condition is named in a-z, 0-9 and _")
            elif isinstance(section, Mapping):
                inner = cast("Mapping[str, Any]", section)
                self._section(inner, path, (), found.setdefault(name, {}))
            elif section is not None:
                self._fault(path, "must be a section with figures")
        return found

    def _refuse_places(self, values: Mapping[str, float], above: Path) -> None:
        for name in values:
            if name.startswith(OF_PLACES):
                path = (*above, *name.split("."))
                self._fault(path, "is about a place, set it for a place")

    def _take_quiet(self, tree: dict[str, Any]) -> tuple[Span, ...] | None:
        """Take ``day.quiet`` out of the tree."""
        day = tree.get("day")
        if not isinstance(day, Mapping) or "quiet" not in day:
            return None
        given = dict(cast("Mapping[str, Any]", day))
        spans = given.pop("quiet")
        tree["day"] = given
        path = ("day", "quiet")
        if spans is None:
            return None
        if not isinstance(spans, list):
            self._fault(path, 'must be a list such as [{from="12:30", to="14:00"}]')
            return None
        listed = cast("list[object]", spans)
        if len(listed) > MOST_QUIET_SPANS:
            self._fault(path, f"more than {MOST_QUIET_SPANS} quiet spans")
        return tuple(one for one in map(self._span, listed) if one is not None)

    def _span(self, given: object) -> Span | None:
        found, wrong = wording.span(given)
        for reason in wrong:
            self._fault(("day", "quiet"), reason)
        return found

    def _check_order(self, rules: RuleSet, base: RuleSet) -> None:
        """Refuse figures that, merged with what is above, come in the wrong order."""
        merged = merge([base, rules])
        wrong = dict.fromkeys(breaches(merged.values), "")
        for condition, its in merged.conditions.items():
            for breach in breaches({**merged.values, **its}):
                wrong.setdefault(breach, condition)
        for breach, condition in wrong.items():
            self._blame(rules, breach, condition)

    def _blame(self, rules: RuleSet, breach: Breach, condition: str) -> None:
        """Name the figure of these rules that makes two come in the wrong order."""
        pair = (breach.first, breach.second)
        own = [name for name in pair if name in rules.conditions.get(condition, {})]
        if own:
            path = ("condition", condition, *own[0].split("."))
            self._fault(path, breach.reason)
            return
        reason = breach.reason + (f", with {condition}" if condition else "")
        for name in [name for name in pair if name in rules.values][:1]:
            self._fault(tuple(name.split(".")), reason)


def _unknown(name: str, *, above: bool) -> str:
    """What to say of a name that no file of rules has."""
    if name in _NEVER_OFF:
        return _NEVER_OFF[name]
    section = name.rpartition(".")[0] + "." if above else ""
    known = _keys_of(section)
    leaf = name.removeprefix(section)
    near = difflib.get_close_matches(leaf, known, n=1)
    what = "key" if above else "section"
    return f"unknown {what}" + (f", did you mean {section}{near[0]}?" if near else "")


def _keys_of(section: str) -> list[str]:
    """What may stand in a section named with its dot; in the file itself where empty."""
    inner = {
        name[len(section) :].split(".")[0]
        for name in (*BY_NAME, "condition.")
        if name.startswith(section)
    }
    return sorted(inner - {""})

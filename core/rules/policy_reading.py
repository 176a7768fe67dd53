"""Read escalation policies from TOML or a JSON tree, naming every fault by line and key."""

import re
from collections.abc import Callable, Mapping
from typing import Any, Final
from uuid import UUID

from core.errors import RuleError
from core.model import RESPONDERS, PlaceLevel
from core.rules import policy_corridor as corridor
from core.rules import wording
from core.rules.fields import Fields
from core.rules.lines import Path
from core.rules.policy import CHANNELS, Policies, Policy, Section, Step, Target, Who
from core.rules.sets import Span

Refusal = Callable[[UUID], str | None]
"""Why a person cannot be named in a policy, or None."""
_NAME: Final = re.compile(r"[a-z][a-z0-9_]{0,31}")
_POLICY_KEYS: Final = (
    "steps",
    "repeat_s",
    "repeat_at_most",
    "highest",
    "ack_expiry_s",
    "arrival_expiry_s",
    "hold",
)
_STEP_KEYS: Final = (
    "name",
    "after_s",
    "targets",
    "channels",
    "repeat_s",
    "repeat_at_most",
)
_UNLESS_KEYS: Final = ("levels", "roles")
_TARGET_KEYS: Final[Mapping[Who, tuple[str, ...]]] = {
    Who.RESPONDERS: ("levels", "roles", "unless"),
    Who.ON_DUTY: ("levels", "roles", "unless"),
    Who.PEOPLE: ("people",),
}


def anybody(_: UUID) -> str | None:
    """Every person may be named: who they are is not known here."""
    return None


def read_toml(text: str, base: Policies, refuse: Refusal = anybody) -> Policies:
    """Policies of a file.

    Parameters
    ----------
    text : TOML as in ``policies.toml``, one section or several.
    base : where what a section leaves out is taken from.
    refuse : why somebody cannot be named.

    Raises
    ------
    RuleError
        Naming line, key and reason of every fault.
    """
    tree, where = wording.toml_tree(text)
    return _Reader(where, refuse).read(tree, base)


def read_tree(
    tree: Mapping[str, Any], base: Policies, refuse: Refusal = anybody
) -> Policies:
    """Policies of a JSON tree in the file's form; null equals absent, without lines.

    Raises
    ------
    RuleError
        As :func:`read_toml`.
    """
    return _Reader({}, refuse).read(tree, base)


class _Reader(Fields):
    """Takes a tree of policies apart and collects what is wrong with it."""

    def __init__(self, where: Mapping[Path, int], refuse: Refusal) -> None:
        super().__init__(where)
        self._refuse = refuse

    def read(self, tree: Mapping[str, Any], base: Policies) -> Policies:
        found: dict[Section, Policy] = {}
        for key, given in self.entries(tree, (), list(Section)).items():
            section = self.section((key,), given)
            if section is not None:
                found[Section(key)] = self._policy(section, (key,), base)
        if not self.faults:
            for policy in found.values():
                for path, reason in corridor.breaches(policy):
                    self.fault((policy.section, *path), reason)
        if self.faults:
            raise RuleError(sorted(self.faults, key=lambda one: one.line or 0))
        return found

    def _policy(self, tree: Mapping[str, Any], path: Path, shipped: Policies) -> Policy:
        """A policy; what it leaves out is as in the one below it."""
        section = Section(path[0])
        given = self.entries(tree, path, _POLICY_KEYS)
        for key in given:
            why = corridor.REFUSED.get((section, key))
            if why is not None:
                self.fault((*path, key), why)
        base = shipped.get(section) or Policy(section, ())
        figures = self.figures(given, path, corridor.POLICY[section])
        steps, highest = base.steps, base.highest
        if "steps" in given:
            steps = self._steps(given["steps"], (*path, "steps"), section)
            highest = None
        if not steps:
            self.fault((*path, "steps"), "there must be steps")
        return Policy(
            section,
            steps,
            figures.get("repeat_s", base.repeat_s),
            _number_of_times(figures, base.repeat_at_most),
            self.text(given, "highest", path) or highest,
            figures.get("ack_expiry_s", base.ack_expiry_s),
            figures.get("arrival_expiry_s", base.arrival_expiry_s),
            self._hold(given.get("hold"), (*path, "hold"), base.hold),
        )

    def _hold(self, given: object, path: Path, base: Span | None) -> Span | None:
        if given is None:
            return base
        if given is False:
            return None
        span, wrong = wording.span(given)
        for reason in wrong:
            self.fault(path, reason)
        return span

    def _steps(self, given: object, path: Path, section: Section) -> tuple[Step, ...]:
        found: list[Step] = []
        for n, one in enumerate(self.listed(given, path, corridor.MOST_STEPS), 1):
            at = (*path, str(n))
            tree = self.section(at, one)
            if tree is None:
                continue
            step = self._step(tree, at, section)
            if any(step.name == before.name for before in found):
                self.fault((*at, "name"), "is another step's name")
            found.append(step)
        return tuple(found)

    def _step(self, tree: Mapping[str, Any], path: Path, section: Section) -> Step:
        given = self.entries(tree, path, _STEP_KEYS)
        ranges = corridor.STEP[section]
        for key in ("repeat_s", "repeat_at_most"):
            if key in given and key not in ranges:
                reason = corridor.REFUSED[section, key]
                self.fault((*path, key), reason)
        name = self.text(given, "name", path) or ""
        if not _NAME.fullmatch(name):
            self.fault((*path, "name"), "a step is named in a-z, 0-9 and _")
        if "after_s" not in given:
            self.fault((*path, "after_s"), "is missing")
        figures = self.figures(given, path, ranges)
        return Step(
            name,
            figures.get("after_s", 0),
            self._targets(given.get("targets"), (*path, "targets")),
            self.words(given, "channels", path, CHANNELS),
            figures.get("repeat_s"),
            _number_of_times(figures, None),
        )

    def _targets(self, given: object, path: Path) -> tuple[Target, ...]:
        listed = self.listed(given, path, corridor.MOST_TARGETS)
        found = (self._target(one, (*path, str(n))) for n, one in enumerate(listed, 1))
        return tuple(one for one in found if one is not None)

    def _target(self, given: object, path: Path) -> Target | None:
        tree = self.section(path, given)
        if tree is None:
            return None
        kinds = [str(one) for one in Who]
        who = tree.get("who")
        if who not in kinds:
            self.fault((*path, "who"), f"must be one of {', '.join(kinds)}")
            return None
        known = ("who", "otherwise", *_TARGET_KEYS.get(Who(who), ()))
        wanted = self.entries(tree, path, known)
        otherwise = wanted.get("otherwise", False)
        if not isinstance(otherwise, bool):
            self.fault((*path, "otherwise"), "must be true or false")
        return Target(
            Who(who),
            self.words(wanted, "levels", path, tuple(PlaceLevel)),
            self.words(wanted, "roles", path, tuple(sorted(RESPONDERS))),
            self._people(wanted, path, needed=who == Who.PEOPLE),
            self._unless(wanted.get("unless"), (*path, "unless")),
            otherwise is True,
        )

    def _unless(self, given: object, path: Path) -> Target | None:
        tree = None if given is None else self.section(path, given)
        if tree is None:
            return None
        wanted = self.entries(tree, path, _UNLESS_KEYS)
        return Target(
            Who.RESPONDERS,
            self.words(wanted, "levels", path, tuple(PlaceLevel)),
            self.words(wanted, "roles", path, tuple(sorted(RESPONDERS))),
        )

    def _people(
        self, given: Mapping[str, Any], path: Path, *, needed: bool
    ) -> tuple[UUID, ...]:
        if not needed:
            return ()
        at = (*path, "people")
        found: list[UUID] = []
        for one in self.listed(given.get("people"), at, corridor.MOST_PEOPLE):
            person = _id(one)
            if person is None:
                self.fault(at, f"{wording.short(one)} is no id of a person")
            elif why := self._refuse(person):
                self.fault(at, f"{wording.short(one)} {why}")
            else:
                found.append(person)
        return tuple(dict.fromkeys(found))


def _number_of_times(figures: Mapping[str, float], base: int | None) -> int | None:
    return int(figures["repeat_at_most"]) if "repeat_at_most" in figures else base


def _id(value: object) -> UUID | None:
    try:
        return UUID(str(value))
    except ValueError:
        return None

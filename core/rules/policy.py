"""An escalation policy: whom to tell of an alert, in which steps, how often, until when."""

import hashlib
import json
from collections.abc import Mapping
from dataclasses import dataclass
from enum import StrEnum
from typing import Any, Final
from uuid import UUID

from core.model import Kind, Severity
from core.rules.sets import Span


class Section(StrEnum):
    """What a policy is for."""

    CRITICAL = "critical"
    WARNING = "warning"
    TECHNICAL = "technical"


class Who(StrEnum):
    """Kinds of target.

    ``managers`` are those of the place, or of the lowest above it that has one; ``all``
    are the family and every responder of the place and those above it.
    """

    FAMILY = "family"
    RESPONDERS = "responders"
    ON_DUTY = "on_duty"
    PEOPLE = "people"
    MANAGERS = "managers"
    ADMINISTRATORS = "administrators"
    ALL = "all"


CHANNELS: Final = ("chat", "push", "sms", "voice", "email")


def section_of(kind: str, severity: str) -> Section:
    """Which policy an alert goes by; what is only shown goes by that for warnings."""
    if kind == Kind.AREA_OUTAGE:
        return Section.TECHNICAL
    return Section.CRITICAL if severity == Severity.CRITICAL else Section.WARNING


@dataclass(frozen=True, slots=True)
class Target:
    """Whom a step tells.

    Attributes
    ----------
    levels, roles : of `responders` and those `on_duty`; empty is any.
    people : of `people`.
    unless : not where such responders are there.
    otherwise : only where the targets before it found nobody.
    """

    who: Who
    levels: tuple[str, ...] = ()
    roles: tuple[str, ...] = ()
    people: tuple[UUID, ...] = ()
    unless: "Target | None" = None
    otherwise: bool = False

    @property
    def surely(self) -> bool:
        """Whether it counts whoever else is there."""
        return self.unless is None and not self.otherwise

    @classmethod
    def stored(cls, tree: Mapping[str, Any]) -> "Target":
        """What :meth:`tree` wrote."""
        unless = tree.get("unless")
        return cls(
            Who(tree["who"]),
            tuple(tree.get("levels", ())),
            tuple(tree.get("roles", ())),
            tuple(map(UUID, tree.get("people", ()))),
            cls.stored({"who": Who.RESPONDERS, **unless}) if unless else None,
            tree.get("otherwise", False),
        )

    def tree(self) -> dict[str, Any]:
        """As in the file, ready for JSON; only what it says."""
        unless = self.unless.tree() if self.unless else {}
        unless.pop("who", None)
        tree = {
            "who": str(self.who),
            "levels": list(self.levels),
            "roles": list(self.roles),
            "people": list(map(str, self.people)),
            "unless": unless,
            "otherwise": self.otherwise,
        }
        return {key: value for key, value in tree.items() if value}


@dataclass(frozen=True, slots=True)
class Step:
    """One rung of the ladder.

    Attributes
    ----------
    after_s : since opening [s]
    channels : kinds of contact in the order they are tried; empty: all at once.
    repeat_s : told again so often until the next step is due [s]; None: not.
    repeat_at_most : so many times; None: no end.
    """

    name: str
    after_s: float
    targets: tuple[Target, ...]
    channels: tuple[str, ...] = ()
    repeat_s: float | None = None
    repeat_at_most: int | None = None

    @classmethod
    def stored(cls, tree: Mapping[str, Any]) -> "Step":
        """What :meth:`tree` wrote."""
        return cls(
            tree["name"],
            tree["after_s"],
            tuple(map(Target.stored, tree["targets"])),
            tuple(tree.get("channels", ())),
            tree.get("repeat_s"),
            tree.get("repeat_at_most"),
        )

    def tree(self) -> dict[str, Any]:
        """As in the file, ready for JSON; only what it says."""
        tree: dict[str, Any] = {
            "name": self.name,
            "after_s": _number(self.after_s),
            "targets": [one.tree() for one in self.targets],
            "channels": list(self.channels) or None,
            "repeat_s": _number(self.repeat_s),
            "repeat_at_most": self.repeat_at_most,
        }
        return {key: value for key, value in tree.items() if value is not None}


@dataclass(frozen=True, slots=True)
class Policy:
    """How alerts of one kind of severity are escalated.

    Attributes
    ----------
    steps : in the order of their delays.
    repeat_s : the highest step is told again so often, until somebody answers [s]
    repeat_at_most : so many times; None: no end.
    highest : the step above which it does not go by itself; None: the last.
    ack_expiry_s, arrival_expiry_s : how long a promise holds [s]; None: for ever.
    hold : hours in which nobody is told by itself, but then.
    """

    section: Section
    steps: tuple[Step, ...]
    repeat_s: float | None = None
    repeat_at_most: int | None = None
    highest: str | None = None
    ack_expiry_s: float | None = None
    arrival_expiry_s: float | None = None
    hold: Span | None = None

    @classmethod
    def stored(cls, section: str, tree: Mapping[str, Any]) -> "Policy":
        """What :meth:`tree` wrote once it was validated; read without checks."""
        hold = tree.get("hold")
        return cls(
            Section(section),
            tuple(map(Step.stored, tree["steps"])),
            tree.get("repeat_s"),
            tree.get("repeat_at_most"),
            tree.get("highest"),
            tree.get("ack_expiry_s"),
            tree.get("arrival_expiry_s"),
            Span.read(hold) if hold else None,
        )

    def tree(self) -> dict[str, Any]:
        """Nested as in the file, ready for JSON."""
        tree: dict[str, Any] = {
            "repeat_s": _number(self.repeat_s),
            "repeat_at_most": self.repeat_at_most,
            "highest": self.highest,
            "ack_expiry_s": _number(self.ack_expiry_s),
            "arrival_expiry_s": _number(self.arrival_expiry_s),
            "hold": self.hold.tree() if self.hold else None,
            "steps": [one.tree() for one in self.steps],
        }
        return {key: value for key, value in tree.items() if value is not None}

    def rank(self, step: str | None) -> int:
        """Place of a step among all, lowest 0; -1 for one it has not."""
        names = [one.name for one in self.steps]
        return names.index(step) if step in names else -1

    def version(self, revision: int) -> str:
        """``<revision>-<digest>``: what stands for it in timelines, 0 as shipped."""
        text = json.dumps([self.section, self.tree()], sort_keys=True)
        return f"{revision}-{hashlib.sha256(text.encode()).hexdigest()[:12]}"

    def people(self) -> frozenset[UUID]:
        """Everyone it names."""
        return frozenset(
            one for step in self.steps for goal in step.targets for one in goal.people
        )


Policies = Mapping[Section, Policy]
"""Policies by what they are for; one that is not there says nothing of it."""
STRAY: Final = Step("administrators", 0, (Target(Who.ADMINISTRATORS),))
"""The only step of an alert that is nobody's: of a wristband that nobody wears."""


def _number(value: float | None) -> float | None:
    """A whole number as one, so that 60 and 60.0 are one version."""
    return int(value) if value is not None and value == int(value) else value

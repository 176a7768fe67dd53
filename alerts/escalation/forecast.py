"""Runs the policy forward with nobody answering: who would be told when, and what then."""

from collections.abc import Collection
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from zoneinfo import ZoneInfo

from alerts.escalation import ladder
from alerts.escalation.ladder import Reachable
from alerts.escalation.policy import adapted, decide
from alerts.escalation.terms import Decision, Facts, Reason, Telling
from core.rules.policy import Policy

MOST = 1000
"""So many tellings are followed; every policy within the corridor ends long before."""


class Ending(StrEnum):
    """How a course goes on when nobody ever answers."""

    REPEATS = "repeats"
    ALARM = "alarm"
    QUIET = "quiet"


@dataclass(frozen=True, slots=True)
class Planned:
    """A telling to come."""

    at: datetime
    telling: Telling


@dataclass(frozen=True, slots=True)
class Forecast:
    """What would happen.

    Attributes
    ----------
    ending : the last is repeated, nobody is reachable (an alarm), or no more is told.
    every_s : how often it is repeated, or the alarm is raised again [s]
    """

    planned: tuple[Planned, ...]
    ending: Ending
    every_s: float | None = None


def forecast(
    facts: Facts,
    chain: Collection[Reachable],
    policy: Policy,
    now: datetime,
    zone: ZoneInfo,
) -> Forecast:
    """Follow an alert from `now` on until it only repeats itself, with the chain as it is.

    Parameters
    ----------
    facts, chain, policy, zone : as for :func:`alerts.escalation.policy.decide`.
    """
    policy = adapted(facts, policy)
    planned: list[Planned] = []
    at: datetime | None = now
    while at is not None and len(planned) < MOST:
        decision = decide(facts, chain, policy, at, zone)
        ending = _ending(decision, policy, chain)
        if ending is Ending.REPEATS:
            return Forecast(tuple(planned), ending, policy.repeat_s)
        planned += [Planned(at, one) for one in decision.tellings]
        if ending is Ending.ALARM:
            return Forecast(tuple(planned), ending, policy.repeat_s)
        facts, at = decision.facts, decision.next_due
    return Forecast(tuple(planned), Ending.QUIET)


def following(
    facts: Facts,
    chain: Collection[Reachable],
    policy: Policy,
    now: datetime,
    zone: ZoneInfo,
) -> tuple[datetime, Decision] | None:
    """When anybody is told next if nobody does anything, and the decision; None: never.

    Parameters
    ----------
    facts, chain, policy, zone : as for :func:`alerts.escalation.policy.decide`.
    """
    at: datetime | None = now
    while at is not None:
        decision = decide(facts, chain, policy, at, zone)
        if decision.tellings or decision.alarm:
            return at, decision
        facts, at = decision.facts, decision.next_due
    return None


def _ending(
    decision: Decision, policy: Policy, chain: Collection[Reachable]
) -> Ending | None:
    """Whether the decision was the first that only repeats what was before it."""
    if decision.alarm:
        return Ending.ALARM
    if policy.repeat_at_most is not None:
        return None
    top = max((level.rank for level in ladder.build(policy, chain)), default=None)
    repeated = (one.level for one in decision.tellings if one.reason is Reason.REPEATED)
    return Ending.REPEATS if any(policy.rank(r) == top for r in repeated) else None

"""One decision in the making: what is told by it, and what of the alert falls due when."""

from collections.abc import Collection
from dataclasses import replace
from datetime import datetime, timedelta
from zoneinfo import ZoneInfo

from alerts.escalation import due, ladder
from alerts.escalation.ladder import Level, Reachable
from alerts.escalation.terms import Decision, Facts, Reason, Telling
from core.model import AlertStatus
from core.rules.policy import Policy, Step


class Course:
    """What is decided so far, and what of the alert falls due when.

    Attributes
    ----------
    facts : the alert as it is after what was decided.
    levels : the steps with people, lowest first.
    expired, alarmed, still : what the timeline says beside the tellings.
    """

    def __init__(
        self,
        facts: Facts,
        policy: Policy,
        chain: Collection[Reachable],
        now: datetime,
        zone: ZoneInfo,
    ) -> None:
        self.facts = facts
        self.policy = policy
        self.chain = chain
        self.now = now
        self.levels = ladder.build(policy, chain)
        self.expired = False
        self.alarmed = False
        self.still = False
        self._zone = zone
        self._tellings: list[Telling] = []

    def decision(self, *when: datetime | None) -> Decision:
        """What came of it, to be looked at again at the first of `when` or the expiry."""
        dues = (*when, due.expiry(self.facts, self.policy))
        return Decision(
            self.facts,
            tuple(self._tellings),
            min((instant for instant in dues if instant is not None), default=None),
            self.expired,
            self.alarmed,
            self.still,
        )

    def tell(
        self,
        step: Step,
        people: tuple[Reachable, ...],
        reason: Reason,
        due_at: datetime,
    ) -> None:
        """Tell people, and remember whom this step has told."""
        self._tellings.append(Telling(step.name, reason, people, due_at, step.channels))
        told = self.facts.progress.told
        if self.policy.rank(step.name) >= 0:
            ids = [str(one.person_id) for one in people]
            known = told.get(step.name, [])
            self.note(told={**told, step.name: list(dict.fromkeys(known + ids))})

    def reach(self, level: Level, reason: Reason, due_at: datetime) -> None:
        """Tell the next step."""
        climbed = self._climbed() + 1
        self.tell(level.step, level.people, reason, due_at)
        self.note(reached=level.name, climbed=climbed, told_at=self.now, repeats=0)

    def tell_all_told(self, reason: Reason, due_at: datetime) -> None:
        """Tell each step reached again: whoever is on it, and who was told before."""
        on_it = {level.rank: level.people for level in self.levels}
        told = self.facts.progress.told
        for rank, step in enumerate(self.policy.steps[: self._reached_rank() + 1]):
            before = {*told.get(step.name, ())}
            again = (one for one in self.chain if str(one.person_id) in before)
            people = ladder.once((*on_it.get(rank, ()), *again))
            if people:
                self.tell(step, people, reason, due_at)

    def note(self, **changes: object) -> None:
        """Change the alert's progress."""
        progress = replace(self.facts.progress, **changes)  # pyright: ignore[reportArgumentType]
        self.facts = replace(self.facts, progress=progress)

    @property
    def begun(self) -> bool:
        """Whether any step was told in this round."""
        return self._reached_rank() >= 0

    def asked_at(self) -> datetime:
        """When somebody asked for what is answered now."""
        return self.facts.progress.asked_at or self.now

    def reached(self) -> Level:
        """The highest step told, or what is left of it."""
        rank = self._reached_rank()
        below = [level for level in self.levels if level.rank <= rank]
        return below[-1] if below else self.levels[0]

    def following(self) -> Level | None:
        """The lowest step above those reached."""
        rank = self._reached_rank()
        return next((level for level in self.levels if level.rank > rank), None)

    def next_after_s(self) -> float:
        """Delay of the next step [s]: the n-th one told comes at the n-th delay."""
        number = min(self._climbed(), len(self.policy.steps) - 1)
        return self.policy.steps[number].after_s

    def climb_due(self) -> datetime | None:
        """When the next step is to be told by itself."""
        if not self.begun:
            return due.first(self.facts, self.policy, self.now, self._zone)
        if self._next_by_itself() is None or not self._rises():
            return None
        offset = timedelta(seconds=self.next_after_s())
        return self._released(self.facts.counted_from + offset)

    def repeat_due(self) -> datetime | None:
        """When the step that was reached is to be told again."""
        progress = self.facts.progress
        if progress.told_at is None or not self.begun or not self._rises():
            return None
        top = self._next_by_itself() is None
        every = self.policy if top else self.reached().step
        if every.repeat_s is None:
            return None
        if (
            every.repeat_at_most is not None
            and progress.repeats >= every.repeat_at_most
        ):
            return None
        return self._released(progress.told_at + timedelta(seconds=every.repeat_s))

    def still_due(self) -> datetime | None:
        """When the lack of motion after a fall is to be looked at."""
        return None if self.facts.progress.settled else self.facts.still_due

    def alarm_due(self) -> datetime | None:
        """When administrators are to hear (again) that nobody is reachable."""
        progress = self.facts.progress
        if progress.retell or progress.climb:
            return self.asked_at()
        if progress.alarmed_at is None:
            return due.first(self.facts, self.policy, self.now, self._zone)
        every_s = self.policy.repeat_s
        if every_s is None or not (self.facts.critical and self._rises()):
            return None
        return progress.alarmed_at + timedelta(seconds=every_s)

    def _rises(self) -> bool:
        return self.facts.climbs and self.facts.status is AlertStatus.OPEN

    def _next_by_itself(self) -> Level | None:
        """The next step, unless it lies above the highest it goes to by itself."""
        following, highest = self.following(), self.policy.highest
        if following is None or highest is None:
            return following
        return following if following.rank <= self.policy.rank(highest) else None

    def _released(self, when: datetime) -> datetime:
        return due.released(self.policy.hold, when, self.now, self._zone)

    def _climbed(self) -> int:
        """How many steps were reached; of an older version's alerts, all up to there."""
        return self.facts.progress.climbed or self._reached_rank() + 1

    def _reached_rank(self) -> int:
        return self.policy.rank(self.facts.progress.reached)

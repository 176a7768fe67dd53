"""When to tell whom: the escalation of an alert as a function of its facts and the time.

Pure: no clock, no database. A decision says whom to tell now and when to look again;
looked at late, it catches up; looked at again with nothing due, it tells nobody.
"""

from collections.abc import Collection
from dataclasses import replace
from datetime import datetime, timedelta
from zoneinfo import ZoneInfo

from alerts.escalation import due, ladder
from alerts.escalation.ladder import Level, Reachable
from alerts.escalation.terms import Decision, Facts, Reason, Telling, Timing
from core.model import AlertStatus

NOBODY_COMES = frozenset({AlertStatus.OPEN, AlertStatus.ACKNOWLEDGED})


def decide(
    facts: Facts,
    chain: Collection[Reachable],
    timing: Timing,
    now: datetime,
    zone: ZoneInfo,
) -> Decision:
    """Decide one alert's next step.

    Parameters
    ----------
    facts : the alert as stored.
    chain : everyone reachable for it now, administrators included.
    timing : the delays [s].
    now : the present.
    zone : whose nights warnings wait out.
    """
    if facts.status is AlertStatus.RESOLVED:
        return Decision(facts)
    levels = ladder.build(
        chain, facts.severity, orphan=facts.orphan, technical=facts.technical
    )
    course = _Course(facts, levels, timing, now, zone)
    course.fall_back()
    if not levels:
        course.alarm(ladder.administrators(chain))
        return course.decision(course.alarm_due())
    course.answer_press()
    course.answer_hand()
    course.climb()
    course.repeat_top()
    course.find_still()
    return course.decision(course.climb_due(), course.repeat_due(), course.still_due())


class _Course:
    """One decision in the making."""

    def __init__(
        self,
        facts: Facts,
        levels: tuple[Level, ...],
        timing: Timing,
        now: datetime,
        zone: ZoneInfo,
    ) -> None:
        self._facts = facts
        self._levels = levels
        self._timing = timing
        self._now = now
        self._zone = zone
        self._tellings: list[Telling] = []
        self._expired = False
        self._alarmed = False
        self._still = False

    def fall_back(self) -> None:
        """Expire a promise that was not kept: all are told again, and the next level."""
        expires = due.expiry(self._facts, self._timing)
        if expires is None or self._now < expires:
            return
        self._expired = True
        self._tell_all_told(Reason.EXPIRED)
        self._note(status_at=self._now, told_at=self._now, alarmed_at=None)
        following = self._next()
        offset_s = self._offset_s(following) if following else 0
        self._facts = replace(
            self._facts,
            status=AlertStatus.OPEN,
            counted_from=self._now - timedelta(seconds=offset_s),
        )

    def alarm(self, people: tuple[Reachable, ...]) -> None:
        """Raise the technical alarm that nobody can be told, if it is due."""
        when = self.alarm_due()
        if when is None or self._now < when:
            return
        self._alarmed = True
        self._note(alarmed_at=self._now, retell=False, climb=0)
        if people:
            self._tell(Level(ladder.ADMINISTRATORS, people), Reason.NOBODY)

    def answer_press(self) -> None:
        """Tell everyone told so far again; no deadline moves."""
        if self._facts.progress.retell:
            self._tell_all_told(Reason.PRESSED)
            self._note(retell=False)

    def answer_hand(self) -> None:
        """Tell one more level for each time a person asked; at the top, the top."""
        for _ in range(self._facts.progress.climb):
            following = self._next()
            if following is None:
                self._tell(self._levels[-1], Reason.BY_HAND)
            else:
                self._reach(following, Reason.BY_HAND)
        self._note(climb=0)

    def climb(self) -> None:
        """Tell every level whose time has come."""
        for level in self._levels:
            when = self.climb_due()
            if level is self._next() and when is not None and when <= self._now:
                first = self._facts.progress.reached is None
                self._reach(level, Reason.OPENED if first else Reason.CLIMBED)

    def repeat_top(self) -> None:
        """Tell the top again when it is due."""
        when = self.repeat_due()
        if when is not None and when <= self._now:
            self._tell(self._levels[-1], Reason.REPEATED)
            self._note(told_at=self._now)

    def find_still(self) -> None:
        """After a fall without motion since: all are told again, and the next level.

        So it is while nobody is on the way, also where somebody has acknowledged.
        """
        when = self.still_due()
        if when is None or self._now < when:
            return
        self._note(settled=True)
        if self._facts.moved or self._facts.status not in NOBODY_COMES:
            return
        self._still = True
        following = self._next()
        self._tell_all_told(Reason.STILL)
        if following is not None:
            self._reach(following, Reason.STILL)

    def decision(self, *when: datetime | None) -> Decision:
        """What came of it, to be looked at again at the first of `when` or the expiry."""
        dues = (*when, due.expiry(self._facts, self._timing))
        return Decision(
            self._facts,
            tuple(self._tellings),
            min((instant for instant in dues if instant is not None), default=None),
            self._expired,
            self._alarmed,
            self._still,
        )

    def climb_due(self) -> datetime | None:
        """When the next level is to be told by itself."""
        if self._facts.progress.reached is None:
            return due.first(self._facts, self._now, self._zone)
        following = self._next()
        if following is None or not self._rises():
            return None
        return self._facts.counted_from + timedelta(seconds=self._offset_s(following))

    def still_due(self) -> datetime | None:
        """When the lack of motion after a fall is to be looked at."""
        return None if self._facts.progress.settled else self._facts.still_due

    def repeat_due(self) -> datetime | None:
        """When the top is to be told again."""
        told_at = self._facts.progress.told_at
        if told_at is None or self._next() is not None or not self._rises():
            return None
        return told_at + timedelta(seconds=self._timing.top_repeat_s)

    def alarm_due(self) -> datetime | None:
        """When administrators are to hear (again) that nobody is reachable."""
        progress = self._facts.progress
        if progress.retell or progress.climb:
            return self._now
        if progress.alarmed_at is None:
            return due.first(self._facts, self._now, self._zone)
        if not self._rises():
            return None
        return progress.alarmed_at + timedelta(seconds=self._timing.top_repeat_s)

    def _rises(self) -> bool:
        return self._facts.climbs and self._facts.status is AlertStatus.OPEN

    def _next(self) -> Level | None:
        """The lowest level above those reached."""
        reached = self._reached_rank()
        return next((level for level in self._levels if level.rank > reached), None)

    def _reached_rank(self) -> int:
        reached = self._facts.progress.reached
        return -1 if reached is None else ladder.rank(reached)

    def _offset_s(self, level: Level) -> float:
        """Delay of a level after opening; empty ones below it have dropped out [s]."""
        index = self._levels.index(level)
        return 0 if index == 0 else self._timing.climb_s[index - 1]

    def _reach(self, level: Level, reason: Reason) -> None:
        self._tell(level, reason)
        self._note(reached=level.name, told_at=self._now)

    def _tell_all_told(self, reason: Reason) -> None:
        reached = self._reached_rank()
        for level in self._levels:
            if level.rank <= reached:
                self._tell(level, reason)

    def _tell(self, level: Level, reason: Reason) -> None:
        self._tellings.append(Telling(level.name, reason, level.people))

    def _note(self, **changes: datetime | str | int | None) -> None:
        progress = replace(self._facts.progress, **changes)  # pyright: ignore[reportArgumentType]
        self._facts = replace(self._facts, progress=progress)

"""When to tell whom: the escalation of an alert as a function of its facts and the time.

Pure: no clock, no database. A decision says whom to tell now and when to look again;
looked at late, it catches up; looked at again with nothing due, it tells nobody.
"""

from collections.abc import Collection
from dataclasses import replace
from datetime import datetime, timedelta
from zoneinfo import ZoneInfo

from alerts.escalation import due, ladder
from alerts.escalation.course import Course
from alerts.escalation.ladder import Reachable
from alerts.escalation.terms import Decision, Facts, Reason
from core.model import AlertStatus
from core.rules.policy import STRAY, Policy

NOBODY_COMES = frozenset({AlertStatus.OPEN, AlertStatus.ACKNOWLEDGED})


def decide(
    facts: Facts,
    chain: Collection[Reachable],
    policy: Policy,
    now: datetime,
    zone: ZoneInfo,
) -> Decision:
    """Decide one alert's next step.

    Parameters
    ----------
    facts : the alert as stored.
    chain : everyone reachable for it now, administrators included.
    policy : by which it is escalated; where it is nobody's, administrators are its
        only step.
    now : the present.
    zone : whose hours are held.
    """
    if facts.status is AlertStatus.RESOLVED:
        return Decision(facts)
    course = Course(facts, adapted(facts, policy), chain, now, zone)
    _fall_back(course)
    if not course.levels:
        _alarm(course)
        return course.decision(course.alarm_due())
    _answer_press(course)
    _answer_hand(course)
    _repeat(course)
    _climb(course)
    _find_still(course)
    return course.decision(course.climb_due(), course.repeat_due(), course.still_due())


def adapted(facts: Facts, policy: Policy) -> Policy:
    """The policy as it is for this alert: nobody's is told to administrators only."""
    if facts.orphan and not facts.technical:
        return replace(policy, steps=(STRAY,), highest=None)
    return policy


def _fall_back(course: Course) -> None:
    """Expire a promise that was not kept: all are told again, and the next step."""
    expires = due.expiry(course.facts, course.policy)
    if expires is None or course.now < expires:
        return
    course.expired = True
    course.tell_all_told(Reason.EXPIRED, expires)
    course.note(status_at=course.now, told_at=course.now, repeats=0, alarmed_at=None)
    # Later steps keep their distances from the one that comes at once.
    offset = timedelta(seconds=course.next_after_s())
    course.facts = replace(
        course.facts, status=AlertStatus.OPEN, counted_from=expires - offset
    )


def _alarm(course: Course) -> None:
    """Raise the technical alarm that nobody can be told, if it is due."""
    when = course.alarm_due()
    if when is None or course.now < when:
        return
    course.alarmed = True
    course.note(alarmed_at=course.now, retell=False, climb=0, asked_at=None)
    people = ladder.administrators(course.chain)
    if people:
        course.tell(STRAY, people, Reason.NOBODY, when)


def _answer_press(course: Course) -> None:
    """Tell everyone told so far again; no deadline moves."""
    if course.facts.progress.retell:
        course.tell_all_told(Reason.PRESSED, course.asked_at())


def _answer_hand(course: Course) -> None:
    """Tell one more step for each time a person asked; at the top, the top."""
    for _ in range(course.facts.progress.climb):
        following = course.following()
        if following is None:
            top = course.levels[-1]
            course.tell(top.step, top.people, Reason.BY_HAND, course.asked_at())
        else:
            course.reach(following, Reason.BY_HAND, course.asked_at())
    course.note(climb=0, retell=False, asked_at=None)


def _repeat(course: Course) -> None:
    """Tell the step that was reached again when that is due."""
    when = course.repeat_due()
    if when is None or course.now < when:
        return
    level = course.reached()
    course.tell(level.step, level.people, Reason.REPEATED, when)
    course.note(told_at=course.now, repeats=course.facts.progress.repeats + 1)


def _climb(course: Course) -> None:
    """Tell every step whose time has come."""
    for level in course.levels:
        when = course.climb_due()
        if level is course.following() and when is not None and when <= course.now:
            reason = Reason.CLIMBED if course.begun else Reason.OPENED
            course.reach(level, reason, max(when, course.facts.promised or when))


def _find_still(course: Course) -> None:
    """After a fall without motion since: all are told again, and the next step.

    So it is while nobody is on the way, also where somebody has acknowledged.
    """
    when = course.still_due()
    if when is None or course.now < when:
        return
    course.note(settled=True)
    if course.facts.moved or course.facts.status not in NOBODY_COMES:
        return
    course.still = True
    following = course.following()
    course.tell_all_told(Reason.STILL, when)
    if following is not None:
        course.reach(following, Reason.STILL, when)

"""Proves from the ledger alone that nobody was told late, twice, wrongly or not at all.

It walks an alert's timeline with what people did, works out by the contract what had to
be told when and to whom, and compares. It shares no code with the engine.
"""

from collections import Counter, defaultdict
from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Any

from tests.street.roll import Home

TRIED = timedelta(seconds=10)
"""A busy machine's senders may fall behind; the ledger's steps may not."""
EARLY = timedelta(milliseconds=60)
"""Instants are written to the microsecond, due ones are computed from written ones."""


@dataclass(frozen=True)
class Timing:
    """The contract's delays, as set for this run [s]."""

    climb_s: tuple[float, ...]
    repeat_s: float
    ack_expiry_s: float
    arrival_expiry_s: float


@dataclass(frozen=True)
class Entry:
    """One entry of an alert's timeline."""

    at: datetime
    event: str
    detail: dict[str, Any]


@dataclass(frozen=True)
class Sent:
    """One notification with its attempts' instants."""

    person: str
    contact: str
    step: str
    status: str
    created_at: datetime
    attempts: tuple[datetime, ...]


@dataclass(frozen=True)
class Story:
    """All that the ledger holds of one alert."""

    alert: str
    senior: str
    entries: tuple[Entry, ...]
    sent: tuple[Sent, ...]


@dataclass
class Due:
    """Something that has to be told."""

    rung: str
    reason: str
    at: datetime


@dataclass
class Round:
    """Where an alert stands, as the contract has it."""

    timing: Timing
    rungs: list[str]
    status: str = "open"
    counted_from: datetime | None = None
    climbed: int = 0
    told_at: datetime | None = None
    promised_at: datetime | None = None
    waiting: list[Due] = field(default_factory=list)
    told: dict[str, set[str]] = field(default_factory=dict)  # of this round, by rung

    def next_due(self) -> Due | None:
        """What comes next by itself, if nobody does anything."""
        if self.status == "acknowledged" and self.promised_at is not None:
            return Due("", "expired", self._after(self.timing.ack_expiry_s))
        if self.status == "en_route" and self.promised_at is not None:
            return Due("", "expired", self._after(self.timing.arrival_expiry_s))
        if self.status != "open" or self.counted_from is None:
            return None
        if self.climbed < len(self.rungs):
            at = self.counted_from + self._offset(self.climbed)
            return Due(self.rungs[self.climbed], "climbed", at)
        if self.told_at is None:
            return None
        at = self.told_at + timedelta(seconds=self.timing.repeat_s)
        return Due(self.rungs[-1], "repeated", at)

    def fall_back(self, due: datetime, now: datetime) -> None:
        """A promise lapsed: all told are told again, the next rung at once."""
        self.waiting += [
            Due(rung, "expired", due) for rung in self.rungs[: self.climbed]
        ]
        self.status, self.promised_at, self.told_at = "open", None, now
        following = min(self.climbed, len(self.rungs) - 1)
        self.counted_from = due - self._offset(following)

    def _after(self, seconds: float) -> datetime:
        assert self.promised_at is not None
        return self.promised_at + timedelta(seconds=seconds)

    def _offset(self, rung: int) -> timedelta:
        return timedelta(seconds=0 if rung == 0 else self.timing.climb_s[rung - 1])


class Checker:
    """Checks stories against a timing and a tolerance.

    Attributes
    ----------
    latest : the greatest lateness seen of any telling.
    """

    def __init__(self, timing: Timing, tolerance: timedelta) -> None:
        self._timing = timing
        self._tolerance = tolerance
        self.latest = timedelta(0)
        self.tellings = 0

    def faults(self, story: Story, home: Home, until: datetime) -> list[str]:
        """Everything wrong with one alert, up to the instant the run ended."""
        return [
            f"{story.alert}: {fault}"
            for fault in (
                *self._timeline(story, home, until),
                *self._deliveries(story, home, until),
            )
        ]

    def _timeline(self, story: Story, home: Home, until: datetime) -> Iterator[str]:
        course = Round(self._timing, home.rungs())
        for entry in story.entries:
            yield from self._overdue(course, entry.at, entry.event == "told")
            yield from self._take(course, entry, home)
        yield from self._overdue(course, until, telling=False)

    def _overdue(self, course: Round, at: datetime, telling: bool) -> Iterator[str]:
        """What ought to have been told before `at`."""
        due = course.next_due()
        waiting = course.waiting + ([due] if due is not None else [])
        for one in waiting:
            if not telling and at - one.at > self._tolerance:
                yield f"{one.reason} {one.rung} due {one.at:%H:%M:%S.%f} is missing"

    def _take(self, course: Round, entry: Entry, home: Home) -> Iterator[str]:
        match entry.event:
            case "opened" | "reopened":
                course.status, course.counted_from = "open", entry.at
                course.climbed, course.told_at, course.waiting = 0, None, []
                course.told = {}
            case "acknowledged" if course.status == "open":
                course.status, course.promised_at = "acknowledged", entry.at
                course.waiting.clear()
            case "departed" if course.status in {"open", "acknowledged"}:
                course.status, course.promised_at = "en_route", entry.at
            case "arrived" if course.status != "resolved":
                course.status, course.promised_at = "on_scene", None
            case "resolved":
                course.status, course.promised_at = "resolved", None
            case "expired":
                yield from self._expire(course, entry)
            case "told":
                yield from self._told(course, entry, home)
            case _:
                pass

    def _expire(self, course: Round, entry: Entry) -> Iterator[str]:
        due = course.next_due()
        if due is None or due.reason != "expired":
            yield f"expired at {entry.at:%H:%M:%S.%f} though nobody had promised"
            return
        yield from self._punctual("expiry", due.at, entry.at)
        course.fall_back(due.at, entry.at)

    def _told(self, course: Round, entry: Entry, home: Home) -> Iterator[str]:
        rung = entry.detail["level"]
        due = next((one for one in course.waiting if one.rung == rung), None)
        if due is not None:
            course.waiting.remove(due)
        else:
            due = course.next_due()
            if due is None or due.rung != rung:
                yield f"told {rung} at {entry.at:%H:%M:%S.%f} though nothing was due"
                return
            if due.reason == "climbed":
                course.climbed += 1
            course.told_at = entry.at
        self.tellings += 1
        yield from self._punctual(rung, due.at, entry.at)
        said = datetime.fromisoformat(entry.detail["due_at"])
        if abs(said - due.at) > EARLY:
            yield f"told {rung} says it was due {said}, it was {due.at}"
        told = [one["id"] for one in entry.detail["people"]]
        if len(set(told)) != len(told):
            yield f"somebody stands twice in the telling of {rung}"
        # Whoever was told once is told again, also when their shift has ended since.
        before = course.told.get(rung, set()) if due.reason == "expired" else set()
        meant = {
            frozenset(home.people(rung, at) | before) for at in (due.at, said, entry.at)
        }
        course.told.setdefault(rung, set()).update(told)
        if frozenset(told) not in meant:
            wanted = home.people(rung, entry.at) | before
            yield (
                f"told {rung} at {entry.at:%H:%M:%S.%f}: missing"
                f" {sorted(wanted - set(told))}, too many {sorted(set(told) - wanted)}"
            )

    def _punctual(self, what: str, due: datetime, at: datetime) -> Iterator[str]:
        late = at - due
        self.latest = max(self.latest, late)
        if late > self._tolerance:
            yield f"{what} was {late.total_seconds():.2f} s late"
        if late < -EARLY:
            yield f"{what} was {-late.total_seconds():.2f} s early"

    def _deliveries(self, story: Story, home: Home, until: datetime) -> Iterator[str]:
        """Every telling reached every contact's queue once, and was tried."""
        rows: dict[tuple[str, str], Counter[str]] = defaultdict(Counter)
        for one in story.sent:
            rows[one.step, one.person][one.contact] += 1
        asked: dict[tuple[str, str], datetime] = {}
        for entry in story.entries:
            for person in entry.detail["people"] if entry.event == "told" else ():
                # One told by two steps at once hears of it by the first of them.
                step, who = person.get("with", entry.detail["step"]), person["id"]
                if "with" in person and asked.get((step, who)) != entry.at:
                    yield f"{entry.detail['step']} for {who}: {step} was not with it"
                asked[step, who] = entry.at
                found, wanted = rows[step, who], home.contacts(who)
                if set(found) != wanted or any(n > 1 for n in found.values()):
                    yield (
                        f"{step} for {who}: notifications {dict(found)},"
                        f" contacts {sorted(wanted)}"
                    )
        for step, who in rows.keys() - asked.keys():
            yield f"{step} for {who}: a notification that no telling asked for"
        yield from self._tries(story, until)

    def _tries(self, story: Story, until: datetime) -> Iterator[str]:
        for one in story.sent:
            if one.attempts or one.status in {"overtaken", "spared"}:
                continue
            if until - one.created_at > max(TRIED, self._tolerance):
                yield f"{one.step} for {one.person} was never tried ({one.status})"

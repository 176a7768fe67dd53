"""Who would be told of an alert of one senior, and when: the live policy run forward."""

from collections.abc import Collection
from dataclasses import dataclass
from datetime import UTC, datetime
from uuid import UUID
from zoneinfo import ZoneInfo

from psycopg import Connection

from alerts.escalation import book, chains, ladder
from alerts.escalation.book import Versioned
from alerts.escalation.chains import Chain, Contact, Subject
from alerts.escalation.forecast import Forecast, following, forecast
from alerts.escalation.ladder import Duty, Level, Reachable
from alerts.escalation.standing import Due
from alerts.escalation.terms import Facts, Telling
from alerts.incidents.progress import Progress
from core.errors import NotFoundError
from core.model import AlertStatus, Kind, Severity
from core.registry import policies
from core.registry.policies import InForce
from core.registry.rows import one
from core.rules.policy import Policies, section_of

_KINDS = {Severity.CRITICAL: Kind.SOS, Severity.WARNING: Kind.HEART_RATE_HIGH}


@dataclass(frozen=True, slots=True)
class LeftOut:
    """Somebody responsible who would not be told, and why.

    ``why`` is ``no_verified_contact``, ``off_shift`` or ``not_in_policy``.
    """

    person: Reachable
    why: str


@dataclass(frozen=True, slots=True)
class Preview:
    """What would happen to an alert opened at an instant, with nobody answering."""

    senior: str
    severity: Severity
    at: datetime
    by: InForce
    chain: Chain
    found: Forecast
    left_out: tuple[LeftOut, ...]

    def contacts(self, person_id: UUID) -> list[Contact]:
        """By what a person would be told."""
        return self.chain.contacts[person_id]


def preview(  # noqa: PLR0917  # whose, of what, by which policies, when and where
    conn: Connection,
    senior_id: UUID,
    severity: Severity,
    shipped: Policies,
    at: datetime,
    zone: ZoneInfo,
) -> Preview:
    """Run the policy forward for an alert of a senior that opens at `at`.

    Parameters
    ----------
    severity : critical or warning; what is only shown is told to nobody.
    shipped : policies as shipped, with the figures of the settings.

    Raises
    ------
    NotFoundError
        If there is no such senior.
    """
    at = at.astimezone(UTC)
    row = one(conn, "senior_and_place", {"senior_id": senior_id})
    if row is None:
        raise NotFoundError("no such senior")
    kind = _KINDS.get(severity, Kind.BATTERY_LOW)
    by = policies.in_force(conn, row["place_id"], shipped)[section_of(kind, severity)]
    subject = Subject(senior_id, senior_id, row["place_id"], by.policy.people())
    chain = chains.read(conn, [subject], at)[senior_id]
    facts = Facts(kind, severity, AlertStatus.OPEN, at, Progress(status_at=at))
    found = forecast(facts, chain.people, by.policy, at, zone)
    levels = ladder.build(by.policy, chain.people)
    left = tuple(_left_out(chain, levels)) if severity is not Severity.INFO else ()
    return Preview(row["name"], severity, at, by, chain, found, left)


@dataclass(frozen=True, slots=True)
class Upcoming:
    """What happens next with an alert that nobody does anything about.

    Attributes
    ----------
    at : when; an instant that has passed is now.
    tellings : who is told then.
    expired : because a promise lapses.
    alarm : nobody can be told: a technical alarm.
    """

    at: datetime
    tellings: tuple[Telling, ...]
    expired: bool
    alarm: bool
    chain: Chain


def upcoming(
    conn: Connection,
    alert_id: UUID,
    shipped: Policies,
    now: datetime,
    zone: ZoneInfo,
) -> Upcoming | None:
    """What happens next with an alert; None where nobody is told by itself any more.

    Parameters
    ----------
    shipped : policies as shipped, with the figures of the settings.
    """
    row = chains.standing(conn, alert_id)
    if row is None:
        return None
    place_id = row.pop("at")
    due = Due(**row)
    by = _goes_by(conn, due, place_id, shipped)
    facts = due.watched(conn, by.version, now)
    chain = chains.read(conn, [due.subject(by)], now)[due.id]
    found = following(facts, chain.people, by.policy, now, zone)
    if found is None:
        return None
    at, decision = found
    said = (decision.tellings, decision.expired, decision.alarm)
    return Upcoming(at, *said, chain)


def _goes_by(
    conn: Connection, due: Due, place_id: UUID | None, shipped: Policies
) -> Versioned:
    """The policy of the alert's present round; where that begins, the one in force."""
    version = due.goes_by or ""
    known = book.read_versions(conn, [version]).get(version)
    if known is not None:
        return known
    section = section_of(due.kind, due.severity)
    force = policies.in_force(conn, place_id, shipped)[section]
    return Versioned(force.policy, force.version)


def _left_out(chain: Chain, levels: tuple[Level, ...]) -> list[LeftOut]:
    """Whoever is responsible and on no step, each once."""
    told = {one.person_id for level in levels for one in level.people}
    found = [
        LeftOut(one, "no_verified_contact") for one in _responsible(chain.unreachable)
    ]
    found += [
        LeftOut(one, "off_shift" if one.duty is Duty.OFF else "not_in_policy")
        for one in _responsible(chain.people)
        if one.person_id not in told
    ]
    return found


def _responsible(people: Collection[Reachable]) -> tuple[Reachable, ...]:
    """Each once, without administrators: they hear where nobody else does."""
    return ladder.once(
        one for one in people if one.place_level != ladder.ADMINISTRATORS
    )

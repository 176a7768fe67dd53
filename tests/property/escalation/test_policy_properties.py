"""Whatever the town, the alert and the presses: never a gap, never a loop."""

from dataclasses import replace
from datetime import UTC, datetime, timedelta
from zoneinfo import ZoneInfo

from hypothesis import given
from hypothesis import strategies as st

from alerts.escalation.ladder import Reachable, build, rank
from alerts.escalation.policy import decide
from alerts.escalation.terms import Decision, Facts, Reason, Timing
from alerts.incidents.progress import Progress
from core.ids import new_id
from core.model import AlertStatus, Kind, Severity

ZONE = ZoneInfo("Asia/Shanghai")
T0 = datetime(2026, 11, 21, 4, 0, tzinfo=UTC)
LEVELS = ["family", "building", "compound", "community", "street", "district"]
ROLES = ["building_head", "grid_worker", "volunteer", "street_manager"]

people = st.builds(
    lambda level, role: Reachable(new_id(), "x", role, level),
    st.sampled_from([*LEVELS, "administrators"]),
    st.sampled_from(ROLES),
)
chains = st.lists(people, max_size=8)
timings = st.builds(
    lambda climb, a, b, c: Timing(tuple(sorted(climb)), a, b, c),
    st.tuples(*[st.floats(0, 2000)] * 3),
    st.floats(1, 1000),
    st.floats(1, 1000),
    st.floats(1, 3000),
)
facts_of = st.builds(
    lambda kind, severity, orphan: Facts(
        kind, severity, AlertStatus.OPEN, T0, Progress(), orphan
    ),
    st.sampled_from(list(Kind)),
    st.sampled_from(list(Severity)),
    st.booleans(),
)
deeds = st.sampled_from(
    ["press", "hand", "acknowledge", "depart", "late", "wait", "reopen", "swap"]
)


def do(facts: Facts, deed: str, now: datetime) -> Facts:
    """What a wristband or a person did to the stored alert."""
    progress = facts.progress
    match deed:
        case "press":
            return replace(facts, progress=progress.asked_to_retell())
        case "hand":
            return replace(facts, progress=progress.asked_to_climb())
        case "acknowledge" if facts.status is AlertStatus.OPEN:
            progress = progress.status_since(now)
            return replace(facts, status=AlertStatus.ACKNOWLEDGED, progress=progress)
        case "depart":
            progress = progress.status_since(now)
            return replace(facts, status=AlertStatus.EN_ROUTE, progress=progress)
        case "reopen":
            return replace(
                facts,
                status=AlertStatus.OPEN,
                counted_from=now,
                progress=progress.anew(now),
            )
        case _:
            return facts


def check(
    before: Facts, decision: Decision, chain: list[Reachable], now: datetime
) -> None:
    after = decision.facts
    # A look into the future, strictly: so no worker spins.
    assert decision.next_due is None or decision.next_due > now
    # Never a gap: a critical alert that is open always has a next look.
    if after.climbs and after.status is AlertStatus.OPEN:
        assert decision.next_due is not None
    # A promise of a critical alert always has its end.
    if after.climbs and after.status in {
        AlertStatus.ACKNOWLEDGED,
        AlertStatus.EN_ROUTE,
    }:
        assert decision.next_due is not None
    # What was asked for is done.
    assert not after.progress.climb
    assert not (
        after.progress.retell and build(chain, after.severity, orphan=after.orphan)
    )
    # It ends at people or at the technical alarm.
    if after.climbs and after.progress.reached is None:
        assert decision.alarm or after.progress.alarmed_at is not None
    assert all(telling.people for telling in decision.tellings)
    # Levels are only ever climbed upwards.
    climbed = [
        rank(t.level)
        for t in decision.tellings
        if t.reason in {Reason.OPENED, Reason.CLIMBED}
    ]
    assert climbed == sorted(set(climbed))
    if before.progress.reached is not None and climbed:
        assert min(climbed) > rank(before.progress.reached)


late_by = st.floats(0, 4000)
courses = st.lists(st.tuples(deeds, late_by), max_size=15)


@given(facts_of, st.tuples(chains, chains), timings, courses)
def test_any_course(facts, both, timing, course):
    chain, other = both
    now = T0
    for deed, late_s in course:
        if deed == "swap":  # the registry changes under it
            chain, other = other, chain
        facts = do(facts, deed, now)
        decision = decide(facts, chain, timing, now, ZONE)
        check(facts, decision, chain, now)
        # Looked at twice, it tells once.
        again = decide(decision.facts, chain, timing, now, ZONE)
        assert not again.tellings
        assert again.next_due == decision.next_due
        facts = decision.facts
        extra = late_s if deed == "late" else 0
        now = max(now, decision.next_due or now) + timedelta(seconds=extra)


@given(chains, timings)
def test_every_level_is_told_in_time(chain, timing):
    facts = Facts(Kind.SOS, Severity.CRITICAL, AlertStatus.OPEN, T0, Progress())
    levels = build(chain, Severity.CRITICAL, orphan=False)
    told: dict[str, datetime] = {}
    now = T0
    for _ in range(12):
        decision = decide(facts, chain, timing, now, ZONE)
        for telling in decision.tellings:
            told.setdefault(telling.level, now)
        facts = decision.facts
        assert decision.next_due is not None
        now = decision.next_due
    offsets = [0, *timing.climb_s]
    for n, level in enumerate(levels):
        assert told[level.name] == T0 + timedelta(seconds=offsets[n])


@given(facts_of, chains, timings, st.integers(0, 24 * 60))
def test_warnings_sleep_at_night(facts, chain, timing, minute):
    now = T0 + timedelta(minutes=minute)
    facts = replace(facts, severity=Severity.WARNING, counted_from=now)
    decision = decide(facts, chain, timing, now, ZONE)
    hour = now.astimezone(ZONE).hour
    if hour >= 22 or hour < 7:
        assert not decision.tellings
        assert decision.next_due is not None
        assert decision.next_due.astimezone(ZONE).strftime("%H:%M") == "07:00"

"""Whatever the policy, the town, the alert and the presses: never a gap, never a loop."""

from collections import Counter
from dataclasses import replace
from datetime import UTC, datetime, time, timedelta
from itertools import accumulate
from zoneinfo import ZoneInfo

from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from alerts.escalation.due import is_held
from alerts.escalation.forecast import Ending, forecast
from alerts.escalation.ladder import ADMINISTRATORS, Duty, Reachable, build
from alerts.escalation.policy import decide
from alerts.escalation.terms import Decision, Facts, Reason, Timing
from alerts.incidents.progress import Progress
from core.errors import Fault, RuleError
from core.ids import new_id
from core.model import AlertStatus, Kind, Severity
from core.rules import policy_reading
from core.rules.policy import Policy, Section, Step, Target, Who, section_of
from core.rules.policy_corridor import breaches
from core.rules.sets import Span

ZONE = ZoneInfo("Asia/Shanghai")
T0 = datetime(2026, 11, 21, 4, 0, tzinfo=UTC)
S = timedelta(seconds=1)
LEVELS = ["building", "compound", "community", "street", "district"]
ROLES = ["building_head", "grid_worker", "volunteer", "street_manager"]
NAMED = [new_id() for _ in range(3)]
many = settings(
    max_examples=150,
    deadline=None,  # the machine may be shared: how long an example takes says nothing
    suppress_health_check=[HealthCheck.too_slow, HealthCheck.data_too_large],
)
few = settings(many, max_examples=60)
BY_ITSELF = {Reason.OPENED, Reason.CLIMBED, Reason.REPEATED}

ids = st.sampled_from([*NAMED, *(new_id() for _ in range(8))])
people = st.builds(
    lambda one, role, level: Reachable(one, "x", role, level),
    ids,
    st.sampled_from(ROLES),
    st.sampled_from(["family", "named", ADMINISTRATORS]),
) | st.builds(
    Reachable,
    ids,
    st.just("x"),
    st.sampled_from(ROLES),
    st.sampled_from(LEVELS),
    st.sampled_from(list(Duty)),
)
chains = st.lists(people, max_size=9)
some_levels = st.lists(st.sampled_from(LEVELS), max_size=2, unique=True).map(tuple)
some_roles = st.lists(st.sampled_from(ROLES), max_size=1).map(tuple)
targets = st.builds(
    Target,
    st.sampled_from(list(Who)),
    some_levels,
    some_roles,
    st.lists(st.sampled_from(NAMED), max_size=2).map(tuple),
    st.none() | st.builds(lambda levels: Target(Who.RESPONDERS, levels), some_levels),
    st.booleans(),
)
repeats = st.none() | st.floats(30, 600)
times = st.none() | st.integers(1, 4)
holds = st.none() | st.builds(
    Span, st.just(time(22)), st.sampled_from([time(7), time(23)])
)


@st.composite
def policies(draw: st.DrawFn) -> dict[Section, Policy]:
    """A policy for everything, within the corridor as far as delays and repeats go."""
    apart = draw(st.lists(st.floats(0, 600), min_size=0, max_size=4))
    delays = list(accumulate([0, *apart]))
    steps = tuple(
        Step(
            f"step{n}",
            delay,
            tuple(draw(st.lists(targets, min_size=1, max_size=3))),
            (),
            draw(repeats),
            draw(times),
        )
        for n, delay in enumerate(delays)
    )
    critical = Policy(
        Section.CRITICAL,
        steps,
        draw(st.floats(30, 600)),
        ack_expiry_s=draw(st.floats(60, 1800)),
        arrival_expiry_s=draw(st.floats(300, 7200)),
    )
    warning = Policy(
        Section.WARNING,
        tuple(replace(one, repeat_at_most=one.repeat_at_most or 1) for one in steps),
        draw(repeats),
        draw(st.integers(1, 4)),
        draw(st.none() | st.sampled_from([one.name for one in steps])),
        draw(st.none() | st.just(600)),
        draw(st.none() | st.just(600)),
        draw(holds),
    )
    technical = Policy(Section.TECHNICAL, (Step("technicians", 0, steps[0].targets),))
    return {one.section: one for one in (critical, warning, technical)}


facts_of = st.builds(
    lambda kind, severity, orphan, hours: Facts(
        kind, severity, AlertStatus.OPEN, T0 + hours * 3600 * S, Progress(), orphan
    ),
    st.sampled_from(list(Kind)),
    st.sampled_from(list(Severity)),
    st.booleans(),
    st.integers(0, 23),
)
deeds = st.sampled_from(
    ["press", "hand", "acknowledge", "depart", "late", "wait", "reopen", "swap", "fall"]
)


def do(facts: Facts, deed: str, now: datetime) -> Facts:  # noqa: PLR0911  # a table
    """What a wristband or a person did to the stored alert."""
    progress = facts.progress
    match deed:
        case "press":
            return replace(facts, progress=progress.asked_to_retell(now))
        case "hand":
            return replace(facts, progress=progress.asked_to_climb(now))
        case "acknowledge" if facts.status is AlertStatus.OPEN:
            progress = progress.status_since(now)
            return replace(facts, status=AlertStatus.ACKNOWLEDGED, progress=progress)
        case "depart":
            progress = progress.status_since(now)
            return replace(facts, status=AlertStatus.EN_ROUTE, progress=progress)
        case "fall" if not facts.progress.settled:
            return replace(facts, still_due=now)
        case "reopen":
            anew = progress.anew(now)
            facts = replace(facts, counted_from=now, progress=anew)
            return replace(facts, status=AlertStatus.OPEN)
    return facts


def check(
    before: Facts,
    decision: Decision,
    policy: Policy,
    chain: list[Reachable],
    now: datetime,
) -> None:
    after = decision.facts
    # A look into the future, strictly: so no worker spins.
    assert decision.next_due is None or decision.next_due > now
    # Never a gap: a critical alert that is open always has a next look, and soon.
    if after.critical and after.status is AlertStatus.OPEN:
        assert decision.next_due is not None
        assert decision.next_due <= max(now, in_turn(after, policy)) + 600 * S
    # A promise of a critical alert always has its end.
    if after.critical and after.status in {
        AlertStatus.ACKNOWLEDGED,
        AlertStatus.EN_ROUTE,
    }:
        assert decision.next_due is not None
    # What was asked for is done.
    progress = after.progress
    assert not progress.climb
    assert not progress.retell
    assert progress.asked_at is None
    # It ends at people or at the technical alarm.
    if after.critical and progress.reached is None:
        assert progress.alarmed_at is not None
    if decision.alarm:
        assert all(one.place_level == ADMINISTRATORS for one in told(decision))
    assert all(telling.people for telling in decision.tellings)
    assert all(telling.due_at <= now for telling in decision.tellings)
    # Nobody is told who is not there.
    assert {one.person_id for one in told(decision)} <= {one.person_id for one in chain}
    # Levels are only ever climbed upwards.
    climbed = [
        policy.rank(t.level)
        for t in decision.tellings
        if t.reason in {Reason.OPENED, Reason.CLIMBED}
    ]
    assert climbed == sorted(set(climbed))
    if before.progress.reached is not None and climbed and not decision.expired:
        assert min(climbed) > policy.rank(before.progress.reached)


def in_turn(facts: Facts, policy: Policy) -> datetime:
    """When the last step told would have come by itself, had nothing brought it earlier."""
    number = min(max(facts.progress.climbed, 1), len(policy.steps)) - 1
    return facts.counted_from + policy.steps[number].after_s * S


def told(decision: Decision) -> list[Reachable]:
    return [one for telling in decision.tellings for one in telling.people]


late_by = st.floats(0, 4000)
courses = st.lists(st.tuples(deeds, late_by), max_size=15)


@many
@given(facts_of, st.tuples(chains, chains), policies(), courses)
def test_any_course(facts, both, book, course):
    chain, other = both
    policy = book[section_of(facts.kind, facts.severity)]
    once = Counter()
    now = facts.counted_from
    for deed, late_s in course:
        if deed == "swap":  # the registry, or the shift, changes under it
            chain, other = other, chain
        if deed == "reopen":
            once.clear()
        facts = do(facts, deed, now)
        decision = decide(facts, chain, policy, now, ZONE)
        check(facts, decision, policy, chain, now)
        # No step is told twice by itself for one due instant.
        once.update(
            (t.level, t.due_at) for t in decision.tellings if t.reason in BY_ITSELF
        )
        assert set(once.values()) <= {1}
        # Looked at twice, it tells once.
        again = decide(decision.facts, chain, policy, now, ZONE)
        assert not again.tellings
        assert again.next_due == decision.next_due
        facts = decision.facts
        extra = late_s if deed == "late" else 0
        now = max(now, decision.next_due or now) + timedelta(seconds=extra)


@few
@given(facts_of, chains, policies(), st.integers(1, 12))
def test_looked_at_in_time_nothing_is_late(facts, chain, book, looks):
    policy = book[section_of(facts.kind, facts.severity)]
    now = facts.counted_from
    for _ in range(looks):
        decision = decide(facts, chain, policy, now, ZONE)
        assert all(telling.due_at == now for telling in decision.tellings)
        facts = decision.facts
        if decision.next_due is None:
            break
        now = decision.next_due


@few
@given(facts_of, chains, policies(), st.floats(0, 4000))
def test_looked_at_late_it_skips_nobody(facts, chain, book, late_s):
    policy = replace(book[section_of(facts.kind, facts.severity)], hold=None)
    until = facts.counted_from + late_s * S
    late = {one.person_id for one in told(decide(facts, chain, policy, until, ZONE))}
    prompt, now, at_work = set(), facts.counted_from, facts
    while now is not None and now <= until:
        decision = decide(at_work, chain, policy, now, ZONE)
        prompt |= {one.person_id for one in told(decision)}
        at_work, now = decision.facts, decision.next_due
    assert late == prompt


@few
@given(chains, policies())
def test_every_step_is_told_in_time(chain, book):
    policy = book[Section.CRITICAL]
    facts = Facts(Kind.SOS, Severity.CRITICAL, AlertStatus.OPEN, T0, Progress())
    found = forecast(facts, chain, policy, T0, ZONE)
    at = {one.telling.level: one.at for one in reversed(found.planned)}
    levels = build(policy, chain)
    for n, level in enumerate(levels):
        assert at[level.name] == T0 + timedelta(seconds=policy.steps[n].after_s)
    if levels:
        assert found.ending is Ending.REPEATS
        assert found.every_s == policy.repeat_s
    else:
        assert found.ending is Ending.ALARM


@few
@given(facts_of, chains, policies())
def test_nobody_answering_ends_at_people_or_at_an_alarm(facts, chain, book):
    policy = book[section_of(facts.kind, facts.severity)]
    found = forecast(facts, chain, policy, facts.counted_from, ZONE)
    if facts.critical:
        assert found.ending is not Ending.QUIET
        anyone = any(one.place_level != "named" for one in chain)
        assert found.planned or not anyone or facts.orphan
    if facts.severity is Severity.INFO:
        assert not found.planned


@few
@given(facts_of, chains, policies(), st.integers(0, 24 * 60))
def test_held_hours_are_quiet(facts, chain, book, minute):
    policy = replace(book[Section.WARNING], hold=Span(time(22), time(7)))
    now = T0 + timedelta(minutes=minute)
    facts = replace(facts, severity=Severity.WARNING, counted_from=now)
    for _ in range(6):
        decision = decide(facts, chain, policy, now, ZONE)
        if is_held(policy.hold, now, ZONE):
            assert not decision.tellings
            assert not decision.alarm
        facts = decision.facts
        if decision.next_due is None:
            break
        assert not is_held(policy.hold, decision.next_due, ZONE)
        now = decision.next_due


@few
@given(chains, policies())
def test_off_shift_only_where_nobody_else_is(chain, book):
    policy = book[Section.CRITICAL]
    for level in build(policy, chain):
        off = [one for one in level.people if one.duty is Duty.OFF]
        for one in off:
            at_work = {
                other.person_id
                for other in chain
                if other.place_level == one.place_level and other.duty is not Duty.OFF
            }
            assert not at_work & {other.person_id for other in level.people}


@few
@given(policies())
def test_a_policy_is_what_is_stored_of_it(book):
    for section, policy in book.items():
        assert Policy.stored(section, policy.tree()).tree() == policy.tree()
        assert Policy.stored(section, policy.tree()).version(3) == policy.version(3)


@few
@given(policies())
def test_only_what_keeps_to_the_corridor_is_read(book):
    for section, policy in book.items():
        tree = {section: policy.tree()}
        if list(breaches(policy)) or not refused(tree):
            assert bool(refused(tree)) == bool(list(breaches(policy)))
        for fault in refused(tree):
            assert fault.reason
            assert fault.key.startswith(section)


def refused(tree: dict) -> tuple[Fault, ...]:
    """Why a tree is not taken."""
    try:
        policy_reading.read_tree(tree, {})
    except RuleError as error:
        return error.faults
    return ()


@few
@given(st.tuples(*[st.floats(0, 2000)] * 3).map(sorted), st.floats(1, 1000))
def test_settings_move_the_shipped_delays(delays, repeat_s):
    policy = Timing(tuple(delays), repeat_s).shipped()[Section.CRITICAL]
    chain = [Reachable(new_id(), "x", "grid_worker", level) for level in LEVELS[1:]]
    facts = Facts(Kind.SOS, Severity.CRITICAL, AlertStatus.OPEN, T0, Progress())
    found = forecast(facts, chain, policy, T0, ZONE)
    assert [one.at for one in found.planned] == [
        T0 + timedelta(seconds=delay) for delay in (0, *delays)
    ]

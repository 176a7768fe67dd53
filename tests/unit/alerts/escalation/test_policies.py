"""What policies other than the shipped one do, and what shifts do to any."""

from dataclasses import replace
from datetime import UTC, datetime, time, timedelta
from zoneinfo import ZoneInfo

import pytest

from alerts.escalation import ladder
from alerts.escalation.chains import Contact, in_order
from alerts.escalation.due import released
from alerts.escalation.forecast import Ending, following, forecast
from alerts.escalation.ladder import Duty, Reachable
from alerts.escalation.policy import decide
from alerts.escalation.terms import Decision, Facts
from alerts.incidents.progress import Progress
from core.ids import new_id
from core.model import AlertStatus, Kind, Severity
from core.rules import policy_reading
from core.rules.policy import Policy, Section, Step, Target, Who
from core.rules.policy_book import SHIPPED
from core.rules.sets import Span

ZONE = ZoneInfo("Asia/Shanghai")
T0 = datetime(2026, 11, 21, 4, 0, tzinfo=UTC)  # noon
S = timedelta(seconds=1)
CRITICAL, WARNING = SHIPPED[Section.CRITICAL], SHIPPED[Section.WARNING]
SOS = Facts(Kind.SOS, Severity.CRITICAL, AlertStatus.OPEN, T0, Progress())
FAST = Facts(Kind.HEART_RATE_HIGH, Severity.WARNING, AlertStatus.OPEN, T0, Progress())


def who(level: str, role: str = "grid_worker", duty: Duty = Duty.STANDING) -> Reachable:
    return Reachable(new_id(), f"{level} {duty}", role, level, duty)


DAUGHTER = who("family", "family")
GRID = who("compound")
COMMUNITY = who("community", "community_manager")
STREET = who("street", "street_manager")
ADMIN = who("administrators", "admin")


def told(decision: Decision) -> list[tuple[str, tuple[Reachable, ...]]]:
    return [(str(one.reason), one.people) for one in decision.tellings]


def first(chain: list[Reachable], policy: Policy = CRITICAL) -> tuple[Reachable, ...]:
    return ladder.build(policy, chain)[0].people


def times(policy: Policy, chain: list[Reachable], facts: Facts = SOS) -> list:
    found = forecast(facts, chain, policy, facts.counted_from, ZONE)
    at = [(one.at - T0).total_seconds() for one in found.planned]
    return list(zip(at, (one.telling.level for one in found.planned), strict=True))


# shifts


def test_who_is_off_shift_is_not_told_while_another_is_there():
    on, off = who("compound", duty=Duty.ON), who("compound", duty=Duty.OFF)
    assert first([DAUGHTER, on, off]) == (DAUGHTER, on)
    assert first([DAUGHTER, GRID, off]) == (DAUGHTER, GRID)


def test_off_shift_is_told_after_all_where_nobody_else_is():
    off = who("compound", duty=Duty.OFF)
    assert first([DAUGHTER, off]) == (DAUGHTER, off)
    head = who("building", "building_head")
    assert first([head, off]) == (head, off)


def test_the_communitys_grid_workers_stand_in_for_those_off_shift():
    off, stand_in = who("compound", duty=Duty.OFF), who("community")
    assert first([off, stand_in]) == (off, stand_in)
    on = who("compound", duty=Duty.ON)
    assert first([off, on, stand_in]) == (on,)


def test_a_step_for_some_roles_falls_back_on_those_off_shift():
    policy = replace(
        CRITICAL, steps=(Step("managers", 0, (Target(Who.RESPONDERS, (), ("x",)),)),)
    )
    off = Reachable(new_id(), "off", "x", "street", Duty.OFF)
    there = who("street", "volunteer")
    assert first([off, there], policy) == (off,)


def test_on_duty_means_a_shift_now():
    policy = replace(CRITICAL, steps=(Step("duty", 0, (Target(Who.ON_DUTY),)),))
    on, standing = who("street", duty=Duty.ON), who("street")
    assert first([on, standing], policy) == (on,)
    # without anybody on duty, whoever there is comes in
    assert first([standing, DAUGHTER, ADMIN], policy) == (standing, DAUGHTER)


def test_a_press_reaches_whoever_was_told_before_their_shift_ended():
    early = who("compound", duty=Duty.ON)
    late = who("compound", duty=Duty.OFF)
    facts = decide(SOS, [early, late], CRITICAL, T0, ZONE).facts
    changed = [replace(early, duty=Duty.OFF), replace(late, duty=Duty.ON)]
    pressed = replace(facts, progress=facts.progress.asked_to_retell(T0 + 5 * S))
    decision = decide(pressed, changed, CRITICAL, T0 + 6 * S, ZONE)
    assert told(decision) == [("pressed", (changed[1], changed[0]))]
    assert decision.tellings[0].due_at == T0 + 5 * S


def test_a_press_tells_nothing_where_all_who_were_told_are_gone():
    facts = decide(SOS, [GRID], CRITICAL, T0, ZONE).facts
    pressed = replace(facts, progress=facts.progress.asked_to_retell(T0 + 5 * S))
    decision = decide(pressed, [STREET], CRITICAL, T0 + 5 * S, ZONE)
    assert told(decision) == []
    assert decision.next_due == T0 + 60 * S


def test_a_step_that_fills_moves_no_deadline_later():
    district = who("district", "district_manager")
    facts = SOS
    for at_s in (0, 60):
        facts = decide(
            facts, [GRID, STREET, district], CRITICAL, T0 + at_s * S, ZONE
        ).facts
    chain = [GRID, COMMUNITY, STREET, district]
    pressed = replace(facts, progress=facts.progress.asked_to_retell(T0 + 90 * S))
    decision = decide(pressed, chain, CRITICAL, T0 + 90 * S, ZONE)
    assert len(decision.tellings) == 3  # the community too: it lies below the street
    assert decision.next_due == T0 + 180 * S


# steps, repeats, ceilings


def test_a_step_is_repeated_until_the_next_is_due():
    one, *rest = CRITICAL.steps
    policy = replace(CRITICAL, steps=(replace(one, repeat_s=25.0), *rest))
    assert times(policy, [GRID, STREET]) == [
        (0, "first"), (25, "first"), (50, "first"), (60, "street"),
    ]  # fmt: skip
    capped = replace(policy, steps=(replace(policy.steps[0], repeat_at_most=1), *rest))
    assert [at for at, _ in times(capped, [GRID, STREET])] == [0, 25, 60]
    # at the top the policy's own interval counts
    found = forecast(SOS, [GRID], policy, T0, ZONE)
    assert (found.ending, found.every_s) == (Ending.REPEATS, 300)


def after(facts: Facts, chain: list[Reachable], policy: Policy = CRITICAL, at_s=0):
    found = following(facts, chain, policy, T0 + at_s * S, ZONE)
    if found is None:
        return None
    return (found[0] - T0).total_seconds(), told(found[1])


def test_what_comes_next_if_nobody_acts():
    chain = [GRID, STREET]
    assert after(SOS, chain) == (0, [("opened", (GRID,))])
    facts = decide(SOS, chain, CRITICAL, T0, ZONE).facts
    assert after(facts, chain, at_s=10) == (60, [("climbed", (STREET,))])
    taken = replace(facts.progress, status_at=T0 + 20 * S)
    held = replace(facts, status=AlertStatus.ACKNOWLEDGED, progress=taken)
    again = [("expired", (GRID,)), ("climbed", (STREET,))]
    assert after(held, chain, at_s=30) == (620, again)
    top = decide(facts, chain, CRITICAL, T0 + 60 * S, ZONE).facts
    assert after(top, chain, at_s=70) == (360, [("repeated", (STREET,))])
    there = replace(top, status=AlertStatus.ON_SCENE)
    assert after(there, chain, at_s=70) is None
    assert after(SOS, [ADMIN], at_s=1) == (1, [("nobody_reachable", (ADMIN,))])
    shown = decide(FAST, chain, WARNING, T0, ZONE).facts
    assert after(shown, chain, WARNING, at_s=1) is None


def test_a_warning_goes_on_as_far_as_its_policy_says():
    policy = replace(WARNING, highest="community", repeat_s=600.0, repeat_at_most=2)
    chain = [GRID, COMMUNITY, STREET]
    assert times(policy, chain, FAST) == [
        (0, "first"), (60, "community"), (660, "community"), (1260, "community"),
    ]  # fmt: skip
    assert times(WARNING, [STREET], FAST) == [(0, "street")]
    assert forecast(FAST, chain, policy, T0, ZONE).ending is Ending.QUIET


def test_a_warning_goes_higher_by_hand_only():
    facts = decide(FAST, [GRID, COMMUNITY], WARNING, T0, ZONE).facts
    asked = replace(facts, progress=facts.progress.asked_to_climb(T0 + S))
    decision = decide(asked, [GRID, COMMUNITY], WARNING, T0 + 2 * S, ZONE)
    assert told(decision) == [("by_hand", (COMMUNITY,))]
    assert decision.tellings[0].due_at == T0 + S
    assert decision.next_due is None


def test_a_warnings_promise_lapses_where_its_policy_says_so():
    policy = replace(WARNING, ack_expiry_s=600.0)
    facts = decide(FAST, [GRID], policy, T0, ZONE).facts
    promised = replace(
        facts,
        status=AlertStatus.ACKNOWLEDGED,
        progress=facts.progress.status_since(T0 + 10 * S),
    )
    assert decide(promised, [GRID], policy, T0 + 11 * S, ZONE).next_due == T0 + 610 * S
    assert decide(promised, [GRID], policy, T0 + 610 * S, ZONE).expired


def test_held_hours_also_hold_repeats_and_late_looks():
    hold = Span(time(22), time(7))
    evening = datetime.fromisoformat("2026-11-21T21:59+08:00")
    night = datetime.fromisoformat("2026-11-21T22:30+08:00")
    morning = datetime.fromisoformat("2026-11-22T07:00+08:00")
    assert released(hold, evening, evening, ZONE) == evening
    assert released(hold, evening, night, ZONE) == morning
    assert released(hold, night, morning + 60 * S, ZONE) == morning
    assert released(None, night, night, ZONE) == night
    noon = Span(time(12), time(14))
    assert released(noon, T0, T0, ZONE) == T0 + timedelta(hours=2)


def test_a_lapse_seen_late_catches_up_with_the_steps_after_it():
    chain = [GRID, COMMUNITY, STREET]
    facts = decide(SOS, chain, CRITICAL, T0, ZONE).facts
    facts = replace(
        facts,
        status=AlertStatus.ACKNOWLEDGED,
        progress=facts.progress.status_since(T0 + 10 * S),
    )
    late = decide(facts, chain, CRITICAL, T0 + 1000 * S, ZONE)
    assert [(str(one.reason), (one.due_at - T0).total_seconds()) for one in late.tellings] == [
        ("expired", 610), ("climbed", 610), ("climbed", 730),
    ]  # fmt: skip


def test_a_critical_alert_without_anyone_on_a_step_tells_all_there_are():
    policy = replace(CRITICAL, steps=(Step("named", 0, (Target(Who.PEOPLE),)),))
    volunteer = who("street", "volunteer")
    assert first([volunteer, ADMIN], policy) == (volunteer,)
    assert ladder.build(replace(policy, section=Section.WARNING), [volunteer]) == ()
    assert ladder.build(policy, [ADMIN]) == ()


def test_people_by_name_and_everybody():
    policy = replace(
        CRITICAL,
        steps=(
            Step("named", 0, (Target(Who.PEOPLE, people=(STREET.person_id,)),)),
            Step("all", 60, (Target(Who.ALL),)),
        ),
    )
    named = replace(STREET, place_level="named")
    levels = ladder.build(policy, [DAUGHTER, GRID, named, ADMIN])
    assert [level.people for level in levels] == [(named,), (DAUGHTER, GRID)]
    assert policy.people() == {STREET.person_id}


def test_a_step_of_an_older_version_counts_as_none_told():
    facts = replace(SOS, progress=Progress(reached="nowhere", told_at=T0))
    decision = decide(facts, [GRID], CRITICAL, T0 + 5 * S, ZONE)
    assert told(decision) == [("opened", (GRID,))]


def test_an_alert_of_an_older_version_keeps_its_delays():
    facts = replace(SOS, progress=Progress(reached="community", told_at=T0 + 60 * S))
    decision = decide(facts, [GRID, COMMUNITY, STREET], CRITICAL, T0 + 100 * S, ZONE)
    assert decision.next_due == T0 + 180 * S


def test_nobody_of_an_alert_that_is_only_shown():
    shown = replace(FAST, severity=Severity.INFO)
    found = forecast(shown, [], WARNING, T0, ZONE)
    assert (found.planned, found.ending) == ((), Ending.QUIET)


def test_a_step_that_becomes_possible_is_due_at_the_look_that_was_promised():
    nobody = decide(SOS, [ADMIN], CRITICAL, T0, ZONE).facts
    looked = replace(nobody, promised=T0 + 30 * S)
    (telling,) = decide(looked, [GRID], CRITICAL, T0 + 31 * S, ZONE).tellings
    assert (str(telling.reason), telling.due_at) == ("opened", T0 + 30 * S)


# channels


@pytest.mark.parametrize(
    ("channels", "expected"),
    [
        ((), ["sms", "push", "voice", "sms"]),
        (("voice", "push"), ["voice", "push", "sms", "sms"]),
        (("sms",), ["sms", "sms", "push", "voice"]),
    ],
)
def test_contacts_in_the_order_of_channels(channels, expected):
    contacts = [Contact(new_id(), kind) for kind in ("sms", "push", "voice", "sms")]
    assert [one.kind for one in in_order(contacts, channels)] == expected


def test_a_telling_carries_its_steps_channels():
    tree = CRITICAL.tree()
    tree["steps"][0]["channels"] = ["voice"]
    (policy,) = policy_reading.read_tree({"critical": tree}, SHIPPED).values()
    (telling,) = decide(SOS, [GRID], policy, T0, ZONE).tellings
    assert telling.channels == ("voice",)


# progress


def test_progress_is_kept_whole():
    progress = replace(
        decide(SOS, [GRID], CRITICAL, T0, ZONE).facts.progress, policy="0-x"
    ).asked_to_retell(T0)
    assert Progress.from_json(progress.as_json()) == progress
    anew = progress.anew(T0)
    assert (anew.policy, anew.reached, anew.told, anew.climbed) == (None, None, {}, 0)

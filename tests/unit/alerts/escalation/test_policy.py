"""The contract's bullets on critical, warning and info, one by one."""

from dataclasses import replace
from datetime import UTC, datetime, timedelta
from zoneinfo import ZoneInfo

import pytest

from alerts.escalation import due, policy
from alerts.escalation.ladder import Reachable
from alerts.escalation.terms import Decision, Facts, Timing
from alerts.incidents.progress import Progress
from core.ids import new_id
from core.model import AlertStatus, Kind, Severity
from core.rules.policy import Section, section_of

ZONE = ZoneInfo("Asia/Shanghai")
T0 = datetime(2026, 11, 21, 4, 0, tzinfo=UTC)  # noon
TIMING = Timing().shipped()
S = timedelta(seconds=1)


def decide(facts: Facts, chain, policies, now: datetime, zone: ZoneInfo) -> Decision:
    """By the policy that is for such an alert."""
    chosen = policies[section_of(facts.kind, facts.severity)]
    return policy.decide(facts, chain, chosen, now, zone)


def who(place_level: str, role: str = "grid_worker") -> Reachable:
    return Reachable(new_id(), place_level, role, place_level)


DAUGHTER = who("family", "family")
HEAD = who("building", "building_head")
GRID = who("compound")
VOLUNTEER = who("compound", "volunteer")
COMMUNITY_GRID = who("community")
COMMUNITY = who("community", "community_manager")
STREET = who("street", "street_manager")
DISTRICT = who("district", "district_manager")
ADMIN = who("administrators", "admin")
ALL = [DAUGHTER, HEAD, GRID, COMMUNITY, STREET, DISTRICT, ADMIN]


def critical(kind: Kind = Kind.SOS, **changes) -> Facts:
    facts = Facts(kind, Severity.CRITICAL, AlertStatus.OPEN, T0, Progress())
    return replace(facts, **changes)


def warning(**changes) -> Facts:
    changes = {"severity": Severity.WARNING} | changes
    return critical(Kind.HEART_RATE_HIGH, **changes)


def names(decision: Decision) -> list[tuple[str, str]]:
    return [(str(one.level), str(one.reason)) for one in decision.tellings]


def people(decision: Decision) -> list[Reachable]:
    return [person for telling in decision.tellings for person in telling.people]


def run(facts: Facts, chain: list[Reachable], until_s: float, at: datetime = T0):
    """Follow the due instants; (seconds since T0, levels told) for each telling."""
    told: list[tuple[float, str]] = []
    now: datetime | None = at
    while now is not None and now <= T0 + until_s * S:
        decision = decide(facts, chain, TIMING, now, ZONE)
        told += [((now - T0).total_seconds(), t.level) for t in decision.tellings]
        facts, now = decision.facts, decision.next_due
    return told, facts


def test_climbs_as_the_contract_says():
    told, _ = run(critical(), ALL, 1300)
    assert told == [
        (0, "first"), (60, "community"), (180, "street"), (600, "district"),
        (900, "district"), (1200, "district"),
    ]  # fmt: skip


def test_first_level_is_family_building_and_compound():
    assert people(decide(critical(), ALL, TIMING, T0, ZONE)) == [DAUGHTER, HEAD, GRID]


def test_community_grid_worker_stands_in():
    chain = [DAUGHTER, HEAD, VOLUNTEER, COMMUNITY_GRID, COMMUNITY, STREET]
    decision = decide(critical(), chain, TIMING, T0, ZONE)
    assert people(decision) == [DAUGHTER, HEAD, VOLUNTEER, COMMUNITY_GRID]
    told, _ = run(critical(), chain, 180)
    assert told == [(0, "first"), (60, "community"), (180, "street")]


@pytest.mark.parametrize(
    ("chain", "expected"),
    [
        ([GRID, STREET, DISTRICT], [(0, "first"), (60, "street"), (180, "district")]),
        ([GRID, DISTRICT], [(0, "first"), (60, "district"), (360, "district")]),
        ([STREET, DISTRICT], [(0, "street"), (60, "district"), (360, "district")]),
        ([DAUGHTER], [(0, "first"), (300, "first")]),
    ],
)
def test_empty_levels_drop_out(chain: list[Reachable], expected: list):
    told, _ = run(critical(), chain, 400)
    assert told == expected


def test_nobody_is_a_loud_alarm_and_again():
    decision = decide(critical(), [ADMIN], TIMING, T0, ZONE)
    assert decision.alarm
    assert people(decision) == [ADMIN]
    assert decision.next_due == T0 + 300 * S
    again = decide(decision.facts, [], TIMING, T0 + 300 * S, ZONE)
    assert again.alarm
    assert not again.tellings
    early = decide(decision.facts, [], TIMING, T0 + 299 * S, ZONE)
    assert not early.alarm
    assert early.next_due == T0 + 300 * S


def test_nobody_then_somebody():
    alarmed = decide(critical(), [], TIMING, T0, ZONE).facts
    found = decide(alarmed, [GRID], TIMING, T0 + 300 * S, ZONE)
    assert names(found) == [("first", "opened")]


def test_nobody_and_a_promise():
    facts = critical(status=AlertStatus.ACKNOWLEDGED, progress=Progress(status_at=T0))
    alarmed = decide(facts, [], TIMING, T0, ZONE)
    assert alarmed.alarm
    assert alarmed.next_due == T0 + 600 * S
    expired = decide(alarmed.facts, [], TIMING, T0 + 600 * S, ZONE)
    assert expired.expired
    assert expired.alarm


def test_nobody_for_a_warning_is_told_once():
    decision = decide(warning(), [], TIMING, T0, ZONE)
    assert decision.alarm
    assert decision.next_due is None


def test_press_and_nobody():
    alarmed = decide(critical(), [], TIMING, T0, ZONE).facts
    asked = replace(alarmed, progress=alarmed.progress.asked_to_retell())
    again = decide(asked, [], TIMING, T0 + 5 * S, ZONE)
    assert again.alarm
    assert not again.facts.progress.retell


def test_orphan_tells_administrators():
    told, _ = run(critical(orphan=True), ALL, 300)
    assert told == [(0, "administrators"), (300, "administrators")]


def test_acknowledged_stops_and_expires():
    _, facts = run(critical(), ALL, 70)
    facts = replace(
        facts,
        status=AlertStatus.ACKNOWLEDGED,
        progress=facts.progress.status_since(T0 + 70 * S),
    )
    quiet = decide(facts, ALL, TIMING, T0 + 100 * S, ZONE)
    assert not quiet.tellings
    assert quiet.next_due == T0 + 670 * S
    expired = decide(facts, ALL, TIMING, T0 + 670 * S, ZONE)
    assert expired.expired
    assert expired.facts.status is AlertStatus.OPEN
    assert names(expired) == [
        ("first", "expired"), ("community", "expired"), ("street", "climbed"),
    ]  # fmt: skip
    # later levels keep their distance: 600 - 180 s after the street
    assert expired.next_due == T0 + (670 + 420) * S


def test_expired_at_the_top():
    _, facts = run(critical(), ALL, 600)
    facts = replace(
        facts,
        status=AlertStatus.EN_ROUTE,
        progress=facts.progress.status_since(T0 + 600 * S),
    )
    expired = decide(facts, ALL, TIMING, T0 + 2400 * S, ZONE)
    assert [level for level, _ in names(expired)] == [
        "first", "community", "street", "district",
    ]  # fmt: skip
    assert expired.next_due == T0 + 2700 * S


def test_on_scene_is_quiet():
    _, facts = run(critical(), ALL, 70)
    decision = decide(
        replace(facts, status=AlertStatus.ON_SCENE), ALL, TIMING, T0 + 9999 * S, ZONE
    )
    assert not decision.tellings
    assert decision.next_due is None


def test_acknowledged_before_anyone_was_told():
    facts = critical(status=AlertStatus.ACKNOWLEDGED, progress=Progress(status_at=T0))
    decision = decide(facts, ALL, TIMING, T0, ZONE)
    assert names(decision) == [("first", "opened")]
    assert decision.next_due == T0 + 600 * S


def test_press_tells_all_told_again_and_moves_no_deadline():
    _, facts = run(critical(), ALL, 70)
    facts = replace(facts, progress=facts.progress.asked_to_retell())
    decision = decide(facts, ALL, TIMING, T0 + 100 * S, ZONE)
    assert names(decision) == [("first", "pressed"), ("community", "pressed")]
    assert decision.next_due == T0 + 180 * S
    assert not decide(decision.facts, ALL, TIMING, T0 + 101 * S, ZONE).tellings


def test_press_at_the_top_keeps_the_repeat():
    _, facts = run(critical(), [GRID], 0)
    facts = replace(facts, progress=facts.progress.asked_to_retell())
    decision = decide(facts, [GRID], TIMING, T0 + 100 * S, ZONE)
    assert decision.next_due == T0 + 300 * S


def test_by_hand_tells_the_next_level_at_once():
    _, facts = run(critical(), ALL, 0)
    facts = replace(facts, progress=facts.progress.asked_to_climb())
    decision = decide(facts, ALL, TIMING, T0 + 10 * S, ZONE)
    assert names(decision) == [("community", "by_hand")]
    assert decision.next_due == T0 + 180 * S


def test_by_hand_at_the_top():
    _, facts = run(critical(), [GRID], 0)
    facts = replace(facts, progress=facts.progress.asked_to_climb())
    assert names(decide(facts, [GRID], TIMING, T0 + S, ZONE)) == [("first", "by_hand")]


def test_looked_at_late_catches_up():
    decision = decide(critical(), ALL, TIMING, T0 + 200 * S, ZONE)
    assert [level for level, _ in names(decision)] == ["first", "community", "street"]


def test_warning_tells_grid_worker_and_family_once():
    decision = decide(warning(), ALL, TIMING, T0, ZONE)
    assert people(decision) == [DAUGHTER, GRID]
    assert decision.next_due is None
    assert not decide(decision.facts, ALL, TIMING, T0 + 9999 * S, ZONE).tellings


def test_warning_without_grid_worker_or_family():
    assert people(decide(warning(), [HEAD, STREET], TIMING, T0, ZONE)) == [HEAD]
    assert people(decide(warning(), [STREET], TIMING, T0, ZONE)) == [STREET]
    assert people(decide(warning(), [COMMUNITY_GRID, HEAD], TIMING, T0, ZONE)) == [
        COMMUNITY_GRID
    ]


def test_warning_waits_for_the_morning():
    for local, wait_h in [
        ("22:00", 9),
        ("23:30", 7.5),
        ("00:00", 7),
        ("06:59", 1 / 60),
    ]:
        now = datetime.fromisoformat(f"2026-11-21T{local}+08:00")
        decision = decide(warning(counted_from=now), ALL, TIMING, now, ZONE)
        assert not decision.tellings
        assert decision.next_due == now + timedelta(hours=wait_h)
        morning = decide(decision.facts, ALL, TIMING, decision.next_due, ZONE)
        assert names(morning) == [("first", "opened")]


def test_day_is_from_seven_to_ten():
    for local, night in [("07:00", False), ("21:59", False), ("22:00", True)]:
        now = datetime.fromisoformat(f"2026-11-21T{local}+08:00")
        assert due.is_held(TIMING[Section.WARNING].hold, now, ZONE) is night


def test_acknowledged_warning_never_expires():
    facts = warning(status=AlertStatus.ACKNOWLEDGED, progress=Progress(reached="first"))
    assert decide(facts, ALL, TIMING, T0 + 9999 * S, ZONE).next_due is None


def test_info_is_only_shown():
    decision = decide(warning(severity=Severity.INFO), ALL, TIMING, T0, ZONE)
    assert not decision.tellings
    assert decision.next_due is None
    asked = warning(severity=Severity.INFO, progress=Progress(climb=1))
    assert names(decide(asked, ALL, TIMING, T0, ZONE)) == [("first", "by_hand")]


def test_info_and_nobody():
    assert not decide(warning(severity=Severity.INFO), [], TIMING, T0, ZONE).alarm


@pytest.mark.parametrize("kind", ["battery_low", "not_worn", "offline"])
def test_some_kinds_never_climb(kind: str):
    told, _ = run(critical(Kind(kind)), ALL, 2000)
    assert told == [(0, "first")]


def test_resolved_is_over():
    decision = decide(
        critical(status=AlertStatus.RESOLVED), ALL, TIMING, T0 + 99 * S, ZONE
    )
    assert not decision.tellings
    assert decision.next_due is None


def test_ladder_that_shrank_below_what_was_reached():
    _, facts = run(critical(), ALL, 700)
    decision = decide(facts, [GRID], TIMING, T0 + 900 * S, ZONE)
    assert names(decision) == [("first", "repeated")]


def outage(**changes) -> Facts:
    changes = {"severity": Severity.WARNING, "orphan": True} | changes
    return critical(Kind.AREA_OUTAGE, **changes)


def test_an_outage_is_told_once_to_those_who_mend_it():
    decision = decide(outage(), ALL, TIMING, T0, ZONE)
    assert names(decision) == [("technicians", "opened")]
    assert people(decision) == [COMMUNITY, ADMIN]
    assert decision.next_due is None


def test_the_nearest_managers_mend_it():
    found = decide(outage(), [GRID, DISTRICT, STREET], TIMING, T0, ZONE)
    assert people(found) == [STREET]
    assert people(decide(outage(), [GRID, ADMIN], TIMING, T0, ZONE)) == [ADMIN]
    assert decide(outage(), [GRID, DAUGHTER], TIMING, T0, ZONE).alarm


def test_an_outage_does_not_wait_for_the_morning():
    night = datetime.fromisoformat("2026-11-21T03:00+08:00")
    decision = decide(outage(counted_from=night), ALL, TIMING, night, ZONE)
    assert names(decision) == [("technicians", "opened")]


def fall(**changes) -> Facts:
    return critical(Kind.FALL, **{"still_due": T0 + 300 * S} | changes)


def test_a_fall_without_motion_brings_the_next_level_at_once():
    _, facts = run(fall(), ALL, 299)
    decision = decide(facts, ALL, TIMING, T0 + 300 * S, ZONE)
    assert decision.still
    assert names(decision) == [
        ("first", "no_motion"), ("community", "no_motion"), ("street", "no_motion"),
        ("district", "no_motion"),
    ]  # fmt: skip
    again = decide(decision.facts, ALL, TIMING, T0 + 301 * S, ZONE)
    assert not again.still
    assert not again.tellings
    assert again.next_due == T0 + 600 * S


def test_a_fall_with_motion_climbs_as_any_other():
    told, _ = run(fall(moved=True), ALL, 700)
    assert told == run(critical(), ALL, 700)[0]


def test_an_acknowledged_fall_is_looked_at_all_the_same():
    facts = fall(
        status=AlertStatus.ACKNOWLEDGED,
        progress=Progress(reached="first", told_at=T0, status_at=T0 + 250 * S),
    )
    assert decide(facts, ALL, TIMING, T0 + 299 * S, ZONE).next_due == T0 + 300 * S
    decision = decide(facts, ALL, TIMING, T0 + 300 * S, ZONE)
    assert names(decision) == [("first", "no_motion"), ("community", "no_motion")]
    assert decision.facts.status is AlertStatus.ACKNOWLEDGED
    assert decision.next_due == T0 + 850 * S


@pytest.mark.parametrize("status", [AlertStatus.EN_ROUTE, AlertStatus.ON_SCENE])
def test_whoever_is_coming_is_not_told_again(status: AlertStatus):
    facts = fall(
        status=status, progress=Progress(reached="first", told_at=T0, status_at=T0)
    )
    decision = decide(facts, ALL, TIMING, T0 + 300 * S, ZONE)
    assert not decision.tellings
    assert decision.facts.progress.settled


def test_at_the_top_everyone_is_told_again():
    _, facts = run(fall(), [GRID], 299)
    decision = decide(facts, [GRID], TIMING, T0 + 300 * S, ZONE)
    assert ("first", "no_motion") in names(decision)
    assert decision.still


def test_a_reopened_fall_is_not_looked_at_again():
    assert Progress(settled=True).anew(T0).settled


def test_stillness_that_is_critical_climbs_at_night_too():
    night = datetime.fromisoformat("2026-11-21T03:00+08:00")
    facts = critical(Kind.INACTIVITY, counted_from=night)
    decision = decide(facts, ALL, TIMING, night, ZONE)
    assert names(decision) == [("first", "opened")]
    assert decision.next_due == night + 60 * S


@pytest.mark.parametrize(
    "kind", [Kind.INACTIVITY, Kind.TEMPERATURE_HIGH, Kind.VITALS_CHANGE, Kind.NOT_WORN]
)
def test_a_warning_of_any_kind_waits_for_the_morning(kind: Kind):
    night = datetime.fromisoformat("2026-11-21T03:00+08:00")
    facts = critical(kind, severity=Severity.WARNING, counted_from=night)
    decision = decide(facts, ALL, TIMING, night, ZONE)
    assert not decision.tellings
    assert decision.next_due == night + timedelta(hours=4)

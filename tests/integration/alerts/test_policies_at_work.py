"""Policies of places and the shifts of people against PostgreSQL, as the worker uses them."""

import json
from datetime import datetime, timedelta
from uuid import UUID
from zoneinfo import ZoneInfo

import pytest

from alerts.escalation import worker
from alerts.escalation.terms import Timing
from alerts.incidents import store
from alerts.incidents.types import Actor, Opening
from core.ids import new_id
from core.model import Kind, PlaceLevel, Role, Severity
from core.registry import policies
from core.registry.rulings import Author, Given, Scope
from core.rules.policy import Section
from tests.support.town import NOON, Town

pytestmark = pytest.mark.db
ZONE = ZoneInfo("Asia/Shanghai")
S = timedelta(seconds=1)
H = timedelta(hours=1)
SHIPPED = Timing().shipped()
ME = Author(None, "test")


def run(town: Town, at_s: float) -> int:
    town.conn.commit()
    return worker.run_due(town.conn, Timing(), ZONE, NOON + at_s * S)


def open_sos(town: Town, kind: Kind = Kind.SOS) -> UUID:
    opening = Opening(kind, Severity.CRITICAL, NOON, town.senior)
    alert = store.open_alerts(town.conn, [opening], NOON)[0]
    assert alert is not None
    return alert


def put(town: Town, level: PlaceLevel | None, text: str, at: datetime = NOON) -> int:
    scope = Scope(town.places[level] if level else None)
    given = Given(toml=text)
    return policies.set_policies(town.conn, scope, given, ME, None, at, shipped=SHIPPED)


def tellings(town: Town, alert: UUID) -> list[dict]:
    rows = town.conn.execute(
        "SELECT detail FROM alert_event WHERE alert_id = %s AND event = 'told'"
        " ORDER BY position",
        (alert,),
    ).fetchall()
    town.conn.commit()
    return [detail for (detail,) in rows]


def told(town: Town, alert: UUID) -> list[list[str]]:
    return [[one["name"] for one in it["people"]] for it in tellings(town, alert)]


def shift(
    town: Town, actor: Actor, level: PlaceLevel, start: datetime, end: datetime
) -> None:
    """A shift, laid out as the service would."""
    row = (new_id(), actor.id, town.places[level], start, end)
    town.conn.execute(
        "INSERT INTO shift (id, person_id, place_id, starts_at, ends_at, over_at,"
        " created_at) VALUES (%s, %s, %s, %s, %s, %s, %s)",
        (*row, end, NOON),
    )
    town.conn.execute(
        "INSERT INTO duty_period (shift_id, person_id, place_id, starts_at, ends_at)"
        " VALUES (%s, %s, %s, %s, %s)",
        row,
    )
    town.conn.commit()


def test_shifts_say_who_is_told(town: Town):
    head = town.person(Role.BUILDING_HEAD, PlaceLevel.BUILDING, "head")
    day = town.person(Role.GRID_WORKER, PlaceLevel.COMPOUND, "day")
    night = town.person(Role.GRID_WORKER, PlaceLevel.COMPOUND, "night")
    lent = town.person(Role.VOLUNTEER, PlaceLevel.STREET, "lent")
    shift(town, day, PlaceLevel.COMPOUND, NOON - 4 * H, NOON + H)
    shift(town, night, PlaceLevel.COMPOUND, NOON + H, NOON + 9 * H)
    shift(town, lent, PlaceLevel.BUILDING, NOON - H, NOON + H)
    alert = open_sos(town)
    run(town, 0)
    assert set(told(town, alert)[0]) == {"head", "day", "lent"}
    assert head.name in told(town, alert)[0]  # no shift there: stands always
    run(town, 60)
    assert told(town, alert)[1] == ["lent"]  # at the street, without a shift there


def test_a_level_whose_shift_is_to_come_is_not_passed_over(town: Town):
    town.person(Role.GRID_WORKER, PlaceLevel.COMPOUND, "grid")
    manager = town.person(Role.STREET_MANAGER, None, "street")
    shift(town, manager, PlaceLevel.STREET, NOON + 100 * S, NOON + H)
    alert = open_sos(town)
    run(town, 0)
    run(town, 60)
    assert told(town, alert) == [["grid"], ["street"]]


def test_whoever_becomes_reachable_is_told_within_half_a_minute(town: Town):
    alert = open_sos(town)
    run(town, 0)
    town.person(Role.GRID_WORKER, PlaceLevel.COMPOUND, "grid")
    assert run(town, 29) == 0
    assert run(town, 30) == 1
    assert told(town, alert) == [["grid"]]
    assert run(town, 299) == 0


def test_off_shift_is_told_where_nobody_else_is(town: Town):
    off = town.person(Role.GRID_WORKER, PlaceLevel.COMPOUND, "off")
    shift(town, off, PlaceLevel.COMPOUND, NOON + H, NOON + 2 * H)
    stand_in = town.person(Role.GRID_WORKER, PlaceLevel.COMMUNITY, "stand-in")
    shift(town, stand_in, PlaceLevel.COMMUNITY, NOON - H, NOON + H)
    alert = open_sos(town)
    run(town, 0)
    assert told(town, alert) == [["off", "stand-in"]]


def test_a_telling_says_what_was_due_when_and_by_which_contacts(town: Town):
    grid = town.person(Role.GRID_WORKER, PlaceLevel.COMPOUND, "grid", url=None)
    sms = town.contact(grid, "json://127.0.0.1:1/sms", kind="sms")
    alert = open_sos(town)
    run(town, 1.5)
    (telling,) = tellings(town, alert)
    version = SHIPPED[Section.CRITICAL].version(0)
    assert telling == {
        "level": "first",
        "reason": "opened",
        "step": "first#1",
        "due_at": "2026-11-21T04:00:00Z",
        "policy": version,
        "people": [
            {
                "id": str(grid.id),
                "name": "grid",
                "role": "grid_worker",
                "contacts": [{"id": str(sms), "kind": "sms"}],
            }
        ],
    }
    found = town.conn.execute("SELECT version, policy FROM policy_version").fetchall()
    assert [(one, tree["section"]) for one, tree in found] == [(version, "critical")]
    store.open_by_hand(town.conn, town.senior, "sos", grid, None, NOON + 5 * S)
    run(town, 7)
    again = tellings(town, alert)[1]
    assert (again["step"], again["due_at"]) == ("first#2", "2026-11-21T04:00:05Z")


def test_one_person_on_two_steps_at_once_is_notified_once(town: Town):
    grid = town.person(Role.GRID_WORKER, PlaceLevel.COMPOUND, "grid")
    shift(town, grid, PlaceLevel.STREET, NOON - H, NOON + H)
    alert = open_sos(town)
    run(town, 100)
    first, street = tellings(town, alert)
    assert "with" not in first["people"][0]
    assert street["people"][0]["with"] == "first#1"
    rows = town.conn.execute("SELECT step FROM notification").fetchall()
    assert rows == [("first#1",)]


CHANNELS = """[[critical.steps]]
name = "first"
after_s = 0
channels = ["push", "voice"]
targets = [{ who = "family" }, { who = "responders", levels = ["building", "compound"] }]
[[critical.steps]]
name = "above"
after_s = 60
targets = [{ who = "responders", levels = ["community", "street", "district"] }]
"""


def test_channels_in_order_wait_for_each_other(town: Town):
    put(town, None, CHANNELS)
    grid = town.person(Role.GRID_WORKER, PlaceLevel.COMPOUND, "grid", url=None)
    for kind in ("sms", "voice", "push"):
        town.contact(grid, f"json://127.0.0.1:1/{kind}", kind=kind)
    street = town.person(Role.STREET_MANAGER, PlaceLevel.STREET, "street")
    town.contact(street, "json://127.0.0.1:1/second", kind="sms")
    alert = open_sos(town)
    run(town, 0)
    rows = town.conn.execute(
        "SELECT contact.kind, notification.status, notification.due_at, before.kind"
        " FROM notification JOIN contact ON contact.id = contact_id"
        " LEFT JOIN notification AS earlier ON earlier.id = notification.after_id"
        " LEFT JOIN contact AS before ON before.id = earlier.contact_id"
        " ORDER BY notification.id"
    ).fetchall()
    assert rows == [
        ("push", "queued", NOON, None),
        ("voice", "waiting", None, "push"),
        ("sms", "waiting", None, "voice"),
    ]
    assert tellings(town, alert)[0]["policy"].startswith("1-")
    run(town, 60)  # the second step says nothing of channels: all at once
    ready = town.conn.execute(
        "SELECT count(*) FROM notification WHERE step = 'above#2' AND status = 'queued'"
    ).fetchone()
    assert ready == (2,)


def test_the_nearest_place_wins_section_by_section(town: Town):
    put(town, None, "[critical]\nrepeat_s = 60\n[warning]\nhold = false\n")
    put(town, PlaceLevel.STREET, "[critical]\nrepeat_s = 90\n")
    put(town, PlaceLevel.COMPOUND, "[critical]\nrepeat_s = 120\n")
    town.person(Role.GRID_WORKER, PlaceLevel.COMPOUND, "grid")
    alert = open_sos(town)
    assert run(town, 0) == 1
    assert run(town, 119) == 0
    assert run(town, 120) == 1
    assert tellings(town, alert)[1]["policy"].startswith("3-")
    night = Opening(Kind.HEART_RATE_HIGH, Severity.WARNING, NOON + 11 * H, town.senior)
    warned = store.open_alerts(town.conn, [night], NOON + 11 * H)[0]
    run(town, 11 * 3600)
    assert tellings(town, warned)[0]["policy"].startswith("1-")


def test_an_alert_under_way_keeps_its_policy_until_a_new_round(town: Town):
    grid = town.person(Role.GRID_WORKER, PlaceLevel.COMPOUND, "grid")
    alert = open_sos(town)
    run(town, 0)
    put(town, None, "[critical]\nrepeat_s = 60\n", NOON + S)
    assert run(town, 60) == 0
    assert run(town, 300) == 1
    assert tellings(town, alert)[1]["policy"].startswith("0-")
    store.act(town.conn, alert, "resolve", grid, NOON + 301 * S, outcome="helped")
    store.act(town.conn, alert, "reopen", grid, NOON + 302 * S)
    run(town, 302)
    assert tellings(town, alert)[2]["policy"].startswith("1-")
    assert run(town, 362) == 1


def test_a_policy_withdrawn_counts_no_more(town: Town):
    put(town, PlaceLevel.STREET, "[critical]\nrepeat_s = 60\n")
    street = Scope(town.places[PlaceLevel.STREET])
    policies.set_policies(town.conn, street, None, ME, None, NOON, shipped=SHIPPED)
    town.person(Role.GRID_WORKER, PlaceLevel.COMPOUND, "grid")
    alert = open_sos(town)
    run(town, 0)
    assert tellings(town, alert)[0]["policy"].startswith("0-")


def test_people_by_name_are_told_until_they_are_archived(town: Town):
    other = town.person(Role.VOLUNTEER, None, "by name")
    text = CHANNELS.replace(
        '{ who = "family" }',
        f'{{ who = "family" }}, {{ who = "people", people = ["{other.id}"] }}',
    )
    put(town, None, text)
    alert = open_sos(town)
    run(town, 0)
    assert told(town, alert) == [["by name"]]
    town.conn.execute(
        "UPDATE person SET archived_at = %s WHERE id = %s", (NOON, other.id)
    )
    fall = open_sos(town, Kind.FALL)
    town.person(Role.GRID_WORKER, PlaceLevel.BUILDING, "grid")
    run(town, 0)
    assert told(town, fall) == [["grid"]]


def test_departments_are_never_told(town: Town):
    town.person(Role.GRID_WORKER, PlaceLevel.COMPOUND, "grid")
    town.conn.execute("UPDATE person SET role = 'department' WHERE name = 'grid'")
    alert = open_sos(town)
    run(town, 0)
    assert told(town, alert) == []


def test_a_version_that_is_not_kept_is_the_one_in_force(town: Town):
    town.person(Role.GRID_WORKER, PlaceLevel.COMPOUND, "grid")
    alert = open_sos(town)
    town.conn.execute(
        "UPDATE alert SET escalation = escalation || %s",
        (json.dumps({"policy": "9-unknown"}),),
    )
    run(town, 0)
    assert tellings(town, alert)[0]["policy"].startswith("0-")


def test_policies_are_never_changed(town: Town):
    put(town, None, "[critical]\nrepeat_s = 60\n")
    with pytest.raises(Exception, match="append-only"):
        town.conn.execute("UPDATE escalation_policy SET note = 'x'")

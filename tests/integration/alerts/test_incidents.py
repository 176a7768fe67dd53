"""The store against PostgreSQL: joining, pressing, acting, clearing."""

import threading
from datetime import timedelta
from uuid import UUID

import psycopg
import pytest

from alerts.incidents import store
from alerts.incidents.types import Actor, Clearing, Opening, Press
from core.errors import ConflictError, InvalidError, NotFoundError
from core.ids import new_id
from core.model import Kind, PlaceLevel, Role, Severity
from tests.support.town import NOON, Town

pytestmark = pytest.mark.db
S = timedelta(seconds=1)


def opening(town: Town, kind: Kind = Kind.HEART_RATE_HIGH, **other: object) -> Opening:
    values: dict = {"severity": Severity.WARNING, "observed_at": NOON}
    return Opening(kind=kind, senior_id=town.senior, **(values | other))


def open_one(town: Town, now=NOON, **other) -> UUID:
    alert_id = store.open_alerts(town.conn, [opening(town, **other)], now)[0]
    town.conn.commit()
    assert alert_id is not None
    return alert_id


def pressed(town: Town, now=NOON, **other):
    values: dict = {
        "device_id": town.device_id,
        "senior_id": town.senior,
        "place_id": None,
        "claimed_ms": None,
        "seq": None,
        "trigger": "button",
        "observed_at": now,
        "received_at": now,
    }
    answer = store.press(town.conn, [Press(**(values | other))], now)[0]
    town.conn.commit()
    return answer


@pytest.fixture
def worker(town: Town) -> Actor:
    return town.person(Role.GRID_WORKER, PlaceLevel.COMPOUND, "王")


def act(town: Town, alert_id: UUID, action: str, actor: Actor, now=NOON, **more):
    status = store.act(town.conn, alert_id, action, actor, now, **more)
    town.conn.commit()
    return status


def test_second_opening_joins(town: Town):
    first = open_one(town)
    assert open_one(town, NOON + S) == first
    assert town.events(first) == ["opened"]
    assert open_one(town, kind=Kind.SPO2_LOW) != first


def test_place_comes_from_the_senior(town: Town):
    alert = open_one(town)
    assert town.alert(alert, "place_id") == str(town.places[PlaceLevel.BUILDING])


def test_drill_never_joins_the_real_one(town: Town):
    assert open_one(town, kind=Kind.SOS) != open_one(town, kind=Kind.SOS, drill=True)


def test_promised_id_opens_once(town: Town):
    promised = new_id()
    assert open_one(town, alert_id=promised) == promised
    assert open_one(town, alert_id=promised) == promised


def test_promised_id_of_a_resolved_alert_stays(town: Town, worker: Actor):
    promised = open_one(town, alert_id=new_id())
    act(town, promised, "resolve", worker, outcome="helped")
    assert open_one(town, alert_id=promised) == promised
    assert town.alert(promised, "status") == "resolved"


def test_worse_restarts_escalation(town: Town, worker: Actor):
    alert = open_one(town)
    act(town, alert, "acknowledge", worker, NOON + 5 * S)
    later = NOON + 60 * S
    assert open_one(town, later, severity=Severity.CRITICAL) == alert
    assert town.alert(alert, "severity") == "critical"
    assert town.alert(alert, "status") == "open"
    assert town.events(alert) == ["opened", "acknowledged", "escalated"]
    act(town, alert, "acknowledge", worker, later + S)


def test_worse_keeps_who_is_there(town: Town, worker: Actor):
    alert = open_one(town)
    act(town, alert, "arrive", worker)
    open_one(town, severity=Severity.CRITICAL)
    assert town.alert(alert, "status") == "on_scene"


def test_milder_changes_nothing(town: Town):
    alert = open_one(town, severity=Severity.CRITICAL)
    open_one(town, severity=Severity.INFO)
    assert town.alert(alert, "severity") == "critical"


def test_concurrent_openers_share_one_alert(town: Town, database_url: str):
    ids: list[UUID | None] = []
    gate = threading.Barrier(4)

    def run() -> None:
        with psycopg.connect(database_url) as other:
            gate.wait()
            ids.extend(store.open_alerts(other, [opening(town)], NOON))

    threads = [threading.Thread(target=run) for _ in range(4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert len(ids) == 4
    assert len(set(ids)) == 1


@pytest.mark.parametrize(
    "kind", ["inactivity", "offline", "not_worn", "geofence_exit", "geofence_enter"]
)
def test_absence_pauses(town: Town, kind: str):
    town.away(NOON - S, NOON + 60 * S)
    asked = [opening(town, Kind(kind)), opening(town, Kind.SOS)]
    paused, told = store.open_alerts(town.conn, asked, NOON)
    assert paused is None
    assert told is not None


def test_absence_over_pauses_nothing(town: Town):
    town.away(NOON - 60 * S, NOON - S)
    assert open_one(town, kind=Kind.OFFLINE)


def test_cleared_warning_resolves(town: Town):
    alert = open_one(town)
    store.clear_alerts(
        town.conn, [Clearing(town.senior, Kind.HEART_RATE_HIGH, NOON)], NOON
    )
    assert town.alert(alert, "outcome") == "cleared"
    assert town.events(alert) == ["opened", "cleared", "resolved"]


def test_cleared_critical_waits_and_may_fire_again(town: Town):
    alert = open_one(town, severity=Severity.CRITICAL)
    clearing = Clearing(town.senior, Kind.HEART_RATE_HIGH, NOON)
    store.clear_alerts(town.conn, [clearing, clearing], NOON)
    assert town.alert(alert, "status") == "open"
    assert town.events(alert) == ["opened", "cleared"]
    assert open_one(town) == alert
    assert town.alert(alert, "cleared_at") is None


def test_daily_means_neither_revive_nor_clear_a_critical_one(town: Town):
    kind = Kind.BLOOD_PRESSURE_HIGH
    alert = open_one(town, kind=kind, severity=Severity.CRITICAL)
    assert open_one(town, kind=kind, severity=Severity.INFO) == alert
    assert town.alert(alert, "cleared_at") is None
    store.clear_alerts(town.conn, [Clearing(town.senior, kind, NOON)], NOON)
    cleared_at = town.alert(alert, "cleared_at")
    assert open_one(town, NOON + S, kind=kind, severity=Severity.INFO) == alert
    assert town.alert(alert, "cleared_at") == cleared_at
    store.clear_alerts(town.conn, [Clearing(town.senior, kind, NOON)], NOON + 2 * S)
    assert town.events(alert) == ["opened", "cleared"]
    assert town.alert(alert, "severity") == "critical"


def test_a_place_clears_apart_from_others(town: Town):
    kind, place = Kind.AREA_OUTAGE, town.places[PlaceLevel.COMPOUND]
    here = Opening(kind, Severity.WARNING, NOON, None, place_id=place)
    ours = Opening(kind, Severity.WARNING, NOON, None)
    first, second = store.open_alerts(town.conn, [here, ours], NOON)
    again = store.open_alerts(town.conn, [ours, here], NOON)
    assert again == [second, first]
    store.clear_alerts(town.conn, [Clearing(None, kind, NOON)], NOON)
    assert first is not None
    assert second is not None
    assert town.alert(first, "status") == "open"
    assert town.alert(second, "outcome") == "cleared"


def test_cleared_acknowledged_warning_waits(town: Town, worker: Actor):
    alert = open_one(town)
    act(town, alert, "acknowledge", worker)
    store.clear_alerts(
        town.conn, [Clearing(town.senior, Kind.HEART_RATE_HIGH, NOON)], NOON
    )
    assert town.alert(alert, "status") == "acknowledged"


def test_sos_never_clears(town: Town):
    alert = open_one(town, kind=Kind.SOS, severity=Severity.CRITICAL)
    store.clear_alerts(town.conn, [Clearing(town.senior, Kind.SOS, NOON)], NOON)
    assert town.events(alert) == ["opened"]


def test_clearing_without_alert(town: Town):
    store.clear_alerts(town.conn, [Clearing(town.senior, Kind.OFFLINE, NOON)], NOON)


# Presses -----------------------------------------------------------------------------


def test_resend_by_time_and_seq_for_ever(town: Town, worker: Actor):
    first = pressed(town, claimed_ms=1, seq=7)
    act(town, first.alert_id, "resolve", worker, outcome="helped")
    again = pressed(town, NOON + timedelta(days=2), claimed_ms=1, seq=7)
    assert (again.alert_id, again.resend) == (first.alert_id, True)


def test_resend_by_time_alone(town: Town):
    first = pressed(town, claimed_ms=1)
    assert pressed(town, NOON + timedelta(days=1), claimed_ms=1).resend
    assert not pressed(town, claimed_ms=1, seq=3).resend
    assert not pressed(town, claimed_ms=2).resend
    assert town.events(first.alert_id) == ["opened", "pressed", "pressed"]


def test_resend_by_seq_alone_within_ten_minutes(town: Town):
    pressed(town, seq=7)
    assert pressed(town, NOON + timedelta(minutes=10), seq=7).resend
    assert not pressed(town, NOON + timedelta(minutes=10, seconds=1), seq=7).resend


def test_nameless_presses_are_one_within_a_minute(town: Town, worker: Actor):
    first = pressed(town)
    assert pressed(town, NOON + 60 * S).resend
    assert pressed(town, NOON + 119 * S).resend  # the previous such press is at 60
    assert not pressed(town, NOON + 180 * S).resend
    act(town, first.alert_id, "resolve", worker, outcome="helped")
    new = pressed(town, NOON + 181 * S)
    assert not new.resend
    assert new.alert_id != first.alert_id


def test_nameless_fall_is_not_a_nameless_button(town: Town):
    sos = pressed(town)
    fall = pressed(town, trigger="fall")
    assert not fall.resend
    assert fall.alert_id != sos.alert_id
    assert town.alert(fall.alert_id, "kind") == "fall"


def test_other_press_is_added(town: Town):
    first = pressed(town, claimed_ms=1, seq=1)
    town.conn.execute(
        "UPDATE alert SET next_due_at = %s", (NOON - 5 * S,)
    )  # a deadline nearer than the press must stay
    second = pressed(town, claimed_ms=2, seq=2, evidence={"battery": 5})
    assert second.alert_id == first.alert_id
    assert not second.resend
    assert town.events(first.alert_id) == ["opened", "pressed"]
    assert town.alert(first.alert_id, "next_due_at") == "2026-11-21T03:59:55+00:00"
    assert town.alert(first.alert_id, "evidence") == {"battery": 5}


def test_one_batch_of_presses_in_order(town: Town):
    one = Press(town.device_id, town.senior, None, 1, 1, NOON, NOON, "button")
    answers = store.press(town.conn, [one, one], NOON)
    assert [answer.resend for answer in answers] == [False, True]


def test_press_of_an_unbound_wristband(town: Town):
    first = pressed(town, senior_id=None, seq=1)
    second = pressed(town, senior_id=None, seq=2)
    assert first.alert_id == second.alert_id
    assert town.alert(first.alert_id, "senior_id") is None


def test_press_after_resolving_opens_anew(town: Town, worker: Actor):
    first = pressed(town, claimed_ms=1, seq=1)
    act(town, first.alert_id, "resolve", worker, outcome="helped")
    assert pressed(town, claimed_ms=2, seq=2).alert_id != first.alert_id


# People --------------------------------------------------------------------------------


def test_whole_life(town: Town, worker: Actor):
    alert = pressed(town).alert_id
    for n, (action, status) in enumerate(
        [
            ("acknowledge", "acknowledged"),
            ("depart", "en_route"),
            ("arrive", "on_scene"),
        ]
    ):
        assert act(town, alert, action, worker, NOON + n * S) == status
    assert act(town, alert, "resolve", worker, outcome="helped") == "resolved"
    assert act(town, alert, "reopen", worker) == "open"
    assert town.alert(alert, "outcome") is None


def test_departing_shows_on_the_wristband_once(town: Town, worker: Actor):
    alert = pressed(town).alert_id
    act(town, alert, "depart", worker)
    act(town, alert, "depart", worker)
    rows = town.conn.execute("SELECT device_id, command FROM command_outbox").fetchall()
    assert rows == [(town.device_id, {"command": "notice", "text": "王网格员正在赶来"})]


def test_notices_speak_the_senior_s_language(town: Town, worker: Actor):
    town.conn.execute("UPDATE senior SET language = 'en'")
    act(town, pressed(town).alert_id, "depart", worker)
    row = town.conn.execute("SELECT command ->> 'text' FROM command_outbox").fetchone()
    assert row == ("王 is on the way",)


@pytest.mark.parametrize(
    ("kind", "text"),
    [(Kind.NOT_WORN, "请把手环戴好"), (Kind.BATTERY_LOW, "电量不足，请给手环充电")],
)
def test_the_wearer_is_asked_once_an_episode(
    town: Town, worker: Actor, kind: Kind, text: str
):
    def asked() -> list[dict[str, str]]:
        rows = town.conn.execute("SELECT command FROM command_outbox").fetchall()
        return [row[0] for row in rows]

    shown = {"kind": kind, "binding_id": town.binding}
    alert = open_one(town, severity=Severity.INFO, **shown)
    open_one(town, severity=Severity.WARNING, **shown)
    assert asked() == [{"command": "notice", "text": text}]
    act(town, alert, "acknowledge", worker)
    store.clear_alerts(town.conn, [Clearing(town.senior, kind, NOON)], NOON)
    open_one(town, severity=Severity.INFO, **shown)
    assert len(asked()) == 2


def test_nobody_is_asked_by_hand_or_while_away(town: Town):
    open_one(town, kind=Kind.BATTERY_LOW)
    open_one(town, kind=Kind.HEART_RATE_LOW, binding_id=town.binding)
    town.away(NOON - S, NOON + 60 * S)
    off = opening(town, Kind.NOT_WORN, binding_id=town.binding)
    assert store.open_alerts(town.conn, [off], NOON) == [None]
    row = town.conn.execute("SELECT count(*) FROM command_outbox").fetchone()
    assert row == (0,)


def test_another_responder_may_repeat(town: Town, worker: Actor):
    other = town.person(Role.VOLUNTEER, PlaceLevel.COMPOUND)
    alert = pressed(town).alert_id
    act(town, alert, "acknowledge", worker)
    assert act(town, alert, "acknowledge", other) == "acknowledged"
    assert town.events(alert) == ["opened", "acknowledged", "acknowledged"]
    assert town.alert(alert, "owner_id") == str(worker.id)


def test_family_acknowledges_without_effect(town: Town):
    daughter = town.relative(["alerts"])
    alert = pressed(town).alert_id
    assert act(town, alert, "acknowledge", daughter) == "open"
    assert town.events(alert) == ["opened", "family_acknowledged"]


def test_refusals(town: Town, worker: Actor):
    alert = pressed(town).alert_id
    with pytest.raises(NotFoundError):
        act(town, new_id(), "note", worker)
    with pytest.raises(InvalidError):
        act(town, alert, "resolve", worker, outcome="cleared")
    with pytest.raises(ConflictError):
        act(town, alert, "reopen", worker)
    act(town, alert, "resolve", worker, outcome="helped")
    with pytest.raises(ConflictError):
        act(town, alert, "acknowledge", worker)


def test_reopen_waits_for_the_other_one(town: Town, worker: Actor):
    first = pressed(town, seq=1).alert_id
    act(town, first, "resolve", worker, outcome="helped")
    second = pressed(town, seq=2).alert_id
    with pytest.raises(ConflictError):
        act(town, first, "reopen", worker)
    town.conn.rollback()
    act(town, second, "resolve", worker, outcome="helped")
    assert act(town, first, "reopen", worker) == "open"


def test_by_hand_joins_and_tells_again(town: Town, worker: Actor):
    first = store.open_by_hand(town.conn, town.senior, "sos", worker, "她没来", NOON)
    again = store.open_by_hand(town.conn, town.senior, "sos", worker, None, NOON)
    assert first == again
    assert town.events(first) == ["opened", "pressed"]


def test_timeline_is_append_only(town: Town):
    open_one(town)
    with pytest.raises(psycopg.errors.RaiseException, match="append-only"):
        town.conn.execute("DELETE FROM alert_event")

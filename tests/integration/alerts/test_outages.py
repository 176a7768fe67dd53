"""Places that fall silent together, and our own ingest: one technical alert each."""

from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from uuid import UUID
from zoneinfo import ZoneInfo

import pytest

from alerts.escalation import lapse, silence, worker
from alerts.escalation.terms import Timing
from alerts.incidents import store
from alerts.incidents.types import Opening
from core import topics
from core.ids import new_id
from core.model import Kind, PlaceLevel, Role, Severity
from tests.support.town import NOON, Town

pytestmark = pytest.mark.db
ZONE = ZoneInfo("Asia/Shanghai")
S = timedelta(seconds=1)
MINUTE = timedelta(minutes=1)
HOUR = timedelta(hours=1)


@dataclass
class Compound:
    """Buildings of one compound, each with seniors who wear wristbands."""

    town: Town
    buildings: list[UUID] = field(default_factory=list)
    worn: dict[UUID, list[UUID]] = field(default_factory=dict)  # bindings by building
    seniors: dict[UUID, UUID] = field(default_factory=dict)  # by binding

    def settle(self, *sizes: int) -> "Compound":
        for size in sizes:
            self._build(size)
        self.town.conn.commit()
        return self

    def _build(self, size: int) -> None:
        town, building = self.town, new_id()
        above = [town.places[level] for level in list(PlaceLevel)[:-1]]
        town.conn.execute(
            "INSERT INTO place (id, level, name, parent_id, path, created_at)"
            " VALUES (%s, 'building', %s, %s, %s, %s)",
            (building, f"building {building}", above[-1], [*above, building], NOON),
        )
        town.places[PlaceLevel.BUILDING] = building
        self.buildings.append(building)
        self.worn[building] = [self._wearer() for _ in range(size)]

    def _wearer(self) -> UUID:
        town, senior, binding = self.town, new_id(), new_id()
        town.add_senior(senior, PlaceLevel.BUILDING)
        row = town.conn.execute(
            "INSERT INTO wristband (device_id, created_at) VALUES (%s, %s) RETURNING key",
            (f"wb-{binding}", NOON),
        ).fetchone()
        assert row is not None
        town.conn.execute(
            "INSERT INTO binding (id, wristband_key, senior_id, starts_at, created_at)"
            " VALUES (%s, %s, %s, %s, %s)",
            (binding, row[0], senior, NOON - 9 * HOUR, NOON),
        )
        self.seniors[binding] = senior
        return binding

    @property
    def all(self) -> list[UUID]:
        return [one for bindings in self.worn.values() for one in bindings]

    def heard(self, bindings: Sequence[UUID], at: datetime) -> None:
        """What ingest writes of reports."""
        self.town.conn.execute(
            "INSERT INTO wristband_state (binding_id, wristband_key, last_received_at,"
            " silence_due_at, updated_at)"
            " SELECT id, wristband_key, %(at)s, %(at)s + interval '15 min', %(at)s"
            " FROM binding WHERE id = ANY(%(bindings)s)"
            " ON CONFLICT (binding_id) DO UPDATE SET last_received_at = %(at)s,"
            " silence_due_at = excluded.silence_due_at, silent_since = NULL,"
            " held_by = NULL",
            {"at": at, "bindings": list(bindings)},
        )
        self.town.conn.commit()

    def spread(self, bindings: Sequence[UUID], until: datetime) -> None:
        """Last reports of the five minutes before `until`, one after the other."""
        for n, binding in enumerate(bindings):
            self.heard([binding], until - (n + 1) * 300 * S / len(bindings))

    def look(self, now: datetime, served: bool = True) -> None:
        """One look at the deadlines, ingest keeping up or not, and at who is told."""
        self.town.conn.execute(
            "INSERT INTO ingest_partition (partition, heartbeat_at, current_since)"
            " SELECT n, %(now)s, %(since)s FROM generate_series(0, 15) AS n"
            " ON CONFLICT (partition) DO UPDATE SET heartbeat_at = %(now)s,"
            " current_since = CASE WHEN %(served)s THEN"
            " coalesce(ingest_partition.current_since, %(now)s) END",
            {
                "now": now,
                "served": served,
                "since": NOON - 9 * HOUR if served else None,
            },
        )
        self.town.conn.commit()
        silence.run_silent(self.town.conn, topics.PARTITIONS, ZONE, now)
        worker.run_due(self.town.conn, Timing(), ZONE, now)
        self.town.conn.commit()

    def follow(self, start: datetime, end: datetime, step: timedelta = 15 * S) -> None:
        """Look again and again."""
        now = start
        while now <= end:
            self.look(now)
            now += step

    def alerts(self, kind: str) -> list[tuple[object, ...]]:
        rows = self.town.conn.execute(
            "SELECT severity, status, outcome, place_id FROM alert WHERE kind = %s"
            " ORDER BY opened_at, id",
            (kind,),
        ).fetchall()
        self.town.conn.commit()
        return rows

    def told(self) -> list[str]:
        rows = self.town.conn.execute(
            "SELECT person.name FROM notification JOIN person ON person.id = person_id"
            " ORDER BY notification.id"
        ).fetchall()
        self.town.conn.commit()
        return [name for (name,) in rows]

    def column(self, sql: str) -> list[object]:
        rows = self.town.conn.execute(sql).fetchall()
        self.town.conn.commit()
        return [row[0] for row in rows]


@pytest.fixture
def compound(town: Town) -> Compound:
    town.person(Role.ADMIN, None, "admin")
    town.person(Role.GRID_WORKER, PlaceLevel.COMPOUND, "grid")
    town.person(Role.COMMUNITY_MANAGER, PlaceLevel.COMMUNITY, "manager")
    town.person(Role.STREET_MANAGER, PlaceLevel.STREET, "street")
    return Compound(town)


def family_of(compound: Compound, binding: UUID, name: str) -> None:
    compound.town.senior = compound.seniors[binding]
    compound.town.relative(["alerts", "vitals"], name=name)


def test_a_compound_loses_its_network(compound: Compound):
    compound.settle(10, 10, 10, 10)
    family_of(compound, compound.all[0], "daughter")
    compound.spread(compound.all, NOON)
    compound.follow(NOON + 9 * MINUTE, NOON + 16 * MINUTE)
    (outage,) = compound.alerts("area_outage")
    assert outage[:3] == ("warning", "open", None)
    assert outage[3] == compound.town.places[PlaceLevel.COMPOUND]
    assert sorted(compound.told()) == ["admin", "manager"]
    seen = compound.alerts("offline")
    assert 0 < len(seen) < 12
    assert {alert[0] for alert in seen} == {"info"}
    compound.follow(NOON + 17 * MINUTE, NOON + 9 * HOUR, 20 * MINUTE)
    assert compound.alerts("offline") == seen
    assert len(compound.alerts("area_outage")) == 1
    assert len(compound.told()) == 2


def test_what_was_open_gets_a_note(compound: Compound):
    compound.settle(10, 10)
    compound.spread(compound.all, NOON)
    compound.follow(NOON + 9 * MINUTE, NOON + 16 * MINUTE)
    notes = compound.column(
        "SELECT alert_event.detail ->> 'reason' FROM alert_event"
        " JOIN alert ON alert.id = alert_id WHERE kind = 'offline' AND event = 'noted'"
    )
    assert notes == ["area_outage"] * len(compound.alerts("offline"))
    assert notes


def test_all_at_one_moment_open_nothing_else(compound: Compound):
    compound.settle(6, 6)
    compound.heard(compound.all, NOON)
    compound.look(NOON + 15 * MINUTE)
    assert len(compound.alerts("area_outage")) == 1
    assert compound.alerts("offline") == []
    (evidence,) = compound.column("SELECT evidence FROM alert")
    assert isinstance(evidence, dict)
    assert (evidence["silent"], evidence["wristbands"]) == (12, 12)
    assert evidence["since"] == "2026-11-21T04:00:00Z"
    (version,) = compound.column("SELECT rule_version FROM alert")
    assert compound.column("SELECT version FROM rule_version") == [version]


def test_one_building_only(compound: Compound):
    compound.settle(10, 10, 10)
    first, *others = compound.buildings
    compound.heard(compound.worn[first], NOON)
    lone = compound.worn[others[0]][0]
    for minutes in range(5, 20, 5):
        rest = [one for at in others for one in compound.worn[at] if one != lone]
        compound.heard(rest, NOON + minutes * MINUTE)
    compound.heard([lone], NOON)
    compound.look(NOON + 15 * MINUTE)
    assert [alert[3] for alert in compound.alerts("area_outage")] == [first]
    assert len(compound.alerts("offline")) == 1  # the lone one elsewhere


def test_a_wider_outage_takes_in_the_narrower(compound: Compound):
    compound.settle(10, 10)
    first, second = compound.buildings
    compound.heard(compound.worn[first], NOON)
    compound.heard(compound.worn[second], NOON + 14 * MINUTE)
    compound.look(NOON + 15 * MINUTE)
    assert [alert[3] for alert in compound.alerts("area_outage")] == [first]
    compound.look(NOON + 29 * MINUTE)
    narrow, wide = compound.alerts("area_outage")
    assert (narrow[1], narrow[2]) == ("resolved", "cleared")
    assert (wide[1], wide[3]) == ("open", compound.town.places[PlaceLevel.COMPOUND])
    compound.look(NOON + 30 * MINUTE)
    assert compound.alerts("offline") == []
    (holder,) = set(compound.column("SELECT held_by FROM wristband_state"))
    assert [holder] == compound.column("SELECT id FROM alert WHERE status = 'open'")


def test_once_it_is_over_the_silent_have_their_own_deadlines(compound: Compound):
    compound.settle(20)
    compound.heard(compound.all, NOON)
    compound.look(NOON + 15 * MINUTE)
    back, lost = compound.all[:17], compound.all[17:]  # 3 of 20: the share halved
    compound.heard(back[:-1], NOON + HOUR)
    compound.look(NOON + HOUR)
    assert [alert[1] for alert in compound.alerts("area_outage")] == ["open"]
    compound.heard(back, NOON + HOUR + MINUTE)
    compound.heard(lost[:1], NOON + HOUR + MINUTE)
    over = NOON + HOUR + MINUTE
    compound.look(over)
    assert [alert[1] for alert in compound.alerts("area_outage")] == ["resolved"]
    compound.heard([*back, lost[0]], over + 14 * MINUTE)
    compound.look(over + 14 * MINUTE)
    assert compound.alerts("offline") == []
    compound.look(over + 15 * MINUTE)
    assert [alert[0] for alert in compound.alerts("offline")] == ["info", "info"]
    for minutes in range(29, 121, 14):
        compound.heard([*back, lost[0]], over + minutes * MINUTE)
    compound.look(over + 120 * MINUTE)
    assert [alert[0] for alert in compound.alerts("offline")] == ["warning", "warning"]


def test_closed_by_hand_while_all_are_silent_it_comes_again(compound: Compound):
    compound.settle(8)
    compound.heard(compound.all, NOON)
    compound.look(NOON + 15 * MINUTE)
    (alert,) = compound.column("SELECT id FROM alert")
    assert isinstance(alert, UUID)
    admin = compound.town.person(Role.ADMIN, None, "other admin")
    store.act(
        compound.town.conn, alert, "resolve", admin, NOON + 16 * MINUTE,
        outcome="no_action",
    )  # fmt: skip
    compound.look(NOON + 16 * MINUTE)
    compound.look(NOON + 30 * MINUTE)
    assert len(compound.alerts("area_outage")) == 1
    compound.look(NOON + 31 * MINUTE)
    assert [one[1] for one in compound.alerts("area_outage")] == ["resolved", "open"]
    assert compound.alerts("offline") == []


def test_who_fell_silent_long_before_is_told_of(compound: Compound):
    compound.settle(8)
    alone, *others = compound.all
    compound.heard([alone], NOON - 100 * MINUTE)
    compound.heard(others, NOON - 15 * MINUTE)
    compound.look(NOON)
    assert len(compound.alerts("area_outage")) == 1
    assert [one[0] for one in compound.alerts("offline")] == ["info"]
    compound.look(NOON + 20 * MINUTE)
    assert [one[0] for one in compound.alerts("offline")] == ["warning"]


def test_who_is_away_is_not_counted(compound: Compound):
    compound.settle(5)
    compound.town.senior = compound.seniors[compound.all[0]]
    compound.town.away(NOON, NOON + HOUR)
    compound.heard(compound.all, NOON)
    compound.look(NOON + 15 * MINUTE)
    assert compound.alerts("area_outage") == []
    assert len(compound.alerts("offline")) == 4


def test_an_sos_in_the_middle_is_told(compound: Compound):
    compound.settle(8)
    family_of(compound, compound.all[3], "son")
    compound.heard(compound.all, NOON)
    compound.look(NOON + 15 * MINUTE)
    senior = compound.seniors[compound.all[3]]
    sos = Opening(Kind.SOS, Severity.CRITICAL, NOON, senior)
    store.open_alerts(compound.town.conn, [sos], NOON + 16 * MINUTE)
    compound.look(NOON + 16 * MINUTE)
    assert sorted(compound.told()) == ["admin", "grid", "manager", "son"]


def test_rules_of_the_place_decide(compound: Compound):
    compound.settle(8)
    compound.town.conn.execute(
        "INSERT INTO rule_set (revision, scope, place_id, format, body, figures, set_at,"
        " set_by_name) VALUES (1, 'place', %s, 'toml', '', %s, %s, 'test')",
        (
            compound.town.places[PlaceLevel.DISTRICT],
            '{"area_outage": {"enabled": 0}, "offline": {"info_intervals": 4}}',
            NOON,
        ),
    )
    compound.heard(compound.all, NOON)
    compound.look(NOON + 15 * MINUTE)
    assert compound.alerts("offline") == []
    compound.look(NOON + 20 * MINUTE)
    assert len(compound.alerts("offline")) == 8
    assert compound.alerts("area_outage") == []
    versions = compound.column("SELECT DISTINCT rule_version FROM alert")
    assert [str(one)[:2] for one in versions] == ["1-"]


def test_our_own_ingest_is_one_alert_to_administrators(compound: Compound):
    compound.settle(20)
    compound.heard(compound.all, NOON)
    compound.follow(NOON, NOON + MINUTE)
    for seconds in range(90, 1200, 30):
        compound.look(NOON + seconds * S, served=False)
    assert compound.alerts("area_outage") == [("warning", "open", None, None)]
    assert compound.alerts("offline") == []
    assert compound.told() == ["admin"]
    (evidence,) = compound.column("SELECT evidence FROM alert")
    assert isinstance(evidence, dict)
    assert (evidence["service"], evidence["partitions"]) == ("ingest", 16)
    back = NOON + 20 * MINUTE
    compound.look(back)
    assert compound.alerts("area_outage") == [("warning", "resolved", "cleared", None)]
    compound.look(back + 14 * MINUTE)  # deadlines began anew
    assert compound.alerts("offline") == []


def test_a_short_stall_is_told_nobody(compound: Compound):
    compound.settle(1)
    compound.look(NOON, served=False)
    compound.look(NOON + lapse.TOLD_AFTER - S, served=False)
    compound.look(NOON + lapse.TOLD_AFTER)
    compound.look(NOON + lapse.TOLD_AFTER + 30 * S, served=False)
    assert compound.alerts("area_outage") == []


def test_an_ingest_that_died_is_behind(compound: Compound):
    conn = compound.town.conn
    compound.look(NOON)
    for seconds in (31, 60, 91):
        silence.run_silent(conn, topics.PARTITIONS, ZONE, NOON + seconds * S)
    conn.commit()
    assert [alert[3] for alert in compound.alerts("area_outage")] == [None]

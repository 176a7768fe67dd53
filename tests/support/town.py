"""A small town in the registry: five places, its people, one senior with a wristband."""

from dataclasses import dataclass, field
from datetime import UTC, date, datetime, timedelta
from uuid import UUID

from psycopg import Connection

from alerts.incidents.types import Actor
from core.ids import new_id
from core.model import LEVELS_FROM_TOP, PlaceLevel, Role

NOON = datetime(2026, 11, 21, 4, 0, tzinfo=UTC)  # 12:00 in Asia/Shanghai


@dataclass
class Town:
    """Ids by name; what a test adds is committed at once."""

    conn: Connection
    places: dict[PlaceLevel, UUID] = field(default_factory=dict[PlaceLevel, UUID])
    senior: UUID = field(default_factory=new_id)
    device_id: str = "861234567890123"
    binding: UUID = field(default_factory=new_id)

    def build(self) -> "Town":
        """Write places, senior, wristband and binding."""
        path: list[UUID] = []
        for level in LEVELS_FROM_TOP:
            place = new_id()
            path.append(place)
            self.places[level] = place
            self.conn.execute(
                "INSERT INTO place (id, level, name, parent_id, path, created_at)"
                " VALUES (%s, %s, %s, %s, %s, %s)",
                (
                    place,
                    level,
                    f"{level} 1",
                    path[-2] if path[1:] else None,
                    path,
                    NOON,
                ),
            )
        self.add_senior(self.senior, PlaceLevel.BUILDING)
        key = self._insert_wristband()
        self.conn.execute(
            "INSERT INTO binding (id, wristband_key, senior_id, starts_at, created_at)"
            " VALUES (%s, %s, %s, %s, %s)",
            (self.binding, key, self.senior, NOON - timedelta(days=30), NOON),
        )
        self.conn.commit()
        return self

    def add_senior(self, senior: UUID, level: PlaceLevel) -> UUID:
        self.conn.execute(
            "INSERT INTO senior (id, name, birth_date, sex, place_id, home_latitude,"
            " home_longitude, created_at) VALUES (%s, %s, %s, %s, %s, %s, %s, %s)",
            (senior, "李秀英", date(1940, 2, 3), "female", self.places[level],
             34.34, 108.93, NOON),
        )  # fmt: skip
        self.conn.commit()
        return senior

    def _insert_wristband(self) -> int:
        row = self.conn.execute(
            "INSERT INTO wristband (device_id, created_at) VALUES (%s, %s) RETURNING key",
            (self.device_id, NOON),
        ).fetchone()
        assert row is not None
        return row[0]

    def person(
        self,
        role: Role,
        level: PlaceLevel | None = None,
        name: str = "",
        url: str | None = "json://127.0.0.1:1/hook",
        locale: str = "zh-CN",
    ) -> Actor:
        """A person with one verified contact (none where `url` is None)."""
        actor = Actor(new_id(), name or f"{role} {level}", role)
        self.conn.execute(
            "INSERT INTO person (id, name, role, place_id, locale,"
            " sessions_valid_after, created_at) VALUES (%s, %s, %s, %s, %s, %s, %s)",
            (actor.id, actor.name, role, self.places[level] if level else None,
             locale, NOON, NOON),
        )  # fmt: skip
        if url is not None:
            self.contact(actor, url)
        self.conn.commit()
        return actor

    def contact(
        self, actor: Actor, url: str, verified: bool = True, kind: str = "push"
    ) -> UUID:
        contact = new_id()
        self.conn.execute(
            "INSERT INTO contact (id, person_id, kind, url, verified_at, created_at)"
            " VALUES (%s, %s, %s, %s, %s, %s)",
            (contact, actor.id, kind, url, NOON if verified else None, NOON),
        )
        self.conn.commit()
        return contact

    def relative(self, scopes: list[str], **about: str) -> Actor:
        """A family member linked to the senior."""
        actor = self.person(Role.FAMILY, None, **about)
        self.conn.execute(
            "INSERT INTO family_link (id, senior_id, person_id, relation, scopes,"
            " consent_at, consent_by) VALUES (%s, %s, %s, 'daughter', %s, %s, %s)",
            (new_id(), self.senior, actor.id, scopes, NOON, actor.id),
        )
        self.conn.commit()
        return actor

    def away(self, start: datetime, end: datetime) -> None:
        """An absence of the senior."""
        by = self.person(Role.COMMUNITY_MANAGER, PlaceLevel.COMMUNITY, url=None)
        self.conn.execute(
            "INSERT INTO absence (id, senior_id, starts_at, ends_at, reason, created_by,"
            " created_at) VALUES (%s, %s, %s, %s, 'hospital', %s, %s)",
            (new_id(), self.senior, start, end, by.id, NOON),
        )
        self.conn.commit()

    def events(self, alert_id: UUID) -> list[str]:
        """The alert's timeline as words."""
        rows = self.conn.execute(
            "SELECT event FROM alert_event WHERE alert_id = %s ORDER BY position",
            (alert_id,),
        )
        return [event for (event,) in rows]

    def alert(self, alert_id: UUID, column: str) -> object:
        """One column of an alert."""
        row = self.conn.execute(
            "SELECT to_jsonb(alert) FROM alert WHERE id = %s", (alert_id,)
        ).fetchone()
        assert row is not None
        return row[0][column]

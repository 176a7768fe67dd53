"""What a senior reads on the wristband, in the senior's language (zh-CN)."""

from datetime import datetime, timedelta
from typing import Final
from uuid import UUID

from psycopg import Connection
from psycopg.types.json import Jsonb

from alerts.incidents import ledger
from alerts.incidents.ledger import QUERIES
from alerts.incidents.types import Actor
from core.ids import new_id
from core.model import Kind, Role

LASTS: Final = timedelta(minutes=10)
"""A notice that could not be shown by then is old."""
TITLES: dict[str, str] = {
    Role.BUILDING_HEAD: "楼栋长",
    Role.GRID_WORKER: "网格员",
    Role.VOLUNTEER: "志愿者",
}
OWN: Final[dict[str, str]] = {
    Kind.NOT_WORN: "请把手环戴好",
    Kind.BATTERY_LOW: "电量不足，请给手环充电",
}
"""What the wearer can do something about at once, by kind."""


def on_the_way(actor: Actor) -> str:
    """Say that `actor` is coming, e.g. 王网格员正在赶来."""
    return f"{_titled(actor)}正在赶来"


def show(conn: Connection, senior_id: UUID | None, text: str, now: datetime) -> None:
    """Put `text` on the display of the wristband that the senior wears now, if any."""
    sent = conn.execute(
        QUERIES["add_command"],
        {
            "id": new_id(),
            "senior_id": senior_id,
            "command": Jsonb({"command": "notice", "text": text}),
            "expires_at": now + LASTS,
            "now": now,
        },
    ).rowcount
    if sent:
        ledger.announce(conn, ledger.OUTBOX_CHANNEL)


def _titled(actor: Actor) -> str:
    title = TITLES.get(actor.role, "")
    name = actor.name.strip()
    return name if title in name else f"{name}{title}"

"""What a senior reads on the wristband, in the senior's own language."""

from datetime import datetime, timedelta
from typing import Final, NamedTuple
from uuid import UUID

from psycopg import Connection
from psycopg.types.json import Jsonb

from alerts.incidents import ledger
from alerts.incidents.ledger import QUERIES
from alerts.incidents.types import Actor
from core.ids import new_id
from core.model import Kind, Role


class Text(NamedTuple):
    """A notice in both languages; the senior's card says which is shown."""

    chinese: str
    english: str


LASTS: Final = timedelta(minutes=10)
"""A notice that could not be shown by then is old."""
TITLES: dict[str, str] = {
    Role.BUILDING_HEAD: "楼栋长",
    Role.GRID_WORKER: "网格员",
    Role.VOLUNTEER: "志愿者",
}
OWN: Final[dict[str, Text]] = {
    Kind.NOT_WORN: Text("请把手环戴好", "Please wear your wristband"),
    Kind.BATTERY_LOW: Text("电量不足，请给手环充电", "Please charge your wristband"),
}
"""What the wearer can do something about at once, by kind."""


def on_the_way(actor: Actor, *, drill: bool) -> Text:
    """Say that `actor` is coming, e.g. 王网格员正在赶来; of a drill that it is one."""
    chinese, english = ("【演练】", "Drill: ") if drill else ("", "")
    return Text(
        f"{chinese}{_titled(actor)}正在赶来",
        f"{english}{actor.name.strip()} is on the way",
    )


def show(conn: Connection, senior_id: UUID | None, text: Text, now: datetime) -> None:
    """Put `text` on the display of the wristband that the senior wears now, if any."""
    sent = conn.execute(
        QUERIES["add_notice"],
        {
            "id": new_id(),
            "senior_id": senior_id,
            "command": Jsonb({"command": "notice", "text": text.chinese}),
            "english": Jsonb({"command": "notice", "text": text.english}),
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

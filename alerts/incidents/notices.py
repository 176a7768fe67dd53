"""The words a senior reads on the wristband, in the senior's language (zh-CN)."""

from alerts.incidents.types import Actor
from core.model import Role

TITLES: dict[str, str] = {
    Role.BUILDING_HEAD: "楼栋长",
    Role.GRID_WORKER: "网格员",
    Role.VOLUNTEER: "志愿者",
}


def on_the_way(actor: Actor) -> str:
    """Say that `actor` is coming, e.g. 王网格员正在赶来."""
    return f"{_titled(actor)}正在赶来"


def _titled(actor: Actor) -> str:
    title = TITLES.get(actor.role, "")
    name = actor.name.strip()
    return name if title in name else f"{name}{title}"

"""Phrases that several messages share: roles, outcomes, drills, in both languages."""

from collections.abc import Mapping
from typing import Any, Final

from alerts.notify.letter import Letter
from alerts.notify.texts import CHINESE, WORDS

LONGEST_NOTE: Final = 200
"""Some channels cut a longer message off, and the link that answers stands last."""
ROLES: Final[dict[str, tuple[str, str]]] = {
    "family": ("家属", "family"),
    "building_head": ("楼栋长", "building head"),
    "grid_worker": ("网格员", "grid worker"),
    "community_manager": ("社区负责人", "community manager"),
    "street_manager": ("街道负责人", "street manager"),
    "district_manager": ("区负责人", "district manager"),
    "volunteer": ("志愿者", "volunteer"),
    "admin": ("管理员", "administrator"),
    "department": ("协助单位", "department"),
}
OUTCOMES: Final[dict[str, tuple[str, str]]] = {
    "helped": ("已得到帮助，现在没事了", "has been helped and is all right now"),
    "hospital": ("已送往医院", "is on the way to hospital"),
    "false_alarm": ("是误报，人没事", "is fine, it was a false alarm"),
    "drill": ("这是一次演练", "it was a drill"),
    "device_fault": ("手环故障，人没事", "is fine, the wristband was at fault"),
    "no_action": ("看过了，不需要帮助", "was looked after and needs no help"),
    "cleared": ("情况已恢复正常", "things are back to normal"),
}
REQUESTS: Final[dict[str, tuple[str, str]]] = {
    "level_up": ("上一级", "the next level"),
    "hospital": ("医院（120）", "hospital (120)"),
    "police": ("公安（110）", "police (110)"),
    "fire": ("消防（119）", "fire brigade (119)"),
    "property": ("物业", "property management"),
    "other": ("协助单位", "the department"),
}


def pick(letter: Letter, words: tuple[str, str]) -> str:
    """The Chinese or the English of the two, as the reader wants."""
    return words[1] if letter.locale == "en" else words[0]


def person(letter: Letter, content: Mapping[str, Any]) -> str:
    """Who did it, named with their role, e.g. 王五（网格员）."""
    role = pick(letter, ROLES.get(content["role"], (content["role"],) * 2))
    if letter.locale == "en":
        return f"{content['name']} ({role})"
    return f"{content['name']}（{role}）"


def whom(letter: Letter) -> str:
    """Whom it is about: the senior, else the place."""
    if letter.senior:
        return letter.senior
    words = WORDS.get(letter.locale, CHINESE)
    return letter.place[-1] if letter.place else words.service


def alarm(letter: Letter, content: Mapping[str, Any]) -> str:
    """The kind of the alert in words."""
    words = WORDS.get(letter.locale, CHINESE)
    kind: str = content["kind"]
    return words.kinds.get(kind, kind)


def marked(letter: Letter, content: Mapping[str, Any], title: str) -> str:
    """`title`, with the mark of a drill where it is one."""
    if not content.get("drill"):
        return title
    words = WORDS.get(letter.locale, CHINESE)
    left, right = ("[", "] ") if letter.locale == "en" else ("【", "】")
    return f"{left}{words.drill}{right}{title}"


def lines(*said: str | None) -> str:
    """What there is to say, a line each."""
    return "\n".join(line for line in said if line)


def place(letter: Letter) -> str:
    """Where it is."""
    return " › ".join(letter.place)


def note(letter: Letter, content: Mapping[str, Any]) -> str | None:
    """What somebody added, if they did; a long note is on the page, whole."""
    said = _short(str(content.get("note") or ""))
    if not said:
        return None
    return pick(letter, ("备注：{0}", "Note: {0}")).format(said)


def noted(letter: Letter) -> str:
    """What those said who raised the alert by hand, in one line; empty if nothing."""
    return _short(" / ".join(" ".join(one.split()) for one in letter.notes))


def _short(said: str) -> str:
    return said if len(said) <= LONGEST_NOTE else f"{said[: LONGEST_NOTE - 1]}…"

"""A duty ended: what is still open at the place, for who leaves and who takes over."""

from collections.abc import Callable, Iterator
from datetime import datetime
from typing import Any, Final

from alerts.notify.letter import Letter
from alerts.notify.texts import CHINESE, WORDS

Local = Callable[[datetime], str]
_STATUS: Final[dict[str, tuple[str, str]]] = {
    "open": ("无人处理", "nobody has it"),
    "acknowledged": ("已接单", "acknowledged"),
    "en_route": ("在路上", "on the way"),
    "on_scene": ("已到场", "on the scene"),
}


def write(content: dict[str, Any], letter: Letter, local: Local) -> tuple[str, str]:
    """Write ``place``, ``at``, ``leaving``, ``following``, ``alerts`` and ``more``."""
    english = letter.locale == "en"
    count = len(content["alerts"]) + content["more"]
    place = content["place"]
    if english:
        title = f"Hand-over at {place}: {count} open"
    else:
        title = f"【交接班】{place}：未结束警报 {count} 条"
    return title, "\n".join(_lines(content, local, english=english))


def _lines(content: dict[str, Any], local: Local, *, english: bool) -> Iterator[str]:
    at = local(datetime.fromisoformat(content["at"]))
    leaving = ("、", ", ")[english].join(content["leaving"])
    following = ("、", ", ")[english].join(content["following"])
    if english:
        yield f"Change of shift {at}. Leaving: {leaving}."
        yield f"Now on duty: {following}." if following else "Nobody takes over."
        yield from [] if content["alerts"] else ["No alert is open."]
    else:
        yield f"交班时间 {at}，交班：{leaving}"
        yield f"接班：{following}" if following else "目前无人接班"
        yield from [] if content["alerts"] else ["没有未结束的警报"]
    for number, alert in enumerate(content["alerts"], 1):
        yield f"{number}. {_alert(alert, local, english=english)}"
    if content["more"]:
        yield f"… {content['more']} more" if english else f"另有 {content['more']} 条"


def _alert(alert: dict[str, Any], local: Local, *, english: bool) -> str:
    words = WORDS["en"] if english else CHINESE
    kind = words.kinds.get(alert["kind"], alert["kind"])
    mark = words.severities[alert["severity"]]
    if alert["drill"]:
        mark = f"{words.drill} · {mark}"
    who = alert["senior"] or alert["place"]
    state = _STATUS[alert["status"]][english]
    if alert["owner"]:
        state = (
            f"{state} ({alert['owner']})" if english else f"{state}（{alert['owner']}）"
        )
    opened = local(datetime.fromisoformat(alert["opened_at"]))
    if english:
        return f"[{mark}] {who}: {kind}, {alert['place']}, since {opened}, {state}"
    return f"【{mark}】{who}：{kind}，{alert['place']}，{opened} 起，{state}"

"""What a department or the next level says to a call for help, or that nobody came."""

from collections.abc import Callable
from datetime import datetime
from typing import Any, Final

from alerts.notify.letter import Letter
from alerts.notify.wordings import phrases

STATES: Final[dict[str, tuple[str, str]]] = {
    "accepted": ("{to} 已接受", "{to} has accepted"),
    "on_the_way": ("{to} 已出发", "{to} is on the way"),
    "done": ("{to} 已办结", "{to} is done"),
    "declined": ("{to} 不能来", "{to} cannot come"),
    "overdue": ("{to} 到时未出发，请马上跟进", "{to} is overdue: follow it up now"),
}


def write(
    content: dict[str, Any], letter: Letter, local: Callable[[datetime], str]
) -> tuple[str, str]:
    """Write ``status``, ``to``, ``called``?, ``kind``, ``drill``, ``at``, ``note``?."""
    to = content.get("called") or phrases.pick(letter, phrases.REQUESTS[content["to"]])
    said = phrases.pick(letter, STATES[content["status"]]).format(to=to)
    whom, kind = phrases.whom(letter), phrases.alarm(letter, content)
    at = local(datetime.fromisoformat(content["at"]))
    if letter.locale == "en":
        title, said = f"Call for help, {whom}: {said}", f"About: {kind}\nTime: {at}"
    else:
        title, said = f"吹哨（{whom}）：{said}", f"事由：{kind}\n时间：{at}"
    body = phrases.lines(phrases.place(letter), said, phrases.note(letter, content))
    return phrases.marked(letter, content, title), body

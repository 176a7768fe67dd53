"""Who takes care of an alert: has acknowledged, set out, arrived, and what came of it."""

from collections.abc import Callable
from datetime import datetime
from typing import Any, Final

from alerts.notify.letter import Letter
from alerts.notify.wordings import phrases

STEPS: Final[dict[str, tuple[str, str]]] = {
    "acknowledged": ("{who}正在处理", "{who} is taking care of it"),
    "departed": ("{who}已出发，正在赶来", "{who} is on the way"),
    "arrived": ("{who}已到现场", "{who} is there"),
    "handed_over": ("现在由{who}处理", "{who} takes care of it now"),
    "resolved": ("已结束，由{who}处理", "It is over; {who} took care of it"),
}


def write(
    content: dict[str, Any], letter: Letter, local: Callable[[datetime], str]
) -> tuple[str, str]:
    """Write ``event``, ``name``, ``role``, ``kind``, ``drill``, ``at``, ``outcome``?."""
    said = phrases.pick(letter, STEPS[content["event"]])
    said = said.format(who=phrases.person(letter, content))
    whom, kind = phrases.whom(letter), phrases.alarm(letter, content)
    at = local(datetime.fromisoformat(content["at"]))
    outcome = content.get("outcome")
    ended = outcome and phrases.pick(letter, phrases.OUTCOMES[outcome])
    if letter.locale == "en":
        title = f"{whom}: {said}"
        ended = ended and f"{whom} {ended}." if letter.senior else None
        body = phrases.lines(ended, f"About: {kind}", f"Time: {at}")
    else:
        title = f"{whom}：{said}"
        body = phrases.lines(
            ended and f"结果：{ended}。", f"事由：{kind}", f"时间：{at}"
        )
    return phrases.marked(letter, content, title), body

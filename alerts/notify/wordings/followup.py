"""Asking afterwards how a senior is: the family, whose task it is, and the managers."""

from collections.abc import Callable
from datetime import datetime
from typing import Any, Final

from alerts.notify.letter import Letter
from alerts.notify.wordings import phrases

SAID: Final[dict[str, tuple[tuple[str, str], tuple[str, str]]]] = {
    "ask": (
        ("{whom} 现在好吗？", "How is {whom} now?"),
        (
            "今天的警报（{kind}）已处理完，请告诉我们她（他）现在怎么样：{url}",
            "The alert ({kind}) has been dealt with. Tell us how things are: {url}",
        ),
    ),
    "task": (
        ("请回访：{whom}", "Please follow up: {whom}"),
        (
            "{kind} 已结束，请在 {by} 前联系老人或家属，并记录结果：{url}",
            "{kind} is over. Please ask the senior or the family how things are by"
            " {by}, and record it: {url}",
        ),
    ),
    "call": (
        ("家属请您回电：{whom}", "The family asks for a call: {whom}"),
        (
            "家属希望您马上联系（{kind} 之后）。联系后请记录：{url}",
            "The family wishes to be called now (after {kind}). Then record it: {url}",
        ),
    ),
    "overdue": (
        ("回访超时：{whom}", "Follow-up overdue: {whom}"),
        (
            "{kind} 结束后到 {by} 还没有回访结果。",
            "Nobody has recorded by {by} how things are after {kind}.",
        ),
    ),
}


def write(
    content: dict[str, Any], letter: Letter, local: Callable[[datetime], str]
) -> tuple[str, str]:
    """Write ``say`` (ask, task, call, overdue), ``kind``, ``by``, ``answer_url``."""
    title, body = SAID[content["say"]]
    filled = {
        "whom": phrases.whom(letter),
        "kind": phrases.alarm(letter, content),
        "by": local(datetime.fromisoformat(content["by"])),
        "url": content["answer_url"],
    }
    return (
        phrases.pick(letter, title).format(**filled),
        phrases.pick(letter, body).format(**filled),
    )

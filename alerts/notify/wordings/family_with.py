"""One relative says to the others: I am with her."""

from collections.abc import Callable
from datetime import datetime
from typing import Any

from alerts.notify.letter import Letter
from alerts.notify.wordings import phrases


def write(
    content: dict[str, Any], letter: Letter, local: Callable[[datetime], str]
) -> tuple[str, str]:
    """Write ``name``, ``kind``, ``drill``, ``at``, ``note``?."""
    whom, kind = phrases.whom(letter), phrases.alarm(letter, content)
    at = local(datetime.fromisoformat(content["at"]))
    if letter.locale == "en":
        title = f"{whom}: {content['name']} is with them"
        body = f"{content['name']} says: I am with her/him.\nAbout: {kind}\nTime: {at}"
    else:
        title = f"{whom}：{content['name']} 已在身边"
        body = f"{content['name']} 说：我在她（他）身边。\n事由：{kind}\n时间：{at}"
    body = phrases.lines(body, phrases.note(letter, content))
    return phrases.marked(letter, content, title), body

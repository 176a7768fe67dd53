"""A department is asked for help; the link answers."""

from collections.abc import Callable
from datetime import datetime
from typing import Any

from alerts.notify.letter import Letter
from alerts.notify.wordings import phrases


def write(
    content: dict[str, Any], letter: Letter, local: Callable[[datetime], str]
) -> tuple[str, str]:
    """Write ``name``, ``role``, ``kind``, ``drill``, ``due_at``, ``address``?, ``note``?."""
    who, whom = phrases.person(letter, content), phrases.whom(letter)
    kind = phrases.alarm(letter, content)
    due = local(datetime.fromisoformat(content["due_at"]))
    url = content["answer_url"]
    if letter.locale == "en":
        title = f"Help wanted: {whom}, {kind}"
        said = (f"{who} asks for your help.", f"Please be on the way by {due}.")
        answer = f"Answer: {url}"
    else:
        title = f"吹哨求助：{whom}，{kind}"
        said = (f"{who}请求你们到场协助。", f"请在 {due} 前出发。")
        answer = f"请回应：{url}"
    where = phrases.lines(phrases.place(letter), content.get("address"))
    noted = phrases.note(letter, content)
    body = phrases.lines(where, *said, noted, answer)
    return phrases.marked(letter, content, title), body

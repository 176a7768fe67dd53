"""Somebody is asked to take an alert over; the link accepts."""

from collections.abc import Callable
from datetime import datetime
from typing import Any

from alerts.notify.letter import Letter
from alerts.notify.wordings import phrases


def write(
    content: dict[str, Any], letter: Letter, local: Callable[[datetime], str]
) -> tuple[str, str]:
    """Write ``name``, ``role``, ``kind``, ``drill``, ``at``, ``note``?, ``answer_url``."""
    who, whom = phrases.person(letter, content), phrases.whom(letter)
    kind = phrases.alarm(letter, content)
    at = local(datetime.fromisoformat(content["at"]))
    url = content["answer_url"]
    if content.get("declined"):
        return _declined(content, letter)
    if letter.locale == "en":
        title = f"Hand-over: {whom}, {kind}"
        said = (f"{who} asks you to take this over.", f"Time: {at}")
        answer = f"Accept or decline: {url}"
    else:
        title = f"请您接手：{whom}，{kind}"
        said = (f"{who}请您接手这条警报。", f"时间：{at}")
        answer = f"接受或拒绝：{url}"
    noted = phrases.note(letter, content)
    body = phrases.lines(phrases.place(letter), *said, noted, answer)
    return phrases.marked(letter, content, title), body


def _declined(content: dict[str, Any], letter: Letter) -> tuple[str, str]:
    who, whom = phrases.person(letter, content), phrases.whom(letter)
    title = phrases.pick(letter, ("{0} 不能接手：{1}", "{0} cannot take over: {1}"))
    said = ("警报仍由原处理人负责。", "The alert stays with whoever has it.")
    body = phrases.lines(phrases.pick(letter, said), phrases.note(letter, content))
    return phrases.marked(letter, content, title.format(who, whom)), body

"""The daily message: all is well, or else what is unknown and what needs attention."""

from collections.abc import Callable
from datetime import datetime
from typing import Any

from alerts.notify.letter import Letter

_WORDS = {
    "zh-CN": {
        "title": "银铃：今日平安",
        "title_else": "银铃：今日情况",
        "ok": "一切正常",
        "unknown": "暂时不清楚",
        "attention": "需要留意",
        "urgent": "有紧急情况，正在处理",
        "line": "{name}：{level}",
        "because": "（{reasons}）",
        "comma": "；",
        "at": "截至 {at}。",
    },
    "en": {
        "title": "Yinling: all is well today",
        "title_else": "Yinling: how things are today",
        "ok": "all is well",
        "unknown": "not known at present",
        "attention": "needs attention",
        "urgent": "an emergency is being dealt with",
        "line": "{name}: {level}",
        "because": " ({reasons})",
        "comma": "; ",
        "at": "As of {at}.",
    },
}


def write(
    content: dict[str, Any], letter: Letter, local: Callable[[datetime], str]
) -> tuple[str, str]:
    """Write how the senior is, ``level`` and ``reasons``, as of ``at``."""
    words = _WORDS.get(letter.locale, _WORDS["zh-CN"])
    name = letter.senior or ""
    body = words["line"].format(name=name, level=words[content["level"]])
    if content["reasons"]:
        said = words["comma"].join(content["reasons"])
        body += words["because"].format(reasons=said)
    at = local(datetime.fromisoformat(content["at"]))
    title = words["title" if content["level"] == "ok" else "title_else"]
    return title, body + "\n" + words["at"].format(at=at)

"""The digest: what was noticed within a day and was not urgent."""

from collections.abc import Callable
from datetime import datetime
from typing import Any

from alerts.notify.letter import Letter
from alerts.notify.texts import CHINESE, WORDS

_PHRASES = {
    "zh-CN": {
        "title": "银铃：每日汇总，{count} 条",
        "over": "（已结束）",
        "others": "…… 其余 {more} 条见网页。",
        "counted": "[{severity}] {kind}：{count} 条，{seniors} 位老人",
    },
    "en": {
        "title": "Yinling: {count} notes of the day",
        "over": " (over)",
        "others": "… {more} more on the page.",
        "counted": "[{severity}] {kind}: {count}, of {seniors} seniors",
    },
}


def write(
    content: dict[str, Any], letter: Letter, local: Callable[[datetime], str]
) -> tuple[str, str]:
    """Write the newest ``alerts`` of a senior, or the area's ``kinds``; no readings."""
    words = WORDS.get(letter.locale, CHINESE)
    phrases = _PHRASES.get(letter.locale, _PHRASES["zh-CN"])
    lines = [letter.senior] if letter.senior else []
    for alert in content.get("alerts", ()):
        at = local(datetime.fromisoformat(alert["at"]))
        line = f"{at} [{words.severities[alert['severity']]}] "
        line += words.kinds[alert["kind"]]
        lines.append(line + (phrases["over"] if alert["resolved"] else ""))
    for counted in content.get("kinds", ()):
        named = {
            "severity": words.severities[counted["severity"]],
            "kind": words.kinds[counted["kind"]],
        }
        lines.append(phrases["counted"].format(**(counted | named)))
    more = content["count"] - len(content.get("alerts", ()))
    if more > 0 and "alerts" in content:
        lines.append(phrases["others"].format(more=more))
    return phrases["title"].format(count=content["count"]), "\n".join(lines)

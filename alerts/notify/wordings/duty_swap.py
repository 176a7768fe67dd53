"""Two people's duties are swapped: proposed, agreed, declined, undone."""

from collections.abc import Callable
from datetime import datetime
from typing import Any, Final

from alerts.notify.letter import Letter

Local = Callable[[datetime], str]
_STATUS: Final[dict[str, tuple[str, str]]] = {
    "proposed": (
        "{by} 提议换班，请确认",
        "{by} proposes a swap of duty: please answer",
    ),
    "agreed": ("换班已生效（{by} 同意）", "The swap is in force ({by} agreed)"),
    "declined": (
        "换班未成（{by} 不同意或已收回）",
        "No swap ({by} said no or took it back)",
    ),
    "undone": ("换班已撤销（{by}）", "The swap is undone ({by})"),
}


def write(content: dict[str, Any], letter: Letter, local: Local) -> tuple[str, str]:
    """Write ``status``, ``by`` whom, and whose duties: ``first`` and ``second``."""
    english = letter.locale == "en"
    title = _STATUS[content["status"]][english].format(by=content["by"])
    lines = [
        _side(content[name], local, english=english) for name in ("first", "second")
    ]
    return (title if english else f"【换班】{title}"), "\n".join(lines)


def _side(side: dict[str, str], local: Local, *, english: bool) -> str:
    start, end = (
        local(datetime.fromisoformat(side[name]))[:-3] for name in ("from", "to")
    )
    if english:
        return f"{side['name']}: {side['place']}, {start} to {end}"
    return f"{side['name']}：{side['place']}，{start} 至 {end}"

"""The code that proves that a contact reaches its owner."""

from collections.abc import Callable
from datetime import datetime
from typing import Any

from alerts.notify.letter import Letter


def write(
    content: dict[str, Any], letter: Letter, local: Callable[[datetime], str]
) -> tuple[str, str]:
    """Write ``code``, to be typed in until ``expires_at``."""
    until = local(datetime.fromisoformat(content["expires_at"]))
    if letter.locale == "en":
        return (
            "Yinling: your code",
            f"Your code is {content['code']}. It holds until {until}.\n"
            "If you did not ask for it, do nothing.",
        )
    return (
        "银铃：验证码",
        f"您的验证码是 {content['code']}，{until} 前有效。\n如非本人操作，请忽略。",
    )

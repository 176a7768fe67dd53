"""The code that proves that a contact reaches its owner."""

from collections.abc import Callable
from datetime import datetime
from typing import Any

from alerts.notify.letter import Letter


def write(
    content: dict[str, Any], letter: Letter, local: Callable[[datetime], str]
) -> tuple[str, str]:
    """Write ``code``, to be typed in at ``enter_at`` until ``expires_at``."""
    until = local(datetime.fromisoformat(content["expires_at"]))
    code, unasked = content["code"], content.get("unasked", False)
    if letter.locale == "en":
        then = (
            f"Log in and type it in at {content['enter_at']}: from then on you are told here."
            if unasked
            else "If you did not ask for it, do nothing."
        )
        return (
            "Yinling: your code",
            f"Your code is {code}. It holds until {until}.\n{then}",
        )
    then = (
        f"请登录 {content['enter_at']} 输入，之后通知会发到这里。"
        if unasked
        else "如非本人操作，请忽略。"
    )
    return ("银铃：验证码", f"您的验证码是 {code}，{until} 前有效。\n{then}")

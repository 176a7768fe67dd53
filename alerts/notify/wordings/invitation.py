"""The link by which somebody sets user name and password."""

from collections.abc import Callable
from datetime import datetime
from typing import Any

from alerts.notify.letter import Letter


def write(
    content: dict[str, Any], letter: Letter, local: Callable[[datetime], str]
) -> tuple[str, str]:
    """Write ``url``, to be opened until ``expires_at``."""
    until = local(datetime.fromisoformat(content["expires_at"]))
    if letter.locale == "en":
        return (
            "Yinling: your login",
            f"Set your user name and password here: {content['url']}\n"
            f"The link works once, until {until}. Pass it to nobody.",
        )
    return (
        "银铃：设置登录",
        f"请打开链接设置用户名和密码：{content['url']}\n"
        f"链接只能使用一次，{until} 前有效，请勿转发。",
    )

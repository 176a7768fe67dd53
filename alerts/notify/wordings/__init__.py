"""The words of what people are told that is no alert, a module for each kind.

A writer takes what the message was filled with, the letter and how an instant is shown
to people; it returns title and body in the recipient's language.
"""

from collections.abc import Callable
from datetime import datetime
from typing import Any

from alerts.notify.letter import Letter
from alerts.notify.wordings import (
    coming,
    contact_code,
    coverage_gap,
    daily_message,
    digest,
    duty_swap,
    family_with,
    followup,
    hand_over,
    invitation,
    request_news,
    shift_handover,
    whistle,
)

Local = Callable[[datetime], str]
Writer = Callable[[dict[str, Any], Letter, Local], tuple[str, str]]
WRITERS: dict[str, Writer] = {
    "coming": coming.write,
    "contact_code": contact_code.write,
    "daily_message": daily_message.write,
    "digest": digest.write,
    "coverage_day": coverage_gap.write_day,
    "coverage_gap": coverage_gap.write,
    "duty_swap": duty_swap.write,
    "family_with": family_with.write,
    "followup": followup.write,
    "hand_over": hand_over.write,
    "handover": shift_handover.write,
    "invitation": invitation.write,
    "request_news": request_news.write,
    "whistle": whistle.write,
}
ANSWERED = frozenset({"followup", "hand_over", "whistle"})
"""Kinds that ask something: their letters have a link to answer."""

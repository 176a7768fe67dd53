"""The words of what people are told that is no alert, a module for each kind.

A writer takes what the message was filled with, the letter and how an instant is shown
to people; it returns title and body in the recipient's language.
"""

from collections.abc import Callable
from datetime import datetime
from typing import Any

from alerts.notify.letter import Letter
from alerts.notify.wordings import contact_code

Local = Callable[[datetime], str]
Writer = Callable[[dict[str, Any], Letter, Local], tuple[str, str]]
WRITERS: dict[str, Writer] = {"contact_code": contact_code.write}

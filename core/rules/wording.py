"""What readers of rules and policies share: text to a tree, and words for what is wrong."""

import re
import tomllib
from collections.abc import Mapping
from datetime import time
from typing import Any, Final, cast

from core.errors import Fault, RuleError
from core.rules.lines import Path, lines
from core.rules.sets import Span

MOST_CHARACTERS: Final = 65_536
_TIME: Final = re.compile(r"[0-9]{2}:[0-9]{2}(:[0-9]{2})?")
_SYNTAX_LINE: Final = re.compile(r" \(at line (\d+), column \d+\)\Z")


def toml_tree(text: str) -> tuple[dict[str, Any], Mapping[Path, int]]:
    """The tree of a TOML text, and on which line each key stands.

    Raises
    ------
    RuleError
        If it is too long or no TOML.
    """
    if len(text) > MOST_CHARACTERS:
        raise RuleError([Fault(None, "", f"longer than {MOST_CHARACTERS} characters")])
    try:
        tree = tomllib.loads(text)
    except (tomllib.TOMLDecodeError, RecursionError) as error:
        raise RuleError([_syntax_fault(str(error), text)]) from None
    return tree, lines(text.replace("\r\n", "\n"))


def kind(value: object) -> str:
    """What a value is, where another kind was expected."""
    match value:
        case bool():
            return "true or false"
        case str():
            return "text"
        case Mapping():
            return "a section"
        case list():
            return "a list"
        case _:
            return short(value)


def short(value: object) -> str:
    """A value as the fault repeats it, however long it was."""
    text = f"{value:g}" if isinstance(value, float) else str(value)
    return text if len(text) <= 40 else f"{text[:39]}…"


def span(given: object) -> tuple[Span | None, list[str]]:
    """A span of the day, and what is wrong with it."""
    if not isinstance(given, Mapping):
        return None, ['a span is written {from="12:30", to="14:00"}']
    ends = cast("Mapping[str, object]", given)
    wrong = [
        f"a span has from and to, no {short(key)}"
        for key in ends.keys() - {"from", "to"}
    ]
    start, end = _time(ends.get("from")), _time(ends.get("to"))
    if start is None or end is None:
        return None, [*wrong, "from and to must be times of day such as 22:00"]
    if start == end:
        return None, [*wrong, "a span must end at another time than it starts"]
    return Span(start, end), wrong


def _syntax_fault(message: str, text: str) -> Fault:
    """Tomllib's own message; where it names no line, the text ends too soon."""
    found = _SYNTAX_LINE.search(message)
    if found is None:
        last = text.rstrip().count("\n") + 1
        return Fault(last, "", message.replace(" (at end of document)", ", at the end"))
    return Fault(int(found[1]), "", message[: found.start()])


def _time(value: object) -> time | None:
    """A time of day, or None."""
    if isinstance(value, time):
        return value.replace(microsecond=0)
    if not (isinstance(value, str) and _TIME.fullmatch(value)):
        return None
    try:
        return time.fromisoformat(value)
    except ValueError:
        return None

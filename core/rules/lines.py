"""On which line of a TOML text each key stands, which tomllib does not say."""

import re
from collections import Counter
from collections.abc import Iterator, Mapping
from typing import Final

Path = tuple[str, ...]
_PART: Final = re.compile(
    r"""[ \t]*(?:"(?P<basic>(?:[^"\\\n]|\\.)*)"|'(?P<literal>[^'\n]*)'"""
    r"""|(?P<bare>[A-Za-z0-9_-]+))[ \t]*"""
)
_TOKEN: Final = re.compile(
    r'"""(?:[^\\]|\\.)*?"{3,5}'
    r"|'''.*?'{3,5}"
    r'|"(?:[^"\\\n]|\\.)*"'
    r"|'[^'\n]*'"
    r"|#[^\n]*"
    r"|[\[{]|[\]}]|\n|[^\n\"'#\[\]{}]+",
    re.DOTALL,
)
_BLANK: Final = re.compile(r"(?:[ \t\r\n]+|#[^\n]*)*")


def lines(text: str) -> Mapping[Path, int]:
    """First line of every key and section, by its path.

    Parameters
    ----------
    text : TOML that ``tomllib`` has read.

    Returns
    -------
    Line numbers from 1. A table of an array has its number, from 1, in its path. The
    keys inside an inline table or an array have none of their own: that of the key they
    belong to counts (:func:`line_of`).
    """
    found: dict[Path, int] = {}
    for path, at in _statements(text):
        line = text.count("\n", 0, at) + 1
        for depth in range(1, len(path) + 1):
            found.setdefault(path[:depth], line)
    return found


def line_of(known: Mapping[Path, int], path: Path) -> int | None:
    """Line of a key, or of the nearest one above it that has a line."""
    while path and path not in known:
        path = path[:-1]
    return known.get(path)


def _statements(text: str) -> Iterator[tuple[Path, int]]:
    """Full path and offset of each header and each assignment, in order."""
    section: Path = ()
    tables = Counter[Path]()
    at = _after_blank(text, 0)
    while at < len(text):
        if text[at] == "[":
            several = text.startswith("[[", at)
            section, _ = _key(text, at + 1 + several)
            if several:
                tables[section] += 1
                section += (str(tables[section]),)
            yield section, at
            at = _end_of_line(text, at)
        else:
            key, equals = _key(text, at)
            yield section + key, at
            at = _end_of_value(text, equals + 1)
        at = _after_blank(text, at)


def _key(text: str, at: int) -> tuple[Path, int]:
    """A dotted key and the offset of what follows it."""
    parts: list[str] = []
    while part := _PART.match(text, at):
        parts.append(part["bare"] or part["literal"] or part["basic"] or "")
        at = part.end()
        if not text.startswith(".", at):
            break
        at += 1
    return tuple(parts), at


def _end_of_value(text: str, at: int) -> int:
    """Offset of the line break behind a value, which brackets may lead over lines."""
    depth = 0
    while at < len(text):
        token = _TOKEN.match(text, at)
        if token is None:  # none that tomllib would have read
            return len(text)
        if token[0] == "\n" and depth == 0:
            break
        depth += (token[0] in "[{") - (token[0] in "]}")
        at = token.end()
    return at


def _end_of_line(text: str, at: int) -> int:
    end = text.find("\n", at)
    return len(text) if end < 0 else end


def _after_blank(text: str, at: int) -> int:
    blank = _BLANK.match(text, at)
    return blank.end() if blank else at

"""What a column of a table is: its headers, what its cells may hold, how to explain it."""

import re
import unicodedata
from collections.abc import Mapping
from dataclasses import dataclass, field
from enum import StrEnum
from functools import cached_property


class Kind(StrEnum):
    """What the cells of a column hold."""

    TEXT = "text"
    PHONE = "phone"
    DATE = "date"
    INSTANT = "instant"
    FLAG = "flag"
    DECIMAL = "decimal"
    WHOLE = "whole"
    CHOICE = "choice"
    CHOICES = "choices"
    WORDS = "words"


@dataclass(frozen=True)
class Column:
    """One column.

    Attributes
    ----------
    key : its name in the registry and its English header.
    zh : its Chinese header.
    about : what to write there, in Chinese and English.
    aliases : other headers that people use.
    choices : value → the words that people write for it, the first is written out.
    low, high : limits of numbers; of a text, `high` is its greatest length.
    """

    key: str
    zh: str
    kind: Kind
    about: tuple[str, str]
    example: str = ""
    required: bool = False
    aliases: tuple[str, ...] = ()
    choices: Mapping[str, tuple[str, ...]] = field(
        default_factory=dict[str, tuple[str, ...]]
    )
    low: float = float("-inf")
    high: float = float("inf")

    @cached_property
    def words(self) -> dict[str, str]:
        """Value by every word that stands for it, normalised."""
        return {
            normal(word): value
            for value, words in self.choices.items()
            for word in (value, *words)
        }

    @cached_property
    def headers(self) -> frozenset[str]:
        """Every header that names this column, normalised."""
        return frozenset(normal(text) for text in (self.key, self.zh, *self.aliases))


@dataclass(frozen=True)
class Sheet:
    """One table of the workbook; `aliases` are other names it goes by."""

    key: str
    zh: str
    about: tuple[str, str]
    columns: tuple[Column, ...]
    aliases: tuple[str, ...] = ()

    @cached_property
    def by_header(self) -> dict[str, Column]:
        """Column by normalised header."""
        return {header: one for one in self.columns for header in one.headers}

    @cached_property
    def by_key(self) -> dict[str, Column]:
        """Column by key."""
        return {one.key: one for one in self.columns}

    @cached_property
    def names(self) -> frozenset[str]:
        """Every name of this table, normalised."""
        return frozenset(normal(text) for text in (self.key, self.zh, *self.aliases))


_PARENTHESES = re.compile(r"\([^()]*\)")
_IGNORED = re.compile(r"[\s_\-*:.]+")


def normal(text: str) -> str:
    """A header or word without what people vary: width, case, spaces, remarks."""
    folded = unicodedata.normalize("NFKC", text).casefold()
    bare = _IGNORED.sub("", _PARENTHESES.sub("", folded))
    return bare or _IGNORED.sub("", folded)

"""What stands in a cell, read as what its column holds, however people typed it."""

import math
import re
import unicodedata
from collections.abc import Callable
from datetime import UTC, date, datetime, timedelta
from typing import Final, NamedTuple
from zoneinfo import ZoneInfo

from core.exchange.columns import Column, Kind, normal

CLEAR: Final = frozenset({normal("清空"), normal("clear")})
"""Written into a cell, they remove what is kept; a blank cell leaves it."""
MOST_EXACT: Final = 10**15
"""Excel keeps 15 digits of a number; of longer ones the last are lost."""
EXCEL_EPOCH: Final = datetime(1899, 12, 30)  # noqa: DTZ001 - a day, no instant
_LATEST_SERIAL: Final = 73_050  # the year 2100
_PHONE: Final = re.compile(r"[+0-9][0-9 ()/-]{2,31}")
_DATE: Final = re.compile(r"(\d{4})[-/.年](\d{1,2})[-/.月](\d{1,2})日?")
_BARE_DATE: Final = re.compile(r"(\d{4})(\d{2})(\d{2})")
_SPLIT: Final = re.compile(r"[、,;/|\s]+")
_CODE: Final = re.compile(r"[a-z][a-z0-9_]{0,63}")
_SCIENTIFIC: Final = re.compile(r"[0-9.]+[eE]\+?[0-9]+")
_ERRORS: Final = frozenset(
    {"#N/A", "#REF!", "#NAME?", "#VALUE!", "#DIV/0!", "#NUM!", "#NULL!"}
)


class CellError(Exception):
    """A cell cannot be read; `code` names why, `values` fill in its words."""

    def __init__(self, code: str, **values: object) -> None:
        super().__init__(code)
        self.code = code
        self.values = values


class Context(NamedTuple):
    """What a file says about all of its cells.

    Attributes
    ----------
    zone : in which times without one are meant.
    epoch : day 0 of its bare day numbers.
    """

    zone: ZoneInfo
    epoch: datetime = EXCEL_EPOCH


def is_blank(raw: object) -> bool:
    """Whether nothing was written into a cell."""
    return raw is None or (isinstance(raw, str) and not raw.strip())


def read(column: Column, raw: object, context: Context) -> object:
    """The value of a cell that is not blank; None where it says to clear.

    Raises
    ------
    CellError
        If the column cannot hold it.
    """
    if isinstance(raw, str):
        if raw.strip() in _ERRORS:
            raise CellError("cell.error", given=raw.strip())
        if normal(raw) in CLEAR and not column.required:
            return None
    return _READERS[column.kind](column, raw, context)


def plain(raw: object) -> str:
    """The text of a cell, whatever type the file gave it.

    Raises
    ------
    CellError
        If digits of a number were lost, or it holds control characters.
    """
    if isinstance(raw, bool):
        return "1" if raw else "0"
    if isinstance(raw, int | float):
        return _digits(raw)
    if isinstance(raw, datetime):
        return raw.isoformat(" ")
    text = str(raw).strip()
    if text.startswith("'") and text[1:2] in {"=", "+", "-", "@", "'"}:
        text = text[1:]
    if any(ord(letter) < 32 and letter not in "\n\t" for letter in text):
        raise CellError("cell.control")
    return text


def _digits(raw: float) -> str:
    if not math.isfinite(raw):
        raise CellError("cell.number")
    if raw != int(raw):
        return repr(raw)
    if abs(raw) >= MOST_EXACT:
        raise CellError("cell.digits_lost")
    return str(int(raw))


def _text(column: Column, raw: object, _context: Context) -> str:
    text = plain(raw)
    if len(text) > column.high:
        raise CellError("cell.too_long", most=int(column.high))
    if isinstance(raw, str) and _lost_digits(column, text):
        raise CellError("cell.digits_lost")
    return text


def _lost_digits(column: Column, text: str) -> bool:
    """Whether a spreadsheet wrote a long number of a CSV in scientific form."""
    is_number = column.key.endswith(("_no", "device_id", "phone"))
    return is_number and _SCIENTIFIC.fullmatch(text) is not None


def _phone(column: Column, raw: object, _context: Context) -> str:
    text = unicodedata.normalize("NFKC", plain(raw))
    if _lost_digits(column, text):
        raise CellError("cell.digits_lost")
    text = re.sub(r"[.–—]", "-", text)
    if not _PHONE.fullmatch(text):
        raise CellError("cell.phone")
    return text


def _date(_column: Column, raw: object, context: Context) -> date:
    if isinstance(raw, datetime):
        return raw.date()
    if isinstance(raw, date):
        return raw
    text = unicodedata.normalize("NFKC", plain(raw)).replace(" ", "")
    found = _DATE.match(text) or _BARE_DATE.fullmatch(text)
    try:
        if found and not text[found.end() :].strip("0:T"):
            return date(*map(int, found.groups()))
    except ValueError:
        raise CellError("cell.date") from None
    return _serial(text, context, "cell.date").date()


def _instant(_column: Column, raw: object, context: Context) -> datetime:
    if isinstance(raw, datetime):
        return _aware(raw, context)
    if isinstance(raw, date):
        return _aware(datetime(raw.year, raw.month, raw.day), context)  # noqa: DTZ001
    text = unicodedata.normalize("NFKC", plain(raw)).replace("/", "-")
    text = re.sub(r"(\d)[年月]", r"\1-", text).replace("日", " ")
    text = re.sub(r"-(\d)(?=\D|$)", r"-0\1", text)
    text = re.sub(r"([ T])(\d):", r"\g<1>0\2:", " ".join(text.split()))
    try:
        return _aware(datetime.fromisoformat(text), context)
    except ValueError:
        return _aware(_serial(text, context, "cell.instant"), context)


def _aware(at: datetime, context: Context) -> datetime:
    """In UTC, to the microsecond; years that no plan needs are refused."""
    if at.tzinfo is None:
        at = at.replace(tzinfo=context.zone)
    if not 1900 < at.year < 2200:
        raise CellError("cell.instant")
    return at.astimezone(UTC)


def _serial(text: str, context: Context, code: str) -> datetime:
    """A day number as spreadsheets keep dates."""
    try:
        days = float(text)
    except ValueError:
        raise CellError(code) from None
    if not 1 <= days <= _LATEST_SERIAL:
        raise CellError(code)
    return context.epoch + timedelta(seconds=round(days * 86400))


def _flag(column: Column, raw: object, _context: Context) -> bool:
    if isinstance(raw, bool):
        return raw
    return _choose(column, plain(raw)) == "true"


def _decimal(column: Column, raw: object, _context: Context) -> float:
    try:
        value = float(unicodedata.normalize("NFKC", plain(raw)))
    except ValueError:
        raise CellError("cell.number") from None
    if not column.low <= value <= column.high:
        raise CellError("cell.range", low=f"{column.low:g}", high=f"{column.high:g}")
    return value


def _whole(column: Column, raw: object, context: Context) -> int:
    value = _decimal(column, raw, context)
    if value != int(value):
        raise CellError("cell.whole")
    return int(value)


def _choice(column: Column, raw: object, _context: Context) -> str:
    return _choose(column, plain(raw))


def _choose(column: Column, text: str) -> str:
    value = column.words.get(normal(text))
    if value is None:
        raise CellError("cell.choice", given=text[:40], known=known(column))
    return value


def known(column: Column) -> str:
    """What may be written into a column of choices."""
    return "、".join(words[0] for words in column.choices.values())


def _choices(column: Column, raw: object, _context: Context) -> tuple[str, ...]:
    chosen = {_choose(column, one) for one in _parts(plain(raw))}
    return tuple(value for value in column.choices if value in chosen)


def _conditions(column: Column, raw: object, _context: Context) -> tuple[str, ...]:
    """Known words become their codes; other codes are kept as they are."""
    found: dict[str, None] = {}
    for one in _parts(plain(raw)):
        code = column.words.get(normal(one)) or one.casefold()
        if not _CODE.fullmatch(code):
            names = known(column)
            raise CellError("cell.condition", given=one[:40], known=names)
        found[code] = None
    if len(found) > column.high:
        raise CellError("cell.many", most=int(column.high))
    return tuple(found)


def _parts(text: str) -> list[str]:
    return [part for part in _SPLIT.split(unicodedata.normalize("NFKC", text)) if part]


_READERS: Final[dict[Kind, Callable[[Column, object, Context], object]]] = {
    Kind.TEXT: _text,
    Kind.PHONE: _phone,
    Kind.DATE: _date,
    Kind.INSTANT: _instant,
    Kind.FLAG: _flag,
    Kind.DECIMAL: _decimal,
    Kind.WHOLE: _whole,
    Kind.CHOICE: _choice,
    Kind.CHOICES: _choices,
    Kind.WORDS: _conditions,
}

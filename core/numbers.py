"""Telephone numbers: how they are written, and those that nothing automatic ever dials."""

import re
import unicodedata
from typing import Final

from core.errors import InvalidError

EMERGENCY: Final = ("110", "119", "120", "122", "112", "999", "911")
"""Police, fire, ambulance, traffic police; and what phones abroad turn into them."""
_OUTSIDE = r"[09]{0,9}"
"""Digits of an outside line, as exchanges want them before a number."""
_CARRIER = r"(?:179\d\d|1259\d|10193|11808)?"
"""What chooses a carrier for a call over IP; no subscriber's number begins so."""
_AREA = r"(?:10|2\d|[3-9]\d\d)"
_DIALS_EMERGENCY = re.compile(
    rf"{_OUTSIDE}{_CARRIER}{_OUTSIDE}(?:"
    # alone or behind an area's code; behind China's; behind any country's, which leaves
    # too few digits for a subscriber; the same services by text message
    rf"(?:0{_AREA}|(?:00)?860?{_AREA}?|00[1-9]\d{{0,4}})?"
    rf"(?:{'|'.join(EMERGENCY)})"
    r"|12110\d{0,4}|12119|12120|95119)"
)
_WRITTEN = re.compile(r"\+?[0-9]{3,20}")


def dials_emergency(text: str) -> bool:
    """Whether dialling this would reach an emergency service.

    However it is written: with spaces, dashes or a plus, in whatever digits, with the
    code of a country, an area or a carrier or an outside line's digits before it.
    """
    plain = "".join(map(_digit, unicodedata.normalize("NFKC", text)))
    if any(sign.isalpha() for sign in plain):
        return False  # a name or a key
    digits = re.sub(r"[^0-9]", "", plain.replace("+", "00"))
    return _DIALS_EMERGENCY.fullmatch(digits) is not None


def _digit(sign: str) -> str:
    """A digit of any script, Chinese numerals among them, as 0 to 9; else the sign."""
    value = unicodedata.numeric(sign, -1)
    return str(int(value)) if value in range(10) else sign


def phone(text: str, field: str = "phone") -> str:
    """A telephone number as it is dialled: digits, perhaps behind a plus.

    Raises
    ------
    InvalidError
        If it is none, or an emergency service's.
    """
    plain = re.sub(r"[\s().-]", "", unicodedata.normalize("NFKC", text))
    if not _WRITTEN.fullmatch(plain):
        raise InvalidError("a telephone number: 3 to 20 digits, perhaps after +", field)
    if dials_emergency(plain):
        raise InvalidError("nothing automatic may dial an emergency number", field)
    return plain

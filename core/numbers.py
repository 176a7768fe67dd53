"""Telephone numbers: how they are written, and those that nothing automatic ever dials."""

import re
import unicodedata
from typing import Final

from core.errors import InvalidError

EMERGENCY: Final = ("110", "119", "120", "122", "112", "999", "911")
"""Police, fire, ambulance, traffic police; and what phones abroad turn into them."""
_ALARMS = ("12110", "12119", "12120", "95119")
"""The same services by text message."""
_DIALS_EMERGENCY = re.compile(
    # alone, behind an outside line's digit, an area code or both, or China's code
    rf"(?:[09]?0\d{{2,3}}|[09]|(?:00)?86\d{{0,4}})?(?:{'|'.join(EMERGENCY)})"
    rf"|{'|'.join(_ALARMS)}"
)
_WRITTEN = re.compile(r"\+?[0-9]{3,20}")


def dials_emergency(text: str) -> bool:
    """Whether dialling this would reach an emergency service.

    However it is written: with spaces, dashes or a plus, in full-width digits, with the
    country's or an area's code or an outside line's digit before it.
    """
    plain = unicodedata.normalize("NFKC", text)
    if any(sign.isalpha() for sign in plain):
        return False  # a name or a key
    return _DIALS_EMERGENCY.fullmatch(re.sub(r"[^0-9]", "", plain)) is not None


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

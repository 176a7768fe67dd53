"""The font that cards are printed in: one with Chinese, where systems usually have it."""

from functools import cache
from pathlib import Path
from typing import Any, Final, NamedTuple, cast

from fontTools.ttLib import (  # pyright: ignore[reportMissingTypeStubs]
    TTCollection,
    TTLibError,
)

from core.errors import UnavailableError

USUAL: Final = (
    "/usr/share/fonts/opentype/noto/NotoSansCJK-Regular.ttc",
    "/usr/share/fonts/opentype/noto-cjk/NotoSansCJK-Regular.ttc",
    "/usr/share/fonts/noto-cjk/NotoSansCJK-Regular.ttc",
    "/usr/share/fonts/google-noto-cjk/NotoSansCJK-Regular.ttc",
    "/usr/share/fonts/google-noto-sans-cjk-fonts/NotoSansCJK-Regular.ttc",
    "/usr/share/fonts/truetype/noto/NotoSansCJK-Regular.ttc",
    "/usr/share/fonts/NotoSansCJK-Regular.ttc",
    "/usr/local/share/fonts/NotoSansCJK-Regular.ttc",
    "/Library/Fonts/NotoSansCJK-Regular.ttc",
)
_SIMPLIFIED: Final = ("CJK SC", "Simplified", "SC ")


class Font(NamedTuple):
    """A font file, and which of its faces is meant."""

    path: Path
    face: int


def find(chosen: Path | None) -> Font:
    """The operator's font, else the usual one.

    Raises
    ------
    UnavailableError
        If there is none; says which package has it.
    """
    if chosen is not None:
        if not chosen.is_file():
            raise UnavailableError("YINLING_FONT names no file that can be read")
        return Font(chosen, _face(chosen))
    for name in USUAL:
        path = Path(name)
        if path.is_file():
            return Font(path, _face(path))
    raise UnavailableError(
        "no font with Chinese is installed: install the package fonts-noto-cjk,"
        " or name a font file in YINLING_FONT"
    )


@cache
def _face(path: Path) -> int:
    """Which face of a collection is the one for simplified Chinese."""
    if path.suffix.lower() not in {".ttc", ".otc"}:
        return 0
    try:
        with cast("Any", TTCollection)(str(path), lazy=True) as collection:
            names = [str(font["name"].getDebugName(4)) for font in collection.fonts]
    except (TTLibError, OSError, KeyError):
        return 0
    for number, name in enumerate(names):
        if any(word in f"{name} " for word in _SIMPLIFIED):
            return number
    return 0

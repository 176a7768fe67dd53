"""The text of our own PDFs, as a copy and paste would give it, and where it stands."""

import re
import zlib
from typing import NamedTuple

_STREAM = re.compile(rb"stream\r?\n(.*?)\r?\nendstream", re.DOTALL)
_SHOWN = re.compile(
    rb"([\d.]+) ([\d.]+) Td(?:[^()]*?)\(((?:\\.|[^\\()])*)\) Tj", re.DOTALL
)
_PAIR = re.compile(rb"<([0-9A-Fa-f]{4})>\s*<([0-9A-Fa-f]+)>")
_ESCAPES = {b"r": b"\r", b"n": b"\n", b"t": b"\t", b"b": b"\b", b"f": b"\f"}
_MM = 25.4 / 72


class Line(NamedTuple):
    """A piece of text, from the page's left and bottom [mm]."""

    x: float
    y: float
    text: str


def lines(content: bytes) -> list[Line]:
    """Every text of every page, in the order it was drawn."""
    streams = [_unpacked(found[1]) for found in _STREAM.finditer(content)]
    glyphs: dict[bytes, str] = {}
    for stream in streams:
        if b"begincmap" in stream:
            for code, text in _PAIR.findall(stream):
                glyphs[bytes.fromhex(code.decode())] = bytes.fromhex(
                    text.decode()
                ).decode("utf-16-be")
    return [
        Line(float(x) * _MM, float(y) * _MM, _text(shown, glyphs))
        for stream in streams
        if b"BT" in stream
        for x, y, shown in _SHOWN.findall(stream)
    ]


def _unpacked(stream: bytes) -> bytes:
    try:
        return zlib.decompress(stream)
    except zlib.error:
        return stream


def _text(shown: bytes, glyphs: dict[bytes, str]) -> str:
    plain = re.sub(
        rb"\\(.)", lambda m: _ESCAPES.get(m[1], m[1]), shown, flags=re.DOTALL
    )
    codes = [plain[n : n + 2] for n in range(0, len(plain), 2)]
    return "".join(glyphs.get(code, "?") for code in codes)

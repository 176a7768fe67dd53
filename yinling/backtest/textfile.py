"""Text from a file, plain or zipped, or from a pipe; what is no text is named so."""

import gzip
import os
import shutil
import stat
import sys
import tempfile
import zlib
from collections.abc import Callable, Generator, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import IO, Any, Final

from core.errors import InvalidError

CHUNK_BYTES: Final = 8 << 20
STDIN: Final = Path("-")
"""What stands for the standard input where a file is asked for."""

_GZIP: Final = b"\x1f\x8b"
_UTF8_BOM: Final = b"\xef\xbb\xbf"
_UTF16_BOMS: Final = (b"\xff\xfe", b"\xfe\xff")

Progress = Callable[[int, int], None]
"""Told how far reading has come: bytes done, bytes in all."""


@dataclass(frozen=True, slots=True)
class _Opened:
    """A file under way: its bytes as they lie there, and as they read."""

    name: str
    raw: IO[bytes]
    plain: IO[bytes]


def title(path: Path) -> str:
    """What people call a file."""
    return "stdin" if path == STDIN else path.name


def text(path: Path) -> str:
    """The whole of a text file, without its byte order mark.

    Raises
    ------
    InvalidError
        If it is no UTF-8 text, or badly zipped.
    """
    return b"".join(lines for _, lines in chunks(path)).decode()


def chunks(path: Path, progress: Progress | None = None) -> Iterator[tuple[int, bytes]]:
    """Whole lines of UTF-8, each ended by a newline, and the number of the first.

    Raises
    ------
    InvalidError
        If it is no UTF-8 text, or badly zipped.
    """
    with _opened(path) as file:
        line = 1
        total = os.fstat(file.raw.fileno()).st_size
        for lines in _whole_lines(file):
            _refuse_binary(file.name, lines, line)
            yield line, lines
            line += lines.count(b"\n")
            if progress is not None:
                progress(file.raw.tell(), total)


@contextmanager
def _opened(path: Path) -> Generator[_Opened]:
    with _seekable(path) as raw:
        zipped = raw.read(2) == _GZIP
        raw.seek(0)
        plain: Any = gzip.GzipFile(fileobj=raw) if zipped else raw
        yield _Opened(title(path), raw, plain)


@contextmanager
def _seekable(path: Path) -> Generator[IO[bytes]]:
    """A file opened; what comes through a pipe is written to a temporary one first."""
    if path == STDIN:
        with _spooled(sys.stdin.buffer) as raw:
            yield raw
        return
    with path.open("rb") as file:
        if stat.S_ISREG(os.fstat(file.fileno()).st_mode):
            yield file
        else:
            with _spooled(file) as raw:
                yield raw


@contextmanager
def _spooled(pipe: IO[bytes]) -> Generator[IO[bytes]]:
    with tempfile.TemporaryFile() as raw:
        shutil.copyfileobj(pipe, raw)
        raw.seek(0)
        yield raw


def _whole_lines(file: _Opened) -> Iterator[bytes]:
    rest = b""
    first = True
    while True:
        try:
            found = file.plain.read(CHUNK_BYTES)
        except (OSError, EOFError, zlib.error) as error:
            if file.plain is file.raw:
                raise
            reason = str(error) or type(error).__name__
            raise InvalidError(
                f"{file.name} is a damaged gzip file ({reason}): zip it anew"
            ) from None
        if first:
            _refuse_utf16(file.name, found)
            found = found.removeprefix(_UTF8_BOM)
            first = False
        rest += found
        if not found:
            break
        end = max(rest.rfind(b"\n"), rest.rfind(b"\r", 0, len(rest) - 1)) + 1
        if end == 0 and len(rest) >= CHUNK_BYTES:
            raise InvalidError(
                f"{file.name} has no line breaks: a CSV file with a row a line is expected"
            )
        if end:
            yield _unix(rest[:end])
        rest = rest[end:]
    if rest:
        yield _unix(rest if rest.endswith((b"\n", b"\r")) else rest + b"\n")


def _unix(lines: bytes) -> bytes:
    """The same lines, each ended by a newline alone."""
    if b"\r" not in lines:
        return lines
    return lines.replace(b"\r\n", b"\n").replace(b"\r", b"\n")


def _refuse_utf16(name: str, begins: bytes) -> None:
    if begins.startswith(_UTF16_BOMS):
        raise InvalidError(f"{name} is UTF-16 text: save it as UTF-8")


def _refuse_binary(name: str, lines: bytes, first: int) -> None:
    """Say on which line text is none; never what stands there."""
    at = lines.find(b"\0")
    if at >= 0:
        what, todo = "is no text", "export it as text in UTF-8"
    else:
        try:
            lines.decode()
        except UnicodeDecodeError as error:
            at, what, todo = error.start, "is not UTF-8 text", "save it as UTF-8"
        else:
            return
    line = first + lines.count(b"\n", 0, at)
    raise InvalidError(f"{name}, line {line} {what}: {todo}")

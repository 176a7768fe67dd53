"""What printing through the api shares: few at once, and a PDF sent in pieces."""

import threading
from collections.abc import Iterator
from typing import Final

from fastapi.responses import StreamingResponse

from api.errors import TooManyError

MEDIA_TYPE: Final = "application/pdf"
MOST_PRINTING: Final = 2
_CHUNK_BYTES: Final = 64 * 1024
_printing: Final = threading.BoundedSemaphore(MOST_PRINTING)
PDF: dict[int | str, dict[str, object]] = {
    200: {"content": {MEDIA_TYPE: {}}, "description": "A PDF"}
}


class Turn:
    """Drawing takes seconds of a core: few at once, the others come again."""

    def __enter__(self) -> None:
        """Wait a little for one's turn.

        Raises
        ------
        TooManyError
            If others take too long.
        """
        if not _printing.acquire(timeout=5):
            raise TooManyError("others are printing: try again", 10)

    def __exit__(self, *_: object) -> None:
        """Let the next one print."""
        _printing.release()


def pdf(content: bytes, name: str) -> StreamingResponse:
    """A PDF to look at, kept by nobody on the way."""
    headers = {
        "content-disposition": f'inline; filename="{name}"',
        "content-length": str(len(content)),
        "cache-control": "no-store",
    }
    return StreamingResponse(_chunks(content), media_type=MEDIA_TYPE, headers=headers)


def _chunks(content: bytes) -> Iterator[bytes]:
    for start in range(0, len(content), _CHUNK_BYTES):
        yield content[start : start + _CHUNK_BYTES]

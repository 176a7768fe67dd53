"""Lists in pages: a limit, and a cursor that says where the last page ended."""

import base64
import binascii
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Annotated, Any
from uuid import UUID

import orjson
from fastapi import Depends, Query, Response

from api.answers import answer, encode
from core.database import Row
from core.errors import InvalidError


@dataclass(frozen=True, slots=True)
class PageRequest:
    """What the asker wants: at most `limit` items after `cursor`."""

    limit: int
    cursor: str | None

    def after(self, *kinds: Callable[[Any], object]) -> tuple[Any, ...] | None:
        """Key of the last item seen, each part read by its kind; None at the start.

        Raises
        ------
        InvalidError
            If the cursor is none of ours.
        """
        if not self.cursor:
            return None
        padding = "=" * (-len(self.cursor) % 4)
        try:
            raw = base64.b64decode(self.cursor + padding, b"-_", validate=True)
            parts = orjson.loads(raw)
            return tuple(kind(part) for kind, part in zip(kinds, parts, strict=True))
        except (binascii.Error, ValueError, TypeError, AttributeError, OverflowError):
            raise InvalidError("the cursor is not one of ours", "cursor") from None

    def after_id(self) -> UUID | None:
        """Id of the last item seen, for lists in the order of their ids."""
        key = self.after(UUID)
        return key[0] if key else None


async def requested_page(
    limit: Annotated[int, Query(ge=1, le=1000)] = 50,
    cursor: Annotated[str | None, Query(max_length=500)] = None,
) -> PageRequest:
    """The page that the query string asks for."""
    return PageRequest(limit, cursor)


Page = Annotated[PageRequest, Depends(requested_page)]


def page(
    found: Sequence[Row],
    asked: PageRequest,
    show: Callable[[Row], object],
    key: Callable[[Row], tuple[object, ...]] = lambda row: (row["id"],),
) -> Response:
    """One page of `found`, which was asked for with one row more than the limit."""
    shown = found[: asked.limit]
    cursor = next_cursor(found, asked, key)
    return answer({"items": [show(row) for row in shown], "next_cursor": cursor})


def next_cursor(
    found: Sequence[Row],
    asked: PageRequest,
    key: Callable[[Row], tuple[object, ...]] = lambda row: (row["id"],),
) -> str | None:
    """Where the page after this one begins; None where this is the last."""
    more = len(found) > asked.limit
    return _cursor(key(found[asked.limit - 1])) if more else None


def _cursor(key: tuple[object, ...]) -> str:
    return base64.urlsafe_b64encode(encode(key)).rstrip(b"=").decode()

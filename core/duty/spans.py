"""Sets of instants as sorted spans [start, end): united, cut and turned inside out."""

from collections.abc import Iterable, Iterator
from datetime import datetime
from typing import TypeAlias

Span: TypeAlias = tuple[datetime, datetime]


def united(spans: Iterable[Span]) -> list[Span]:
    """The same instants as apart, rising spans; empty ones vanish."""
    whole: list[Span] = []
    for start, end in sorted(span for span in spans if span[0] < span[1]):
        if whole and start <= whole[-1][1]:
            whole[-1] = (whole[-1][0], max(whole[-1][1], end))
        else:
            whole.append((start, end))
    return whole


def within(spans: Iterable[Span], since: datetime, until: datetime) -> list[Span]:
    """What of the spans lies in [since, until), united."""
    return united((max(start, since), min(end, until)) for start, end in spans)


def missing(spans: Iterable[Span], since: datetime, until: datetime) -> Iterator[Span]:
    """What of [since, until) no span holds."""
    at = since
    for start, end in within(spans, since, until):
        if at < start:
            yield (at, start)
        at = end
    if at < until:
        yield (at, until)

"""A senior's quiet hours: when nobody wonders that nothing moves."""

from datetime import time
from typing import Annotated

from pydantic import Field, field_validator

from core.rules.body import TIME_OF_DAY, Body

MAX_SPANS = 4


class QuietSpan(Body):
    """From when to when, local time; an end before the start is the next day's."""

    start: Annotated[time, TIME_OF_DAY, Field(alias="from")]
    end: Annotated[time, TIME_OF_DAY, Field(alias="to")]


class Routine(Body):
    """A senior's day, as far as detectors respect it."""

    quiet_hours: Annotated[
        list[QuietSpan], Field(max_length=MAX_SPANS, default_factory=list[QuietSpan])
    ]

    @field_validator("quiet_hours")
    @classmethod
    def _not_all_day(cls, spans: list[QuietSpan]) -> list[QuietSpan]:
        if any(span.start == span.end for span in spans):
            raise ValueError("quiet hours must end at another time than they start")
        return spans

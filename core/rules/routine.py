"""A senior's quiet hours: when nobody wonders that nothing moves."""

from datetime import time
from typing import Annotated

from pydantic import BaseModel, ConfigDict, Field, field_validator

MAX_SPANS = 4


class QuietSpan(BaseModel):
    """From when to when, local time; an end before the start is the next day's."""

    model_config = ConfigDict(extra="forbid", populate_by_name=True)

    start: Annotated[time, Field(alias="from")]
    end: Annotated[time, Field(alias="to")]

    @field_validator("start", "end")
    @classmethod
    def _plain(cls, value: time) -> time:
        if value.tzinfo is not None:
            raise ValueError("a local time has no offset")
        return value


class Routine(BaseModel):
    """A senior's day, as far as detectors respect it."""

    model_config = ConfigDict(extra="forbid")

    quiet_hours: Annotated[list[QuietSpan], Field(max_length=MAX_SPANS)] = []

    @field_validator("quiet_hours")
    @classmethod
    def _not_all_day(cls, spans: list[QuietSpan]) -> list[QuietSpan]:
        if any(span.start == span.end for span in spans):
            raise ValueError("quiet hours must end at another time than they start")
        return spans

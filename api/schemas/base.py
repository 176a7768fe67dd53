"""What every request body and answer is made of."""

from datetime import UTC, date, datetime
from typing import Annotated, Any, Literal

from pydantic import (
    AfterValidator,
    AwareDatetime,
    BaseModel,
    ConfigDict,
    Field,
    Strict,
    StringConstraints,
)

from core.rules import body

EARLIEST = datetime(1900, 1, 1, tzinfo=UTC)
LATEST = datetime(2200, 1, 1, tzinfo=UTC)


class Body(body.Body):
    """A request body of the api's own: it can say what was given."""

    def given(self) -> dict[str, Any]:
        """The fields that the request named, by name."""
        return self.model_dump(exclude_unset=True)


class Answer(BaseModel):
    """An object in an answer."""

    model_config = ConfigDict(extra="forbid")


def _printable(text: str) -> str:
    if any(ord(character) < 32 and character not in "\n\t" for character in text):
        raise ValueError("contains control characters")
    return text


def _within_reason(instant: datetime) -> datetime:
    if not EARLIEST <= instant <= LATEST:
        raise ValueError("must lie between 1900 and 2200")
    return instant.astimezone(UTC)


Name = Annotated[
    str,
    StringConstraints(strip_whitespace=True, min_length=1, max_length=200),
    AfterValidator(_printable),
]
Note = Annotated[
    str,
    StringConstraints(strip_whitespace=True, min_length=1, max_length=2000),
    AfterValidator(_printable),
]
Instant = Annotated[AwareDatetime, body.AT_A_TIME, AfterValidator(_within_reason)]
Day = Annotated[date, body.ON_A_DAY]
Flag = Annotated[bool, Strict()]
Whole = Annotated[int, Strict()]
Latitude = Annotated[float, Strict(), Field(ge=-90, le=90)]
Longitude = Annotated[float, Strict(), Field(ge=-180, le=180)]
PlaceLevelName = Literal["district", "street", "community", "compound", "building"]


class Position(Body):
    """A point, degrees WGS-84."""

    latitude: Latitude
    longitude: Longitude


class Problem(BaseModel):
    """An error, as RFC 9457 has it."""

    type: str = "about:blank"
    title: str
    status: int
    detail: str | None = None
    errors: list["Fault"] | None = None


class Fault(BaseModel):
    """One field and what is wrong with it; of rules in a file, with its line."""

    line: int | None = None
    field: str
    reason: str

"""What every request body shares: no unknown fields, null equals absent."""

from datetime import UTC, datetime
from typing import Annotated, Any, Literal, cast

from pydantic import (
    AfterValidator,
    AwareDatetime,
    BaseModel,
    BeforeValidator,
    ConfigDict,
    Field,
    Strict,
    StringConstraints,
    model_validator,
)

EARLIEST = datetime(1900, 1, 1, tzinfo=UTC)
LATEST = datetime(2200, 1, 1, tzinfo=UTC)


class Body(BaseModel):
    """A request body: unknown fields are refused, null equals absent."""

    model_config = ConfigDict(extra="forbid", allow_inf_nan=False)

    @model_validator(mode="before")
    @classmethod
    def _drop_nulls(cls, value: object) -> object:
        if not isinstance(value, dict):
            return value
        fields = cast("dict[str, object]", value)
        known = {field.alias or name for name, field in cls.model_fields.items()}
        return {
            name: item
            for name, item in fields.items()
            if item is not None or name not in known
        }

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


def _no_number(value: object) -> object:
    if isinstance(value, (int, float)):
        raise ValueError("must be an RFC 3339 time")  # noqa: TRY004 - pydantic's way
    return value


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
Instant = Annotated[
    AwareDatetime, BeforeValidator(_no_number), AfterValidator(_within_reason)
]
Flag = Annotated[bool, Strict()]
Whole = Annotated[int, Strict()]
Number = Annotated[float, Strict()]
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
    """One field and what is wrong with it."""

    field: str
    reason: str

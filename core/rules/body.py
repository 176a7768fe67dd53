"""What every request body shares: null equals absent, nothing unknown, nothing coerced."""

import re
from typing import Annotated, Final, cast

from pydantic import BaseModel, BeforeValidator, ConfigDict, Strict, model_validator

_DAY: Final = re.compile(r"[0-9]{4}-[0-9]{2}-[0-9]{2}")
_TIME_OF_DAY: Final = re.compile(r"[0-9]{2}:[0-9]{2}(:[0-9]{2})?")


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


def written_as(pattern: re.Pattern[str], wanted: str) -> BeforeValidator:
    """Refuse what is not text of this form, before a number passes for a time.

    Parameters
    ----------
    pattern : what the text must begin with; a time zone or more may follow where the
        type has one.
    wanted : the form, in words.
    """

    def check(value: object) -> object:
        if isinstance(value, (str, int, float)) and not (
            isinstance(value, str) and pattern.match(value)
        ):
            raise ValueError(f"must be {wanted}")
        return value

    return BeforeValidator(check)


def _whole(pattern: re.Pattern[str]) -> re.Pattern[str]:
    return re.compile(rf"(?:{pattern.pattern})\Z")


Number = Annotated[float, Strict()]
ON_A_DAY: Final = written_as(_whole(_DAY), "a day such as 1944-05-01")
AT_A_TIME: Final = written_as(_DAY, "an RFC 3339 time")
TIME_OF_DAY: Final = written_as(_whole(_TIME_OF_DAY), "a time of day such as 22:00")

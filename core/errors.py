"""Every error the project raises on purpose, in one tree.

::

    YinlingError
    ├── SettingsError     a setting is missing, weak or unreadable   (permanent)
    ├── UsageError        a command was called in a way it cannot be (permanent)
    ├── UnavailableError  broker, database or a child is not there   (temporary)
    ├── NotFoundError     no such object, or not for these eyes      (permanent)
    ├── ConflictError     the object's state forbids the step        (permanent)
    ├── InvalidError      a value is outside what is allowed         (permanent)
    │   └── RuleError     rules that cannot be used, with each fault (permanent)
    ├── UnauthenticatedError  nobody, or not who they say they are   (permanent)
    ├── ForbiddenError    visible to the asker, but not theirs to do (permanent)
    └── ShapeError        arrays that belong together differ         (permanent)

``temporary`` says whether the same call may succeed later.
"""

from collections.abc import Sequence
from typing import NamedTuple


class YinlingError(Exception):
    """Root of the tree; its text says what is wrong and what to do."""

    temporary: bool = False


class SettingsError(YinlingError):
    """One or more settings cannot be used; the text names every one of them."""


class UsageError(YinlingError):
    """The command line was used in a way it does not allow."""


class UnavailableError(YinlingError):
    """A dependency did not answer within its limit."""

    temporary = True


class NotFoundError(YinlingError):
    """There is no such object, or the asker may not know of it."""


class ConflictError(YinlingError):
    """The object is in a state that forbids this step."""


class InvalidError(YinlingError):
    """A value is outside what is allowed.

    Parameters
    ----------
    message : what is wrong and what is allowed.
    field : name of the offending field, if one is to blame.
    """

    def __init__(self, message: str, field: str | None = None) -> None:
        super().__init__(message)
        self.field = field


class Fault(NamedTuple):
    """What is wrong with one line of a file of rules.

    Attributes
    ----------
    line : from 1; None where the rules came without lines.
    key : dotted name, empty where the text cannot be read at all.
    """

    line: int | None
    key: str
    reason: str

    def __str__(self) -> str:
        """On one line: where, what, why."""
        where = [] if self.line is None else [f"line {self.line}"]
        return ": ".join([*where, *([self.key] if self.key else []), self.reason])


class RuleError(InvalidError):
    """Rules that cannot be used.

    Parameters
    ----------
    faults : every one of them, the first is told as the error's field.
    """

    def __init__(self, faults: Sequence[Fault]) -> None:
        super().__init__("; ".join(map(str, faults)), faults[0].key or None)
        self.faults = tuple(faults)


class UnauthenticatedError(YinlingError):
    """The asker did not say who they are, or could not prove it."""


class ForbiddenError(YinlingError):
    """The asker may see the object, but not do this to it."""


class ShapeError(YinlingError):
    """Arrays that belong together differ in length or type."""

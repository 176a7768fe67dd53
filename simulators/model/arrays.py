"""Names for the arrays that the model passes around."""

from dataclasses import fields, replace
from typing import TYPE_CHECKING, Any, TypeAlias, TypeVar

import numpy as np
from numpy.typing import NDArray

if TYPE_CHECKING:
    from _typeshed import DataclassInstance

Columns = TypeVar("Columns", bound="DataclassInstance")

Floats: TypeAlias = NDArray[np.floating[Any]]
"""In practice float32: what is looked at needs no more."""
Doubles: TypeAlias = NDArray[np.float64]
Bools: TypeAlias = NDArray[np.bool_]
Bytes: TypeAlias = NDArray[np.uint8]
Minutes: TypeAlias = NDArray[np.int16]
"""Minutes after local midnight, or lengths in minutes."""

DAY_MINUTES = 1440
EVERY_MINUTE = np.arange(DAY_MINUTES, dtype=np.float32)[None]
"""(1, 1440): the minutes of a day, each at its beginning."""


def one_of(many: Columns, row: int) -> Columns:
    """One person's row of columns, still with an axis of people; a view."""
    parts: dict[str, Any] = {}
    for each in fields(many):
        value: Any = getattr(many, each.name)
        if isinstance(value, np.ndarray):
            parts[each.name] = value[row : row + 1]
    return replace(many, **parts)

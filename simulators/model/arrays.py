"""Names for the arrays that the model passes around."""

from typing import Any, TypeAlias

import numpy as np
from numpy.typing import NDArray

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

"""When the rows of a CSV file were measured and when they arrived, as ingest takes it."""

# pyarrow comes without types.
# pyright: reportMissingTypeStubs=false, reportUnknownMemberType=false
# pyright: reportUnknownVariableType=false, reportUnknownArgumentType=false

from typing import Final
from zoneinfo import ZoneInfo

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc
from numpy.typing import NDArray

from ingest import claimed
from yinling.backtest import cells
from yinling.backtest.cells import Cells
from yinling.backtest.faults import Faults
from yinling.backtest.history import NO_CLAIM

MAX_AHEAD_MS: Final = claimed.MAX_AHEAD_US // 1000
EARLIEST_MS: Final = claimed.EARLIEST_US // 1000


def times(
    columns: dict[str, Cells],
    zone: ZoneInfo,
    lines: NDArray[np.int64],
    faults: Faults,
) -> tuple[NDArray[np.int64], NDArray[np.int64]]:
    """Claimed time and arrival of each row; where no arrival is given, the time.

    Returns
    -------
    Two (n,) int64, NO_CLAIM where there is nothing to read [ms since 1970].
    """
    time_ms = cells.instants("time", columns["time"], zone, lines, faults)
    if "received" not in columns:
        return time_ms, time_ms
    present = pc.is_valid(columns["received"]).to_numpy(zero_copy_only=False)
    told, where = kept({"received": columns["received"]}, lines, present)
    received_ms = time_ms.copy()
    received_ms[present] = cells.instants(
        "received", told["received"], zone, where, faults
    )
    return time_ms, np.where(received_ms == NO_CLAIM, time_ms, received_ms)


def told(
    time_ms: NDArray[np.int64],
    received_ms: NDArray[np.int64],
    urgent: NDArray[np.bool_],
    lines: NDArray[np.int64],
    faults: Faults,
) -> NDArray[np.bool_]:
    """Which rows can be used: they have a time, or are urgent and have an arrival."""
    timed = time_ms != NO_CLAIM
    arrived = received_ms != NO_CLAIM
    faults.add("trigger", "taken at its arrival", lines[urgent & ~timed & arrived])
    neither = "neither its time nor its arrival can be read: left out"
    faults.add("trigger", neither, lines[urgent & ~timed & ~arrived])
    return timed | (urgent & arrived)


def believed(
    time_ms: NDArray[np.int64], received_ms: NDArray[np.int64]
) -> NDArray[np.int64]:
    """Times as ingest takes them: the arrival in place of one it cannot believe."""
    ahead = time_ms > received_ms + MAX_AHEAD_MS
    ahead |= (time_ms < EARLIEST_MS) & (received_ms >= EARLIEST_MS)
    ahead |= time_ms == NO_CLAIM
    return np.where(ahead, received_ms, time_ms)


def kept(
    columns: dict[str, Cells], lines: NDArray[np.int64], keep: NDArray[np.bool_]
) -> tuple[dict[str, Cells], NDArray[np.int64]]:
    """Some of the rows, with their lines."""
    if keep.all():
        return columns, lines
    mask = pa.array(keep)
    return {name: one.filter(mask) for name, one in columns.items()}, lines[keep]

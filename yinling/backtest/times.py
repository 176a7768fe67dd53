"""Instants as text, for JSON and for links."""

from datetime import UTC, datetime

import numpy as np


def time_text(unix_s: float) -> str | None:
    """RFC 3339 in UTC of seconds since 1970, None for no time."""
    if not np.isfinite(unix_s):
        return None
    at = datetime.fromtimestamp(float(unix_s), UTC)
    return at.isoformat(timespec="milliseconds").replace("+00:00", "Z")

"""Time that counts for stillness and absence: by day, quiet hours left out."""

import numpy as np

from alerts.detection.columns import Floats

DAY_S = 86400.0


def waking_s(since_s: Floats, until_s: Floats, spans: Floats) -> Floats:
    """Waking time between two instants of local clocks.

    Parameters
    ----------
    since_s, until_s : (n,) as local clocks show them [s since 1970]
    spans : (n, k, 2) or (1, k, 2) spans of the local day that count; 0, 0 for none.

    Returns
    -------
    (n,) [s]
    """
    opens = spans[..., 0].astype(np.float64)
    lengths = spans[..., 1].astype(np.float64) - opens
    counted: list[Floats] = []
    for clock_s in (since_s, until_s):
        day = np.floor(clock_s / DAY_S)
        passed = np.clip((clock_s - day * DAY_S)[:, None] - opens, 0.0, lengths)
        counted.append(day * lengths.sum(axis=-1) + passed.sum(axis=-1))
    return np.maximum(counted[1] - counted[0], 0.0)

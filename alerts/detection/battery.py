"""Battery charge: shown when low, told when nearly empty."""

import numpy as np

from alerts.detection import terms
from alerts.detection.columns import INFO, KINDS, WARNING, Rows
from alerts.detection.outlook import Outlook
from alerts.detection.segments import Segments, segments
from core.model import Kind


def battery(reports: Rows, of: Segments, limits: Rows) -> Outlook:
    """Charge against its two limits (kind battery_low)."""
    places = np.flatnonzero((reports["battery"] >= 0) & (reports["battery"] <= 100))
    charge = reports["battery"][places]
    own = limits[of.owner[places]]
    urgent = charge <= own["battery_warning"]
    reached = np.where(
        urgent, WARNING, np.where(charge <= own["battery_info"], INFO, 0)
    )
    n = len(places)
    nothing = np.full(n, np.nan)
    bound = np.where(urgent, own["battery_warning"], own["battery_info"])
    return Outlook(
        kinds=(KINDS.index(Kind.BATTERY_LOW),),
        places=places,
        of=segments(of.owner[places]),
        reached=reached[None].astype(np.int64),
        clear=(charge >= terms.BATTERY_CLEAR_PERCENT)[None],
        since_s=nothing[None],
        count=np.ones((1, n), np.int64),
        value=np.stack([charge, nothing]),
        limit=np.stack([bound, nothing])[None],
        earlier_s=np.stack([nothing, nothing]),
        earlier=np.full((2, 2, n), np.nan),
        rearm_s=np.inf,
    )

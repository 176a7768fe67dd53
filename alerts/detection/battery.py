"""Battery charge: shown when low, told when nearly empty."""

import numpy as np

from alerts.detection import terms
from alerts.detection.batch import Batch
from alerts.detection.columns import INFO, KINDS, WARNING
from alerts.detection.gates import within
from alerts.detection.outlook import Outlook
from alerts.detection.segments import segments
from core.model import Kind


def battery(batch: Batch) -> Outlook:
    """Charge against its two limits (kind battery_low)."""
    reports, of = batch.reports, batch.of
    places = np.flatnonzero(within("battery", reports["battery"]))
    charge = reports["battery"][places]
    own = batch.limits[of.owner[places]]
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

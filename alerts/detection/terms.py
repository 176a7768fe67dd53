"""The durations behind `offline`, each with its meaning.

Figures marked † are engineering proposals, to be tuned on data.
"""

from typing import Final

DAY_FROM_HOUR: Final = 7
DAY_TO_HOUR: Final = 22

OFFLINE_INTERVALS: Final = 3.0  # silence of so many expected intervals is shown
OFFLINE_WARNING_S: Final = 7200.0  # … and told after so long by day †
OFFLINE_WARNING_HIGH_RISK_S: Final = 3600.0  # †

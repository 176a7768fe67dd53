"""The durations and margins behind the detectors' words, each with its meaning.

Figures marked † are engineering proposals, to be tuned on data.
"""

from typing import Final

RELEVANT_S: Final = 900.0  # a reading older than this at arrival raises nothing †
WINDOW_S: Final = 7200.0  # how far back a late report makes judging look again †
REARM_S: Final = 3600.0  # met again after so long unmet: told again, cleared or not †

SUSTAINED_S: Final = 600.0  # "for 10 min" †
SUSTAINED_GAP_S: Final = 300.0  # … on every valid reading, with gaps no longer
TWICE_APART_S: Final = 60.0  # "2 valid readings ≥1 min apart" †
CONSECUTIVE_GAP_S: Final = 900.0  # consecutive valid ones within 15 min

CONFIRM_MIN_S: Final = 180.0  # the second blood pressure 3 min after the first …
CONFIRM_MAX_S: Final = 1800.0  # … to 30 min
MEASURE_AFTER_S: Final = 300.0  # when to ask for it †
PRESSURE_CLEAR_GAP_S: Final = 14400.0  # readings that clear may be so far apart †

OXYGEN_READINGS: Final = 3  # "3 readings" †
OXYGEN_S: Final = 300.0  # "or 5 min" †

HEART_RATE_MARGIN_BPM: Final = 5.0  # clears so far on the safe side †
PRESSURE_MARGIN_MMHG: Final = 5.0  # †
OXYGEN_MARGIN_PERCENT: Final = 1.0  # †
BATTERY_CLEAR_PERCENT: Final = 25.0  # †

REST_S: Final = 600.0  # at rest: no steps gained for so long
REST_MOTION_G: Final = 0.1  # … and motion no more than this †
FROZEN_READINGS: Final = 10  # identical values …
FROZEN_S: Final = 600.0  # … over so long, without motion

DAY_FROM_HOUR: Final = 7
DAY_TO_HOUR: Final = 22

FAR_M: Final = 1000.0  # a growing distance beyond this is critical †
WIFI_ACCURACY_M: Final = 100.0  # taken where a Wi-Fi fix has none †
CELL_ACCURACY_M: Final = 1000.0  # taken where a cell fix has none †

OFFLINE_INTERVALS: Final = 3.0  # silence of so many expected intervals is shown
OFFLINE_WARNING_S: Final = 7200.0  # … and told after so long by day †
OFFLINE_WARNING_HIGH_RISK_S: Final = 3600.0  # †

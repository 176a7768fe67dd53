"""Every figure a rules file may hold: its safe corridor, unit and meaning.

Figures marked † are engineering proposals, to be tuned on data; the others have their
source named in ``docs/detection.md``. The values in force where nobody set others
stand in ``defaults.toml``.
"""

from typing import Final, NamedTuple


class Parameter(NamedTuple):
    """One figure of the rules.

    Attributes
    ----------
    name : dotted, as in the file: the section, then the key.
    low, high : the corridor outside of which it is refused.
    """

    name: str
    low: float
    high: float
    unit: str
    meaning: str


PARAMETERS: Final[tuple[Parameter, ...]] = (
    Parameter("quality.rest_s", 60, 3600, "s", "at rest: no steps gained for so long"),
    Parameter(
        "quality.rest_motion_g", 0.01, 1.0, "g", "at rest: motion no more than this †"
    ),
    Parameter(
        "quality.frozen_readings",
        3,
        120,
        "readings",
        "frozen: so many identical heart rates in a row, without motion",
    ),
    Parameter("quality.frozen_s", 120, 7200, "s", "frozen: over at least so long"),
    Parameter("day.from_h", 0, 24, "h", "the day begins at this hour"),
    Parameter("day.to_h", 0, 24, "h", "the day ends at this hour"),
    Parameter(
        "late.relevant_s",
        60,
        3600,
        "s",
        "a reading older than this at its arrival raises nothing †",
    ),
    Parameter(
        "late.window_s",
        900,
        21600,
        "s",
        "how far back a late report makes judging look again †",
    ),
    Parameter(
        "late.rearm_s",
        600,
        86400,
        "s",
        "a vital sign met again after so long is told again, cleared or not †",
    ),
    Parameter("heart_rate_high.enabled", 0, 1, "0 or 1", "whether this kind is judged"),
    Parameter(
        "heart_rate_high.warning", 100, 150, "1/min", "warning at or above this …"
    ),
    Parameter(
        "heart_rate_high.critical", 110, 180, "1/min", "critical at or above this"
    ),
    Parameter(
        "heart_rate_high.sustained_s",
        60,
        7200,
        "s",
        "warning: on every valid reading over so long †",
    ),
    Parameter(
        "heart_rate_high.gap_s", 60, 3600, "s", "… with no longer gap between them"
    ),
    Parameter(
        "heart_rate_high.apart_s",
        0,
        1800,
        "s",
        "critical: two consecutive valid readings so far apart †",
    ),
    Parameter(
        "heart_rate_high.within_s",
        120,
        7200,
        "s",
        "… and each within so long of the one before",
    ),
    Parameter(
        "heart_rate_high.margin",
        0,
        20,
        "1/min",
        "clears so far on the safe side of the warning limit †",
    ),
    Parameter("heart_rate_high.clear_s", 60, 7200, "s", "… for so long †"),
    Parameter("heart_rate_low.enabled", 0, 1, "0 or 1", "whether this kind is judged"),
    Parameter("heart_rate_low.warning", 35, 60, "1/min", "warning at or below this …"),
    Parameter("heart_rate_low.critical", 30, 50, "1/min", "critical at or below this"),
    Parameter(
        "heart_rate_low.sustained_s",
        60,
        7200,
        "s",
        "warning: on every valid reading over so long †",
    ),
    Parameter(
        "heart_rate_low.gap_s", 60, 3600, "s", "… with no longer gap between them"
    ),
    Parameter(
        "heart_rate_low.apart_s",
        0,
        1800,
        "s",
        "critical: two consecutive valid readings so far apart †",
    ),
    Parameter(
        "heart_rate_low.within_s",
        120,
        7200,
        "s",
        "… and each within so long of the one before",
    ),
    Parameter(
        "heart_rate_low.margin",
        0,
        20,
        "1/min",
        "clears so far on the safe side of the warning limit †",
    ),
    Parameter("heart_rate_low.clear_s", 60, 7200, "s", "… for so long †"),
    Parameter(
        "blood_pressure_high.enabled", 0, 1, "0 or 1", "whether this kind is judged"
    ),
    Parameter(
        "blood_pressure_high.warning.systolic",
        120,
        170,
        "mmHg",
        "shown as info: mean of days at or above this …",
    ),
    Parameter("blood_pressure_high.warning.diastolic", 75, 105, "mmHg", "… or this"),
    Parameter(
        "blood_pressure_high.critical.systolic",
        150,
        220,
        "mmHg",
        "critical at or above this …",
    ),
    Parameter(
        "blood_pressure_high.critical.diastolic",
        95,
        130,
        "mmHg",
        "… or this, once confirmed",
    ),
    Parameter(
        "blood_pressure_high.days",
        2,
        7,
        "days",
        "info: so many days of the last seven †",
    ),
    Parameter(
        "blood_pressure_high.readings_per_day",
        1,
        10,
        "readings",
        "… each with so many valid readings †",
    ),
    Parameter(
        "blood_pressure_high.confirm_min_s",
        60,
        1800,
        "s",
        "confirmed by a reading so long after the first at the earliest",
    ),
    Parameter(
        "blood_pressure_high.confirm_max_s", 300, 7200, "s", "… and at the latest"
    ),
    Parameter(
        "blood_pressure_high.measure_after_s",
        60,
        1800,
        "s",
        "the wristband is asked to measure again after so long †",
    ),
    Parameter(
        "blood_pressure_high.margin", 0, 30, "mmHg", "clears so far on the safe side †"
    ),
    Parameter(
        "blood_pressure_high.clear_gap_s",
        1800,
        86400,
        "s",
        "the readings that clear may be so far apart †",
    ),
    Parameter(
        "blood_pressure_low.enabled", 0, 1, "0 or 1", "whether this kind is judged"
    ),
    Parameter(
        "blood_pressure_low.warning.systolic",
        80,
        115,
        "mmHg",
        "warning at or below this, repeated",
    ),
    Parameter(
        "blood_pressure_low.critical.systolic",
        70,
        100,
        "mmHg",
        "critical at or below this, repeated",
    ),
    Parameter(
        "blood_pressure_low.confirm_min_s",
        60,
        1800,
        "s",
        "repeated so long after the first at the earliest",
    ),
    Parameter(
        "blood_pressure_low.confirm_max_s", 300, 7200, "s", "… and at the latest"
    ),
    Parameter(
        "blood_pressure_low.measure_after_s",
        60,
        1800,
        "s",
        "the wristband is asked to measure again after so long †",
    ),
    Parameter(
        "blood_pressure_low.margin", 0, 30, "mmHg", "clears so far on the safe side †"
    ),
    Parameter(
        "blood_pressure_low.clear_gap_s",
        1800,
        86400,
        "s",
        "the readings that clear may be so far apart †",
    ),
    Parameter("spo2_low.enabled", 0, 1, "0 or 1", "whether this kind is judged"),
    Parameter("spo2_low.warning", 80, 96, "%", "warning at or below this"),
    Parameter("spo2_low.critical", 75, 94, "%", "critical at or below this"),
    Parameter(
        "spo2_low.readings",
        2,
        10,
        "readings",
        "on so many consecutive valid readings …",
    ),
    Parameter("spo2_low.within_s", 120, 7200, "s", "… all within so long"),
    Parameter(
        "spo2_low.sustained_s",
        60,
        3600,
        "s",
        "or on every valid reading over so long †",
    ),
    Parameter("spo2_low.gap_s", 60, 3600, "s", "… with no longer gap between them"),
    Parameter("spo2_low.margin", 0, 5, "%", "clears so far above the warning limit †"),
    Parameter("spo2_low.clear_s", 60, 7200, "s", "… for so long †"),
    Parameter(
        "temperature_high.enabled", 0, 1, "0 or 1", "whether this kind is judged"
    ),
    Parameter(
        "temperature_high.deviations",
        2,
        10,
        "robust deviations",
        "warning so far above the person's own usual for this part of the day †",
    ),
    Parameter(
        "temperature_high.least_c", 0.1, 2, "°C", "one deviation is at least this †"
    ),
    Parameter(
        "temperature_high.readings", 1, 60, "readings", "on so many valid readings …"
    ),
    Parameter("temperature_high.sustained_s", 600, 21600, "s", "… over so long †"),
    Parameter(
        "temperature_high.gap_s", 300, 7200, "s", "… with no longer gap between them †"
    ),
    Parameter(
        "temperature_high.min_days",
        2,
        30,
        "days",
        "at least so many days must be known †",
    ),
    Parameter(
        "temperature_high.clear_deviations",
        0.5,
        10,
        "robust deviations",
        "clears no farther than this …",
    ),
    Parameter("temperature_high.clear_s", 600, 21600, "s", "… for so long †"),
    Parameter("vitals_change.enabled", 0, 1, "0 or 1", "whether this kind is judged"),
    Parameter(
        "vitals_change.deviations",
        2,
        10,
        "robust deviations",
        "warning so far from the person's own 30-day median †",
    ),
    Parameter(
        "vitals_change.least_bpm", 1, 15, "1/min", "one deviation is at least this †"
    ),
    Parameter(
        "vitals_change.readings",
        2,
        60,
        "readings",
        "on so many valid readings in a row …",
    ),
    Parameter("vitals_change.sustained_s", 300, 21600, "s", "… over so long †"),
    Parameter(
        "vitals_change.gap_s", 120, 7200, "s", "… with no longer gap between them †"
    ),
    Parameter(
        "vitals_change.min_days", 2, 30, "days", "at least so many days must be known †"
    ),
    Parameter(
        "vitals_change.clear_deviations",
        0.5,
        10,
        "robust deviations",
        "clears no farther than this …",
    ),
    Parameter("vitals_change.clear_s", 60, 21600, "s", "… for so long †"),
    Parameter("geofence_exit.enabled", 0, 1, "0 or 1", "whether this kind is judged"),
    Parameter(
        "geofence_exit.far_m",
        200,
        10000,
        "m",
        "a growing distance beyond this is critical †",
    ),
    Parameter("geofence_enter.enabled", 0, 1, "0 or 1", "whether this kind is judged"),
    Parameter("position.wifi_accuracy_m", 10, 1000, "m", "a Wi-Fi fix †"),
    Parameter("position.cell_accuracy_m", 100, 10000, "m", "a fix by cell towers †"),
    Parameter("inactivity.enabled", 0, 1, "0 or 1", "whether this kind is judged"),
    Parameter(
        "inactivity.warning_s",
        3600,
        43200,
        "s",
        "warning after so long without steps or motion †",
    ),
    Parameter(
        "inactivity.critical_s",
        7200,
        57600,
        "s",
        "critical after so long, or beyond the person's own percentile if sooner †",
    ),
    Parameter(
        "inactivity.percentile",
        80,
        100,
        "%",
        "of the person's own longest still stretches by day †",
    ),
    Parameter(
        "inactivity.min_days", 2, 30, "days", "at least so many days must be known †"
    ),
    Parameter("not_worn.enabled", 0, 1, "0 or 1", "whether this kind is judged"),
    Parameter(
        "not_worn.info_s",
        300,
        14400,
        "s",
        "info and a notice to the wristband after so long †",
    ),
    Parameter("not_worn.warning_s", 1800, 43200, "s", "warning after so long †"),
    Parameter(
        "not_worn.warning_high_risk_s", 900, 43200, "s", "… for a senior at high risk †"
    ),
    Parameter(
        "not_worn.no_signal_s",
        300,
        14400,
        "s",
        "no pulse and no motion for so long is taken as not worn †",
    ),
    Parameter("offline.enabled", 0, 1, "0 or 1", "whether this kind is judged"),
    Parameter(
        "offline.info_intervals",
        2,
        20,
        "intervals",
        "info after so many expected intervals without a report",
    ),
    Parameter("offline.warning_s", 1800, 43200, "s", "warning after so long, by day †"),
    Parameter(
        "offline.warning_high_risk_s", 900, 43200, "s", "… for a senior at high risk †"
    ),
    Parameter("area_outage.enabled", 0, 1, "0 or 1", "whether this kind is judged"),
    Parameter(
        "area_outage.share",
        0.05,
        1,
        "share",
        "so large a share of a place's wristbands fell silent … †",
    ),
    Parameter(
        "area_outage.at_least", 2, 1000, "wristbands", "… and at least so many †"
    ),
    Parameter(
        "area_outage.within_s", 60, 7200, "s", "… within so long of each other †"
    ),
    Parameter("battery_low.enabled", 0, 1, "0 or 1", "whether this kind is judged"),
    Parameter(
        "battery_low.info",
        10,
        24,
        "%",
        "info and a notice to the wristband at or below this †",
    ),
    Parameter("battery_low.warning", 5, 20, "%", "warning at or below this"),
    Parameter("battery_low.clear", 11, 100, "%", "clears at or above this †"),
    Parameter(
        "battery_low.charging",
        1,
        20,
        "%",
        "… or once charged by so much since its lowest †",
    ),
    Parameter(
        "fall.still_s",
        60,
        1800,
        "s",
        "told again with the next step without any motion for so long †",
    ),
)

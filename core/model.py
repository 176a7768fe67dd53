"""The words of the contract as enumerations, in the contract's own spelling."""

from enum import StrEnum


class PlaceLevel(StrEnum):
    """Levels of the place tree, from the top down (区—街道—社区—小区—楼栋)."""

    DISTRICT = "district"
    STREET = "street"
    COMMUNITY = "community"
    COMPOUND = "compound"
    BUILDING = "building"


LEVELS_FROM_TOP: tuple[PlaceLevel, ...] = tuple(PlaceLevel)


class Role(StrEnum):
    """What a person may be; all but family, admin and department are responders."""

    FAMILY = "family"
    BUILDING_HEAD = "building_head"
    GRID_WORKER = "grid_worker"
    COMMUNITY_MANAGER = "community_manager"
    STREET_MANAGER = "street_manager"
    DISTRICT_MANAGER = "district_manager"
    VOLUNTEER = "volunteer"
    ADMIN = "admin"
    DEPARTMENT = "department"


MANAGERS: frozenset[Role] = frozenset(
    {Role.COMMUNITY_MANAGER, Role.STREET_MANAGER, Role.DISTRICT_MANAGER}
)
RESPONDERS: frozenset[Role] = frozenset(Role) - {
    Role.FAMILY,
    Role.ADMIN,
    Role.DEPARTMENT,
}


class Kind(StrEnum):
    """Kinds of alert."""

    SOS = "sos"
    FALL = "fall"
    HEART_RATE_HIGH = "heart_rate_high"
    HEART_RATE_LOW = "heart_rate_low"
    BLOOD_PRESSURE_HIGH = "blood_pressure_high"
    BLOOD_PRESSURE_LOW = "blood_pressure_low"
    SPO2_LOW = "spo2_low"
    TEMPERATURE_HIGH = "temperature_high"
    GEOFENCE_EXIT = "geofence_exit"
    GEOFENCE_ENTER = "geofence_enter"
    INACTIVITY = "inactivity"
    NOT_WORN = "not_worn"
    OFFLINE = "offline"
    BATTERY_LOW = "battery_low"
    VITALS_CHANGE = "vitals_change"
    AREA_OUTAGE = "area_outage"


NEVER_CLIMBS: frozenset[Kind] = frozenset(
    {Kind.BATTERY_LOW, Kind.NOT_WORN, Kind.OFFLINE, Kind.AREA_OUTAGE}
)
VITAL_KINDS: frozenset[Kind] = frozenset(
    {
        Kind.HEART_RATE_HIGH,
        Kind.HEART_RATE_LOW,
        Kind.BLOOD_PRESSURE_HIGH,
        Kind.BLOOD_PRESSURE_LOW,
        Kind.SPO2_LOW,
        Kind.TEMPERATURE_HIGH,
        Kind.VITALS_CHANGE,
    }
)
"""Judged only of who agrees to it."""
CLEARED_BY_PEOPLE_ONLY: frozenset[Kind] = frozenset({Kind.SOS, Kind.FALL})


class Severity(StrEnum):
    """How urgent an alert is."""

    CRITICAL = "critical"
    WARNING = "warning"
    INFO = "info"


SEVERITY_RANK: dict[Severity, int] = {
    Severity.INFO: 0,
    Severity.WARNING: 1,
    Severity.CRITICAL: 2,
}


class AlertStatus(StrEnum):
    """Where an alert stands; unresolved means anything but RESOLVED."""

    OPEN = "open"
    ACKNOWLEDGED = "acknowledged"
    EN_ROUTE = "en_route"
    ON_SCENE = "on_scene"
    RESOLVED = "resolved"


class TimelineEvent(StrEnum):
    """What can stand in an alert's timeline."""

    OPENED = "opened"
    PRESSED = "pressed"
    TOLD = "told"
    ACKNOWLEDGED = "acknowledged"
    FAMILY_ACKNOWLEDGED = "family_acknowledged"
    DEPARTED = "departed"
    ARRIVED = "arrived"
    ESCALATED = "escalated"
    EXPIRED = "expired"
    NOTED = "noted"
    CLEARED = "cleared"
    RESOLVED = "resolved"
    REOPENED = "reopened"
    HAND_OVER_ASKED = "hand_over_asked"
    HANDED_OVER = "handed_over"
    HAND_OVER_DECLINED = "hand_over_declined"
    WHISTLED = "whistled"
    REQUEST_ANSWERED = "request_answered"
    REQUEST_OVERDUE = "request_overdue"
    FOLLOWUP_ASKED = "followup_asked"
    FOLLOWUP_TRIED = "followup_tried"
    FOLLOWUP_OVERDUE = "followup_overdue"
    VERIFIED = "verified"
    CALLED_BACK = "called_back"


class Outcome(StrEnum):
    """How an alert ended, as a person says it; CLEARED is the system's own."""

    HELPED = "helped"
    HOSPITAL = "hospital"
    FALSE_ALARM = "false_alarm"
    DRILL = "drill"
    DEVICE_FAULT = "device_fault"
    NO_ACTION = "no_action"
    CLEARED = "cleared"


class Scope(StrEnum):
    """What a family member may see of a senior."""

    STATUS = "status"
    VITALS = "vitals"
    LOCATION = "location"
    ALERTS = "alerts"


class StatusLevel(StrEnum):
    """A senior's level on the family page, the most pressing first."""

    URGENT = "urgent"
    ATTENTION = "attention"
    UNKNOWN = "unknown"
    OK = "ok"


class Trigger(StrEnum):
    """What set off an urgent event."""

    BUTTON = "button"
    FALL = "fall"


class LocationSource(StrEnum):
    """How a fix was made."""

    GNSS = "gnss"
    WIFI = "wifi"
    CELL = "cell"
    BLE = "ble"


LOCATION_SOURCES: tuple[LocationSource, ...] = tuple(LocationSource)
"""Order is storage: reading.location_source holds the index into this tuple."""


class DepartmentKind(StrEnum):
    """Whom responders can call for help beside their own people."""

    HOSPITAL = "hospital"
    POLICE = "police"
    FIRE = "fire"
    PROPERTY = "property"
    OTHER = "other"


LEVEL_UP = "level_up"
"""A call for help to the next level, beside those to departments."""
EMERGENCY_NUMBERS: dict[str, str] = {
    DepartmentKind.HOSPITAL: "120",
    DepartmentKind.POLICE: "110",
    DepartmentKind.FIRE: "119",
}
"""Public numbers that only people ring, never the service."""


class RequestStatus(StrEnum):
    """Where a call for help stands; the last three are closed."""

    ASKED = "asked"
    ACCEPTED = "accepted"
    ON_THE_WAY = "on_the_way"
    OVERDUE = "overdue"
    DONE = "done"
    DECLINED = "declined"
    WITHDRAWN = "withdrawn"


class FollowupStatus(StrEnum):
    """Where asking afterwards stands."""

    PLANNED = "planned"
    OPEN = "open"
    DONE = "done"
    CANCELLED = "cancelled"


class FollowupResult(StrEnum):
    """What was found when somebody asked afterwards."""

    WELL = "well"
    NOT_WELL = "not_well"
    NOT_REACHED = "not_reached"

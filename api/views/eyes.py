"""Through whose eyes an object is seen: language, scopes, and what they leave of evidence."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, Final, cast

from core.model import Scope

Json = dict[str, Any]
ALL_SCOPES: Final = frozenset(Scope)
LOCATION_KEYS: Final = frozenset(
    {
        "latitude",
        "longitude",
        "accuracy",
        "distance_m",
        "home_distance_m",
        "outside_m",
        "fixes",
        "fix",
        "location",
        "position",
        "location_source",
    }
)
PLAIN_KEYS: Final = frozenset(
    {
        "trigger",
        "raised_by",
        "by_hand",
        "note",
        "battery",
        "geofence",
        "geofence_id",
        "fence",
        "reason",
        "device_id",
        "silent_s",
        "last_seen",
        "step",
        "level",
        "people",
        "outcome",
        "persons",
        "names",
        "unreadable",
    }
)
"""Keys of evidence and timeline details that tell neither vital signs nor positions."""


@dataclass(frozen=True, slots=True)
class Eyes:
    """How one person sees one senior.

    ``staff`` is true for responders and administrators: they have every scope, but
    see a location only with consent or in an emergency.
    """

    locale: str
    staff: bool
    scopes: frozenset[Scope]

    @property
    def vitals(self) -> bool:
        """Whether vital signs, and figures at all, may be shown."""
        return Scope.VITALS in self.scopes

    def location(self, *, consent: bool, emergency: bool) -> bool:
        """Whether the senior's location may be shown.

        Parameters
        ----------
        consent : the senior's standing consent towards staff.
        emergency : a critical or ``geofence_*`` alert of theirs is unresolved.
        """
        if self.staff:
            return consent or emergency
        return Scope.LOCATION in self.scopes


def within(evidence: Mapping[str, Any], *, vitals: bool, location: bool) -> Json:
    """What of `evidence` may be shown; lists and objects inside are treated alike."""
    if vitals and location:
        return dict(evidence)
    return {
        key: _inner(value, vitals=vitals, location=location)
        for key, value in evidence.items()
        if (location if key in LOCATION_KEYS else vitals or key in PLAIN_KEYS)
    }


def _inner(value: Any, *, vitals: bool, location: bool) -> Any:  # noqa: ANN401 - JSON
    if isinstance(value, dict):
        return within(cast("Json", value), vitals=vitals, location=location)
    if isinstance(value, list):
        items = cast("list[Any]", value)
        return [_inner(item, vitals=vitals, location=location) for item in items]
    return value

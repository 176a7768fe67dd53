"""Through whose eyes an object is seen: language, scopes, and what they leave of evidence."""

from collections.abc import Mapping
from dataclasses import dataclass, replace
from typing import Any, Final, cast

from core.model import Scope

Json = dict[str, Any]
ALL_SCOPES: Final = frozenset(Scope)
LOCATION_KEYS: Final = frozenset(
    {
        *("latitude", "longitude", "accuracy", "accuracy_m", "located_at"),
        *("distance_m", "location"),
    }
)
PLAIN_KEYS: Final = frozenset(
    {
        *("trigger", "by_hand", "note", "outcome", "repeat", "severity", "kind"),
        *("battery", "silent_s", "last_seen", "interval_s", "device_id", "unreadable"),
        *("since", "silent", "wristbands", "partitions", "of", "service", "within_s"),
        *("fence", "fence_id", "night"),
        *("level", "reason", "people", "id", "name", "role", "from", "step"),
        *("request_id", "to", "status", "due_at", "result", "call"),
        *("policy", "contacts", "with"),
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

    def healthy(self, *, consent: bool, emergency: bool) -> "Eyes":
        """These eyes, without vital signs where the senior does not agree to them.

        Parameters
        ----------
        consent : the senior's consent to health data.
        emergency : a critical alert of theirs is unresolved: what saves a life may
            be known without consent (PIPL, article 13).
        """
        if consent or emergency:
            return self
        return replace(self, scopes=self.scopes - {Scope.VITALS})

    def location(self, *, consent: bool, emergency: bool) -> bool:
        """Whether the senior's location may be shown.

        Parameters
        ----------
        consent : the senior's standing consent towards staff.
        emergency : a critical or ``geofence_*`` alert of theirs is unresolved, that is
            no drill.
        """
        if self.staff:
            return consent or emergency
        return Scope.LOCATION in self.scopes


def within(evidence: Mapping[str, Any], *, vitals: bool, location: bool) -> Json:
    """What of `evidence` may be shown; lists and objects inside are treated alike."""
    if vitals and location:
        return dict(evidence)
    fenced = frozenset({"text"} if "fence" in evidence else ())
    where = LOCATION_KEYS | fenced
    return {
        key: _inner(value, vitals=vitals, location=location)
        for key, value in evidence.items()
        if (key not in where or location)
        and (vitals or key in PLAIN_KEYS or key in LOCATION_KEYS)
    }


def _inner(value: Any, *, vitals: bool, location: bool) -> Any:  # noqa: ANN401 - JSON
    if isinstance(value, dict):
        return within(cast("Json", value), vitals=vitals, location=location)
    if isinstance(value, list):
        items = cast("list[Any]", value)
        return [_inner(item, vitals=vitals, location=location) for item in items]
    return value

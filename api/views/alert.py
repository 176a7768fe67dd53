"""The contract's Alert object, as one person may see it."""

from collections.abc import Iterable, Mapping
from datetime import datetime
from typing import Any, Final

from api.views.eyes import Eyes, within
from api.views.plain import number, seconds_between
from api.views.summary import summary
from api.views.words import say
from core.advice import advice
from core.model import AlertStatus, Kind, TimelineEvent

Row = Mapping[str, Any]
Json = dict[str, Any]
_OWN_POSITION: Final = frozenset({"latitude", "longitude"})
_HOW: Final = frozenset({"contacts", "with"})


def alert_object(row: Row, events: Iterable[Row], eyes: Eyes) -> Json:
    """Build the Alert object from its row and its timeline's rows.

    Parameters
    ----------
    row : one row of the query ``alerts``.
    events : rows of ``alert_events`` of this alert, oldest first.
    eyes : who looks.
    """
    location = _unworn(row) or eyes.location(
        consent=bool(row["location_consent"]), emergency=bool(row["emergency"])
    )
    eyes = eyes.healthy(consent=row["health_consent"], emergency=row["urgent"])
    evidence = within(row["evidence"], vitals=eyes.vitals, location=location)
    timeline = [_event(event, eyes, location=location) for event in events]
    return {
        "id": row["id"],
        "senior": _senior(row),
        "place": row["place"] or [],
        "kind": row["kind"],
        "severity": row["severity"],
        "status": row["status"],
        "drill": row["drill"],
        "observed_at": row["observed_at"],
        "opened_at": row["opened_at"],
        "delay_s": seconds_between(row["observed_at"], row["opened_at"]),
        "summary": _summary(row, evidence, eyes),
        "advice": _advice(row, eyes.locale),
        "evidence": evidence,
        "rule_version": row["rule_version"],
        "outcome": row["outcome"],
        "owner": row.get("owner"),
        "family_with": _family_with(timeline),
        "timeline": timeline,
    }


def resolved(alert: Json) -> bool:
    """Whether an Alert object is over."""
    return alert["status"] == AlertStatus.RESOLVED


def unworn_location(row: Row, locale: str) -> Json | None:
    """Where a wristband that nobody wears said it was; null where there is no telling.

    Shaped as the Status object's, but that it is no place of anybody's.
    """
    found: Json = row["evidence"]
    if not _unworn(row) or "located_at" not in found:
        return None
    return {
        "latitude": found["latitude"],
        "longitude": found["longitude"],
        "accuracy": number(found.get("accuracy")),
        "time": datetime.fromisoformat(found["located_at"]),
        "place": say(locale, "place.wristband"),
    }


def _unworn(row: Row) -> bool:
    """Whether it is a wristband's that nobody wears: nobody's consent is concerned."""
    return row["senior_id"] is None and row["device_id"] is not None


def _family_with(timeline: Iterable[Json]) -> list[Json]:
    """Relatives who said that they are with the senior, each once with since when."""
    said = [
        {"name": line["actor"]["name"], "since": line["at"]}
        for line in timeline
        if line["event"] == TimelineEvent.FAMILY_ACKNOWLEDGED and line["actor"]
    ]
    first = {one["name"]: one for one in reversed(said)}
    return sorted(first.values(), key=lambda one: one["since"])


def _senior(row: Row) -> Json | None:
    if row["senior_id"] is None:
        return None
    return {"id": row["senior_id"], "name": row["senior_name"]}


def _summary(row: Row, evidence: Json, eyes: Eyes) -> str:
    device_id = row["device_id"] if row["senior_id"] is None else None
    text = summary(eyes.locale, row["kind"], evidence, device_id=device_id)
    return say(eyes.locale, "summary.drill", text=text) if row["drill"] else text


def _advice(row: Row, locale: str) -> str:
    """What to do; an outage of no place is our own, and its summary says what to do."""
    if row["kind"] == Kind.AREA_OUTAGE and not row["place"]:
        return ""
    return advice(row["kind"], row["severity"], locale, drill=row["drill"])


def _event(event: Row, eyes: Eyes, *, location: bool) -> Json:
    """A line of the timeline; a responder's own position is for staff only."""
    detail: Json = event["detail"] or {}
    if event["actor"] is not None:
        kept = {
            key: value
            for key, value in detail.items()
            if eyes.staff or key not in _OWN_POSITION
        }
    else:
        kept = within(detail, vitals=eyes.vitals, location=location)
        if not eyes.staff and "people" in kept:
            kept["people"] = [_named(person) for person in kept["people"]]
    return {
        "at": event["at"],
        "event": event["event"],
        "actor": event["actor"],
        "detail": kept,
    }


def _named(person: Json) -> Json:
    """Somebody who was told, without how: that is for staff."""
    return {key: its for key, its in person.items() if key not in _HOW}

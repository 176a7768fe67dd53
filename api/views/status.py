"""The contract's Status object: how a senior is now, as one person may see it."""

from collections.abc import Mapping
from datetime import datetime, timedelta
from typing import Any, Final

from api.views.eyes import Eyes, within
from api.views.lingering import lingering
from api.views.plain import distance_m, number
from api.views.summary import kind_name, summary, text_in
from api.views.words import known, length, say
from core.model import Scope, Severity, StatusLevel

Row = Mapping[str, Any]
Json = dict[str, Any]
SILENT_AFTER_INTERVALS: Final = 3
MOVING_FOR: Final = timedelta(minutes=10)
"""So long after the last report nobody can say that the wearer is on the move."""
DOUBTFUL_GATES: Final = ("not_worn", "no_signal", "frozen")
"""Gates that say at once that the wristband is not on a wrist as it should be."""
AT_HOME_M: Final = 60.0
_OPEN_ALERT_KEYS: Final = ("id", "kind", "severity", "status", "drill")


def status_object(row: Row, eyes: Eyes, now: datetime) -> Json:
    """Build the Status object from one row of the query ``statuses``.

    Parameters
    ----------
    row : what the database knows of the senior.
    eyes : who looks; what is not in their scope is null.
    now : the present.
    """
    status = Scope.STATUS in eyes.scopes
    eyes = eyes.healthy(consent=row["health_consent"], emergency=_urgent(row))
    return {
        "senior_id": row["senior_id"],
        "level": level(row, now) if status else None,
        "reasons": _reasons(row, eyes, now) if status else [],
        "as_of": now,
        "last_seen": row["last_received_at"] if status else None,
        "worn": row["worn"] if status else None,
        "battery": number(row["battery"]) if status else None,
        **_vitals(row, visible=eyes.vitals),
        "location": _location(row, eyes),
        "absence": _absence(row) if status else None,
        "open_alerts": _open_alerts(row) if Scope.ALERTS in eyes.scopes else None,
        "responder": row["responder"] if status else None,
        "family_with": _family_with(row) if status else None,
    }


def level(row: Row, now: datetime) -> StatusLevel:
    """Which level the senior is on, the most pressing first."""
    severities = {alert["severity"] for alert in row["alerts"] if not alert["drill"]}
    if _urgent(row):
        return StatusLevel.URGENT
    if Severity.WARNING in severities or _lingering(row, now):
        return StatusLevel.ATTENTION
    return StatusLevel.UNKNOWN if _doubts(row, now) else StatusLevel.OK


def gist(row: Row, now: datetime) -> tuple[object, ...]:
    """What of a status changes by time alone, or by the registry: worth telling again."""
    return (level(row, now), tuple(_doubts(row, now)), str(row["absence"]))


def location_visible(row: Row, eyes: Eyes) -> bool:
    """Whether `eyes` may see where the senior is."""
    emergency = _urgent(row) or any(
        alert["kind"].startswith("geofence_") and not alert["drill"]
        for alert in row["alerts"]
    )
    return eyes.location(consent=row["location_consent"], emergency=emergency)


def _urgent(row: Row) -> bool:
    """Whether a critical alert, and no drill, is unresolved."""
    return any(
        alert["severity"] == Severity.CRITICAL and not alert["drill"]
        for alert in row["alerts"]
    )


def _lingering(row: Row, now: datetime) -> list[str]:
    """Kinds of critical conditions that go on after their alert was resolved."""
    fresh = timedelta(seconds=SILENT_AFTER_INTERVALS * row["expected_interval_s"])
    return lingering(row, now, fresh)


def _doubts(row: Row, now: datetime) -> list[str]:
    """Codes of why it is not known how the senior is; empty when it is known."""
    if row["binding_id"] is None:
        return ["unbound"]
    patience = timedelta(seconds=SILENT_AFTER_INTERVALS * row["expected_interval_s"])

    def silent(at: datetime | None) -> bool:
        return at is None or now - at > patience

    if silent(row["last_received_at"]):
        return ["offline", *([row["outage"]] if row["outage"] else [])]
    if row["worn"] is False:
        return ["not_worn"]
    if not row["health_consent"]:
        return ["no_consent"]
    closed = _gate_codes(row, now)
    untrusted = [code for code in DOUBTFUL_GATES if code in closed]
    if untrusted or not silent(row["valid_heart_rate_at"]):
        return untrusted
    return ["moving"] if "moving" in closed else ["no_heart_rate"]


def _reasons(row: Row, eyes: Eyes, now: datetime) -> list[Json]:
    location = location_visible(row, eyes)
    reasons: list[Json] = []
    for alert in row["alerts"]:
        evidence = within(alert["evidence"], vitals=eyes.vitals, location=location)
        if not eyes.vitals:
            evidence = {}
        text = summary(eyes.locale, alert["kind"], evidence)
        if alert["drill"]:
            text = say(eyes.locale, "summary.drill", text=text)
        reasons.append({"code": alert["kind"], "text": text})
    reasons += [
        {"code": kind, "text": say(eyes.locale, "reason.lingering", kind=name)}
        for kind in _lingering(row, now)
        for name in (kind_name(eyes.locale, kind),)
    ]
    gates = {gate["code"]: gate.get("text") for gate in _gates(row, now)}
    codes = [*_doubts(row, now), *gates]
    if row["absence"] is not None:
        codes.append("absent")
    given = {reason["code"] for reason in reasons}
    reasons += [
        {"code": code, "text": _reason_text(eyes.locale, code, gates.get(code))}
        for code in dict.fromkeys(codes)
        if code not in given
    ]
    return reasons


def _gate_codes(row: Row, now: datetime) -> set[str]:
    return {gate["code"] for gate in _gates(row, now)}


def _gates(row: Row, now: datetime) -> list[Json]:
    """The gates that the newest report closed, as far as they still say something."""
    reported = row["reported_at"]
    stale = reported is None or now - reported > _moving_for(row)
    gates: list[Json] = (row["health_consent"] and row["closed_gates"]) or []
    return [gate for gate in gates if gate["code"] != "moving" or not stale]


def _moving_for(row: Row) -> timedelta:
    silent = timedelta(
        seconds=SILENT_AFTER_INTERVALS * (row["expected_interval_s"] or 0)
    )
    return min(MOVING_FOR, silent)


def _reason_text(locale: str, code: str, texts: object) -> str:
    """The gate's own words: they tell what was said from what was inferred."""
    key = f"reason.{code}" if known(f"reason.{code}") else "reason.gate"
    return text_in(locale, texts) or say(locale, key)


def _vitals(row: Row, *, visible: bool) -> Json:
    names = ("heart_rate", "spo2", "temperature")
    if not visible:
        return dict.fromkeys((names[0], "blood_pressure", *names[1:]))
    vitals: Json = {
        name: {"value": number(row[name]), "time": row[f"{name}_at"]}
        if row[name] is not None
        else None
        for name in names
    }
    vitals["blood_pressure"] = (
        {
            "systolic": number(row["systolic"]),
            "diastolic": number(row["diastolic"]),
            "time": row["blood_pressure_at"],
        }
        if row["blood_pressure_at"] is not None
        else None
    )
    return vitals


def _location(row: Row, eyes: Eyes) -> Json | None:
    if row["location_at"] is None or not location_visible(row, eyes):
        return None
    return {
        "latitude": row["latitude"],
        "longitude": row["longitude"],
        "accuracy": number(row["accuracy"]),
        "time": row["location_at"],
        "place": _place(row, eyes.locale),
    }


def _absence(row: Row) -> Json | None:
    absence = row["absence"]
    if absence is None:
        return None
    times = {name: datetime.fromisoformat(absence[name]) for name in ("from", "to")}
    return {**absence, **times}


def _family_with(row: Row) -> list[Json]:
    """Relatives who say that they are with the senior, while an alert is unresolved."""
    said: list[Json] = row.get("family_with") or []
    return [
        {"name": one["name"], "since": datetime.fromisoformat(one["since"])}
        for one in said
    ]


def _place(row: Row, locale: str) -> str:
    """Where that is in words: at home, or how far from it."""
    away_m = distance_m(
        row["home_latitude"], row["home_longitude"], row["latitude"], row["longitude"]
    )
    if away_m <= max(AT_HOME_M, min(row["accuracy"] or 0.0, 2 * AT_HOME_M)):
        return say(locale, "place.home")
    return say(locale, "place.near_home", distance=length(locale, away_m))


def _open_alerts(row: Row) -> list[Json]:
    return [{key: alert[key] for key in _OPEN_ALERT_KEYS} for alert in row["alerts"]]

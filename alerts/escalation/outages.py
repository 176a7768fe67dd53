"""Places that fell silent as a whole: one alert to those who mend it, told nobody else."""

from collections.abc import Collection, Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from math import ceil
from typing import Any
from uuid import UUID

from psycopg import Connection
from psycopg.rows import class_row
from psycopg.types.json import Jsonb

from alerts import metrics
from alerts.escalation import area
from alerts.escalation.area import Count, Fallen, Outage, Path
from alerts.escalation.record import QUERIES
from alerts.incidents import ledger
from alerts.incidents.store import clear_alerts, open_alerts
from alerts.incidents.types import Clearing, Json, Opening
from core.model import Kind, Severity, TimelineEvent
from core.registry.rulebook import About, Rulebook, keep_versions
from core.rules.book import Resolved

OVERDUE = 0.5
"""A wristband counts as missing after this part of the silence that is shown."""
CLEARS_AT = 0.5
"""An outage clears below this part of the share that opened it."""


@dataclass(frozen=True, slots=True)
class Open:
    """An outage that is being told of."""

    id: UUID
    path: list[UUID]
    since: datetime
    within_s: float
    wristbands: int

    @property
    def first(self) -> datetime:
        """Whoever is silent since before fell silent for another reason."""
        return self.since - timedelta(seconds=self.within_s)


def judge(conn: Connection, book: Rulebook, now: datetime) -> None:
    """Clear outages that are over, and open those of places where many fell silent.

    Wristbands that an outage held back and that are still silent once it is over get
    a deadline of their own, counted from now.
    """
    rules = _Rules(book)
    for one in _open(conn):
        _clear_if_over(conn, one, rules, now)
    conn.execute(QUERIES["release_held"], {"now": now})
    told = [one.path[-1] for one in _open(conn)]
    fallen, first = _fallen(conn, rules, told, now)
    if fallen:
        census = _Census(conn, rules, first, now, told)
        for outage in area.outages(fallen, rules.values, census):
            _tell(conn, outage, rules, now)


class _Rules:
    """The figures in force at places."""

    def __init__(self, book: Rulebook) -> None:
        self._book = book

    def at(self, path: Sequence[UUID]) -> Resolved:
        """The rules of a place."""
        return self._book.resolve_surely(About(tuple(path)))

    def values(self, path: Path) -> dict[str, float]:
        """Their figures by dotted name."""
        return self.at(path).values


class _Census:
    """What the database knows of all wristbands of a place.

    Parameters
    ----------
    first : who is silent since before is not counted at all.
    told : places known to be out, left out when others are judged.
    """

    def __init__(
        self,
        conn: Connection,
        rules: _Rules,
        first: datetime,
        now: datetime,
        told: Collection[UUID] = (),
    ) -> None:
        self._conn = conn
        self._rules = rules
        self._about: Json = {"first": first, "now": now}
        self._told = told

    def at_most(self, place: UUID, without: Collection[UUID], limit: int) -> int:
        """Number of its wristbands, but no more than `limit` + 1."""
        without = [*without, *self._told]
        about = {"place": place, "without": without, "limit": limit + 1}
        row = self._conn.execute(QUERIES["census"], self._about | about).fetchone()
        return row[0] if row else 0

    def parts(self, path: Path) -> list[Count]:
        """The wristbands of each part of a place."""
        shown = self._rules.values(path)["offline.info_intervals"]
        about = {"place": path[-1], "depth": len(path), "intervals": OVERDUE * shown}
        rows = self._conn.execute(QUERIES["census_of_parts"], self._about | about)
        return [Count(*row) for row in rows]


def _open(conn: Connection) -> list[Open]:
    with conn.cursor(row_factory=class_row(Open)) as cursor:
        return cursor.execute(QUERIES["open_outages"]).fetchall()


def _clear_if_over(conn: Connection, one: Open, rules: _Rules, now: datetime) -> None:
    share = CLEARS_AT * rules.values(tuple(one.path))["area_outage.share"]
    if _surely_lasts(conn, one, ceil(share * one.wristbands)):
        return
    parts = _Census(conn, rules, one.first, now).parts(tuple(one.path))
    whole = Count(sum(p.wristbands for p in parts), sum(p.missing for p in parts))
    if not whole.reaches(share):
        over = Clearing(None, Kind.AREA_OUTAGE, now, place_id=one.path[-1])
        clear_alerts(conn, [over], now)


def _surely_lasts(conn: Connection, one: Open, enough: int) -> bool:
    """Whether so many are held back that there is no need to count them all."""
    values = {"id": one.id, "enough": enough}
    row = conn.execute(QUERIES["held"], values).fetchone()
    return row is not None and row[0] >= enough


def _fallen(
    conn: Connection, rules: _Rules, told: list[UUID], now: datetime
) -> tuple[list[Fallen], datetime]:
    """Silent wristbands that may have fallen together with one that is due now."""
    due = conn.execute(QUERIES["fallen_due"], {"now": now}).fetchall()
    if not due:
        return [], now
    within = timedelta(
        seconds=max(
            rules.values(tuple(path[: depth + 1]))["area_outage.within_s"]
            for path, _, _ in due
            for depth in range(len(path))
        )
    )
    first = min(earliest for _, earliest, _ in due) - within
    last = max(latest for _, _, latest in due) + within
    roots = list({path[0] for path, _, _ in due})
    span = {"first": first, "last": last}
    about = {"roots": roots, "told": told, "now": now}
    rows = conn.execute(QUERIES["fallen"], span | about)
    return [Fallen(tuple(path), since) for path, since in rows], first


def _tell(conn: Connection, outage: Outage, rules: _Rules, now: datetime) -> None:
    """Open the outage's alert, and take in what it stands for."""
    used = rules.at(outage.path)
    opening = Opening(
        kind=Kind.AREA_OUTAGE,
        severity=Severity.WARNING,
        observed_at=now,
        senior_id=None,
        place_id=outage.place,
        evidence=_evidence(outage),
        rule_version=used.version,
    )
    alert = open_alerts(conn, [opening], now)[0]
    assert alert is not None  # noqa: S101  no absence pauses a place
    keep_versions(conn, [used], now)
    metrics.OUTAGES.inc()
    conn.execute(
        QUERIES["keep_evidence"], {"id": alert, "evidence": Jsonb(opening.evidence)}
    )
    _take_in(conn, alert, outage, now)


def _take_in(conn: Connection, alert: UUID, outage: Outage, now: datetime) -> None:
    """Say so on alerts that are open within it; outages end, for this is theirs too."""
    since = outage.since - timedelta(seconds=outage.within_s)
    about = {"id": alert, "place": outage.place, "since": since}
    detail: Json = {"reason": str(Kind.AREA_OUTAGE), "alert": str(alert)}
    rows = conn.execute(QUERIES["within_outage"], about).fetchall()
    _note(conn, [within for within, _, _ in rows], detail, now)
    for _, kind, place in rows:
        if kind == Kind.AREA_OUTAGE:
            clear_alerts(conn, [Clearing(None, kind, now, place_id=place)], now)
    narrower = [within for within, kind, _ in rows if kind == Kind.AREA_OUTAGE]
    conn.execute(QUERIES["hold_for"], {"alert": alert, "narrower": narrower})


def _note(
    conn: Connection, alerts: Iterable[UUID], detail: Json, now: datetime
) -> None:
    for alert in alerts:
        ledger.add_event(conn, alert, TimelineEvent.NOTED, now, detail=detail)
        ledger.announce_alert(conn, alert)


def _evidence(outage: Outage) -> dict[str, Any]:
    missing, wristbands = outage.count.missing, outage.count.wristbands
    since = outage.since.isoformat(timespec="seconds").replace("+00:00", "Z")
    return {
        "silent": missing,
        "wristbands": wristbands,
        "since": since,
        "within_s": round(outage.within_s),
        "text": {
            "zh-CN": f"{wristbands} 个手环中有 {missing} 个几乎同时失去联系，多半是"
            "网络或供电中断，请检查；期间不再逐一通知家属",
            "en": f"{missing} of {wristbands} wristbands fell silent at nearly the same"
            " time: most likely the network or the power failed, please check."
            " Families are not told one by one meanwhile",
        },
    }

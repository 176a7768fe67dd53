"""A senior's readings over time, single or in buckets, for charts and other programs."""

import re
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from typing import Any, Final

from psycopg import Connection
from psycopg.rows import dict_row
from psycopg.sql import SQL, Composed, Identifier

from api.views.plain import number
from core import queries
from core.errors import InvalidError
from core.model import Scope

Json = dict[str, Any]
MOST_POINTS: Final = 100_000
LONGEST_BUCKET: Final = timedelta(days=366)
DEFAULT_SPAN: Final = timedelta(hours=24)
DAY: Final = timedelta(days=1)
_DURATION: Final = re.compile(r"(?P<count>[1-9][0-9]{0,7})(?P<unit>[smhd])")
_UNITS: Final = {"s": "seconds", "m": "minutes", "h": "hours", "d": "days"}
_QUERIES: Final = queries.load("api.views")


@dataclass(frozen=True, slots=True)
class Metric:
    """What can be asked for: its columns, its unit, and the scope it falls under."""

    columns: tuple[str, ...]
    unit: str
    scope: Scope


def _vital(unit: str, *columns: str) -> Metric:
    return Metric(columns, unit, Scope.VITALS)


METRICS: Final[dict[str, Metric]] = {
    "heart_rate": _vital("bpm", "heart_rate"),
    "systolic": _vital("mmHg", "systolic"),
    "diastolic": _vital("mmHg", "diastolic"),
    "blood_pressure": _vital("mmHg", "systolic", "diastolic"),
    "spo2": _vital("%", "spo2"),
    "temperature": _vital("°C", "temperature"),
    "steps": _vital("steps", "steps"),
    "motion": _vital("g", "motion"),
    "battery": Metric(("battery",), "%", Scope.STATUS),
    "latitude": Metric(("latitude",), "degrees", Scope.LOCATION),
    "longitude": Metric(("longitude",), "degrees", Scope.LOCATION),
    "accuracy": Metric(("accuracy",), "m", Scope.LOCATION),
}


@dataclass(frozen=True, slots=True)
class Period:
    """What is asked for: readings with since <= time < until, maybe in buckets."""

    since: datetime
    until: datetime
    bucket: str | None = None

    def not_before(self, since: datetime) -> "Period":
        """The same period, without what lies before an instant."""
        return replace(self, since=min(max(self.since, since), self.until))


def metric(name: str) -> Metric:
    """The metric called `name`.

    Raises
    ------
    InvalidError
        If there is none; the text lists what there is.
    """
    if name not in METRICS:
        raise InvalidError(f"metric is one of {', '.join(METRICS)}", "metric")
    return METRICS[name]


def period(
    since: datetime | None, until: datetime | None, bucket: str | None, now: datetime
) -> Period:
    """The period asked for; without bounds, the last 24 hours.

    Raises
    ------
    InvalidError
        If it ends before it begins, or `bucket` is no duration from 1 s to 366 d.
    """
    until = until or now
    since = since or until - DEFAULT_SPAN
    if since > until:
        raise InvalidError("from lies after to", "from")
    if bucket is not None:
        _width(bucket)
    return Period(since, until, bucket)


def readings(
    connection: Connection, senior_id: object, name: str, asked: Period, zone: str
) -> Json:
    """The contract's answer to a question for readings.

    Parameters
    ----------
    connection : to read from.
    senior_id : whose readings; those of the wristbands they wore, while they wore them.
    name : a key of `METRICS`.
    asked : which period, and whether in buckets.
    zone : time zone whose midnights begin buckets of whole days.

    Raises
    ------
    InvalidError
        If that would be more than `MOST_POINTS` points.
    """
    of = metric(name)
    parameters = {
        "senior_id": senior_id,
        "since": asked.since,
        "until": asked.until,
        "limit": MOST_POINTS + 1,
        "zone": zone,
        "width": None if asked.bucket is None else _width(asked.bucket),
    }
    with connection.cursor(row_factory=dict_row) as cursor:
        rows = cursor.execute(_statement(of, asked.bucket), parameters).fetchall()
    if len(rows) > MOST_POINTS:
        raise InvalidError(
            f"that is more than {MOST_POINTS} points: shorten the time between from"
            " and to, or ask for a longer bucket",
            "bucket",
        )
    shape = _single if asked.bucket is None else _bucket
    return {
        "metric": name,
        "unit": of.unit,
        "points": [shape(row, of.columns) for row in rows],
    }


def _width(bucket: str) -> timedelta:
    found = _DURATION.fullmatch(bucket)
    if found is not None:
        seconds = {"s": 1, "m": 60, "h": 3600, "d": 86400}[found["unit"]]
        if int(found["count"]) * seconds <= LONGEST_BUCKET.total_seconds():
            return timedelta(**{_UNITS[found["unit"]]: int(found["count"])})
    raise InvalidError("bucket is a duration such as 30s, 5m, 1h or 1d", "bucket")


def _statement(of: Metric, bucket: str | None) -> Composed:
    columns = [Identifier("r", column) for column in of.columns]
    present = SQL(" AND ").join(SQL("{} IS NOT NULL").format(name) for name in columns)
    if bucket is None:
        values = SQL(", ").join(columns)
        return _QUERIES["points"].format(values=values, present=present)
    values = SQL(", ").join(
        SQL(
            "min({c}) AS {low}, avg({c}::numeric)::float8 AS {mean}, max({c}) AS {high}"
        ).format(
            c=Identifier("r", column),
            low=Identifier(f"{column}_min"),
            mean=Identifier(f"{column}_mean"),
            high=Identifier(f"{column}_max"),
        )
        for column in of.columns
    )
    start = SQL(
        "date_bin(%(width)s, r.time, timestamptz 'epoch')"
        if _width(bucket) % DAY
        else "date_bin(%(width)s, r.time AT TIME ZONE %(zone)s, timestamp 'epoch')"
        " AT TIME ZONE %(zone)s"
    )
    return _QUERIES["buckets"].format(bucket=start, values=values, present=present)


def _single(row: Json, columns: tuple[str, ...]) -> Json:
    if len(columns) == 1:
        return {"time": row["time"], "value": number(row[columns[0]])}
    return {"time": row["time"], **{name: number(row[name]) for name in columns}}


def _bucket(row: Json, columns: tuple[str, ...]) -> Json:
    spans = {
        column: {end: number(row[f"{column}_{end}"]) for end in ("min", "mean", "max")}
        for column in columns
    }
    inside = spans[columns[0]] if len(columns) == 1 else spans
    return {"time": row["time"], **inside, "count": row["count"]}

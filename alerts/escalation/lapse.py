"""Our own ingest: which partitions keep up, and one alert for technicians if some do not."""

from datetime import datetime, timedelta
from typing import Any

from psycopg import Connection

from alerts.escalation.record import QUERIES
from alerts.incidents.store import clear_alerts, open_alerts
from alerts.incidents.types import Clearing, Opening
from core.model import Kind, Severity

ALIVE_WITHIN = timedelta(seconds=30)
TOLD_AFTER = timedelta(seconds=60)
"""An ingest that does not keep up for so long is told to administrators."""


def current_partitions(conn: Connection, now: datetime) -> dict[int, datetime]:
    """Partitions whose ingest is alive and keeps up, and since when."""
    values = {"alive_since": now - ALIVE_WITHIN}
    return dict(conn.execute(QUERIES["current_partitions"], values).fetchall())


def judge(conn: Connection, partitions: int, now: datetime) -> None:
    """Note since when partitions are behind; open one `area_outage` without a place.

    Parameters
    ----------
    partitions : how many there are; one that nobody ever served is behind too.
    """
    current = current_partitions(conn, now).keys()
    behind = sorted(set(range(partitions)) - current)
    conn.execute(QUERIES["no_more_behind"], {"behind": behind})
    conn.execute(QUERIES["behind"], {"behind": behind, "now": now})
    if not behind:
        clear_alerts(conn, [Clearing(None, Kind.AREA_OUTAGE, now)], now)
        return
    row = conn.execute(
        QUERIES["longest_behind"], {"until": now - TOLD_AFTER}
    ).fetchone()
    if row is not None and row[0] is not None:
        since, count = row
        opening = Opening(
            kind=Kind.AREA_OUTAGE,
            severity=Severity.WARNING,
            observed_at=now,
            senior_id=None,
            evidence=_evidence(since, count, partitions, now),
        )
        open_alerts(conn, [opening], now)


def _evidence(
    since: datetime, count: int, partitions: int, now: datetime
) -> dict[str, Any]:
    minutes = max(1, int((now - since).total_seconds() // 60))
    return {
        "service": "ingest",
        "since": since.isoformat(timespec="seconds").replace("+00:00", "Z"),
        "partitions": count,
        "of": partitions,
        "text": {
            "zh-CN": f"数据接收已中断或积压 {minutes} 分钟（{partitions} 个分区中的"
            f" {count} 个）：手环失联暂不判断，请检查 ingest 服务、消息代理和数据库",
            "en": f"Taking in reports has stopped or lagged for {minutes} min"
            f" ({count} of {partitions} partitions): silent wristbands are not judged"
            " meanwhile. Check the ingest service, the broker and the database",
        },
    }

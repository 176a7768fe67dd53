"""How long each kind of data is kept, as administrators see and set it."""

from datetime import datetime

from psycopg import Connection

from api import audit
from api.principal import Principal
from api.schemas.privacy import RetentionBody
from core.privacy import kinds
from core.privacy.kinds import InForce


def find(conn: Connection, principal: Principal) -> list[InForce]:
    """Every kind, in the shipped order."""
    principal.require_admin()
    return kinds.in_force(conn)


def put(
    conn: Connection,
    principal: Principal,
    kind: str,
    body: RetentionBody,
    now: datetime,
) -> InForce:
    """Keep a kind so long from the coming night on; without days, as shipped."""
    principal.require_admin()
    kinds.set_days(conn, kind, body.days, body.note, principal.recorder, now)
    detail = {"days": body.days}
    audit.record(
        conn, principal, now, "retention.set", "retention", kind, detail=detail
    )
    return next(one for one in kinds.in_force(conn) if one.kind.name == kind)


def show(one: InForce) -> dict[str, object]:
    """A kind, how long it is kept, and how it was last seen to."""
    rule, run = one.rule or {}, one.run or {}
    return {
        "kind": one.kind.name,
        "name": {"zh-CN": one.kind.chinese, "en": one.kind.english},
        "days": one.days,
        "default_days": one.kind.days,
        "least_days": one.kind.least,
        "most_days": one.kind.most,
        "source": one.kind.source,
        "set_by_name": rule.get("set_by_name"),
        "set_at": rule.get("set_at"),
        "note": rule.get("note"),
        "last_run_at": run.get("ended_at"),
        "last_removed": run.get("removed"),
    }

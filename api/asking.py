"""One request's asker, transaction and present together, as the views and steps need them."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Annotated
from uuid import UUID

from fastapi import Depends
from psycopg import Connection

from api import audit
from api.deps import Asker, Database, Now
from api.principal import Principal
from api.purposes import purposes
from api.views.viewer import Viewer, viewer_of


@dataclass(frozen=True, slots=True)
class Asking:
    """Who asks, through which eyes, in which transaction, when."""

    connection: Connection
    principal: Principal
    viewer: Viewer
    now: datetime

    def record(
        self,
        action: str,
        object_type: str,
        object_id: UUID,
        senior_id: UUID | None,
        **detail: object,
    ) -> None:
        """Write one line of the audit log; see :func:`api.audit.record`."""
        audit.record(
            self.connection,
            self.principal,
            self.now,
            action,
            object_type,
            object_id,
            senior_id=senior_id,
            detail=detail,
        )

    def record_seen(self, action: str, senior_ids: Iterable[UUID]) -> None:
        """Write down that a list may have told where these seniors are, and why."""
        seen = list(senior_ids)
        why = purposes(self.connection, self.principal, seen)
        audit.record_reads(
            self.connection, self.principal, self.now, action, seen, details=why
        )

    def record_alert(self, alert_id: UUID, senior_id: UUID | None) -> None:
        """Write down that an alert was read, and what it may have told where."""
        seen = [] if senior_id is None else [senior_id]
        why = purposes(self.connection, self.principal, seen)
        detail = why.get(senior_id, {}) if senior_id is not None else {}
        self.record("alert.read", "alert", alert_id, senior_id, **detail)

    def record_status(self, senior_id: UUID, parts: Sequence[str]) -> None:
        """Write down which parts of a senior's status were seen, and why if where."""
        seen = [senior_id] if "location" in parts else []
        why = purposes(self.connection, self.principal, seen).get(senior_id, {})
        self.record(
            "senior.read_status", "senior", senior_id, senior_id, parts=parts, **why
        )


def asking(connection: Database, principal: Asker, now: Now) -> Asking:
    """Gather what the request brought."""
    return Asking(connection, principal, viewer_of(connection, principal), now)


Ask = Annotated[Asking, Depends(asking)]

"""One request's asker, transaction and present together, as the views and steps need them."""

from dataclasses import dataclass
from datetime import datetime
from typing import Annotated
from uuid import UUID

from fastapi import Depends
from psycopg import Connection

from api import audit
from api.deps import Asker, Database, Now
from api.principal import Principal
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


def asking(connection: Database, principal: Asker, now: Now) -> Asking:
    """Gather what the request brought."""
    return Asking(connection, principal, viewer_of(connection, principal), now)


Ask = Annotated[Asking, Depends(asking)]

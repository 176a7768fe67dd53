"""One person's step on an alert, permission checked: the same from REST and the pages."""

from typing import Annotated, Final, Self
from uuid import UUID

from pydantic import AfterValidator, Field, model_validator

from alerts.incidents import store
from alerts.incidents.types import Action, Actor
from api import access
from api.asking import Asking
from api.principal import Principal
from api.schemas.base import Body, Latitude, Longitude, Note
from api.views import alerts
from core.database import Row
from core.errors import ForbiddenError
from core.model import Kind, Outcome, Role, Scope

FOR_FAMILY: Final = frozenset({Action.ACKNOWLEDGE, Action.NOTE, Action.ESCALATE})


def _of_a_person(kind: Kind) -> Kind:
    if kind is Kind.AREA_OUTAGE:
        raise ValueError("an outage is about a place and has no senior")
    return kind


class Opening(Body):
    """What is needed to raise an alert by hand."""

    senior_id: UUID
    kind: Annotated[
        Kind,
        AfterValidator(_of_a_person),
        Field(json_schema_extra={"not": {"const": "area_outage"}}),
    ] = Kind.SOS
    note: Note | None = None


class Step(Body):
    """What may come with any step: a note, and where the person is."""

    note: Note | None = None
    latitude: Latitude | None = None
    longitude: Longitude | None = None

    @model_validator(mode="after")
    def _whole_position(self) -> Self:
        if (self.latitude is None) != (self.longitude is None):
            raise ValueError("latitude and longitude come together")
        return self


class Resolving(Step):
    """How an alert ended."""

    outcome: Annotated[
        Outcome,
        Field(json_schema_extra={"not": {"const": "cleared"}}),
    ]


def actor(principal: Principal) -> Actor:
    """The person as the timeline remembers them."""
    return Actor(principal.id, principal.name, principal.role)


def require_allowed(principal: Principal, action: Action) -> None:
    """Refuse relatives what only responders do.

    Raises
    ------
    ForbiddenError
        If the step is not for the person's role.
    """
    if principal.role is Role.FAMILY and action not in FOR_FAMILY:
        raise ForbiddenError(f"{action}: only responders do this")


def take(ask: Asking, alert_id: UUID, action: Action, body: Step) -> Row:
    """Take a step on an alert that the person sees; return its row afterwards.

    Raises
    ------
    NotFoundError
        If there is no such alert for these eyes.
    ForbiddenError
        If the step is not for the person's role.
    ConflictError
        If the alert's state forbids it.
    """
    before = alerts.one(ask.connection, ask.viewer, alert_id)
    require_allowed(ask.principal, action)
    store.act(
        ask.connection,
        alert_id,
        action,
        actor(ask.principal),
        ask.now,
        note=body.note,
        outcome=body.outcome if isinstance(body, Resolving) else None,
        latitude=body.latitude,
        longitude=body.longitude,
    )
    fields = sorted(body.given())
    ask.record(f"alert.{action}", "alert", alert_id, before["senior_id"], fields=fields)
    return alerts.one(ask.connection, ask.viewer, alert_id)


def open_by_hand(ask: Asking, body: Opening) -> Row:
    """Raise an alert for a senior; an unresolved one of the kind is told again.

    Raises
    ------
    NotFoundError
        If there is no such senior for these eyes.
    ForbiddenError
        If a relative's link lacks the scope ``alerts``.
    """
    senior = access.senior(ask.connection, ask.principal, body.senior_id)
    senior.require(Scope.ALERTS)
    alert_id = store.open_by_hand(
        ask.connection,
        body.senior_id,
        body.kind,
        actor(ask.principal),
        body.note,
        ask.now,
    )
    kind = str(body.kind)
    ask.record("alert.raise", "alert", alert_id, body.senior_id, kind=kind)
    return alerts.one(ask.connection, ask.viewer, alert_id)

"""Bodies of what people want to be told, and of receipts."""

from datetime import datetime
from typing import Annotated, Literal
from uuid import UUID

from pydantic import Field, StringConstraints

from api.schemas.base import Answer, Body, Flag, Instant, Whole

Hour = Annotated[Whole, Field(ge=0, le=23)]
DigestSeverity = Literal["info", "warning"]


class CallBack(Body):
    """A senior's own telephone, and whether they are called at critical alerts."""

    phone: Annotated[str, StringConstraints(max_length=40)] | None = None
    wanted: Flag = False


class DigestWish(Body):
    """Once a day what was noticed without urgency; critical alerts are never held back."""

    hour: Hour = 18
    severities: Annotated[
        tuple[DigestSeverity, ...], Field(min_length=1, max_length=2)
    ] = ("info", "warning")


class DailyWish(Body):
    """Once a day how one's seniors are; of all of them where none is named."""

    hour: Hour = 8
    senior_ids: Annotated[tuple[UUID, ...], Field(max_length=50)] = ()


class Preferences(Body):
    """What a person wants to be told besides; null: nothing."""

    digest: DigestWish | None = None
    daily_message: DailyWish | None = None


class ReceiptBody(Body):
    """What a gateway knows of a notification: it is on the phone, or it was read."""

    status: Literal["delivered", "read"]
    at: Instant | None = None


class Receipt(Answer):
    """What is known of a notification by now."""

    id: UUID
    delivered_at: datetime | None
    read_at: datetime | None


class Try(Answer):
    """One try to deliver, and what the provider answered."""

    at: datetime
    status: Literal["sent", "failed"]
    answer: str


class Delivery(Answer):
    """One notification of an alert: to whom, by what kind of contact, what came of it."""

    id: UUID
    person_id: UUID
    name: str
    role: str
    kind: str
    step: str
    status: Literal["queued", "waiting", "sent", "failed", "overtaken", "spared"]
    attempts: int
    created_at: datetime
    delivered_at: datetime | None
    read_at: datetime | None
    tries: list[Try]


class DeliveryList(Answer):
    """Everybody told of an alert, at most 1,000, oldest first."""

    items: list[Delivery]

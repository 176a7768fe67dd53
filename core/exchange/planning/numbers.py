"""A thing's own number (编号), which can never pass for the id of another thing."""

import re
from typing import Final
from uuid import UUID

from core.exchange.columns import Sheet
from core.exchange.planning.state import Draft, Thing
from core.exchange.tables import Record

_ID: Final = re.compile(r"[0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12}", re.IGNORECASE)


def name_of(thing: Thing) -> str:
    """What rows name a thing by: its number, else its id."""
    return thing.state["external_no"] or str(thing.id)


def index(by_number: dict[str, Thing], thing: Thing) -> None:
    """Let rows name a thing by its id and by its number; an id wins over a number."""
    by_number[str(thing.id)] = thing
    by_number.setdefault(name_of(thing), thing)


def give(
    draft: Draft, sheet: Sheet, record: Record, thing: Thing, *, taken: bool
) -> None:
    """Give a thing the number of its row.

    An export's rows carry the thing's own id. Elsewhere that is a number as any other:
    only what is nothing else's id here may be one.

    Parameters
    ----------
    taken : whether something else has the number.
    """
    number = record.values.get("external_no")
    if not number or number == str(thing.id):
        return
    if _ID.fullmatch(number) and draft.around.is_id(UUID(number)):
        draft.fault(sheet, record, "external_no", "number.id", number=number)
    elif number != thing.state["external_no"]:
        if taken:
            draft.fault(sheet, record, "external_no", "number.taken", number=number)
        thing.state["external_no"] = number

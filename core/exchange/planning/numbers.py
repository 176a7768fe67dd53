"""A thing's own number (编号), which can never pass for the id of another thing."""

import re
from typing import Final

from core.exchange.columns import Sheet
from core.exchange.planning.state import Draft, Thing
from core.exchange.tables import Record

_ID: Final = re.compile(r"[0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12}", re.IGNORECASE)


def reads_as_id(number: object) -> bool:
    """Whether a number has the form of the ids that the service itself gives."""
    return _ID.fullmatch(str(number)) is not None


def name_of(thing: Thing) -> str:
    """What rows name a thing by: its number, else its id."""
    number = thing.state["external_no"]
    return str(thing.id) if not number or reads_as_id(number) else number


def index(by_number: dict[str, Thing], thing: Thing) -> None:
    """Let rows name a thing by its id and by its number."""
    by_number[str(thing.id)] = thing
    by_number[name_of(thing)] = thing


def give(
    draft: Draft, sheet: Sheet, record: Record, thing: Thing, *, taken: bool
) -> None:
    """Give a thing the number of its row; an export's rows carry the thing's own id.

    Parameters
    ----------
    taken : whether something else has the number.
    """
    number = record.values.get("external_no")
    if not number or number == str(thing.id):
        return
    if reads_as_id(number):
        draft.fault(sheet, record, "external_no", "number.id", number=number)
    elif number != thing.state["external_no"]:
        if taken:
            draft.fault(sheet, record, "external_no", "number.taken", number=number)
        thing.state["external_no"] = number

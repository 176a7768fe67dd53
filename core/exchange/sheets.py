"""The tables of a street's workbook, in the order in which they depend on each other."""

from typing import Final

from core.exchange.registers import PLACES, SENIORS, STAFF
from core.exchange.relations import CONTACTS, RELATIVES, SHIFTS, WRISTBANDS

SHEETS: Final = (PLACES, STAFF, SENIORS, RELATIVES, CONTACTS, WRISTBANDS, SHIFTS)
BY_KEY: Final = {sheet.key: sheet for sheet in SHEETS}

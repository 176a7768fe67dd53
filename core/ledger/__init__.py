"""The append-only ledger: salted digests of rows, chained; erased without breaking it."""

from core.ledger.erasing import erase_entries
from core.ledger.form import Source
from core.ledger.sealing import seal

__all__ = ["Source", "erase_entries", "seal"]

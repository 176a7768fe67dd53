"""The sealer: chains what committed into the ledger within two seconds."""

from alerts.sealing.sealer import Sealer

__all__ = ["Sealer"]

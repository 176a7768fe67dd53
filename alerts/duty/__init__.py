"""Keeps duty going: rolls it forward, hands over at its end, watches for gaps."""

from alerts.duty.keeper import Keeper

__all__ = ["Keeper"]

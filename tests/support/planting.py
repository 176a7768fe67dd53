"""Doing damage to a ledger as somebody whom no trigger stops, and what is found of it."""

from collections.abc import Callable

from core.ledger.damage import Damage
from core.ledger.verifying import verify
from tests.support.town import Town

Plant = Callable[..., None]


def damage(town: Town, **how) -> Damage | None:
    """The first thing that is wrong."""
    return verify(town.conn, **how).damage


def found(town: Town, **how) -> tuple[str, int | None]:
    """Its kind and position."""
    one = damage(town, **how)
    assert one is not None
    return one.kind, one.position

"""What to do about a batch that did not commit."""

from enum import Enum, auto

import psycopg
from psycopg import errors

from core.errors import YinlingError


class Remedy(Enum):
    """The next step after a failure."""

    AGAIN = auto()  # the database is away or busy: connect anew, the same batch again
    SPLIT = auto()  # something in the batch cannot be taken: halve it
    SET_ASIDE = auto()  # it is this message
    GIVE_UP = auto()  # the schema is not ours: no batch would do


def remedy(error: Exception, *, alone: bool = False) -> Remedy:
    """Decide by what failed.

    Parameters
    ----------
    alone : whether the batch was a single message.
    """
    if isinstance(error, errors.QueryCanceled) and not alone:
        return Remedy.SPLIT  # too slow as a whole
    if isinstance(error, YinlingError) and error.temporary:
        return Remedy.AGAIN
    if isinstance(
        error,
        psycopg.OperationalError | psycopg.InternalError | psycopg.InterfaceError,
    ):
        return Remedy.AGAIN
    if isinstance(error, psycopg.ProgrammingError) and error.sqlstate:
        return Remedy.GIVE_UP
    return Remedy.SET_ASIDE if alone else Remedy.SPLIT

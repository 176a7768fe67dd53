from collections.abc import Iterator

import psycopg
import pytest

from tests.support.sink import Sink
from tests.support.town import Town


@pytest.fixture
def town(conn: psycopg.Connection) -> Town:
    """A town with one senior, and nobody yet who would come."""
    return Town(conn).build()


@pytest.fixture
def sink() -> Iterator[Sink]:
    """People's phones."""
    with Sink() as phones:
        yield phones

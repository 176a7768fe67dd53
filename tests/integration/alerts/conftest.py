import psycopg
import pytest

from tests.support.town import Town


@pytest.fixture
def town(conn: psycopg.Connection) -> Town:
    """A town with one senior, and nobody yet who would come."""
    return Town(conn).build()

import psycopg
import pytest

from tests.support.batches import Bench
from tests.support.ingesting import Wearers


@pytest.fixture
def wearers(database_url: str) -> Wearers:
    return Wearers(database_url)


@pytest.fixture
def bench(conn: psycopg.Connection) -> Bench:
    return Bench(conn)

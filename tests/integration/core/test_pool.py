"""A pool serves again as soon as its database does."""

import time
from concurrent.futures import ThreadPoolExecutor
from urllib.parse import urlsplit

import psycopg
import psycopg_pool
import pytest

from core import database
from tests.support.cable import plugged_in
from tests.support.waiting import until

pytestmark = [pytest.mark.db, pytest.mark.slow, pytest.mark.timeout(60)]
AWAY_S = 8  # long enough for a doubling back-off to have grown to as much
SOON_S = 4


def test_after_an_outage_nobody_waits_for_a_back_off(database_url: str):
    address = urlsplit(database_url)
    with plugged_in(str(address.hostname), address.port or 5432) as line:
        through = database_url.replace(f":{address.port}/", f":{line.port}/")
        with database.pool(through, "test", 4, 4) as pool:

            def works(_: int = 0) -> bool:
                try:
                    with pool.connection(1) as connection:
                        return connection.execute("SELECT 1").fetchone() == (1,)
                except (psycopg.Error, psycopg_pool.PoolTimeout):
                    return False

            with ThreadPoolExecutor(4) as threads:
                until(lambda: all(threads.map(works, range(8))), 10, "a warm pool")
                line.pull()
                gone = time.monotonic()
                until(
                    lambda: (
                        not any(threads.map(works, range(4)))
                        and time.monotonic() > gone + AWAY_S
                    ),
                    AWAY_S + 10,
                    "the outage",
                )
                line.plug()
                until(works, SOON_S, "the pool")

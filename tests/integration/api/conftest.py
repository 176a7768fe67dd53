"""The public application over a real database, and people who log in to it."""

from collections.abc import Callable, Iterator
from pathlib import Path

import httpx
import pytest

from api.app import create_app
from api.serving import Serving, Site, address, listen
from core import database
from core.clock import SystemClock
from core.registry import ensure_admin
from core.settings import Settings
from tests.support.api import PASSWORD, Login, Town


@pytest.fixture
def api(database_url: str, tmp_path: Path) -> Iterator[httpx.Client]:
    """A client of the served public application; nobody is logged in."""
    settings = Settings(data_dir=tmp_path, notify_hosts=("127.0.0.1",))
    pool = database.pool(database_url, "test", most=8)
    with pool.connection() as connection:
        ensure_admin(connection, PASSWORD, SystemClock().now())
    listener = listen("127.0.0.1", 0)
    serving = Serving([Site(create_app(settings, pool), listener)])
    serving.start()
    try:
        with httpx.Client(base_url=address(listener), timeout=10) as client:
            yield client
    finally:
        serving.stop()
        pool.close()


@pytest.fixture
def login(api: httpx.Client) -> Callable[[str], Login]:
    """Log a person in by user name; all test people share a password."""
    return lambda username: Login(api, username)


@pytest.fixture
def town(api: httpx.Client) -> Town:
    """Two streets with a senior in each."""
    return Town(Login(api, "admin"))

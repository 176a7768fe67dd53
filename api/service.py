"""The api service: the public and the internal address, served until told to stop."""

import threading

from api.app import create_app, create_internal_app
from api.serving import Serving, Site, address, listen
from core import database, logs, secrets
from core.clock import SystemClock
from core.errors import SettingsError, UnavailableError
from core.registry import ensure_admin
from core.settings import Settings

CONNECTIONS = 40  # as many as FastAPI's threads
log = logs.get("api")


def run(settings: Settings, stop: threading.Event) -> None:
    """Serve until `stop` is set.

    Raises
    ------
    SettingsError
        If no database is given.
    UnavailableError
        If an address cannot be had, or a server ends by itself.
    """
    if settings.database_url is None:
        raise SettingsError("YINLING_DATABASE_URL: where is the database?")
    clock = SystemClock()
    public = listen(settings.api_host, settings.api_port)
    internal = listen(settings.internal_host, settings.internal_port)
    url = settings.database_url.get_secret_value()
    with database.connect(url, "api start") as connection:
        ensure_admin(connection, secrets.admin_password(settings), clock.now())
    pool = database.pool(url, "api", most=CONNECTIONS, least=2)
    serving = Serving(
        [
            Site(create_app(settings, pool, clock), public),
            Site(create_internal_app(settings, pool, clock), internal),
        ]
    )
    try:
        serving.start()
        log.info("ready", api=address(public), internal=address(internal))
        _wait(serving, stop)
    finally:
        serving.stop()
        pool.close()


def _wait(serving: Serving, stop: threading.Event) -> None:
    while not stop.wait(0.2):
        if serving.ended.is_set():
            raise UnavailableError("the HTTP servers ended by themselves")

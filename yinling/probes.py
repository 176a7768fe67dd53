"""Ask a service that starts whether it serves yet."""

import http.client
from datetime import datetime
from urllib.parse import urlsplit

import psycopg

from core import queries
from core.database import connect
from core.errors import UnavailableError
from core.settings import Settings

_sql = queries.load("yinling")


def require_database(settings: Settings) -> None:
    """Return once the given database has answered.

    Raises
    ------
    UnavailableError
        Naming the setting, if it does not.
    """
    url = settings.database_url
    assert url is not None  # noqa: S101  # else there is nothing to ask
    try:
        connect(url.get_secret_value(), "up").close()
    except UnavailableError as error:
        raise UnavailableError(
            f"YINLING_DATABASE_URL: {error}; start it, or correct the setting"
        ) from None


def answers_ok(url: str) -> bool:
    """Whether a GET of `url` is answered 200 within 2 s."""
    parts = urlsplit(url)
    link = http.client.HTTPConnection(parts.netloc, timeout=2)
    try:
        link.request("GET", parts.path)
        return link.getresponse().status == 200
    except (OSError, http.client.HTTPException):
        return False
    finally:
        link.close()


def beats(database_url: str, service: str, since: datetime) -> bool:
    """Whether `service` has written a heartbeat since an instant."""
    try:
        with connect(database_url, "up") as connection:
            row = connection.execute(
                _sql["service_ready"], {"service": service, "since": since}
            ).fetchone()
    except (UnavailableError, psycopg.Error):
        return False
    return row is not None

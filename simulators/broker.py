"""Where a broker is, read from its URL."""

from typing import NamedTuple
from urllib.parse import urlsplit

from core.errors import UsageError


class BrokerAddress(NamedTuple):
    """Host, port and whether TLS is spoken."""

    host: str
    port: int
    tls: bool


def address(url: str) -> BrokerAddress:
    """Take ``mqtt://host:port`` or ``mqtts://…`` apart; a user in it is ignored.

    Raises
    ------
    UsageError
        If it is neither.
    """
    parts = urlsplit(url)
    if parts.scheme not in ("mqtt", "mqtts") or not parts.hostname:
        raise UsageError("a broker's URL looks like mqtt://host:1883 or mqtts://host")
    tls = parts.scheme == "mqtts"
    try:
        port = parts.port or (8883 if tls else 1883)
    except ValueError:
        raise UsageError("the port of the broker's URL is no port") from None
    return BrokerAddress(parts.hostname, port, tls)

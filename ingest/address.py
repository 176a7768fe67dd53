"""Take the broker's address apart."""

from dataclasses import dataclass
from urllib.parse import unquote, urlsplit

from core.errors import SettingsError

_PORTS = {"mqtt": 1883, "mqtts": 8883}


@dataclass(frozen=True, slots=True)
class Address:
    """Where and as whom to connect to the broker."""

    host: str
    port: int
    username: str | None
    password: str | None
    tls: bool


def parse(url: str) -> Address:
    """Address of ``mqtt://user:password@host:port`` or ``mqtts://…``.

    Raises
    ------
    SettingsError
        If it is none; the text shows no password.
    """
    parts = urlsplit(url)
    try:
        port = parts.port
    except ValueError:
        port = -1
    if parts.scheme not in _PORTS or not parts.hostname or port == -1:
        raise SettingsError("YINLING_MQTT_URL: give mqtt://user:password@host:port")
    return Address(
        host=parts.hostname,
        port=port or _PORTS[parts.scheme],
        username=unquote(parts.username) if parts.username else None,
        password=unquote(parts.password) if parts.password else None,
        tls=parts.scheme == "mqtts",
    )

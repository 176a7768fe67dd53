"""Where each service listens and connects: what the children's environment says."""

import os
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from urllib.parse import urlsplit, urlunsplit

from core.settings import Settings


@dataclass(frozen=True)
class Addresses:
    """Resolved addresses of one running installation; URLs hold passwords."""

    database_url: str
    ingest_mqtt_url: str
    alerts_mqtt_url: str
    nats_url: str | None
    api_port: int
    internal_port: int
    partitions: int

    def environment(
        self, service: str, settings: Settings, data_dir: Path
    ) -> Mapping[str, str]:
        """The whole environment of one service: no more secrets than it needs."""
        values = dict(os.environ)
        for name in ("MQTT_URL", "NATS_URL"):
            values.pop(f"YINLING_{name}", None)
        values |= {
            "YINLING_DATA_DIR": str(data_dir),
            "YINLING_DATABASE_URL": self.database_url,
            "YINLING_PARTITIONS": str(self.partitions),
            "YINLING_API_PORT": str(self.api_port),
            "YINLING_INTERNAL_PORT": str(self.internal_port),
            "YINLING_PUBLIC_URL": settings.public_url or self.api(settings),
            "PROMETHEUS_MULTIPROC_DIR": str(data_dir / "metrics"),
            "PYTHONUNBUFFERED": "1",
        }
        if service == "ingest":
            values["YINLING_MQTT_URL"] = self.ingest_mqtt_url
        elif service == "alerts":
            values["YINLING_MQTT_URL"] = self.alerts_mqtt_url
        elif service == "api":  # to tell whether the broker answers, no more
            values["YINLING_MQTT_URL"] = self.mqtt
        elif service == "gatekeeper" and self.nats_url is not None:
            values["YINLING_NATS_URL"] = self.nats_url
        return values

    def api(self, settings: Settings) -> str:
        """Base URL of the public API as seen from this machine."""
        return f"http://{_reachable(settings.api_host)}:{self.api_port}"

    def internal(self, settings: Settings) -> str:
        """Base URL of health and metrics as seen from this machine."""
        return f"http://{_reachable(settings.internal_host)}:{self.internal_port}"

    @property
    def mqtt(self) -> str:
        """Where wristbands connect; without user and password."""
        parts = urlsplit(self.ingest_mqtt_url)
        address = parts.netloc.rpartition("@")[2]
        return urlunsplit((parts.scheme, address, "", "", ""))


def _reachable(host: str) -> str:
    """An address to connect to, for one to listen on."""
    if host in {"0.0.0.0", "::", ""}:  # noqa: S104  # compared, not bound
        return "127.0.0.1"
    return f"[{host}]" if ":" in host else host

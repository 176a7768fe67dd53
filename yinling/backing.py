"""The database and the broker under the services: embedded, or those that were given."""

from dataclasses import dataclass
from pathlib import Path

from pydantic import SecretStr

from core.settings import Settings
from ingest.gatekeeper.broker_config import ALERTS_USER, INGEST_USER
from yinling.addresses import Addresses
from yinling.embedded.nats import Nats
from yinling.embedded.ports import Ports
from yinling.embedded.postgres import Postgres
from yinling.supervise import Part, Supervisor

SERVERS = 2
"""The layer of the servers: the last to be stopped."""


@dataclass(frozen=True)
class WantedPorts:
    """Ports asked for; 0 is any free one, the same one again on the same directory."""

    api: int
    internal: int
    mqtt: int
    database: int


class Backing:
    """Starts the embedded servers that are needed and knows everybody's addresses."""

    def __init__(self, settings: Settings, data_dir: Path, wanted: WantedPorts) -> None:
        self._settings = settings
        self.postgres: Postgres | None = None
        self.nats: Nats | None = None
        ports = Ports(data_dir)
        if settings.database_url is None:
            self.postgres = Postgres(
                data_dir, ports.choose("database", wanted.database)
            )
        if settings.mqtt_url is None:
            self.nats = Nats(
                data_dir,
                ports.choose("mqtt", wanted.mqtt),
                ports.choose("nats", 0),
                sync_interval=settings.jetstream_sync,
                partitions=settings.partitions,
            )
        self._api_port = ports.choose("api", wanted.api)
        self._internal_port = ports.choose("internal", wanted.internal)

    def start(self, supervisor: Supervisor) -> None:
        """Start both servers; wait for neither."""
        for name, server in (("postgres", self.postgres), ("nats-server", self.nats)):
            if server is not None:
                supervisor.start(
                    Part(
                        name=name,
                        layer=SERVERS,
                        prepare=server.prepare,
                        ready=server.healthy,
                        responds=server.responds,
                    )
                )

    def addresses(self) -> Addresses:
        """Everybody's addresses; valid before the servers run."""
        settings, nats = self._settings, self.nats
        given = _text(settings.mqtt_url)
        return Addresses(
            database_url=self.postgres.url
            if self.postgres is not None
            else _text(settings.database_url),
            ingest_mqtt_url=nats.service_url(INGEST_USER) if nats else given,
            alerts_mqtt_url=nats.service_url(ALERTS_USER) if nats else given,
            nats_url=nats.gatekeeper_url if nats else _text(settings.nats_url) or None,
            api_port=self._api_port,
            internal_port=self._internal_port,
            partitions=self._partitions(),
        )

    def _partitions(self) -> int:
        """One for brokers that cannot spread, unless the operator says otherwise."""
        settings = self._settings
        foreign = self.nats is None and settings.nats_url is None
        if foreign and "partitions" not in settings.model_fields_set:
            return 1
        return settings.partitions


def _text(secret: SecretStr | None) -> str:
    return secret.get_secret_value() if secret is not None else ""

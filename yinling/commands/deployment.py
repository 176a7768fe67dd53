"""What a deployment of several machines or containers needs from the command line."""

import os
from datetime import timedelta
from pathlib import Path

from core.clock import SystemClock
from core.errors import SettingsError, UnavailableError, UsageError
from core.settings import Settings
from core.wellformed import SHORTEST_SECRET, secret_fault
from ingest.gatekeeper import broker_config, issuer
from yinling import probes
from yinling.commands.records import database_url
from yinling.commands.service import ENTRIES
from yinling.files import write_privately

_FRESH = timedelta(seconds=30)


def write_broker_config(settings: Settings, path: Path, store_dir: Path) -> None:
    """Write a NATS server's configuration for a network of containers.

    Parameters
    ----------
    path : the file; it holds the service users' passwords and gets mode 0600.
    store_dir : where that server keeps its messages.

    Raises
    ------
    SettingsError
        If a password is missing or too short.
    """
    given = {
        name: os.environ.get(f"BROKER_{name.upper()}_PASSWORD", "")
        for name in ("ingest", "alerts", "gatekeeper")
    }
    weak = [
        f"BROKER_{name.upper()}_PASSWORD"
        for name, word in given.items()
        if secret_fault(word)
    ]
    if weak:
        raise SettingsError(
            f"{', '.join(weak)}: {SHORTEST_SECRET} or more characters at random"
        )
    config = broker_config.BrokerConfig(
        store_dir=store_dir,
        issuer=issuer.public_key(settings.data_dir),
        ingest_password=given["ingest"],
        alerts_password=given["alerts"],
        gatekeeper_password=given["gatekeeper"],
        host="0.0.0.0",  # noqa: S104  # inside the containers' network
        mqtt_host="0.0.0.0",  # noqa: S104
        sync_interval=settings.jetstream_sync,
        partitions=settings.partitions,
    )
    write_privately(path, broker_config.render(config))


def check_health(settings: Settings, name: str) -> None:
    """Return if a service lives.

    Raises
    ------
    UsageError
        If there is no such service.
    UnavailableError
        If it has not said so for 30 s.
    """
    if name not in ENTRIES:
        raise UsageError(f"no service {name}; one of {', '.join(ENTRIES)}")
    if name == "api":
        alive = probes.answers_ok(f"http://127.0.0.1:{settings.internal_port}/healthz")
    else:
        since = SystemClock().now() - _FRESH
        alive = probes.beats(database_url(settings), name, since)
    if not alive:
        raise UnavailableError(f"{name} does not say that it lives; see its log")

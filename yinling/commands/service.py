"""`yinling ingest | gatekeeper | alerts | api`: one service in the foreground."""

import os
from collections.abc import Callable
from importlib import import_module
from threading import Event
from typing import cast

from prometheus_client import values

from core import logs
from core.errors import SettingsError, YinlingError
from core.settings import Settings
from yinling.commands.signals import stop_event

ENTRIES = {
    "ingest": "ingest.service",
    "gatekeeper": "ingest.gatekeeper.service",
    "alerts": "yinling.alerting",
    "api": "api.service",
}
_NEEDED = {
    "ingest": ("database_url", "mqtt_url"),
    "gatekeeper": ("database_url", "nats_url"),
    "alerts": ("database_url", "mqtt_url"),
    "api": ("database_url",),
}
_Run = Callable[[Settings, Event], None]
log = logs.get("service")


def run(name: str, settings: Settings) -> int:
    """Run one service until SIGINT or SIGTERM; 0, or 1 if a part of it died.

    Services are imported here, one a process: ingest has no use for a web server.

    Raises
    ------
    SettingsError
        If a setting is missing that the service cannot do without.
    """
    _require(name, settings)
    logs.configure(settings.log_level, settings.log_format)
    _keep_metrics(name, settings)
    stop = stop_event()
    entry = cast("_Run", import_module(ENTRIES[name]).run)
    try:
        entry(settings, stop)
    except SettingsError:
        raise
    except YinlingError as error:
        log.error("ended", service=name, reason=str(error))  # noqa: TRY400  # expected
        return 1
    except Exception as error:  # whatever died, the supervisor must learn of it
        log.exception("ended", service=name, reason=f"{type(error).__name__}: {error}")
        return 1
    return 0


def _require(name: str, settings: Settings) -> None:
    missing = [
        f"YINLING_{setting.upper()}"
        for setting in _NEEDED[name]
        if getattr(settings, setting) is None
    ]
    if missing:
        raise SettingsError(
            f"{name} needs {' and '.join(missing)}; `yinling up` runs all services"
        )


def _keep_metrics(name: str, settings: Settings) -> None:
    """Keep this process's metrics in files that the api's ``/metrics`` adds up.

    They carry the service's name beside the process id: in containers that share the
    folder, every service has the same id. Before the service's own import, which
    makes its metrics.
    """
    folder = settings.data_dir / "metrics"
    folder.mkdir(mode=0o700, parents=True, exist_ok=True)
    os.environ.setdefault("PROMETHEUS_MULTIPROC_DIR", str(folder))
    values.ValueClass = values.MultiProcessValue(  # pyright: ignore[reportUnknownMemberType]
        process_identifier=lambda: f"{name}-{os.getpid()}"
    )

"""`yinling up`: all services, the broker and the database included."""

import contextlib
import json
import shutil
import sys
import tempfile
from collections.abc import Generator
from pathlib import Path

from rich.console import Console

from core import logs
from core.clock import SystemClock
from core.settings import Settings
from yinling.backing import WantedPorts
from yinling.commands.signals import stop_event
from yinling.progress import Progress
from yinling.services import Services


def run(
    settings: Settings, ports: WantedPorts, *, as_json: bool, ephemeral: bool
) -> None:
    """Bring everything up, say so, keep it running until SIGINT or SIGTERM.

    Parameters
    ----------
    as_json : print the ready line as JSON on stdout, and nothing else there.
    ephemeral : keep the state in a temporary directory that is removed at the end.
    """
    logs.configure("warning", settings.log_format)
    stop = stop_event()
    clock = SystemClock()
    with _housed(settings, ephemeral=ephemeral) as own:
        services = Services(own, ports, clock, stop, Progress(clock, stop))
        try:
            ready = services.start()
            if ready is not None:
                _announce(ready, as_json=as_json)
                services.watch()
        finally:
            services.end()


@contextlib.contextmanager
def _housed(settings: Settings, *, ephemeral: bool) -> Generator[Settings]:
    """The settings with a data directory that lasts as long as it should."""
    if not ephemeral:
        yield settings
        return
    folder = Path(tempfile.mkdtemp(prefix="yinling-"))
    try:
        yield settings.model_copy(update={"data_dir": folder})
    finally:
        shutil.rmtree(folder, ignore_errors=True)


def _announce(ready: dict[str, object], *, as_json: bool) -> None:
    if as_json:
        sys.stdout.write(json.dumps(ready) + "\n")
        sys.stdout.flush()
        return
    console = Console(highlight=False)
    console.print("[green bold]Yinling is up.[/green bold]  Stop it with Ctrl-C.")
    for name in ("api", "internal", "mqtt", "database"):
        console.print(f"  {name:9} {ready[name]}", soft_wrap=True)
    admin = ready["admin"]
    assert isinstance(admin, dict)  # noqa: S101  # as we built it
    console.print(f"  {'login':9} {admin['username']} / {admin['password']}")

"""The whole service for a bench: ``yinling up``, started and stopped by it."""

import json
import os
import signal
import subprocess
import sys
from collections.abc import Generator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from typing import Any, Final

import httpx

from core.errors import UnavailableError

STOP_TIMEOUT_S: Final = 15.0
_UP: Final = (
    *(sys.executable, "-P", "-m", "yinling", "up", "--json", "--ephemeral"),
    *("--api-port", "0", "--internal-port", "0"),
    *("--mqtt-port", "0", "--database-port", "0"),
)


@dataclass(frozen=True, slots=True)
class Service:
    """Where the running service is."""

    api: str
    internal: str
    mqtt: str
    database_url: str
    admin_password: str

    def taken(self) -> int:
        """How many distinct reports it has committed and confirmed since it started.

        Holds where every message is one report.
        """
        committed = self.metric("yinling_ingest_reports_total", 'outcome="new"')
        confirmed = self.metric("yinling_ingest_messages_total")
        return round(min(committed, confirmed))

    def metric(self, name: str, label: str = "") -> float:
        """Sum of a counter or gauge over all samples that carry `label`.

        Raises
        ------
        UnavailableError
            If the internal address does not answer.
        """
        try:
            answer = httpx.get(f"{self.internal}/metrics", timeout=10, trust_env=False)
            answer.raise_for_status()
        except httpx.HTTPError as error:
            raise UnavailableError(
                f"the metrics do not answer: {type(error).__name__}"
            ) from None
        return sum_of(answer.text, name, label)


@contextmanager
def running(environment: Mapping[str, str]) -> Generator[Service]:
    """Run the service with fresh, temporary state on free ports.

    Parameters
    ----------
    environment : settings beside the present environment.

    Raises
    ------
    UnavailableError
        If it does not come up; it says itself why, on stderr.
    """
    child = subprocess.Popen(  # noqa: S603  # our own command
        _UP,
        env=_without_addresses() | dict(environment),
        stdout=subprocess.PIPE,
        text=True,
    )
    try:
        line = child.stdout.readline() if child.stdout else ""
        if not line:
            raise UnavailableError("the service did not come up")
        yield _service(json.loads(line))
    finally:
        child.send_signal(signal.SIGTERM)
        try:
            child.wait(STOP_TIMEOUT_S)
        except subprocess.TimeoutExpired:
            child.kill()
            child.wait()
        if child.stdout is not None:
            child.stdout.close()


def sum_of(exposition: str, name: str, label: str = "") -> float:
    """Sum of all samples called `name` in Prometheus text that carry `label`."""
    total = 0.0
    for line in exposition.splitlines():
        if line.startswith((f"{name} ", f"{name}{{")) and label in line:
            total += float(line.rsplit(" ", 1)[1])
    return total


def _service(ready: dict[str, Any]) -> Service:
    return Service(
        api=ready["api"],
        internal=ready["internal"],
        mqtt=ready["mqtt"],
        database_url=ready["database"],
        admin_password=ready["admin"]["password"],
    )


def _without_addresses() -> dict[str, str]:
    """The environment, less what would lead a bench to somebody's real service."""
    given = ("YINLING_DATABASE_URL", "YINLING_MQTT_URL", "YINLING_NATS_URL")
    return {name: value for name, value in os.environ.items() if name not in given}

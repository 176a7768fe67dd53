"""`yinling simulate`: a fleet of wristbands against any broker."""

import os
from pathlib import Path

from simulators import cli
from yinling.commands.signals import stop_event


def run(
    *,
    mqtt: str,
    scenario: str,
    wristbands: int | None,
    seed: int,
    interval_s: float | None,
    duration_s: float | None,
    api: str | None,
    username: str,
    credentials: Path | None,
    prefix: str | None,
    labels: Path | None,
) -> None:
    """Simulate until Ctrl-C or the duration is over; see :class:`cli.Options`.

    The API's password comes from ``YINLING_ADMIN_PASSWORD``, never from the command
    line, which everybody on the machine may read.
    """
    options = cli.Options(
        mqtt=mqtt,
        scenario=scenario,
        wristbands=wristbands,
        seed=seed,
        interval_s=interval_s,
        duration_s=duration_s,
        api=api,
        username=username,
        password=os.environ.get("YINLING_ADMIN_PASSWORD"),
        credentials=credentials,
        prefix=prefix,
        labels=labels,
    )
    cli.run(options, stop_event())

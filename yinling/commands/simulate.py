"""`yinling simulate`: a fleet of wristbands against any broker, or a cohort in files."""

import os
from pathlib import Path

from core.errors import UsageError
from simulators import cli
from simulators.offline import command
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


def write(
    *,
    out: Path | None,
    seniors: int,
    days: int,
    seed: int,
    interval_s: float | None,
    events: str | None,
    events_per_senior_month: float,
) -> None:
    """Write a cohort to a folder; see :class:`command.Options`.

    Raises
    ------
    UsageError
        If there is no folder, or the interval is no whole number of seconds.
    """
    if out is None:
        raise UsageError("--offline writes to a folder: give --out DIR")
    every_s = 300 if interval_s is None else interval_s
    if every_s != int(every_s):
        raise UsageError("a cohort reports at whole seconds: --interval-s 300")
    chosen = None
    if events is not None:
        chosen = tuple(name.strip() for name in events.split(",") if name.strip())
    options = command.Options(
        out=out,
        seniors=seniors,
        days=days,
        seed=seed,
        interval_s=int(every_s),
        events=chosen,
        events_per_senior_month=events_per_senior_month,
    )
    command.run(options, stop_event())

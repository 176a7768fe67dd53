"""`yinling simulate`: a fleet against any broker, with live counts."""

import sys
import threading
from dataclasses import dataclass
from pathlib import Path

from rich.console import Console
from rich.progress import Progress

from core import settings
from core.clock import Clock, SystemClock
from core.errors import UsageError
from simulators import broker, cohort, credentials, provision, scenarios, truth
from simulators.cohort import Cohort, Wearer
from simulators.fleet import Fleet
from simulators.registry import Registry
from simulators.scenarios import Scenario
from simulators.watch import Watch


@dataclass(frozen=True, slots=True)
class Options:
    """What the command line says.

    Exactly one of ``api`` and ``credentials`` is given. ``password`` never comes from
    the command line: from the environment or a prompt.
    """

    mqtt: str
    scenario: str = "mixed"
    wristbands: int | None = None
    seed: int = 7
    interval_s: float | None = None
    duration_s: float | None = None
    api: str | None = None
    username: str = "admin"
    password: str | None = None
    credentials: Path | None = None
    prefix: str | None = None
    labels: Path | None = None


def run(options: Options, stop: threading.Event, clock: Clock | None = None) -> None:
    """Simulate until `stop` is set or the duration is over.

    Raises
    ------
    UsageError
        If the options contradict each other or a file says what it cannot.
    UnavailableError
        If the API does not answer.
    """
    clock = clock or SystemClock()
    if options.seed < 0:
        raise UsageError("a seed is 0 or more")
    console = Console(stderr=True)
    address = broker.address(options.mqtt)
    scenario = scenarios.load(options.scenario)
    wearers, passwords = _wearers(options, scenario, console, stop)
    if stop.is_set():
        return
    made = cohort.make(
        wearers,
        scenario,
        seed=options.seed,
        start_s=round(clock.now().timestamp(), 3),
        zone=settings.load().zone,
        interval_s=options.interval_s,
    )
    _write_labels(options, scenario, made, wearers)
    fleet = Fleet(made.wristbands, passwords, address, clock)
    Watch(fleet, made, scenario, clock, console).run(stop, options.duration_s)


def _wearers(
    options: Options, scenario: Scenario, console: Console, stop: threading.Event
) -> tuple[list[Wearer], dict[str, str]]:
    if (options.api is None) == (options.credentials is None):
        raise UsageError("give --api URL or --credentials FILE, one of the two")
    if options.credentials is not None:
        return _from_file(options.credentials, options.wristbands)
    return _from_api(options, scenario, console, stop)


def _from_file(
    path: Path, wristbands: int | None
) -> tuple[list[Wearer], dict[str, str]]:
    passwords = credentials.read(path)
    if wristbands is not None:
        if wristbands > len(passwords):
            raise UsageError(f"{path} holds {len(passwords)} wristbands only")
        passwords = dict(list(passwords.items())[:wristbands])
    return [Wearer(device_id) for device_id in passwords], passwords


def _from_api(
    options: Options, scenario: Scenario, console: Console, stop: threading.Event
) -> tuple[list[Wearer], dict[str, str]]:
    if options.api is None:
        raise UsageError("give --api URL")
    password = _password(options, console)
    every_s = options.interval_s or scenario.interval_s or cohort.DEFAULT_INTERVAL_S
    prefix = options.prefix or f"sim{options.seed}-"
    kept_in = settings.load().data_dir / "simulators" / f"{prefix}seeded.jsonl"
    with (
        Registry(options.api, options.username, password) as registry,
        Progress(console=console, transient=True) as progress,
    ):
        task = progress.add_task("provisioning wristbands", total=None)

        def tell(done: int, total: int) -> None:
            progress.update(task, completed=done, total=total)

        return provision.provision(
            registry,
            kept_in,
            wristbands=options.wristbands or 40,
            seed=options.seed,
            prefix=prefix,
            expected_interval_s=max(1, round(every_s)),
            stop=stop,
            on_progress=tell,
        )


def _password(options: Options, console: Console) -> str:
    if options.password is not None:
        return options.password
    if not sys.stdin.isatty():
        raise UsageError("the API's password is missing: set YINLING_ADMIN_PASSWORD")
    return console.input(f"password of {options.username}: ", password=True)


def _write_labels(
    options: Options, scenario: Scenario, made: Cohort, wearers: list[Wearer]
) -> None:
    if options.labels is None:
        return
    found = truth.labels(
        made.happenings,
        made.interval_s,
        scenario.blood_pressure_every_s,
        expected_interval_s=made.interval_s,
    )
    with options.labels.open("w", newline="", encoding="utf-8") as file:
        truth.write(found, lambda index: wearers[index].device_id, file)

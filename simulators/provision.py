"""Seniors and wristbands for a simulated fleet, made through the REST API."""

import threading
from collections.abc import Callable
from datetime import date
from pathlib import Path

import numpy as np

from simulators import compound, names
from simulators.cohort import Wearer
from simulators.geography import Position
from simulators.model import people
from simulators.model.people import Sex
from simulators.registry import Registry
from simulators.seeding import Journal, Seeder

MODEL = "simulated"
SENIORS_A_COMPOUND = 200
OnProgress = Callable[[int, int], None]


def provision(
    registry: Registry,
    kept_in: Path,
    *,
    wristbands: int,
    seed: int,
    prefix: str,
    expected_interval_s: int,
    stop: threading.Event,
    on_progress: OnProgress | None = None,
) -> tuple[list[Wearer], dict[str, str]]:
    """Make as many seniors with wristbands as are asked for, or find them again.

    Parameters
    ----------
    registry : a session of an administrator.
    kept_in : file of ids and passwords, mode 0600.
    wristbands : how many.
    seed : draws the people.
    prefix : begins every device id.
    expected_interval_s : seconds between reports that the service counts on.
    stop : ends it early, with those made so far.
    on_progress : told (done, all).

    Returns
    -------
    The wearers, and passwords by device id.
    """
    seeder = Seeder(registry, Journal(kept_in))
    rng = np.random.default_rng(seed)
    community = _places(seeder, prefix)
    wearers: list[Wearer] = []
    passwords: dict[str, str] = {}
    for index in range(wristbands):
        if stop.is_set():
            break
        number = index // SENIORS_A_COMPOUND + 1
        key = f"{prefix}compound-{number}"
        place_id = seeder.place(key, f"模拟{number}小区", "compound", community)
        wearer, password = _wearer(
            seeder, rng, f"{prefix}{index:05d}", place_id, expected_interval_s
        )
        wearers.append(wearer)
        passwords[wearer.device_id] = password
        if on_progress is not None:
            on_progress(index + 1, wristbands)
    return wearers, passwords


def _places(seeder: Seeder, prefix: str) -> str:
    parent: str | None = None
    for level, name in (("district", "模拟区"), ("street", "模拟街道")):
        parent = seeder.place(f"{prefix}{level}", name, level, parent)
    return seeder.place(f"{prefix}community", "模拟社区", "community", parent)


def _wearer(
    seeder: Seeder,
    rng: np.random.Generator,
    device_id: str,
    place_id: str,
    expected_interval_s: int,
) -> tuple[Wearer, str]:
    person = people.draw([rng])
    sex: Sex = "female" if person.female[0] else "male"
    age = int(person.age[0])
    far = rng.uniform(-0.002, 0.002, size=2)
    home = Position(
        round(compound.CENTRE.latitude + float(far[0]), 6),
        round(compound.CENTRE.longitude + float(far[1]), 6),
    )
    body: dict[str, object] = {
        "name": names.draw(rng, sex),
        "birth_date": date(2026 - age, 5, 1).isoformat(),
        "sex": sex,
        "place_id": place_id,
        "home": home._asdict(),
        "expected_interval_s": expected_interval_s,
    }
    senior_id = seeder.senior(device_id, body)
    actual, password = seeder.wristband(device_id, MODEL, senior_id)
    return Wearer(actual, home, age, sex), password

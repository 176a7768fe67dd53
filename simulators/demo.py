"""What `yinling demo` shows: a compound seeded over REST, and its wristbands living."""

import threading
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import Final
from urllib.parse import urlsplit, urlunsplit

from core import secrets, settings
from core.clock import Clock, SystemClock
from core.errors import NotFoundError, UsageError
from simulators import broker, cohort, compound, scenarios
from simulators.cohort import Wearer
from simulators.compound import Department, Relative, Resident, Staff
from simulators.fleet import Fleet
from simulators.link import Counts
from simulators.registry import Registry
from simulators.seeding import Journal, Seeder

EXPECTED_INTERVAL_S: Final = 60
MODEL: Final = "YL-1 simulated"
OnProgress = Callable[[int, int], None]
OnCounts = Callable[[Counts], None]


@dataclass(frozen=True, slots=True)
class Login:
    """Someone of the demo who can log in, and the page made for them."""

    role: str
    name: str
    username: str
    password: str
    page: str


@dataclass(frozen=True, slots=True)
class Seeded:
    """What was seeded: logins to show, wristbands to run."""

    logins: tuple[Login, ...]
    compound_id: str
    mother_id: str
    senior_ids: tuple[str, ...]
    wearers: tuple[Wearer, ...]
    passwords: dict[str, str]


def seed(
    api_url: str,
    admin_password: str,
    sink_url: str,
    data_dir: Path,
    on_progress: OnProgress | None = None,
) -> Seeded:
    """Make the demo's compound through the REST API, or find it as it was made.

    Parameters
    ----------
    api_url : where the API is.
    admin_password : of the user ``admin``.
    sink_url : ``http://host:port[/path]`` of the demo's phones; a person's own is at
        ``{sink_url}/{key}``, where keys are ``grid``, ``daughter``, ``son``, ``head-1``,
        ``property`` and so on.
    data_dir : ids and wristband passwords are kept in ``demo/seeded.jsonl`` there
        (0600), people's passwords under ``secrets``.
    on_progress : told (done, all) after each object.

    Raises
    ------
    UnavailableError
        If the API does not answer.
    """
    with Registry(api_url, "admin", admin_password) as registry:
        journal = Journal(data_dir / "demo" / "seeded.jsonl")
        _forget_if_gone(registry, journal)
        seeding = _Seeding(Seeder(registry, journal), sink_url, data_dir, on_progress)
        return seeding.run()


def run_fleet(
    seeded: Seeded,
    mqtt_url: str,
    stop: threading.Event,
    clock: Clock | None = None,
    on_counts: OnCounts | None = None,
) -> None:
    """Run the demo's wristbands and script until `stop` is set.

    Parameters
    ----------
    seeded : what :func:`seed` returned.
    mqtt_url : the broker, ``mqtt://host:port``.
    stop : ends it within a few seconds.
    clock : real time.
    on_counts : handed the live counts once, at the start; they change in place.
    """
    clock = clock or SystemClock()
    made = cohort.make(
        seeded.wearers,
        scenarios.load("demo"),
        seed=compound.SEED,
        start_s=round(clock.now().timestamp(), 3),
        zone=settings.load().zone,
    )
    address = broker.address(mqtt_url)
    fleet = Fleet(made.wristbands, seeded.passwords, address, clock)
    if on_counts is not None:
        on_counts(fleet.counts)
    fleet.run(stop)


class _Seeding:
    """One pass over everything the demo needs."""

    def __init__(
        self,
        seeder: Seeder,
        sink_url: str,
        data_dir: Path,
        on_progress: OnProgress | None,
    ) -> None:
        self._seeder = seeder
        self._sink_url = hook_url(sink_url)
        self._data_dir = data_dir
        self._on_progress = on_progress
        self._residents = compound.residents()
        self._done = 0
        self._places: dict[str, str] = {}
        self._seniors: list[str] = []
        self._passwords: dict[str, str] = {}
        self._wearers: list[Wearer] = []

    def run(self) -> Seeded:
        for key, name, level, parent in compound.PLACES:
            parent_id = None if parent is None else self._places[parent]
            self._places[key] = self._seeder.place(key, name, level, parent_id)
            self._step()
        for staff in compound.STAFF:
            self._staff(staff)
        for department in compound.DEPARTMENTS:
            self._department(department)
        for resident in self._residents:
            self._resident(resident)
        for relative in compound.RELATIVES:
            self._relative(relative)
        self._fence()
        return Seeded(
            logins=self._logins(),
            compound_id=self._places["compound"],
            mother_id=self._seniors[0],
            senior_ids=tuple(self._seniors),
            wearers=tuple(self._wearers),
            passwords=self._passwords,
        )

    def _step(self) -> None:
        self._done += 1
        if self._on_progress is not None:
            whole = len(compound.PLACES) + len(compound.STAFF)
            whole += len(self._residents) + len(compound.RELATIVES)
            whole += len(compound.DEPARTMENTS)
            self._on_progress(self._done, whole)

    def _staff(self, staff: Staff) -> None:
        body: dict[str, object] = {"name": staff.name, "role": staff.role}
        body["place_id"] = self._places[staff.place]
        self._person(staff, body)
        self._step()

    def _department(self, department: Department) -> None:
        person_id = self._seeder.department(
            department.key,
            {
                "place_id": self._places[department.place],
                "kind": department.kind,
                "name": department.name,
                "phone": department.phone,
                "deadline_s": department.deadline_s,
            },
        )
        url = f"{self._sink_url}/{department.key}"
        self._seeder.contact(department.key, person_id, url)
        self._step()

    def _person(self, who: Staff | Relative, body: dict[str, object]) -> str:
        if who.login:
            body |= {"username": who.key, "password": self._password(who.key)}
        person_id = self._seeder.person(who.key, body)
        self._seeder.contact(who.key, person_id, f"{self._sink_url}/{who.key}")
        return person_id

    def _resident(self, resident: Resident) -> None:
        senior_id = self._seeder.senior(
            str(resident.number),
            {
                "name": resident.name,
                "birth_date": f"{resident.birth_year}-05-01",
                "sex": resident.sex,
                "place_id": self._places[f"building-{resident.building}"],
                "home": resident.home._asdict(),
                "address": f"银铃小区{resident.building}号楼"
                f"{resident.number // compound.BUILDINGS + 1}01室",
                "lives_alone": resident.lives_alone,
                "conditions": list(resident.conditions),
                "risk": "high" if resident.high_risk else "normal",
                "expected_interval_s": EXPECTED_INTERVAL_S,
                "location_consent": resident.number % 3 == 0,
            },
        )
        wanted = f"demo-{resident.number:03d}"
        device_id, password = self._seeder.wristband(wanted, MODEL, senior_id)
        self._seniors.append(senior_id)
        self._passwords[device_id] = password
        self._wearers.append(_wearer(device_id, resident))
        self._step()

    def _relative(self, relative: Relative) -> None:
        person_id = self._person(relative, {"name": relative.name, "role": "family"})
        self._seeder.once(
            f"family {relative.key}",
            f"/v1/seniors/{self._seniors[relative.senior]}/family",
            {
                "person_id": person_id,
                "relation": relative.relation,
                "scopes": list(relative.scopes),
            },
        )
        self._step()

    def _fence(self) -> None:
        """A circle around the home of the resident with dementia."""
        for resident in self._residents:
            if "dementia" in resident.conditions:
                senior_id = self._seniors[resident.number]
                shape = {"type": "circle", "radius": compound.FENCE_M}
                shape |= resident.home._asdict()
                self._seeder.once(
                    f"geofence {resident.number}",
                    f"/v1/seniors/{senior_id}/geofences",
                    {"name": "小区周边", "shape": shape, "alert_on": "exit"},
                )

    def _logins(self) -> tuple[Login, ...]:
        staff = [
            Login(one.role, one.name, one.key, self._password(one.key), "/grid")
            for one in compound.STAFF
            if one.login
        ]
        family = [
            Login("family", one.name, one.key, self._password(one.key), "/family")
            for one in compound.RELATIVES
            if one.login
        ]
        return (*staff, *family)

    def _password(self, key: str) -> str:
        return secrets.password(self._data_dir, f"demo-{key}.password")


def hook_url(sink_url: str) -> str:
    """The Apprise URL, ``json://…``, of an ``http://…`` address.

    Raises
    ------
    UsageError
        If it is no such address.
    """
    parts = urlsplit(sink_url)
    schemes = {"http": "json", "https": "jsons", "json": "json", "jsons": "jsons"}
    if parts.scheme not in schemes or not parts.hostname:
        raise UsageError("the phones' address looks like http://127.0.0.1:9000")
    path = parts.path.rstrip("/")
    return urlunsplit((schemes[parts.scheme], parts.netloc, path, "", ""))


def _wearer(device_id: str, resident: Resident) -> Wearer:
    return Wearer(
        device_id=device_id,
        home=resident.home,
        age_years=2026 - resident.birth_year,
        sex=resident.sex,
        conditions=frozenset(resident.conditions),
    )


def _forget_if_gone(registry: Registry, journal: Journal) -> None:
    """Begin anew where the database is not the one the journal was kept for."""
    if "place compound" in journal:
        try:
            registry.get(f"/v1/places/{journal['place compound']}")
        except NotFoundError:
            journal.forget_all()

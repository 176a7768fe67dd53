"""Objects made over REST once, and found again at the next start."""

import json
import os
from collections.abc import Mapping
from contextlib import suppress
from pathlib import Path

from core.errors import ConflictError, NotFoundError
from simulators.registry import Registry


class Journal:
    """What was already made: a file of ids and wristband passwords, mode 0600.

    Every object has a key of ours; one that the journal knows is not made again. So a
    second start, or one after a start that was cut short, goes on where it was.

    Parameters
    ----------
    path : the file; one JSON pair a line, the last one of a key holds.
    """

    def __init__(self, path: Path) -> None:
        self._path = path
        self._known: dict[str, str] = {}
        if path.exists():
            for line in path.read_text(encoding="utf-8").splitlines():
                self._read(line)

    def __contains__(self, key: str) -> bool:
        return key in self._known

    def __getitem__(self, key: str) -> str:
        return self._known[key]

    def __setitem__(self, key: str, value: str) -> None:
        self._known[key] = value
        self._append(key, value)

    def keys(self, prefix: str) -> list[str]:
        """Known keys that begin with `prefix`."""
        return [key for key in self._known if key.startswith(prefix)]

    def forget(self, key: str) -> None:
        """Forget one object."""
        if self._known.pop(key, None) is not None:
            self._append(key, None)

    def forget_all(self) -> None:
        """Begin anew: the database behind the API is another one."""
        self._known.clear()
        self._path.unlink(missing_ok=True)

    def _read(self, line: str) -> None:
        try:
            key, value = json.loads(line)
        except ValueError:
            return  # cut off when a start was killed: that object is made again
        if value is None:
            self._known.pop(key, None)
        else:
            self._known[key] = value

    def _append(self, key: str, value: str | None) -> None:
        self._path.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
        flags = os.O_WRONLY | os.O_CREAT | os.O_APPEND
        with os.fdopen(
            os.open(self._path, flags, 0o600), "a", encoding="utf-8"
        ) as file:
            file.write("\n" if self._torn() else "")
            file.write(json.dumps([key, value], ensure_ascii=False) + "\n")

    def _torn(self) -> bool:
        """Whether the last line was cut off."""
        with self._path.open("rb") as file:
            size = file.seek(0, os.SEEK_END)
            if size == 0:
                return False
            file.seek(-1, os.SEEK_END)
            return file.read(1) != b"\n"


class Seeder:
    """Makes objects through the registry, each at most once.

    Parameters
    ----------
    registry : a logged-in session.
    journal : what was made before.
    """

    def __init__(self, registry: Registry, journal: Journal) -> None:
        self.registry = registry
        self.journal = journal

    def place(self, key: str, name: str, level: str, parent_id: str | None) -> str:
        """Id of a place."""
        body = {"name": name, "level": level, "parent_id": parent_id}
        return self._make(f"place {key}", "/v1/places", body)

    def person(self, key: str, body: Mapping[str, object]) -> str:
        """Id of a person; one whose user name is taken is found by it."""
        try:
            return self._make(f"person {key}", "/v1/people", body)
        except ConflictError:
            found = self.registry.find("/v1/people", "username", str(body["username"]))
            if found is None:
                raise
            self.journal[f"person {key}"] = str(found["id"])
            return str(found["id"])

    def department(self, key: str, body: Mapping[str, object]) -> str:
        """Id of the person whose contacts are a department's."""
        made = self._make(f"department {key}", "/v1/departments", body)
        return str(self.registry.get(f"/v1/departments/{made}")["person_id"])

    def senior(self, key: str, body: Mapping[str, object]) -> str:
        """Id of a senior."""
        return self._make(f"senior {key}", "/v1/seniors", body)

    def once(self, key: str, path: str, body: Mapping[str, object]) -> None:
        """Post something that belongs to an object: a link, a geofence."""
        self._make(key, path, body)

    def contact(self, key: str, person_id: str, url: str) -> None:
        """See that a person is reached at `url` and, of ours, nowhere else."""
        wanted = f"contact {key} {url}"
        if wanted in self.journal:
            return
        path = f"/v1/people/{person_id}/contacts"
        for old in self.journal.keys(f"contact {key} "):
            with suppress(NotFoundError):  # gone already is what we want
                self.registry.delete(f"{path}/{self.journal[old]}")
            self.journal.forget(old)
        self._make(wanted, path, {"kind": "push", "url": url, "verified": True})

    def wristband(self, device_id: str, model: str, senior_id: str) -> tuple[str, str]:
        """Device id and password of the wristband that a senior wears.

        One that exists but whose password nobody kept is left alone: the next free
        name is taken.
        """
        key = f"wristband {device_id}"
        if key not in self.journal:
            actual, password = self._provision(device_id, model)
            self.journal[key] = f"{actual} {password}"
        actual, password = self.journal[key].split(" ")
        if f"binding {actual}" not in self.journal:
            self.registry.bind(actual, senior_id)
            self.journal[f"binding {actual}"] = senior_id
        return actual, password

    def _provision(self, device_id: str, model: str) -> tuple[str, str]:
        for number in range(1, 100):
            actual = device_id if number == 1 else f"{device_id}-{number}"
            try:
                return actual, self.registry.add_wristband(actual, model)
            except ConflictError:
                continue
        raise ConflictError(f"too many wristbands are called {device_id}")

    def _make(self, key: str, path: str, body: Mapping[str, object]) -> str:
        if key not in self.journal:
            self.journal[key] = str(self.registry.post(path, body).get("id", ""))
        return self.journal[key]

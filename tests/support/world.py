"""A small compound, made through the REST API as an administrator would."""

import itertools
from dataclasses import dataclass, field
from typing import Any

import httpx

from tests.support.phones import Phones

PASSWORD = "correct horse battery staple"
_number = itertools.count(1)


@dataclass(frozen=True)
class Wearer:
    """A senior and the wristband they wear."""

    senior_id: str
    device_id: str
    password: str


@dataclass
class World:
    """District to building, and whoever the test adds."""

    admin: httpx.Client
    phones: Phones
    places: dict[str, str] = field(default_factory=dict)

    def post(self, path: str, body: dict[str, Any]) -> dict[str, Any]:
        """POST that must answer 201; the stored object."""
        answer = self.admin.post(path, json=body)
        assert answer.status_code == 201, (path, answer.status_code, answer.text)
        return answer.json()

    def build(self, *levels: str) -> None:
        """Make a fresh branch of the place tree with these levels, top down."""
        parent = None
        for level in levels:
            body = {"name": f"{level} {next(_number)}", "level": level}
            parent = self.post("/v1/places", {**body, "parent_id": parent})["id"]
            self.places[level] = parent

    def person(self, name: str, role: str, level: str | None = None) -> str:
        """A person with a login and a phone, both by the person's name; their id."""
        body: dict[str, Any] = {"name": name, "role": role}
        body |= {"username": name, "password": PASSWORD}
        if level is not None:
            body["place_id"] = self.places[level]
        person_id = self.post("/v1/people", body)["id"]
        contact = {"kind": "push", "url": self.phones.url(name), "verified": True}
        self.post(f"/v1/people/{person_id}/contacts", contact)
        return person_id

    def senior(self, name: str = "张秀英", **more: Any) -> str:
        """A senior living in the lowest place; the id."""
        home = {"latitude": 34.3416, "longitude": 108.9398}
        body = {"name": name, "birth_date": "1944-03-01", "sex": "female"}
        body |= {"place_id": list(self.places.values())[-1], "home": home}
        return self.post("/v1/seniors", body | more)["id"]

    def wearer(self, name: str = "张秀英", **more: Any) -> Wearer:
        """A senior wearing a new wristband."""
        senior_id = self.senior(name, **more)
        made = self.post("/v1/wristbands", {"device_id": f"wb-{next(_number):06}"})
        device_id, password = made["device_id"], made["password"]
        self.bind(device_id, senior_id)
        return Wearer(senior_id, device_id, password)

    def bind(self, device_id: str, senior_id: str, **more: str) -> None:
        """Say who wears the wristband from now on."""
        path = f"/v1/wristbands/{device_id}/binding"
        answer = self.admin.put(path, json={"senior_id": senior_id, **more})
        assert answer.status_code == 200, answer.text

    def relative(self, name: str, senior_id: str, *scopes: str) -> str:
        """A family member linked to the senior; their id."""
        person_id = self.person(name, "family")
        link = {"person_id": person_id, "relation": "daughter", "scopes": list(scopes)}
        self.post(f"/v1/seniors/{senior_id}/family", link)
        return person_id

    def alerts(self, **query: str) -> list[dict[str, Any]]:
        """Alerts as the administrator lists them, newest first."""
        answer = self.admin.get("/v1/alerts", params=query)
        assert answer.status_code == 200, answer.text
        return answer.json()["items"]

    def alert(self, alert_id: str) -> dict[str, Any]:
        """One alert with its timeline."""
        return self.admin.get(f"/v1/alerts/{alert_id}").raise_for_status().json()

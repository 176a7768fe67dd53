"""A small town for tests of the api: places, people of every role, two seniors."""

from typing import Any

import httpx

PASSWORD = "lantern-over-the-river"
HOME = {"latitude": 34.3416, "longitude": 108.9398}


class Login:
    """One logged-in person's client."""

    def __init__(self, client: httpx.Client, username: str) -> None:
        self.client = client
        answer = client.post(
            "/v1/auth/token", data={"username": username, "password": PASSWORD}
        )
        assert answer.status_code == 200, answer.text
        self.headers = {"Authorization": f"Bearer {answer.json()['access_token']}"}

    def call(self, method: str, path: str, body: Any = None) -> Any:
        """Any answer."""
        return self.client.request(method, path, json=body, headers=self.headers)

    def ok(self, method: str, path: str, body: Any = None) -> Any:
        """The JSON of an answer that must be a success."""
        answer = self.call(method, path, body)
        assert answer.is_success, (method, path, answer.status_code, answer.text)
        return answer.json() if answer.content else None


class Town:
    """District, street 1 and 2; below street 1 two communities, one with a building."""

    def __init__(self, admin: Login) -> None:
        self.admin = admin
        self.district = self.place("district", None, "新城区")
        self.street = self.place("street", self.district, "一街道")
        self.other_street = self.place("street", self.district, "二街道")
        self.community = self.place("community", self.street, "甲社区")
        self.compound = self.place("compound", self.community, "和平小区")
        self.building = self.place("building", self.compound, "1号楼")
        self.other_building = self.place("building", self.other_street, "9号楼")
        self.mother = self.senior("王秀英", self.building)
        self.stranger = self.senior("李大爷", self.other_building)

    def place(self, level: str, parent: str | None, name: str) -> str:
        """Add a place, return its id."""
        body = {"name": name, "level": level, "parent_id": parent}
        return self.admin.ok("POST", "/v1/places", body)["id"]

    def senior(self, name: str, place_id: str, **more: Any) -> str:
        """Add a senior, return their id."""
        body = {"name": name, "birth_date": "1944-05-01", "sex": "female"}
        body |= {"place_id": place_id, "home": HOME} | more
        return self.admin.ok("POST", "/v1/seniors", body)["id"]

    def person(self, role: str, place_id: str | None, username: str) -> str:
        """Add a person with a login, return their id."""
        body = {"name": username, "role": role, "place_id": place_id}
        body |= {"username": username, "password": PASSWORD}
        return self.admin.ok("POST", "/v1/people", body)["id"]

    def relative(self, username: str, senior_id: str, *scopes: str) -> str:
        """Add a relative with a login and link them, return their id."""
        person_id = self.person("family", None, username)
        body = {"person_id": person_id, "relation": "女儿", "scopes": list(scopes)}
        self.admin.ok("POST", f"/v1/seniors/{senior_id}/family", body)
        return person_id

    def login(self, username: str) -> Login:
        """Log one of the people in."""
        return Login(self.admin.client, username)

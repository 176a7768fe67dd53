"""What is made once is found again; passwords stay with their owner."""

from pathlib import Path

import pytest

from core.errors import ConflictError, NotFoundError, UsageError
from simulators import broker, compound, credentials, demo
from simulators.seeding import Journal, Seeder


class Desk:
    """A registry on paper: remembers what was posted, refuses what is taken."""

    def __init__(self) -> None:
        self.posted: list[tuple[str, dict[str, object]]] = []
        self.deleted: list[str] = []
        self.bound: dict[str, str] = {}
        self.taken: set[str] = set()

    def post(self, path: str, body: dict[str, object]) -> dict[str, object]:
        if body.get("username") in self.taken:
            raise ConflictError("taken")
        self.posted.append((path, body))
        return {"id": f"id-{len(self.posted)}"}

    def get(self, path: str) -> dict[str, object]:
        return {"person_id": f"person of {path.rpartition('/')[2]}"}

    def delete(self, path: str) -> None:
        self.deleted.append(path)
        raise NotFoundError("gone")

    def find(self, path: str, field: str, value: str) -> dict[str, object] | None:
        assert (path, field) == ("/v1/people", "username")
        return {"id": f"found {value}"} if value == "grid" else None

    def add_wristband(self, device_id: str, model: str) -> str:
        assert model
        if device_id in self.taken:
            raise ConflictError("taken")
        self.taken.add(device_id)
        return f"password of {device_id}".replace(" ", "-")

    def bind(self, device_id: str, senior_id: str) -> None:
        self.bound[device_id] = senior_id


@pytest.fixture
def path(tmp_path: Path) -> Path:
    return tmp_path / "demo" / "seeded.jsonl"


@pytest.fixture
def desk() -> Desk:
    return Desk()


def seeder(desk: Desk, path: Path) -> Seeder:
    return Seeder(desk, Journal(path))  # type: ignore[arg-type]


def test_a_second_start_makes_nothing(desk: Desk, path: Path) -> None:
    for _ in range(2):
        one = seeder(desk, path)
        place = one.place("compound", "银铃小区", "compound", None)
        senior = one.senior("0", {"name": "王桂兰", "place_id": place})
        assert one.wristband("demo-000", "m", senior) == (
            "demo-000",
            "password-of-demo-000",
        )
        one.contact("grid", "p", "json://127.0.0.1:1/grid")
    assert len(desk.posted) == 3
    assert desk.bound == {"demo-000": "id-2"}


def test_a_department_is_made_once_and_reached_by_its_person(
    desk: Desk, path: Path
) -> None:
    for _ in range(2):
        one = seeder(desk, path)
        body = {"kind": "property", "name": "银铃物业", "place_id": "p"}
        assert one.department("property", body) == "person of id-1"
    assert [where for where, _ in desk.posted] == ["/v1/departments"]


def test_the_journal_is_its_owners(desk: Desk, path: Path) -> None:
    seeder(desk, path).wristband("demo-000", "m", "s")
    assert path.stat().st_mode & 0o777 == 0o600


def test_a_cut_off_line_is_made_again(desk: Desk, path: Path) -> None:
    seeder(desk, path).place("a", "甲", "district", None)
    with path.open("a") as file:
        file.write('["place b", "id-')
    again = Journal(path)
    assert "place a" in again
    assert "place b" not in again
    again["place c"] = "id-3"
    assert Journal(path)["place c"] == "id-3"


def test_a_moved_phone_gets_a_new_contact(desk: Desk, path: Path) -> None:
    one = seeder(desk, path)
    one.contact("grid", "p", "json://127.0.0.1:1/grid")
    one.contact("grid", "p", "json://127.0.0.1:2/grid")
    assert desk.deleted == ["/v1/people/p/contacts/id-1"]
    assert [body["url"] for _, body in desk.posted][-1] == "json://127.0.0.1:2/grid"
    assert len(Journal(path).keys("contact grid ")) == 1


def test_a_taken_user_name_is_found(desk: Desk, path: Path) -> None:
    desk.taken = {"grid", "other"}
    one = seeder(desk, path)
    assert one.person("grid", {"username": "grid"}) == "found grid"
    assert one.person("grid", {"username": "grid"}) == "found grid"
    with pytest.raises(ConflictError):
        one.person("other", {"username": "other"})


def test_a_wristband_without_known_password_is_left_alone(
    desk: Desk, path: Path
) -> None:
    desk.taken = {"demo-000"}
    device_id, _ = seeder(desk, path).wristband("demo-000", "m", "s")
    assert device_id == "demo-000-2"


def test_another_database_begins_anew(path: Path) -> None:
    journal = Journal(path)
    journal["place compound"] = "id"
    journal.forget_all()
    assert "place compound" not in Journal(path)


def test_the_compound_is_forty_people_over_seventy() -> None:
    residents = compound.residents()
    assert residents == compound.residents()
    assert len(residents) == 40
    assert all(one.birth_year <= 1954 for one in residents)
    assert len({one.building for one in residents}) == compound.BUILDINGS
    assert sum("dementia" in one.conditions for one in residents) == 1
    places = {key for key, *_ in compound.PLACES}
    assert {one.place for one in (*compound.STAFF, *compound.DEPARTMENTS)} <= places
    assert "property" in {one.kind for one in compound.DEPARTMENTS}
    roles = {one.role for one in compound.STAFF}
    assert roles >= {"grid_worker", "building_head", "community_manager"}


@pytest.mark.parametrize(
    ("given", "wanted"),
    [
        ("http://127.0.0.1:9000", "json://127.0.0.1:9000"),
        ("http://127.0.0.1:9000/phones/", "json://127.0.0.1:9000/phones"),
        ("https://a.example/x", "jsons://a.example/x"),
        ("json://a:1", "json://a:1"),
    ],
)
def test_hooks_are_apprise_urls(given: str, wanted: str) -> None:
    assert demo.hook_url(given) == wanted


def test_what_is_no_hook_is_refused() -> None:
    with pytest.raises(UsageError):
        demo.hook_url("ftp://a")


def test_credentials_come_back(tmp_path: Path) -> None:
    path = tmp_path / "more" / "fleet.csv"
    credentials.write(path, {"a-1": 'odd,"pass', "b_2": "x"})
    assert path.stat().st_mode & 0o777 == 0o600
    assert credentials.read(path) == {"a-1": 'odd,"pass', "b_2": "x"}


@pytest.mark.parametrize("text", ["a\n", "a b,c\n", "device_id,password\n;,\n"])
def test_bad_credentials_name_their_line(tmp_path: Path, text: str) -> None:
    path = tmp_path / "fleet.csv"
    path.write_text(text)
    with pytest.raises(UsageError, match="line"):
        credentials.read(path)
    with pytest.raises(UsageError, match="cannot read"):
        credentials.read(tmp_path / "none.csv")


def test_broker_addresses() -> None:
    assert broker.address("mqtt://h") == ("h", 1883, False)
    assert broker.address("mqtts://u:p@h:9/") == ("h", 9, True)
    for wrong in ("http://h", "h:1883", "mqtt://", "mqtt://h:x"):
        with pytest.raises(UsageError):
            broker.address(wrong)

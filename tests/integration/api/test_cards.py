"""Contact cards: who may print them, what stands on them, where their code leads."""

import pytest

from api.cards import fonts
from core.errors import UnavailableError

pytestmark = pytest.mark.db


@pytest.fixture(autouse=True)
def _a_font(require):
    try:
        fonts.find(None)
    except UnavailableError as error:
        require(False, str(error))


def test_a_grid_worker_prints_the_card_of_a_senior_of_theirs(town):
    town.person("grid_worker", town.community, "wang")
    wang = town.login("wang")
    answer = wang.call("GET", f"/v1/seniors/{town.mother}/card.pdf")
    assert answer.status_code == 200
    assert answer.headers["content-type"] == "application/pdf"
    assert answer.content.startswith(b"%PDF")
    assert wang.call("GET", f"/v1/seniors/{town.stranger}/card.pdf").status_code == 404
    seen = town.admin.ok(
        "GET", f"/v1/audit?senior_id={town.mother}&action=senior.print_card"
    )
    assert [one["actor"]["name"] for one in seen["items"]] == ["wang"]


def test_relatives_print_no_cards(town):
    town.relative("daughter", town.mother, "status")
    daughter = town.login("daughter")
    url = f"/v1/seniors/{town.mother}/card.pdf"
    assert daughter.call("GET", url).status_code == 403
    url = f"/v1/places/{town.building}/cards.pdf"
    assert daughter.call("GET", url).status_code == 404


def test_a_building_has_its_sheet(town):
    town.person("building_head", town.building, "head")
    head = town.login("head")
    assert head.call("GET", f"/v1/places/{town.building}/cards.pdf").status_code == 200
    other = f"/v1/places/{town.other_building}/cards.pdf"
    assert head.call("GET", other).status_code == 404
    assert (
        town.admin.call("GET", f"/v1/places/{town.street}/cards.pdf").status_code == 200
    )


def test_a_place_where_nobody_lives_has_none(town):
    empty = town.place("building", town.compound, "2号楼")
    assert town.admin.call("GET", f"/v1/places/{empty}/cards.pdf").status_code == 404

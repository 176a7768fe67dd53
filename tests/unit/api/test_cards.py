"""What stands on a contact card, and that nothing of it runs over the edge."""

from collections.abc import Iterator
from datetime import UTC, datetime
from uuid import UUID

import pytest
from fpdf import FPDF
from hypothesis import given, settings
from hypothesis import strategies as st

from api.cards import fonts, paper
from api.cards.contents import Card, Responsible, sheets
from api.cards.lettering import SMALLEST_PT, Box, Pen
from api.cards.paper import A6, Print
from core.errors import UnavailableError
from tests.support import pdf

HEAD = Responsible("building_head", "李建国", "13600001234")
GRID = Responsible("grid_worker", "王建华", "029-88881234")


def card(n: int = 1, **other: object) -> Card:
    values = {
        "senior_id": UUID(int=n),
        "name": "王桂兰",
        "place_id": UUID(int=7),
        "place": ("青河区", "梧桐街道", "槐树社区", "和平小区", "1号楼"),
        "door": "2单元301室",
        "language": "zh-CN",
        "responsible": (HEAD, GRID),
        "url": f"https://yinling.example.org/card/{UUID(int=n)}",
    }
    return Card(**(values | other))


@pytest.fixture(scope="module")
def how(require) -> Print:
    try:
        font = fonts.find(None)
    except UnavailableError as error:
        require(False, str(error))
        raise
    return Print(font, "400-800-1234", datetime(2026, 11, 21, 12, 0, tzinfo=UTC))


def words(content: bytes) -> str:
    return "\n".join(line.text for line in pdf.lines(content))


def test_a_card_says_who_is_called_and_how(how):
    text = words(paper.single(card(), how))
    for part in ("居民联系卡", "王桂兰", "槐树社区 和平小区 1号楼"):
        assert part in text
    for part in ("楼栋长", "李建国", "13600001234", "网格员", "029-88881234"):
        assert part in text
    assert "400-800-1234" in text
    assert "2026-11-21" in text


def test_doors_stand_on_the_sheet_and_not_on_the_card(how):
    """The card hangs where visitors see it."""
    assert "2单元301室" not in words(paper.single(card(), how))
    assert "2单元301室" in words(paper.building_sheets(sheets([card()]), how))


def test_an_english_card_is_english(how):
    text = words(paper.single(card(language="en"), how))
    assert "Contact card" in text
    assert "grid worker" in " ".join(text.split())
    assert "居民联系卡" not in text


def test_without_anybody_responsible_it_says_whom_to_ask(how):
    assert "居委会" in words(paper.single(card(responsible=()), how))


def test_without_an_emergency_line_none_is_promised(how):
    assert "紧急电话" not in words(
        paper.single(card(), how._replace(service_phone=None))
    )


def test_every_building_has_its_own_sheet(how):
    cards = [card(n, place_id=UUID(int=1 + n // 5)) for n in range(10)]
    text = words(paper.building_sheets(sheets(cards), how))
    assert text.count("楼栋联系卡发放单") == 2
    assert text.count("居民联系卡") == 10


@pytest.mark.parametrize("name", ["娜木罕·买买提" * 28, "W" * 200])
def test_long_names_stay_on_their_card(how, name):
    far = Responsible("building_head", name, "+86 029-88881234 (602) 602602")
    content = paper.single(card(name=name, responsible=(far, far, far, far)), how)
    lower = min(line.y for line in pdf.lines(content))
    assert lower >= 0
    drawn = "".join(line.text for line in pdf.lines(content))
    assert name.replace(" ", "")[:200] in drawn.replace(" ", "").replace("\n", "")


@pytest.fixture(scope="module")
def page(how) -> Iterator[FPDF]:
    sheet = FPDF(unit="mm", format=A6)
    sheet.set_auto_page_break(False)
    sheet.c_margin = 0
    sheet.add_font("cards", fname=how.font.path, collection_font_number=how.font.face)
    sheet.add_page()
    yield sheet
    for font in sheet.fonts.values():
        font.ttfont.close()


@given(
    text=st.text(st.sampled_from("王娜 aWi·—12楼\t"), min_size=1, max_size=220),
    width=st.floats(10, 90),
    height=st.floats(3, 30),
)
@settings(max_examples=30, deadline=None)
def test_every_text_fits_its_box(page, text, width, height):
    drawn: list[tuple[float, float]] = []
    plain = page.cell

    def cell(w, h, line, **more):
        assert page.get_string_width(line) <= w + 0.01
        drawn.append((page.get_y(), h))
        return plain(w, h, line, **more)

    page.cell = cell
    try:
        Pen(page).write(Box(5, 5, width, height), text, 26)
    finally:
        page.cell = plain
    least = SMALLEST_PT * 25.4 / 72 * 1.25
    assert all(y + h <= 5 + max(height, least) + 0.01 for y, h in drawn)
    assert bool(drawn) == bool(text.strip())


def test_a_missing_font_says_what_to_install(monkeypatch, tmp_path):
    monkeypatch.setattr(fonts, "USUAL", ())
    with pytest.raises(UnavailableError, match="fonts-noto-cjk"):
        fonts.find(None)
    with pytest.raises(UnavailableError, match="YINLING_FONT"):
        fonts.find(tmp_path / "none.ttc")

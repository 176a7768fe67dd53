"""Drawing contact cards: A6 each, four on A4, behind a sheet for each building."""

import io
import logging
from collections.abc import Iterable, Sequence
from datetime import datetime
from typing import Final, NamedTuple

import segno
from fpdf import FPDF
from fpdf.fonts import TTFFont

from api.cards.contents import Card, Responsible, Sheet
from api.cards.fonts import Font
from api.cards.lettering import WORDS, Box, Pen

A6: Final = (105.0, 148.5)
A4: Final = (210.0, 297.0)
MARGIN: Final = 8.0
QR_MM: Final = 30.0
_ROW_MM: Final = 11.0
_DOOR_MM: Final = 70.0


class Print(NamedTuple):
    """What all cards of one file share.

    Attributes
    ----------
    service_phone : the service's emergency line, if it has one.
    at : when they are printed, in local time.
    """

    font: Font
    service_phone: str | None
    at: datetime


def single(card: Card, how: Print) -> bytes:
    """One card on a page of its own size."""
    pdf = begin(how.font, how.at, A6, WORDS["title"][0])
    pdf.add_page()
    _draw_card(Pen(pdf), card, how, (0.0, 0.0))
    return finished(pdf)


def building_sheets(sheets: Sequence[Sheet], how: Print) -> bytes:
    """For each building a sheet of who lives there, then their cards to cut apart."""
    pdf = begin(how.font, how.at, A4, WORDS["title"][0])
    for sheet in sheets:
        _draw_sheet(Pen(pdf), sheet, how)
        for start in range(0, len(sheet.cards), 4):
            pdf.add_page()
            _draw_cuts(pdf)
            for n, card in enumerate(sheet.cards[start : start + 4]):
                corner = (n % 2 * A6[0], n // 2 * A6[1])
                _draw_card(Pen(pdf), card, how, corner)
    return finished(pdf)


def begin(font: Font, at: datetime, size: tuple[float, float], title: str) -> FPDF:
    """A document of pages of `size` [mm] whose texts are placed by hand."""
    # It names glyphs that a font lacks: letters of people's names.
    logging.getLogger("fpdf").setLevel(logging.CRITICAL)
    logging.getLogger("fontTools").setLevel(logging.ERROR)
    pdf = FPDF(unit="mm", format=size)
    pdf.set_auto_page_break(False)
    pdf.set_margin(0)
    pdf.c_margin = 0
    pdf.set_title(title)
    pdf.set_creator("Yinling 银铃")
    pdf.set_creation_date(at)
    pdf.add_font("cards", fname=font.path, collection_font_number=font.face)
    return pdf


def finished(pdf: FPDF) -> bytes:
    """The document's bytes; its fonts are closed."""
    content = bytes(pdf.output())
    for font in pdf.fonts.values():
        if isinstance(font, TTFFont):
            font.ttfont.close()
    return content


def _draw_card(pen: Pen, card: Card, how: Print, corner: tuple[float, float]) -> None:
    """One A6 card; every text has a box that it is made to fit into."""
    left, top = corner[0] + MARGIN, corner[1] + MARGIN
    width = A6[0] - 2 * MARGIN
    say = pen.speaking(card.language)
    pen.write(Box(left, top, width, 8), say("title"), 15, grey=True)
    pen.line(left, top + 9.5, width)
    pen.write(Box(left, top + 12, width, 20), card.name, 26)
    pen.write(
        Box(left, top + 33, width, 12), " ".join(card.place[2:] or card.place), 12
    )
    pen.line(left, top + 47, width)
    y = top + 49
    for one in _on_card(card.responsible):
        _draw_responsible(pen, one, say(one.role), (left, y, width))
        y += _ROW_MM
    if not card.responsible:
        pen.write(Box(left, y, width, _ROW_MM), say("nobody"), 11)
    bottom = corner[1] + A6[1] - MARGIN
    beside = width - QR_MM - 3
    if how.service_phone:
        pen.write(Box(left, bottom - 34, beside, 5), say("service"), 10, grey=True)
        pen.write(Box(left, bottom - 29, beside, 9), how.service_phone, 18)
    pen.write(Box(left, bottom - 19, beside, 13), say("urgent"), 10)
    printed = f"{say('printed')} {how.at:%Y-%m-%d}"
    pen.write(Box(left, bottom - 4, beside, 4), printed, 7, grey=True)
    _draw_code(pen.pdf, card.url, (left + width - QR_MM, bottom - QR_MM - 4.5))
    caption = Box(left + width - QR_MM, bottom - 4, QR_MM, 4)
    pen.write(caption, say("scan"), 7, grey=True)


def _on_card(found: Iterable[Responsible]) -> list[Responsible]:
    """As many as there is room for: the first of each role, then the others."""
    by_role: dict[str, list[Responsible]] = {}
    for one in found:
        by_role.setdefault(one.role, []).append(one)
    turns = max(map(len, by_role.values()), default=0)
    return [
        group[turn]
        for turn in range(turns)
        for group in by_role.values()
        if turn < len(group)
    ][:4]


def _draw_responsible(
    pen: Pen, one: Responsible, role: str, at: tuple[float, float, float]
) -> None:
    x, y, width = at
    pen.write(Box(x, y, 17, _ROW_MM - 1), role, 10, grey=True)
    pen.write(Box(x + 18, y, 29, _ROW_MM - 1), one.name, 14)
    pen.write(Box(x + 48, y, width - 48, _ROW_MM - 1), one.phone or "–", 15)


def _draw_code(pdf: FPDF, url: str, corner: tuple[float, float]) -> None:
    image = io.BytesIO()
    segno.make(url, error="m", micro=False).save(image, kind="png", scale=8, border=2)
    pdf.image(image, corner[0], corner[1], QR_MM, QR_MM)


def _draw_cuts(pdf: FPDF) -> None:
    pdf.set_draw_color(190)
    pdf.set_dash_pattern(dash=2, gap=2)
    pdf.line(A6[0], 0, A6[0], A4[1])
    pdf.line(0, A6[1], A4[0], A6[1])
    pdf.set_dash_pattern()


def _draw_sheet(pen: Pen, sheet: Sheet, how: Print) -> None:
    """Who lives in a building, for whoever brings the cards: names and doors only."""
    say = pen.speaking("zh-CN")
    width = A4[0] - 4 * MARGIN
    y = _draw_heading(pen, sheet, how)
    for n, card in enumerate(sheet.cards, 1):
        if y > A4[1] - 3 * MARGIN - _ROW_MM:
            pen.pdf.add_page()
            y = 2 * MARGIN
        x = 2 * MARGIN
        pen.write(Box(x, y, 10, _ROW_MM - 2), str(n), 10, grey=True)
        pen.write(Box(x + 12, y, 60, _ROW_MM - 2), card.name, 12)
        pen.write(Box(x + 75, y, _DOOR_MM, _ROW_MM - 2), card.door or "–", 11)
        pen.write(
            Box(x + 150, y, width - 150, _ROW_MM - 2), say("handed_over"), 8, grey=True
        )
        pen.line(x, y + _ROW_MM - 1, width)
        y += _ROW_MM


def _draw_heading(pen: Pen, sheet: Sheet, how: Print) -> float:
    """Title, place and who is responsible; where the list may begin [mm]."""
    say = pen.speaking("zh-CN")
    width, x, y = A4[0] - 4 * MARGIN, 2 * MARGIN, 2 * MARGIN
    pen.pdf.add_page()
    pen.write(Box(x, y, width, 10), say("sheet_title"), 18)
    pen.write(Box(x, y + 11, width, 12), " ".join(sheet.place), 13)
    printed = (
        f"{say('printed')} {how.at:%Y-%m-%d} · {len(sheet.cards)} {say('seniors')}"
    )
    pen.write(Box(x, y + 24, width, 5), printed, 9, grey=True)
    y += 31
    for one in _on_card(sheet.cards[0].responsible):
        _draw_responsible(pen, one, say(one.role), (x, y, width / 2))
        y += _ROW_MM
    pen.line(x, y, width)
    return y + 3

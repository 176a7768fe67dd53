"""Invitations on paper: a slip for each person, to cut apart, community by community."""

import io
from collections.abc import Iterable, Sequence
from datetime import datetime
from itertools import groupby
from typing import Final, NamedTuple

import segno
from fpdf import FPDF

from api.cards.fonts import Font
from api.cards.lettering import Box, Pen
from api.cards.paper import A4, begin, finished
from api.views.words import WORDS
from core import proofs
from core.registry.joining import Held

COLUMNS: Final = 2
ROWS: Final = 6
TOP_MM: Final = 18.0
MARGIN_MM: Final = 10.0
QR_MM: Final = 30.0
_WIDTH_MM: Final = (A4[0] - 2 * MARGIN_MM) / COLUMNS
_HEIGHT_MM: Final = (A4[1] - TOP_MM - MARGIN_MM) / ROWS
COMMUNITY_DEPTH: Final = 3
_WORDS: Final[dict[str, tuple[str, str]]] = {
    "title": ("登录邀请", "Invitations to a login"),
    "mine": ("银铃登录邀请", "Yinling: your login"),
    "scan": (
        "扫码设定用户名和密码，仅可用一次，{until} 前有效。请勿转给他人。",
        "Scan to set user name and password, once, until {until}. For you alone.",
    ),
    "of": ("{senior} 的{relation}", "{relation} of {senior}"),
}


class Slip(NamedTuple):
    """What stands on one slip; `place` is the names of a path, the district first."""

    name: str
    what: str
    place: tuple[str, ...]
    url: str
    expires_at: datetime
    language: str


def of(invitations: Iterable[Held], base_url: str, key: bytes) -> list[Slip]:
    """Slips of open invitations, in the order they come in.

    Parameters
    ----------
    key : the service's signing key, which the links follow from.
    """
    return [
        Slip(
            one.name,
            _what(one),
            tuple(one.place),
            proofs.invitation_url(base_url, key, one.id),
            one.expires_at,
            one.locale,
        )
        for one in invitations
    ]


def sheets(slips: Sequence[Slip], font: Font, at: datetime) -> bytes:
    """Pages of slips; each community, or place above one, begins a new page.

    Parameters
    ----------
    at : when they are printed, in local time.
    """
    pdf = begin(font, at, A4, _WORDS["title"][0])
    pen = Pen(pdf)
    for path, group in groupby(slips, key=lambda one: one.place[:COMMUNITY_DEPTH]):
        together = list(group)
        for start in range(0, len(together), COLUMNS * ROWS):
            _draw_page(pen, path, together[start : start + COLUMNS * ROWS], at)
    if not slips:
        pdf.add_page()
        pen.write(Box(MARGIN_MM, MARGIN_MM, 150, 10), f"{_WORDS['title'][0]}：0", 14)
    return finished(pdf)


def _what(one: Held) -> str:
    language = _column(one.locale)
    if one.senior and one.relation:
        return _WORDS["of"][language].format(senior=one.senior, relation=one.relation)
    return WORDS[f"role.{one.role}"][language]


def _column(language: str) -> int:
    return 1 if language == "en" else 0


def _draw_page(
    pen: Pen, path: Sequence[str], slips: Sequence[Slip], at: datetime
) -> None:
    pen.pdf.add_page()
    heading = f"{_WORDS['title'][0]} · {' '.join(path)} · {at:%Y-%m-%d}"
    pen.write(Box(MARGIN_MM, 8, A4[0] - 2 * MARGIN_MM, 7), heading, 11, grey=True)
    for number, slip in enumerate(slips):
        left = MARGIN_MM + number % COLUMNS * _WIDTH_MM
        top = TOP_MM + number // COLUMNS * _HEIGHT_MM
        _draw_frame(pen.pdf, left, top)
        _draw_slip(pen, slip, left + 3, top + 3, at)


def _draw_slip(pen: Pen, slip: Slip, left: float, top: float, at: datetime) -> None:
    width = _WIDTH_MM - 6
    beside = width - QR_MM - 2
    column = _column(slip.language)
    until = f"{slip.expires_at.astimezone(at.tzinfo):%Y-%m-%d}"
    pen.write(Box(left, top, beside, 4), _WORDS["mine"][column], 8, grey=True)
    pen.write(Box(left, top + 4.5, beside, 8), slip.name, 15)
    pen.write(Box(left, top + 13, beside, 5), slip.what, 9)
    where = " ".join(slip.place[COMMUNITY_DEPTH - 1 :] or slip.place)
    pen.write(Box(left, top + 18, beside, 5), where, 9, grey=True)
    said = _WORDS["scan"][column].format(until=until)
    pen.write(Box(left, top + 24, beside, 9), said, 7.5)
    pen.write(Box(left, top + 34, width, 5), slip.url, 7, grey=True)
    image = io.BytesIO()
    # A fixed mask: choosing the best one takes longer than all the rest.
    code = segno.make(slip.url, error="m", micro=False, mask=3)
    code.save(image, kind="png", scale=4, border=2)
    pen.pdf.image(image, left + width - QR_MM, top, QR_MM, QR_MM)


def _draw_frame(pdf: FPDF, left: float, top: float) -> None:
    pdf.set_draw_color(190)
    pdf.set_dash_pattern(dash=2, gap=2)
    pdf.rect(left, top, _WIDTH_MM, _HEIGHT_MM)
    pdf.set_dash_pattern()

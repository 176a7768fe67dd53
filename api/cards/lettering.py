"""Text that fits: every line of a card is made small enough for its box, or cut short."""

from collections.abc import Callable
from typing import Final, NamedTuple

from fpdf import FPDF
from fpdf.enums import MethodReturnValue, XPos, YPos

SMALLEST_PT: Final = 5.0
_STEP_PT: Final = 0.5
_LINE: Final = 1.25
"""Height of a line in sizes of its font."""
_MM_PER_PT: Final = 25.4 / 72
_GREY: Final = 90
WORDS: Final[dict[str, tuple[str, str]]] = {
    "title": ("居民联系卡", "Contact card"),
    "sheet_title": ("楼栋联系卡发放单", "Contact cards of a building"),
    "building_head": ("楼栋长", "building head"),
    "grid_worker": ("网格员", "grid worker"),
    "nobody": ("请联系社区居委会", "Ask your community office"),
    "service": ("服务紧急电话", "Emergency line"),
    "urgent": (
        "紧急时请按手环SOS键；危及生命请直接拨打120。",
        "In an emergency press SOS on the wristband; in danger of life call 120.",
    ),
    "printed": ("印制", "printed"),
    "scan": ("工作人员扫码（需登录）", "for staff, after login"),
    "handed_over": ("□ 已发放", "□ handed over"),
    "seniors": ("位老人", "seniors"),
}


class Box(NamedTuple):
    """Where a text must stay [mm]."""

    x: float
    y: float
    width: float
    height: float


class Pen:
    """Writes texts into boxes of a document's present page."""

    def __init__(self, pdf: FPDF) -> None:
        self.pdf = pdf

    def speaking(self, language: str) -> Callable[[str], str]:
        """The words of a card in a language."""
        column = 1 if language == "en" else 0
        return lambda key: WORDS[key][column]

    def line(self, x: float, y: float, width: float) -> None:
        """A thin line."""
        self.pdf.set_draw_color(150)
        self.pdf.set_line_width(0.2)
        self.pdf.line(x, y, x + width, y)

    def write(
        self, box: Box, text: str, largest_pt: float, *, grey: bool = False
    ) -> None:
        """Write a text as large as its box allows, at most `largest_pt`.

        What does not even fit at the smallest size ends in an ellipsis.
        """
        text = " ".join(text.split())
        if not text:
            return
        size, lines = self._fitting(box, text, largest_pt)
        self.pdf.set_text_color(_GREY if grey else 0)
        height = size * _MM_PER_PT * _LINE
        for n, line in enumerate(lines):
            self.pdf.set_xy(box.x, box.y + n * height)
            self.pdf.cell(
                box.width, height, line, new_x=XPos.LEFT, new_y=YPos.NEXT, align="L"
            )

    def _fitting(
        self, box: Box, text: str, largest_pt: float
    ) -> tuple[float, list[str]]:
        size = largest_pt
        while True:
            lines = self._broken(box, text, size)
            most = int(box.height / (size * _MM_PER_PT * _LINE) + 1e-9)
            if len(lines) <= most:
                return size, lines
            if size <= SMALLEST_PT:
                kept = lines[: max(most, 1)]
                kept[-1] = self._cut(box, f"{kept[-1]}…")
                return size, kept
            size = max(size - _STEP_PT, SMALLEST_PT)

    def _broken(self, box: Box, text: str, size: float) -> list[str]:
        """Lines of a text at a size: at spaces, or within a word that is too long."""
        self.pdf.set_font("cards", size=size)
        found = self.pdf.multi_cell(
            box.width,
            size * _MM_PER_PT * _LINE,
            text,
            dry_run=True,
            output=MethodReturnValue.LINES,
        )
        return [str(line).strip() for line in found]  # pyright: ignore[reportGeneralTypeIssues, reportUnknownVariableType, reportUnknownArgumentType]

    def _cut(self, box: Box, line: str) -> str:
        while len(line) > 1 and self.pdf.get_string_width(line) > box.width:
            line = f"{line[:-2]}…"
        return line

"""Small scatter plots as SVG: sensitivity against false alerts, a panel for each limit."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Final
from xml.sax.saxutils import escape

WIDTH: Final = 330
HEIGHT: Final = 250
COLUMNS: Final = 3
LEFT, RIGHT, TOP, BOTTOM = 52, 14, 34, 46
_STYLE: Final = (
    "text{font:11px sans-serif;fill:#22302b}.t{font-weight:bold;font-size:12px}"
    ".g{stroke:#e3e0d8}.l{stroke:#1d5c4f;fill:none;stroke-width:1.5}"
    ".p{fill:#fff;stroke:#1d5c4f;stroke-width:1.5}.d{fill:#1d5c4f}.s{fill:#5b6661}"
)


@dataclass(frozen=True, slots=True)
class Point:
    """One setting: false alerts a senior-day, sensitivity from 0 to 1."""

    false_per_day: float
    sensitivity: float
    name: str
    default: bool = False


@dataclass(frozen=True, slots=True)
class Panel:
    """The settings of one limit, in order, and what stands below them."""

    title: str
    points: Sequence[Point]
    note: str = ""


def panels(title: str, drawn: Sequence[Panel]) -> str:
    """All panels as one SVG picture."""
    rows = -(-len(drawn) // COLUMNS)
    width, height = COLUMNS * WIDTH, rows * HEIGHT + 30
    parts = [
        f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {width} {height}"'
        f' width="{width}" height="{height}" role="img">',
        f"<title>{escape(title)}</title><style>{_STYLE}</style>",
        f'<rect width="{width}" height="{height}" fill="#fff"/>',
        f'<text class="t" x="12" y="20">{escape(title)}</text>',
    ]
    for i, panel in enumerate(drawn):
        x, y = i % COLUMNS * WIDTH, i // COLUMNS * HEIGHT + 30
        parts.append(f'<g transform="translate({x},{y})">{_panel(panel)}</g>')
    return "\n".join([*parts, "</svg>", ""])


def _panel(panel: Panel) -> str:
    most = max((one.false_per_day for one in panel.points), default=0.0) * 1.15 or 0.01
    least = min((one.sensitivity for one in panel.points), default=0.0)
    floor = max(0.0, min(0.9, least - 0.05))

    def x(value: float) -> float:
        return LEFT + value / most * (WIDTH - LEFT - RIGHT)

    def y(value: float) -> float:
        return TOP + (1 - value) / (1 - floor) * (HEIGHT - TOP - BOTTOM)

    parts = [f'<text class="t" x="{LEFT}" y="20">{escape(panel.title)}</text>']
    for i in range(5):
        share = floor + (1 - floor) * i / 4
        parts.append(
            f'<line class="g" x1="{LEFT}" x2="{WIDTH - RIGHT}"'
            f' y1="{y(share):.1f}" y2="{y(share):.1f}"/>'
            f'<text class="s" x="{LEFT - 6}" y="{y(share) + 4:.1f}"'
            f' text-anchor="end">{share:.0%}</text>'
        )
    for i in range(4):
        value = most * i / 3
        parts.append(
            f'<text class="s" x="{x(value):.1f}" y="{HEIGHT - BOTTOM + 16}"'
            f' text-anchor="middle">{value:.3g}</text>'
        )
    middle = (LEFT + WIDTH - RIGHT) / 2
    parts.append(
        f'<text class="s" x="{middle}" y="{HEIGHT - 12}" text-anchor="middle">'
        f"{escape(panel.note)}</text>"
    )
    line = " ".join(
        f"{x(one.false_per_day):.1f},{y(one.sensitivity):.1f}" for one in panel.points
    )
    parts.append(f'<polyline class="l" points="{line}"/>')
    for one in panel.points:
        at = x(one.false_per_day), y(one.sensitivity)
        parts.append(
            f'<circle class="{"d" if one.default else "p"}" r="4.5"'
            f' cx="{at[0]:.1f}" cy="{at[1]:.1f}"/>'
            f'<text x="{at[0] + 7:.1f}" y="{at[1] + 13:.1f}">{escape(one.name)}</text>'
        )
    return "".join(parts)

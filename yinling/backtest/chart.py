"""Small scatter plots as SVG: sensitivity against false alerts, a panel for each limit."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from math import hypot
from typing import Final
from xml.sax.saxutils import escape

WIDTH: Final = 330
HEIGHT: Final = 250
COLUMNS: Final = 3
LEFT, RIGHT, TOP, BOTTOM = 52, 24, 34, 46
APART: Final = 28.0
_STYLE: Final = (
    "text{font:11px sans-serif;fill:#22302b}.t{font-weight:bold;font-size:12px}"
    ".g{stroke:#e3e0d8}.l{stroke:#1d5c4f;fill:none;stroke-width:1.5}"
    ".p{fill:#fff;stroke:#1d5c4f;stroke-width:1.5}.d{fill:#1d5c4f}.s{fill:#5b6661}"
)


@dataclass(frozen=True, slots=True)
class Point:
    """One setting: false alerts a senior-day, share told in time from 0 to 1."""

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
    places = [
        (
            LEFT + one.false_per_day / most * (WIDTH - LEFT - RIGHT),
            TOP + (1 - one.sensitivity) / (1 - floor) * (HEIGHT - TOP - BOTTOM),
        )
        for one in panel.points
    ]
    line = " ".join(f"{x:.1f},{y:.1f}" for x, y in places)
    dots = [
        f'<circle class="{"d" if one.default else "p"}" r="4.5"'
        f' cx="{x:.1f}" cy="{y:.1f}"/>'
        for one, (x, y) in sorted(
            zip(panel.points, places, strict=True), key=lambda pair: pair[0].default
        )
    ]
    return "".join(
        [
            f'<text class="t" x="{LEFT}" y="20">{escape(panel.title)}</text>',
            *_axes(floor, most, panel.note),
            f'<polyline class="l" points="{line}"/>',
            *dots,
            *_names(panel.points, places),
        ]
    )


def _axes(floor: float, most: float, note: str) -> Iterator[str]:
    for i in range(5):
        share = floor + (1 - floor) * i / 4
        y = TOP + (1 - i / 4) * (HEIGHT - TOP - BOTTOM)
        yield (
            f'<line class="g" x1="{LEFT}" x2="{WIDTH - RIGHT}" y1="{y:.1f}" y2="{y:.1f}"/>'
            f'<text class="s" x="{LEFT - 6}" y="{y + 4:.1f}" text-anchor="end">'
            f"{share:.0%}</text>"
        )
    for i in range(4):
        x = LEFT + i / 3 * (WIDTH - LEFT - RIGHT)
        yield (
            f'<text class="s" x="{x:.1f}" y="{HEIGHT - BOTTOM + 16}"'
            f' text-anchor="middle">{most * i / 3:.3g}</text>'
        )
    middle = (LEFT + WIDTH - RIGHT) / 2
    yield (
        f'<text class="s" x="{middle}" y="{HEIGHT - 12}" text-anchor="middle">'
        f"{escape(note)}</text>"
    )


def _names(
    points: Sequence[Point], places: Sequence[tuple[float, float]]
) -> Iterator[str]:
    """The points' names, those of neighbours that lie on each other together."""
    together: list[tuple[tuple[float, float], list[str]]] = []
    for point, at in zip(points, places, strict=True):
        if (
            together
            and hypot(at[0] - together[-1][0][0], at[1] - together[-1][0][1]) < APART
        ):
            together[-1][1].append(point.name)
        else:
            together.append((at, [point.name]))
    for (x, y), names in together:
        text = names[0] if len(names) == 1 else f"{names[0]} … {names[-1]}"
        yield f'<text x="{x + 7:.1f}" y="{y + 13:.1f}">{escape(text)}</text>'

"""Draws log-log plots as SVG, without a library.

Lines are named at their ends, in the margin, so that no legend is needed; they differ in colour,
dashes and marks. The background is left out, and every colour is legible on white and on black.
"""

from __future__ import annotations

import math
from typing import TYPE_CHECKING, NamedTuple
from xml.sax.saxutils import escape

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping, Sequence

    Points = Sequence[tuple[float, float]]

WIDTH, HEIGHT, COLUMNS = 510, 320, 2  #: of a panel, and how many stand side by side
LEFT, RIGHT, TOP, BOTTOM = 62, 160, 44, 50
FONT, LINE = 12, 15  #: sizes in pixels
GREY = "#767676"
STYLES = [  #: of the lines, in turn: colour, dashes, mark
    ("#1f77d0", "", "circle"),
    ("#c2580c", "7 3", "square"),
    ("#2b8a3e", "2 3", "diamond"),
    ("#9a5fd0", "9 3 2 3", "triangle"),
    ("#c2255c", "4 4", "circle"),
]
MARKS = {
    "square": "-3.5,-3.5 3.5,-3.5 3.5,3.5 -3.5,3.5",
    "diamond": "0,-5 5,0 0,5 -5,0",
    "triangle": "0,-5 4.5,3.5 -4.5,3.5",
}


class Panel(NamedTuple):
    """A plot of some lines over size."""

    title: str
    x_label: str
    lines: Mapping[str, Points]


class Scale(NamedTuple):
    """From values to places, in powers of ten."""

    low: int
    high: int
    start: float
    end: float

    def __call__(self, value: float) -> float:
        """Return the place of a value."""
        share = (math.log10(value) - self.low) / (self.high - self.low)
        return self.start + share * (self.end - self.start)

    @property
    def ticks(self) -> list[float]:
        """The powers of ten, ends included."""
        return [10.0**power for power in range(self.low, self.high + 1)]


def scale(values: Sequence[float], start: float, end: float) -> Scale:
    """Return a scale of whole powers of ten, at least one, that holds these values."""
    low = math.floor(math.log10(min(values)) + 1e-9)
    high = math.ceil(math.log10(max(values)) - 1e-9)
    return Scale(low, max(high, low + 1), start, end)


def told(value: float) -> str:
    """Return how a tick is labelled."""
    for unit, sign in ((1e6, " M"), (1e3, " k")):
        if value >= unit:
            return f"{value / unit:g}{sign}"
    return f"{value:g}"


def text(x: float, y: float, words: str, anchor: str = "start", fill: str = GREY) -> str:
    """Return a label."""
    place = f'x="{x:.1f}" y="{y:.1f}" text-anchor="{anchor}" fill="{fill}"'
    return f"<text {place}>{escape(words)}</text>"


def segment(x1: float, y1: float, x2: float, y2: float, more: str) -> str:
    """Return a straight line."""
    return f'<line x1="{x1:.1f}" y1="{y1:.1f}" x2="{x2:.1f}" y2="{y2:.1f}" stroke="{GREY}" {more}/>'


def axes(panel: Panel, x: Scale, y: Scale) -> Iterator[str]:
    """Yield the title, the grid with its labelled ticks, and what the sizes are of."""
    yield text(LEFT, TOP - 20, panel.title).replace("<text", '<text font-weight="bold"')
    faint = 'stroke-opacity="0.3"'
    for tick in y.ticks:
        yield segment(x.start, y(tick), x.end, y(tick), faint)
        yield text(x.start - 8, y(tick) + 4, told(tick), "end")
    for tick in x.ticks:
        yield segment(x(tick), y.start, x(tick), y.end, faint)
        yield text(x(tick), y.start + 18, told(tick), "middle")
    yield text((x.start + x.end) / 2, y.start + 38, panel.x_label, "middle")


def mark(kind: str, x: float, y: float, colour: str) -> str:
    """Return the mark of a point."""
    if kind == "circle":
        return f'<circle cx="{x:.1f}" cy="{y:.1f}" r="4" fill="{colour}"/>'
    moved = f'transform="translate({x:.1f} {y:.1f})"'
    return f'<polygon points="{MARKS[kind]}" {moved} fill="{colour}"/>'


def curve(points: Points, x: Scale, y: Scale, style: tuple[str, str, str]) -> Iterator[str]:
    """Yield a line and its marks."""
    colour, dashes, kind = style
    places = [(x(size), y(value)) for size, value in points]
    joined = " ".join(f"{left:.1f},{down:.1f}" for left, down in places)
    drawn = f'fill="none" stroke="{colour}" stroke-width="2" stroke-dasharray="{dashes or "none"}"'
    yield f'<polyline points="{joined}" {drawn}/>'
    for left, down in places:
        yield mark(kind, left, down, colour)


def apart(wanted: Sequence[float], low: float, high: float) -> list[float]:
    """Return places near those wanted, in their order and a line's height apart."""
    order = sorted(range(len(wanted)), key=lambda which: wanted[which])
    places, least = list(wanted), low
    for which in order:
        places[which] = least = max(wanted[which], least)
        least += LINE
    most = high
    for which in reversed(order):
        places[which] = min(places[which], most)
        most = places[which] - LINE
    return places


def names(panel: Panel, x: Scale, y: Scale, styles: Mapping[str, tuple[str, str, str]]) -> str:
    """Return the names of the lines, each joined to where its line ends."""
    ends = {name: points[-1] for name, points in panel.lines.items()}
    places = apart([y(value) for _, value in ends.values()], y.end, y.start)
    drawn = []
    for (name, (size, value)), place in zip(ends.items(), places, strict=True):
        dots = 'stroke-opacity="0.7" stroke-dasharray="1 3"'
        drawn.append(segment(x(size) + 5, y(value), x.end + 12, place, dots))
        drawn.append(text(x.end + 15, place + 4, name, fill=styles[name][0]))
    return "\n".join(drawn)


def draw(panel: Panel, styles: Mapping[str, tuple[str, str, str]]) -> Iterator[str]:
    """Yield what a panel is made of."""
    points = [point for line in panel.lines.values() for point in line]
    x = scale([size for size, _ in points], LEFT, WIDTH - RIGHT)
    y = scale([value for _, value in points], HEIGHT - BOTTOM, TOP)
    yield from axes(panel, x, y)
    for name, line in panel.lines.items():
        yield from curve(line, x, y, styles[name])
    yield names(panel, x, y, styles)


def svg(panels: Sequence[Panel], what: str) -> str:
    """Return a drawing of these panels; those without a point are left out."""
    shown = [
        panel._replace(lines={name: line for name, line in panel.lines.items() if line})
        for panel in panels
        if any(panel.lines.values())
    ]
    all_names = dict.fromkeys(name for panel in shown for name in panel.lines)
    styles = {name: STYLES[place % len(STYLES)] for place, name in enumerate(all_names)}
    parts = [f"<title>{escape(what)}</title>"]
    for place, panel in enumerate(shown):
        down, right = divmod(place, COLUMNS)
        inner = "\n".join(draw(panel, styles))
        parts.append(f'<g transform="translate({right * WIDTH} {down * HEIGHT})">\n{inner}\n</g>')
    width, height = COLUMNS * WIDTH, HEIGHT * math.ceil(len(shown) / COLUMNS)
    size = f'viewBox="0 0 {width} {height}" width="{width}" height="{height}"'
    font = f'font-family="sans-serif" font-size="{FONT}"'
    body = "\n".join(parts)
    return f'<svg xmlns="http://www.w3.org/2000/svg" {size} {font} role="img">\n{body}\n</svg>\n'

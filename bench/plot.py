"""Draw the figures that bench/growth.py wrote as JSON, on logarithmic axes.

    python bench/plot.py FIGURES.json FILE.svg

Needs matplotlib (`pip install -e '.[bench]'`). The background is transparent and every colour is
legible on white and on black. The same figures give the same bytes with one version of matplotlib.
"""

from __future__ import annotations

import argparse
import json
from pathlib import Path
from typing import Any

import matplotlib as mpl
from matplotlib.figure import Figure

GREY = "#767676"
STYLES = [  #: colour, dashes and marker of each tool
    ("#1f77d0", "-", "o"),
    ("#c2580c", "--", "s"),
    ("#2b8a3e", ":", "D"),
    ("#9a5fd0", "-.", "^"),
]
SETTINGS: Any = {  # matplotlib's type lists every key
    "axes.edgecolor": GREY,
    "axes.grid": True,
    "axes.labelcolor": GREY,
    "axes.spines.right": False,
    "axes.spines.top": False,
    "axes.titlecolor": GREY,
    "axes.titlesize": 10,
    "axes.titleweight": "bold",
    "figure.figsize": (10.2, 7),
    "figure.constrained_layout.use": True,
    "grid.alpha": 0.3,
    "grid.color": GREY,
    "legend.frameon": False,
    "legend.labelcolor": "linecolor",
    "svg.fonttype": "none",
    "svg.hashsalt": "pakaz",
    "text.color": GREY,
    "xtick.color": GREY,
    "ytick.color": GREY,
}
PANELS = [  #: title, rows, key, factor
    ("One question: processor time, ms", "answers", "seconds", 1000),
    ("One question: peak memory, MB", "answers", "peak", 1),
    ("Many questions: per second and core", "answers", "rate", 1),
    ("Build: processor time, s", "builds", "seconds", 1),
]


def draw(figures: dict[str, Any]) -> Figure:
    """Return the drawing of the figures, a panel for each quantity, a line for each tool."""
    drawing = Figure()
    drawing.subplots(2, 2)
    tools = list(dict.fromkeys(row["tool"] for row in figures["answers"] + figures["builds"]))
    styles = dict(zip(tools, STYLES, strict=False))
    for panel, (title, rows, key, factor) in zip(drawing.axes, PANELS, strict=True):
        for tool, (colour, dashes, marker) in styles.items():
            points = [
                (row["size"], row[key] * factor)
                for row in figures[rows]
                if row["tool"] == tool and row[key]
            ]
            if points:
                panel.loglog(
                    *zip(*points, strict=True), dashes, color=colour, marker=marker, label=tool
                )
        panel.set(title=title, xlabel="entries")
        panel.minorticks_off()
        for axis in (panel.xaxis, panel.yaxis):
            axis.set_major_formatter("{x:,.7g}")
    lines = drawing.axes[0].get_legend_handles_labels()
    drawing.legend(*lines, loc="outside lower center", ncols=len(STYLES))
    return drawing


def main() -> None:
    """Draw the figures of a file."""
    parser = argparse.ArgumentParser(description="Draw the figures of bench/growth.py.")
    parser.add_argument("figures", type=Path, help="JSON written by bench/growth.py --json")
    parser.add_argument("svg", type=Path, help="drawing to write")
    options = parser.parse_args()
    figures = json.loads(options.figures.read_text("utf-8"))
    metadata = {"Date": None, "Title": f"Cost by size ({figures['machine']})"}
    with mpl.rc_context(SETTINGS):
        draw(figures).savefig(options.svg, transparent=True, metadata=metadata)


if __name__ == "__main__":
    main()

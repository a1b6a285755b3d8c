"""How the figures look: one column wide, quiet axes, labels beside the lines, five colours.

A figure is 460 units wide and nothing in it is smaller than 12: in a column of 358 px, that of a
phone, a label has 9 px.  All text and colours have a contrast of at least 4.5 on white; a page that
has a dark mode replaces the colours one by one (`PALETTE` names them).
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from typing import TYPE_CHECKING, Any

import numpy as np

from polyfam._checks import optional_import

if TYPE_CHECKING:
    from matplotlib.axes import Axes
    from matplotlib.figure import Figure
else:  # matplotlib is imported by what draws
    Axes = Figure = Any

__all__ = [
    "COLOURS",
    "FAINT",
    "GREY",
    "INK",
    "PALETTE",
    "PAPER",
    "Axes",
    "Figure",
    "label_ends",
    "panels",
    "plain_powers",
    "raised",
    "styled",
]

#: Told apart by all eyes (Okabe and Ito's palette, darker where white would swallow it).
COLOURS = ("#0072b2", "#b84c00", "#007a58", "#a3477a", "#8a5f00", "#5550c8")
INK, GREY, FAINT, PAPER = "#333333", "#6b6b6b", "#e2e2e2", "#ffffff"

#: What a page calls each colour.
PALETTE = {
    INK: "ink",
    GREY: "grey",
    FAINT: "faint",
    PAPER: "paper",
    **{colour: str(number) for number, colour in enumerate(COLOURS, start=1)},
}

_RAISED = str.maketrans("-0123456789", "⁻⁰¹²³⁴⁵⁶⁷⁸⁹")

WIDTH = 460 / 72  # inches
FONT = 12

_SETTINGS: dict[str, Any] = {
    "axes.axisbelow": True,
    "axes.edgecolor": GREY,
    "axes.grid": True,
    "axes.labelcolor": INK,
    "axes.labelsize": FONT,
    "axes.spines.right": False,
    "axes.spines.top": False,
    "axes.titlelocation": "left",
    "axes.titlesize": FONT,
    "axes.titlecolor": INK,
    "font.family": "DejaVu Sans",
    "font.size": FONT,
    "grid.color": FAINT,
    "grid.linewidth": 0.8,
    "legend.fontsize": FONT,
    "legend.frameon": False,
    "lines.linewidth": 1.6,
    "lines.markersize": 5,
    "mathtext.default": "regular",
    "savefig.dpi": 150,
    "svg.fonttype": "none",
    "svg.hashsalt": "polyfam",
    "text.color": INK,
    "xtick.color": GREY,
    "xtick.labelcolor": INK,
    "xtick.labelsize": FONT,
    "ytick.color": GREY,
    "ytick.labelcolor": INK,
    "ytick.labelsize": FONT,
}


@contextmanager
def styled() -> Iterator[None]:
    """Draw and save in this style; what the user set outside comes back."""
    matplotlib = optional_import("matplotlib", "plot")
    with matplotlib.rc_context():
        matplotlib.rcdefaults()
        matplotlib.rcParams.update(_SETTINGS)
        matplotlib.rcParams["axes.prop_cycle"] = matplotlib.cycler(color=COLOURS)
        yield


def panels(rows: int = 1, columns: int = 1, *, height: float, **options: Any) -> tuple[Figure, Any]:
    """Return a figure as wide as a column and its axes, shape (rows, columns).

    ``height`` is that of a row, in the units of which the column has 460.
    """
    module = optional_import("matplotlib.figure", "plot")
    figure = module.Figure(figsize=(WIDTH, height * rows / 72), layout="constrained")
    return figure, figure.subplots(rows, columns, squeeze=False, **options)


def plain_powers(figure: Figure) -> None:
    """Write powers of ten as text: the exponents of formulas are too small to read."""
    ticker = optional_import("matplotlib.ticker", "plot")
    for axes in figure.axes:
        for axis in (axes.xaxis, axes.yaxis):
            if isinstance(axis.get_major_formatter(), ticker.LogFormatterSciNotation):
                axis.set_major_formatter(lambda value, _: f"10{raised(np.log10(value))}")
                axis.set_minor_formatter(ticker.NullFormatter())


def label_ends(
    axes: Axes, labels: Sequence[tuple[float, float, str, str]], *, left: bool = False
) -> None:
    """Write labels (x, y, text, colour) beside the ends of lines, where they do not overlap.

    Call it when everything is drawn and the limits stand; ``left`` writes before the points.
    """
    from matplotlib.figure import Figure

    figure = axes.get_figure()  # its argument 'root' came with matplotlib 3.10
    if not isinstance(figure, Figure) or not labels:
        return
    plain_powers(figure)
    figure.draw_without_rendering()
    unit = 72 / figure.dpi
    placed = sorted((axes.transData.transform((x, y))[1] * unit, i) for i, (x, y, *_) in
                    enumerate(labels))  # fmt: skip
    heights = [height for height, _ in placed]
    for _ in range(200):  # push neighbours apart until each has its line
        for k in range(len(heights) - 1):
            lack = 1.12 * FONT - (heights[k + 1] - heights[k])
            if lack > 1e-6:
                heights[k] -= lack / 2
                heights[k + 1] += lack / 2
    for (was, index), now in zip(placed, heights, strict=True):
        x, y, text, colour = labels[index]
        axes.annotate(
            text,
            (x, y),
            xytext=(-6 if left else 6, now - was),
            textcoords="offset points",
            color=colour,
            ha="right" if left else "left",
            va="center",
            annotation_clip=False,
        )


def raised(number: float) -> str:
    """Return a whole number as an exponent: ``10⁻⁶``, without the typesetting of formulas."""
    return f"{number:.0f}".translate(_RAISED)

"""How the figures look: one palette, quiet axes, a title, and the parameters at the foot."""

from __future__ import annotations

import textwrap
from collections.abc import Iterator
from contextlib import contextmanager
from typing import TYPE_CHECKING, Any

from polyfam._checks import optional_import

if TYPE_CHECKING:
    from matplotlib.axes import Axes
    from matplotlib.figure import Figure

__all__ = ["COLOURS", "GREY", "axes_grid", "finished", "label_line", "slope_triangle", "styled"]

#: Told apart by all eyes and in print (Okabe and Ito's palette, reordered).
COLOURS = ("#0072B2", "#D55E00", "#009E73", "#CC79A7", "#E69F00", "#56B4E9", "#000000")
GREY = "#7f7f7f"

_SETTINGS: dict[str, Any] = {
    "axes.axisbelow": True,
    "axes.grid": True,
    "axes.labelcolor": "#333333",
    "axes.labelsize": 9,
    "axes.spines.right": False,
    "axes.spines.top": False,
    "axes.titlelocation": "left",
    "axes.titlesize": 10,
    "figure.dpi": 150,
    "font.family": "DejaVu Sans",
    "font.size": 9,
    "grid.color": "#e6e6e6",
    "grid.linewidth": 0.6,
    "legend.fontsize": 8,
    "legend.frameon": False,
    "lines.linewidth": 1.4,
    "lines.markersize": 4,
    "svg.fonttype": "none",
    "svg.hashsalt": "polyfam",
    "xtick.labelsize": 8,
    "ytick.labelsize": 8,
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


def axes_grid(
    rows: int = 1, columns: int = 1, width: float = 3.4, height: float = 3.0, **options: Any
) -> tuple[Figure, Any]:
    """Return a figure and its array of axes, shape (rows, columns), each of this size in inches."""
    module = optional_import("matplotlib.figure", "plot")
    figure = module.Figure(figsize=(width * columns, height * rows + 0.8), layout="constrained")
    return figure, figure.subplots(rows, columns, squeeze=False, **options)


def finished(figure: Figure, title: str, caption: str) -> Figure:
    """Put a title above a figure and its parameters below."""
    width = figure.get_figwidth()
    figure.suptitle(title, x=0.01, ha="left", fontsize=11, fontweight="bold")
    lines = textwrap.wrap(caption, int(19 * width), break_long_words=False)
    figure.supxlabel("\n".join(lines), x=0.01, ha="left", fontsize=6.5, color=GREY)
    return figure


def label_line(axes: Axes, x: float, y: float, text: str, colour: str, **options: Any) -> None:
    """Write a label beside the end of a line, in its colour."""
    axes.annotate(
        text,
        (x, y),
        xytext=(4, 0),
        textcoords="offset points",
        color=colour,
        fontsize=8,
        va="center",
        **options,
    )


def slope_triangle(axes: Axes, x: float, y: float, slope: float, width: float = 2.0) -> None:
    """Draw a triangle of this slope on doubly logarithmic axes, from (x, y) to the right."""
    axes.plot(
        [x, x * width, x * width, x],
        [y, y, y * width**slope, y],
        color=GREY,
        linewidth=0.7,
    )
    axes.annotate(
        f"{slope:g}",
        (x * width, y * width ** (slope / 2)),
        xytext=(3, 0),
        textcoords="offset points",
        color=GREY,
        fontsize=7,
        va="center",
    )

"""Pictures as PNG or PDF, drawn by matplotlib: the extra ``plot``."""

from __future__ import annotations

from io import BytesIO
from typing import TYPE_CHECKING

from polyfam._checks import optional_import
from polyfam.trees.drawing_svg import EDGE, TEXT

if TYPE_CHECKING:
    from polyfam.trees.drawing import Picture

__all__ = ["raster"]

#: Pixels of a picture to the inch, and of a PNG: sharp on fine screens.
_PIXELS, _DOTS = 96, 192


def raster(picture: Picture, suffix: str) -> bytes:
    """Return a picture as the bytes of a file of the kind ``png`` or ``pdf``.

    Raises
    ------
    MissingExtraError
        Without matplotlib.
    """
    figures = optional_import("matplotlib.figure", "plot")
    collections = optional_import("matplotlib.collections", "plot")
    patches = optional_import("matplotlib.patches", "plot")
    size = picture.width / _PIXELS, picture.height / _PIXELS
    figure = figures.Figure(figsize=size, dpi=_DOTS)
    axes = figure.add_axes((0, 0, 1, 1), xlim=(0, picture.width), ylim=(picture.height, 0))
    axes.set_axis_off()
    points = 72 / _PIXELS  # to a pixel
    for edges, width, discs, texts in picture.trees:
        lines = collections.LineCollection(edges, colors=EDGE, linewidths=width * points)
        axes.add_collection(lines)
        for disc in discs:
            centre = (disc.x, disc.y)
            axes.add_patch(patches.Circle(centre, disc.radius, color=disc.colour, lw=0, zorder=3))
        for text in texts:
            weight = "bold" if text.bold else "normal"
            style = {"color": TEXT, "ha": "center", "family": "monospace", "fontsize": 9}
            axes.text(text.x, text.y, text.text, weight=weight, **style)
    stream = BytesIO()
    # Without the date of the day, the same tree gives the same bytes.
    metadata = {"CreationDate": None} if suffix == "pdf" else {"Software": None}
    figure.savefig(stream, format=suffix, transparent=True, metadata=metadata)
    return stream.getvalue()

"""Pictures as TikZ: a tikzpicture to paste into a LaTeX document that uses the package tikz."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from polyfam.trees.drawing_svg import EDGE, TEXT

if TYPE_CHECKING:
    from polyfam.trees.drawing import Picture

__all__ = ["tikz"]


def tikz(picture: Picture) -> str:
    """Return a picture as a tikzpicture, one pixel a point, that ends in a newline."""
    colours = {EDGE: "polyfamedge", TEXT: "polyfamtext"}
    body = []
    for edges, width, discs, texts in picture.trees:
        for (a, b), (c, d) in edges:
            line = f"({a:.1f},{b:.1f}) -- ({c:.1f},{d:.1f});"
            body.append(rf"\draw[{colours[EDGE]}, line width={width:.1f}pt] {line}")
        for disc in discs:
            name = colours.setdefault(disc.colour, f"polyfam{'abcdef'[len(colours) - 2]}")
            body.append(rf"\fill[{name}] ({disc.x:.1f},{disc.y:.1f}) circle ({disc.radius:.1f}pt);")
        for text in texts:
            font = r"\ttfamily\scriptsize\bfseries" if text.bold else r"\ttfamily\scriptsize"
            letters = re.sub(r"([#$%&_{}])", r"\\\1", text.text)
            place = f"({text.x:.1f},{text.y:.1f})"
            body.append(rf"\node[{colours[TEXT]}, font={font}] at {place} {{{letters}}};")
    defined = [
        rf"\definecolor{{{name}}}{{HTML}}{{{colour[1:].upper()}}}"
        for colour, name in colours.items()
    ]
    head = r"\begin{tikzpicture}[x=1pt, y=-1pt]"
    return "\n".join([f"% {picture.title}", head, *defined, *body, "\\end{tikzpicture}\n"])

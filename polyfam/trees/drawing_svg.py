"""Pictures as SVG: plain text, the same for the same tree, no library needed."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from polyfam.trees.drawing import Picture, Text
    from polyfam.trees.layout import Point

__all__ = ["EDGE", "TEXT", "svg"]

EDGE, TEXT = "#7d8794", "#747e8b"
_FONT = 'font-family="ui-monospace, Menlo, Consolas, monospace" font-size="12"'


def svg(picture: Picture) -> str:
    """Return a picture as a complete SVG document, all ASCII, that ends in a newline."""
    w, h = _number(picture.width), _number(picture.height)
    head = f'<svg xmlns="http://www.w3.org/2000/svg" role="img" width="{w}" height="{h}"'
    lines = [f'{head} viewBox="0 0 {w} {h}">', f"<title>{picture.title}</title>"]
    for edges, width, discs, texts in picture.trees:
        if path := "".join(f"M{_place(start)} {_place(end)}" for start, end in edges):
            style = f'fill="none" stroke="{EDGE}" stroke-width="{_number(width)}"'
            lines.append(f'<path d="{path}" {style}/>')
        for disc in discs:
            place = f'cx="{_number(disc.x)}" cy="{_number(disc.y)}" r="{_number(disc.radius)}"'
            lines.append(f'<circle {place} fill="{disc.colour}"/>')
        lines += map(_text, texts)
    return "\n".join([*lines, "</svg>\n"])


def _text(text: Text) -> str:
    """Return a line of text."""
    weight = ' font-weight="bold"' if text.bold else ""
    place = f'x="{_number(text.x)}" y="{_number(text.y)}"'
    letters = text.text.replace("&", "&amp;").replace("<", "&lt;")
    return f'<text {place} text-anchor="middle" fill="{TEXT}" {_FONT}{weight}>{letters}</text>'


def _place(point: Point) -> str:
    """Return the coordinates of a point."""
    return f"{_number(point[0])} {_number(point[1])}"


def _number(value: float) -> str:
    """Return a length with at most one decimal, without a negative zero."""
    return f"{round(value, 1) + 0.0:.10g}"

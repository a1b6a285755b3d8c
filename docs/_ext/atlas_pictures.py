"""Small drawings of free trees: SVG that follows the colours of the page."""

from __future__ import annotations

from polyfam import FreeTree
from polyfam.trees.layout import free_layout


def short(number: float) -> str:
    """Return a coordinate in few characters."""
    return f"{round(number, 2) + 0.0:g}"


def svg(tree: FreeTree, label: str) -> str:
    """Return the picture of a tree, at most three units wide for each edge of its diameter."""
    points = free_layout(tree.levels)
    (left, top), (right, bottom) = (
        [f(values) for values in zip(*points, strict=True)] for f in (min, max)
    )
    box = " ".join(map(short, (left - 0.4, top - 0.4, right - left + 0.8, bottom - top + 0.8)))
    at = [(short(x), short(y)) for x, y in points]
    lines = "".join(f"M{' '.join(at[u])}L{' '.join(at[v])}" for u, v in tree.edges())
    dots = "".join(f'<circle cx="{x}" cy="{y}" r=".17"/>' for x, y in at)
    width = round(24 * (right - left + 0.8))
    return (
        f'<svg viewBox="{box}" width="{width}" role="img" aria-label="{label}">'
        f'<path d="{lines}"/>{dots}</svg>'
    )

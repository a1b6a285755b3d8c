"""Small drawings of free trees: SVG that follows the colours of the page, and TikZ."""

from __future__ import annotations

from polyfam import FreeTree
from polyfam.trees.layout import free_layout


def svg(tree: FreeTree, label: str) -> str:
    """Return the picture of a tree, at most three units wide for each edge of its diameter."""
    points = free_layout(tree.levels)
    (left, top), (right, bottom) = (
        [f(values) for values in zip(*points, strict=True)] for f in (min, max)
    )
    box = f"{left - 0.4:.2f} {top - 0.4:.2f} {right - left + 0.8:.2f} {bottom - top + 0.8:.2f}"
    lines = "".join(
        f"M{points[u][0]:.2f} {points[u][1]:.2f}L{points[v][0]:.2f} {points[v][1]:.2f}"
        for u, v in tree.edges()
    )
    dots = "".join(f'<circle cx="{x:.2f}" cy="{y:.2f}" r=".17"/>' for x, y in points)
    width = round(24 * (right - left + 0.8))
    return (
        f'<svg viewBox="{box}" width="{width}" role="img" aria-label="{label}">'
        f'<path d="{lines}"/>{dots}</svg>'
    )


def tikz(tree: FreeTree) -> str:
    """Return the picture as TikZ."""
    points = free_layout(tree.levels)
    edges = " ".join(
        f"({points[u][0]:.2f},{-points[u][1]:.2f})--({points[v][0]:.2f},{-points[v][1]:.2f})"
        for u, v in tree.edges()
    )
    dots = " ".join(f"({x:.2f},{-y:.2f}) circle (2pt)" for x, y in points)
    draw = f"  \\draw {edges};\n" if edges else ""
    return f"\\begin{{tikzpicture}}\n{draw}  \\fill {dots};\n\\end{{tikzpicture}}"

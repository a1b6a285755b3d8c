"""Draw the free trees with at most six vertices, each above its row of coefficients.

``python docs/_figures/trees.py`` writes docs/_static/trees.svg, byte for byte the same every time.
"""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

from polyfam import beta_table
from polyfam.trees.layout import free_layout

if TYPE_CHECKING:
    from polyfam import BetaPolynomial, FreeTree

TARGET = Path(__file__).parents[1] / "_static" / "trees.svg"

WIDTH, GAP, PADDING = 760, 12, 10
TOP, TREE_HEIGHT, BOTTOM = 30, 66, 48  # of a panel: title, trees, rows and names
EDGE = 17.6  # length of an edge

HEAD = """
<svg class="polyfam-trees" xmlns="http://www.w3.org/2000/svg" role="img" width="100%"
  viewBox="0 0 {width} {height}">
<title>The free trees with at most six vertices and their polynomials</title>
""".strip()

# Inside a page of the documentation the colours follow its light or dark mode; a stand-alone
# picture follows the system.
STYLE = """
<style>
.polyfam-trees { --ink: var(--color-foreground-primary, #1f2933);
  --quiet: var(--color-foreground-secondary, #5b6773);
  --panel: var(--color-background-secondary, #f4f6f8);
  --accent: var(--color-brand-primary, #0b6e62); }
@media (prefers-color-scheme: dark) { .polyfam-trees {
  --ink: var(--color-foreground-primary, #e6e9ec);
  --quiet: var(--color-foreground-secondary, #9aa5b1);
  --panel: var(--color-background-secondary, #1a1f24);
  --accent: var(--color-brand-primary, #5cc9b8); } }
.polyfam-trees text { text-anchor: middle; font-family: var(--font-stack, system-ui, sans-serif); }
.polyfam-trees .panel { fill: var(--panel); }
.polyfam-trees .title { fill: var(--quiet); font-size: 12px; }
.polyfam-trees .row { fill: var(--ink); font-size: 13px; font-weight: 600;
  font-variant-numeric: tabular-nums; word-spacing: .12em; }
.polyfam-trees .name { fill: var(--quiet); font-size: 11px; font-style: italic; }
.polyfam-trees line { stroke: var(--quiet); stroke-width: 1.8; stroke-linecap: round; }
.polyfam-trees circle { fill: var(--accent); stroke: var(--panel); stroke-width: 1.2; }
</style>
""".strip()


def centred(tree: FreeTree) -> list[tuple[float, float]]:
    """Place the vertices so that the drawing, not the centroid, is in the middle."""
    points = free_layout(tree.levels)
    x0, y0 = (sum(f(values) for f in (min, max)) / 2 for values in zip(*points, strict=True))
    return [(x - x0, y - y0) for x, y in points]


def name(tree: FreeTree) -> str:
    """Name the two extreme trees of each order, once they differ."""
    if tree.order < 4:
        return ""
    return {2: "star, Eulerian", tree.order - 1: "path, Narayana"}.get(tree.diameter(), "")


def number(value: float) -> str:
    """Print a coordinate, without a negative zero."""
    return f"{round(value, 2) + 0.0:g}"


def drawing(polynomial: BetaPolynomial, x: float, y: float) -> list[str]:
    """Draw one tree around (x, y), and its row below."""
    tree = polynomial.tree
    at = [(x + EDGE * a, y + EDGE * b) for a, b in centred(tree)]
    lines = []
    for u, v in tree.edges():
        (x1, y1), (x2, y2) = at[u], at[v]
        ends = zip(("x1", "y1", "x2", "y2"), map(number, (x1, y1, x2, y2)), strict=True)
        lines.append("<line " + " ".join(f'{key}="{value}"' for key, value in ends) + "/>")
    for a, b in at:
        lines.append(f'<circle cx="{number(a)}" cy="{number(b)}" r="4.2"/>')
    below = y + TREE_HEIGHT / 2 + 20
    row = " ".join(map(str, polynomial.row))
    lines.append(f'<text class="row" x="{number(x)}" y="{number(below)}">{row}</text>')
    if label := name(tree):
        lines.append(f'<text class="name" x="{number(x)}" y="{number(below + 17)}">{label}</text>')
    return lines


def panel(n: int, x: float, y: float, width: float) -> list[str]:
    """Draw all trees with n vertices side by side."""
    height = TOP + TREE_HEIGHT + BOTTOM
    title = f"{n} vertices" if n > 1 else "1 vertex"
    place = f'x="{number(x)}" y="{number(y)}" width="{number(width)}" height="{number(height)}"'
    lines = [
        f'<rect class="panel" {place} rx="8"/>',
        f'<text class="title" x="{number(x + width / 2)}" y="{number(y + 20)}">{title}</text>',
    ]
    table = beta_table(n)
    cell = (width - 2 * PADDING) / len(table)
    for index, polynomial in enumerate(table):
        middle = x + PADDING + (index + 0.5) * cell
        lines += drawing(polynomial, middle, y + TOP + TREE_HEIGHT / 2)
    return lines


def picture() -> str:
    """Return the whole picture: orders 1 to 5 in the first line, order 6 in the second."""
    line = TOP + TREE_HEIGHT + BOTTOM
    height = 2 * line + GAP
    body: list[str] = []
    x = 0.0
    shares = {1: 0.75, 2: 0.75, 3: 0.85, 4: 2.2, 5: 3.3}
    unit = (WIDTH - 4 * GAP) / sum(shares.values())
    for n, share in shares.items():
        body += panel(n, x, 0, unit * share)
        x += unit * share + GAP
    body += panel(6, 0, line + GAP, WIDTH)
    return "\n".join([HEAD.format(width=WIDTH, height=height), STYLE, *body, "</svg>\n"])


if __name__ == "__main__":
    TARGET.write_text(picture(), encoding="utf-8")

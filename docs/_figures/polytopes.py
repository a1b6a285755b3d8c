"""Draw the three polytopes of the trees with five vertices.

The associahedron, the polytope of the fork, and the permutohedron.
``python docs/_figures/polytopes.py`` writes docs/_static/polytopes.svg, the same every time.
"""

from __future__ import annotations

from itertools import pairwise
from pathlib import Path
from typing import TYPE_CHECKING

import numpy as np

from polyfam import beta_table
from polyfam.words import polytope_facets, polytope_flips, polytope_vertices

if TYPE_CHECKING:
    from polyfam import FreeTree

TARGET = Path(__file__).parents[1] / "_static" / "polytopes.svg"
SIZE, GAP, FOOT = 230, 24, 46
NAMES = ("path, associahedron", "fork", "star, permutohedron")
#: A direction from which no two vertices fall together.
VIEW = np.array([0.36, -0.31, 0.88])
#: Large tubes count little: then no facet is tiny.
WEIGHTS = (1, 1, 0.45, 0.3)

STYLE = """<style>
.polytopes { --ink: var(--color-foreground-primary, #1f2933);
  --quiet: var(--color-foreground-secondary, #5b6773);
  --accent: var(--color-brand-primary, #0b6e62); max-width: 100%; }
@media (prefers-color-scheme: dark) { .polytopes {
  --ink: var(--color-foreground-primary, #e6e9ec);
  --quiet: var(--color-foreground-secondary, #9aa5b1);
  --accent: var(--color-brand-primary, #5cc9b8); } }
.polytopes text { text-anchor: middle; fill: var(--ink);
  font: 15px var(--font-stack, system-ui, sans-serif); }
.polytopes .name { font-style: italic; fill: var(--quiet); }
.polytopes polygon { fill: var(--accent); fill-opacity: .14; }
.polytopes line { stroke: var(--accent); stroke-width: 2; stroke-linecap: round; }
.polytopes .back { stroke-opacity: .35; stroke-width: 1.2; }
</style>"""


def around(places: tuple[int, ...], flips: set[tuple[int, int]]) -> list[int]:
    """Return the vertices of a facet in their order around it."""
    walk = [places[0]]
    while len(walk) < len(places):
        beside = (p for p in places if p not in walk)
        walk.append(next(p for p in beside if (min(p, walk[-1]), max(p, walk[-1])) in flips))
    return walk


def drawing(tree: FreeTree, x: float) -> list[str]:
    """Return the picture of one polytope in a square of the given left edge."""
    points = np.array(polytope_vertices(tree, WEIGHTS))
    space = (points - points.mean(axis=0)) @ np.linalg.svd(np.ones((1, 4)))[2][1:].T
    view = VIEW / np.linalg.norm(VIEW)
    across = np.cross(view, [0, 1, 0]) / np.linalg.norm(np.cross(view, [0, 1, 0]))
    plane = space @ np.stack([across, np.cross(across, view)]).T
    low, high = plane.min(axis=0), plane.max(axis=0)
    at = (plane - (low + high) / 2) * (SIZE - 20) / (high - low).max() + [x + SIZE / 2, SIZE / 2]
    flips = set(polytope_flips(tree))
    front, seen = [], set()
    for places in polytope_facets(tree).values():
        a, b, c = space[around(places, flips)[:3]]
        normal = np.cross(b - a, c - a)
        if (normal @ view) * (normal @ space[list(places)].mean(axis=0)) > 0:
            facet = around(places, flips)
            front.append(" ".join(f"{u:.1f},{v:.1f}" for u, v in at[facet]))
            seen |= {(min(pair), max(pair)) for pair in pairwise([*facet, facet[0]])}
    lines = [f'<polygon points="{facet}"/>' for facet in front]
    for pairs, kind in ((flips - seen, "back"), (seen, "front")):
        for ends in sorted(pairs):
            (x1, y1), (x2, y2) = at[list(ends)]
            place = f'x1="{x1:.1f}" y1="{y1:.1f}" x2="{x2:.1f}" y2="{y2:.1f}"'
            lines.append(f'<line class="{kind}" {place}/>')
    return lines


def picture() -> str:
    """Return the whole picture."""
    width, height = 3 * SIZE + 2 * GAP, SIZE + FOOT
    head = (
        f'<svg class="polytopes" xmlns="http://www.w3.org/2000/svg" role="img" width="{width}" '
        f'viewBox="0 0 {width} {height}">\n<title>The polytopes of the three trees with five '
        "vertices</title>"
    )
    body = []
    for place, (polynomial, name) in enumerate(zip(beta_table(5), NAMES, strict=True)):
        x = place * (SIZE + GAP)
        body += drawing(polynomial.tree, x)
        row = f"h = {' '.join(map(str, polynomial.row))}, {polynomial(1)} vertices"
        body.append(f'<text class="name" x="{x + SIZE / 2}" y="{SIZE + 18}">{name}</text>')
        body.append(f'<text x="{x + SIZE / 2}" y="{SIZE + 38}">{row}</text>')
    return "\n".join([head, STYLE, *body, "</svg>\n"])


if __name__ == "__main__":
    TARGET.write_text(picture(), encoding="utf-8")

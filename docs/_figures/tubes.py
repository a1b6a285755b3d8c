"""Draw what tubes and nested sets are, on the fork.

``python docs/_figures/tubes.py`` writes docs/_static/tubes.svg, the same every time.
"""

from __future__ import annotations

from pathlib import Path

TARGET = Path(__file__).parents[1] / "_static" / "tubes.svg"

#: The fork: two leaves and a leg of two edges at the vertex c.
POINTS = {"a": (30, 40), "b": (30, 140), "c": (82, 90), "d": (152, 90), "e": (222, 90)}
EDGES = {1: "ac", 2: "bc", 3: "cd", 4: "de"}
#: Pictures with their captions: sets of tubes, large ones first.
PANELS: tuple[tuple[str, str, tuple[tuple[int, ...], ...]], ...] = (
    ("a tube: edges 3 and 4", "a connected set of edges", ((3, 4),)),
    ("a nested set with 4 tubes", "as large as can be", ((1, 2, 3, 4), (1, 2, 3), (2, 3), (2,))),
    ("a nested set with 3 tubes", "edge 3 keeps two of them apart", ((1, 2, 3, 4), (1, 2), (4,))),
    ("not nested", "edges 3 and 4 are adjacent", ((1, 2, 3, 4), (2, 3), (4,))),
)
WIDTH, HEIGHT = 262, 216

STYLE = """<style>
.tubes { --ink: var(--color-foreground-primary, #1f2933);
  --quiet: var(--color-foreground-secondary, #5b6773);
  --paper: var(--color-background-primary, #ffffff);
  --accent: var(--color-brand-primary, #0b6e62); max-width: 100%; height: auto; }
.tubes text { fill: var(--ink); paint-order: stroke; stroke: var(--paper);
  stroke-width: 3px; font: 15px var(--font-stack, system-ui, sans-serif); }
.tubes .name { fill: var(--quiet); font-style: italic; }
.tubes .edge { stroke: var(--ink); stroke-width: 2; }
.tubes circle { fill: var(--ink); }
.tubes .rim { stroke: var(--accent); }
.tubes .hull { stroke: var(--paper); }
.tubes .rim, .tubes .hull { fill: none; stroke-linecap: round; stroke-linejoin: round; }
</style>"""


def path(tube: tuple[int, ...], x: int, y: int) -> str:
    """Return the edges of a tube as the data of a path."""
    out = []
    for edge in tube:
        (a, b), (c, d) = (POINTS[end] for end in EDGES[edge])
        out.append(f"M{a + x} {b + y}L{c + x} {d + y}")
    return "".join(out)


def panel(place: int) -> list[str]:
    """Return one picture."""
    title, words, tubes = PANELS[place]
    x, y = place % 2 * WIDTH, place // 2 * HEIGHT
    out = []
    for tube in tubes:
        # A tube is wider than those inside it, so that one sees how they lie in one another.
        inside = sum(set(other) < set(tube) for other in tubes)
        width = 22 + 13 * inside
        data = path(tube, x, y)
        out.append(f'<path class="rim" stroke-width="{width}" d="{data}"/>')
        out.append(f'<path class="hull" stroke-width="{width - 3}" d="{data}"/>')
    for number, (one, other) in EDGES.items():
        (a, b), (c, d) = POINTS[one], POINTS[other]
        out.append(f'<path class="edge" d="M{a + x} {b + y}L{c + x} {d + y}"/>')
        out.append(f'<text x="{(a + c) // 2 + x + 2}" y="{(b + d) // 2 + y - 9}">{number}</text>')
    out += [f'<circle cx="{a + x}" cy="{b + y}" r="4"/>' for a, b in POINTS.values()]
    out.append(f'<text x="{x + 4}" y="{y + 184}">{title}</text>')
    out.append(f'<text class="name" x="{x + 4}" y="{y + 202}">{words}</text>')
    return out


def picture() -> str:
    """Return the SVG."""
    width, height = 2 * WIDTH, 2 * HEIGHT
    lines = [
        f'<svg class="tubes" xmlns="http://www.w3.org/2000/svg" role="img" width="{width}"',
        f'viewBox="0 0 {width} {height}">',
        "<title>Tubes and nested sets on the fork</title>",
        STYLE,
    ]
    for place in range(len(PANELS)):
        lines += panel(place)
    return "\n".join([*lines, "</svg>", ""])


if __name__ == "__main__":
    TARGET.write_text(picture(), encoding="utf-8")

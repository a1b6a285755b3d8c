"""Pictures of trees as SVG: plain text, the same for the same tree, no library needed.

A picture has no background and only colours of middle lightness, so that it can be read on light
and on dark pages alike.  Free trees spread around their centroid; rooted trees hang from their
root, which has a colour of its own.  Where the vertices go is decided in `polyfam.trees.layout`.
"""

from __future__ import annotations

from collections.abc import Iterator

from polyfam._checks import integer
from polyfam.trees.free import FreeTree
from polyfam.trees.layout import Point, free_layout, rooted_layout
from polyfam.trees.rooted import RootedTree

__all__ = ["MAX_GRID_ORDER", "grid_svg", "tree_svg"]

#: The largest order whose trees, 106 of them, still make one picture.
MAX_GRID_ORDER = 10

#: Up to this order the title of a picture spells the tree out.
_TITLED = 40

_EDGE, _VERTEX, _ROOT, _TEXT = "#7d8794", "#1f9d8b", "#d0772b", "#747e8b"
# Lengths in pixels: of an edge alone and in a grid, of a picture at most, around it.
_UNIT, _GRID_UNIT, _LONGEST, _MARGIN = 36.0, 22.0, 900.0, 12.0
_GRID_WIDTH, _GRID_GAP, _LINE = 1040.0, 28.0, 17.0
_FONT = 'font-family="ui-monospace, Menlo, Consolas, monospace" font-size="12"'
_LETTER = 7.3  # the width of a letter in this font, rounded up


def tree_svg(tree: FreeTree | RootedTree) -> str:
    """Return a picture of a tree as a complete SVG document.

    Parameters
    ----------
    tree : FreeTree or RootedTree
        Of any size; up to 150 vertices or so can be told apart.

    Returns
    -------
    str
        Ends in a newline; all of it is ASCII.

    Examples
    --------
    >>> print(tree_svg(FreeTree([0, 1])), end="")
    <svg xmlns="http://www.w3.org/2000/svg" role="img" width="60" height="24" viewBox="0 0 60 24">
    <title>Free tree on 2 vertices: 0 1</title>
    <path d="M12 12 48 12" fill="none" stroke="#7d8794" stroke-width="1.8"/>
    <circle cx="12" cy="12" r="5" fill="#1f9d8b"/>
    <circle cx="48" cy="12" r="5" fill="#1f9d8b"/>
    </svg>
    """
    points = _layout(tree)
    width, height = _extent(points)
    unit = min(_UNIT, _LONGEST / max(width, height, 1))
    middle = (unit * width / 2 + _MARGIN, unit * height / 2 + _MARGIN)
    kind = "Rooted" if isinstance(tree, RootedTree) else "Free"
    vertices = "1 vertex" if tree.order == 1 else f"{tree.order} vertices"
    title = f"{kind} tree on {vertices}" + (f": {tree}" if tree.order <= _TITLED else "")
    return _document(title, 2 * middle[0], 2 * middle[1], _shapes(tree, points, middle, unit))


def grid_svg(n: int) -> str:
    """Return a picture of all free trees on n vertices, each above its identifier and its row.

    Parameters
    ----------
    n : int
        Between 1 and 10.

    Returns
    -------
    str
        A complete SVG document, the trees in the canonical order of `beta_table`.

    Examples
    --------
    >>> picture = grid_svg(5)
    >>> picture.count("<circle"), "F5.2" in picture, "1 8 8 1" in picture
    (15, True, True)
    """
    from polyfam.family.table import beta_table

    n = integer(n, "n", minimum=1, maximum=MAX_GRID_ORDER)
    polynomials = list(beta_table(n))
    rows = [" ".join(map(str, polynomial.row)) for polynomial in polynomials]
    layouts = [free_layout(polynomial.tree) for polynomial in polynomials]
    extents = [_extent(points) for points in layouts]
    trees_width = max(_GRID_UNIT * width for width, _ in extents)
    cell = max(trees_width, _LETTER * max(map(len, rows))) + _GRID_GAP
    columns = min(len(rows), max(1, int(_GRID_WIDTH / cell)))
    shapes: list[str] = []
    y = _MARGIN
    for start in range(0, len(rows), columns):
        line = range(start, min(start + columns, len(rows)))
        height = max(_GRID_UNIT * extents[k][1] for k in line)
        for k in line:
            x = (k - start + 0.5) * cell
            middle = (x, y + height / 2)
            shapes += _shapes(polynomials[k].tree, layouts[k], middle, _GRID_UNIT)
            shapes.append(_text(f"F{n}.{k + 1}", x, y + height + _LINE + 4))
            shapes.append(_text(rows[k], x, y + height + 2 * _LINE + 4, bold=True))
        y += height + 2 * _LINE + _GRID_GAP
    count = "1 free tree" if len(rows) == 1 else f"{len(rows)} free trees"
    title = f"The {count} of order {n} and the coefficients of their polynomials"
    return _document(title, columns * cell, y, shapes)


def _layout(tree: FreeTree | RootedTree) -> list[Point]:
    """Return the places of the vertices, in units of an edge."""
    return rooted_layout(tree) if isinstance(tree, RootedTree) else free_layout(tree)


def _extent(points: list[Point]) -> Point:
    """Return the width and the height of some points."""
    xs, ys = zip(*points, strict=True)
    return max(xs) - min(xs), max(ys) - min(ys)


def _shapes(
    tree: FreeTree | RootedTree, points: list[Point], middle: Point, unit: float
) -> Iterator[str]:
    """Yield the edges, then the vertices, with the tree's bounding box around a point."""
    xs, ys = zip(*points, strict=True)
    dx = middle[0] - unit * (min(xs) + max(xs)) / 2
    dy = middle[1] - unit * (min(ys) + max(ys)) / 2
    places = [f"{_number(dx + unit * x)} {_number(dy + unit * y)}" for x, y in points]
    if edges := "".join(f"M{places[u]} {places[v]}" for u, v in tree.edges()):
        width = _number(unit / 20)
        yield f'<path d="{edges}" fill="none" stroke="{_EDGE}" stroke-width="{width}"/>'
    for vertex, place in enumerate(places):
        cx, cy = place.split()
        is_root = vertex == 0 and isinstance(tree, RootedTree)
        colour, radius = (_ROOT, 0.18 * unit) if is_root else (_VERTEX, 0.14 * unit)
        yield f'<circle cx="{cx}" cy="{cy}" r="{_number(radius)}" fill="{colour}"/>'


def _text(text: str, x: float, y: float, bold: bool = False) -> str:
    """Return a line of text, centred at a point."""
    weight = ' font-weight="bold"' if bold else ""
    place = f'x="{_number(x)}" y="{_number(y)}"'
    return f'<text {place} text-anchor="middle" fill="{_TEXT}" {_FONT}{weight}>{text}</text>'


def _document(title: str, width: float, height: float, shapes: Iterator[str] | list[str]) -> str:
    """Return the whole document."""
    w, h = _number(width), _number(height)
    head = f'<svg xmlns="http://www.w3.org/2000/svg" role="img" width="{w}" height="{h}"'
    lines = [f'{head} viewBox="0 0 {w} {h}">', f"<title>{title}</title>", *shapes, "</svg>\n"]
    return "\n".join(lines)


def _number(value: float) -> str:
    """Return a length with at most one decimal, without a negative zero."""
    return f"{round(value, 1) + 0.0:.10g}"

"""Pictures of trees, before they are written in a format: segments, discs and lines of text.

A picture has no background and only colours of middle lightness, so that it can be read on light
and on dark pages alike.  Free trees spread around their centroid; rooted trees hang from their
root, which has a colour of its own.  Where the vertices go is decided in `polyfam.trees.layout`,
the formats are in `drawing_svg`, `drawing_tikz` and `drawing_matplotlib`.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field

from polyfam.trees.drawing_svg import svg
from polyfam.trees.layout import Point, free_layout, rooted_layout
from polyfam.trees.levels import parents_from_levels

__all__ = ["Disc", "Picture", "Text", "grid_picture", "tree_picture", "tree_svg"]

#: Up to this order the title of a picture spells the tree out.
_TITLED = 40

_VERTEX, _ROOT = "#1f9d8b", "#d0772b"
# Lengths in pixels: of an edge alone and in a grid, of a picture at most, around it.
_UNIT, _GRID_UNIT, _LONGEST, _MARGIN = 36.0, 22.0, 900.0, 12.0
_GRID_WIDTH, _GRID_GAP, _LINE = 1040.0, 28.0, 17.0
_LETTER = 7.3  # the width of a letter, rounded up

Levels = Sequence[int]


@dataclass(frozen=True, slots=True)
class Disc:
    """A vertex: centre and radius in pixels, y downwards, and a colour #rrggbb."""

    x: float
    y: float
    radius: float
    colour: str


@dataclass(frozen=True, slots=True)
class Text:
    """A line of text, centred at x and standing on y."""

    text: str
    x: float
    y: float
    bold: bool


@dataclass(slots=True)
class Picture:
    """A picture: its title, its size in pixels, and what is on it, tree by tree."""

    title: str
    width: float = 0.0
    height: float = 0.0
    #: For each tree its edges, from point to point, their width, its vertices, and text below.
    trees: list[tuple[list[tuple[Point, Point]], float, list[Disc], list[Text]]] = field(
        default_factory=list
    )


def tree_svg(levels: Levels, rooted: bool) -> str:
    """Return the picture of a tree as SVG.

    Examples
    --------
    >>> print(tree_svg([0, 1], rooted=False), end="")
    <svg xmlns="http://www.w3.org/2000/svg" role="img" width="60" height="24" viewBox="0 0 60 24">
    <title>Free tree on 2 vertices: 0 1</title>
    <path d="M12 12 48 12" fill="none" stroke="#7d8794" stroke-width="1.8"/>
    <circle cx="12" cy="12" r="5" fill="#1f9d8b"/>
    <circle cx="48" cy="12" r="5" fill="#1f9d8b"/>
    </svg>
    """
    return svg(tree_picture(levels, rooted))


def tree_picture(levels: Levels, rooted: bool) -> Picture:
    """Return the picture of one tree, given by its canonical levels; hung from its root or not.

    Up to 150 vertices or so can be told apart.
    """
    points = _layout(levels, rooted)
    width, height = _extent(points)
    unit = min(_UNIT, _LONGEST / max(width, height, 1))
    middle = (unit * width / 2 + _MARGIN, unit * height / 2 + _MARGIN)
    vertices = "1 vertex" if len(levels) == 1 else f"{len(levels)} vertices"
    spelled = f": {' '.join(map(str, levels))}" if len(levels) <= _TITLED else ""
    title = f"{'Rooted' if rooted else 'Free'} tree on {vertices}{spelled}"
    picture = Picture(title, 2 * middle[0], 2 * middle[1])
    _add(picture, levels, points, rooted, middle, unit)
    return picture


def grid_picture(
    title: str, trees: Sequence[tuple[Levels, bool]], captions: Sequence[Sequence[str]]
) -> Picture:
    """Return the picture of several trees (levels, rooted), each above the lines of its caption.

    There are as many lines for each tree; the last of several is bold.

    Examples
    --------
    >>> picture = grid_picture("Two", [([0, 1], False), ([0, 1, 1], False)], [["a"], ["b"]])
    >>> len(picture.trees), picture.width > picture.height
    (2, True)
    """
    layouts = [_layout(*tree) for tree in trees]
    extents = [_extent(points) for points in layouts]
    lines = len(captions[0])
    longest = max((len(text) for caption in captions for text in caption), default=0)
    cell = max(_GRID_UNIT * max(width for width, _ in extents), _LETTER * longest) + _GRID_GAP
    columns = min(len(trees), max(1, int(_GRID_WIDTH / cell)))
    picture = Picture(title, columns * cell)
    y = _MARGIN
    for start in range(0, len(trees), columns):
        line = range(start, min(start + columns, len(trees)))
        height = max(_GRID_UNIT * extents[k][1] for k in line)
        for k in line:
            x = (k - start + 0.5) * cell
            middle = (x, y + height / 2)
            texts = [
                Text(text, x, y + height + row * _LINE + 4, bold=1 < row == lines)
                for row, text in enumerate(captions[k], start=1)
            ]
            levels, rooted = trees[k]
            _add(picture, levels, layouts[k], rooted, middle, _GRID_UNIT, texts)
        y += height + lines * _LINE + _GRID_GAP
    picture.height = y
    return picture


def _layout(levels: Levels, rooted: bool) -> list[Point]:
    """Return the places of the vertices, in units of an edge."""
    return rooted_layout(levels) if rooted else free_layout(levels)


def _extent(points: list[Point]) -> Point:
    """Return the width and the height of some points."""
    xs, ys = zip(*points, strict=True)
    return max(xs) - min(xs), max(ys) - min(ys)


def _add(
    picture: Picture,
    levels: Levels,
    points: list[Point],
    rooted: bool,
    middle: Point,
    unit: float,
    texts: Sequence[Text] = (),
) -> None:
    """Add a tree, with its bounding box around a point."""
    xs, ys = zip(*points, strict=True)
    dx = middle[0] - unit * (min(xs) + max(xs)) / 2
    dy = middle[1] - unit * (min(ys) + max(ys)) / 2
    places = [(dx + unit * x, dy + unit * y) for x, y in points]
    parents = parents_from_levels(levels)
    edges = [(places[parent], places[child]) for child, parent in enumerate(parents) if child]
    discs = [
        Disc(x, y, 0.18 * unit, _ROOT) if rooted and v == 0 else Disc(x, y, 0.14 * unit, _VERTEX)
        for v, (x, y) in enumerate(places)
    ]
    picture.trees.append((edges, unit / 20, discs, list(texts)))

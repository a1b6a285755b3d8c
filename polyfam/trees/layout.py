"""Where to put the vertices of a tree in the plane.

**Rooted trees** hang from their root, one line a level.  Branches are packed as closely as their
outlines allow, and every vertex stands in the middle above its children (Reingold & Tilford).

**Free trees** spread around their centroid.  At first every branch fills a sector as wide as its
number of leaves asks for; then, again and again, the branches at each vertex are turned until the
gaps between them, as seen from that vertex, are equal (equal daylight).  Equal branches stand in
mirrored places, so that most symmetries of the tree are symmetries of the picture.

Coordinates have the length of an edge as their unit; y grows downwards, as it does in SVG.

References
----------
E. M. Reingold, J. S. Tilford, Tidier drawings of trees, IEEE Trans. Softw. Eng. 7 (1981).
J. Felsenstein, Inferring Phylogenies, Sinauer 2004, ch. 34 (equal daylight).
"""

from __future__ import annotations

from collections.abc import Sequence
from itertools import accumulate, pairwise
from math import atan2, cos, dist, pi, sin, tau

from polyfam.trees.levels import parents_from_levels, sizes_from_parents

__all__ = ["Point", "free_layout", "rooted_layout"]

#: So many axes are tried to find the mirror of a tree, and fewer in one so large that together
#: they would have more points than this.
_MOST_AXES = 100
_MOST_POINTS = 200_000

Point = tuple[float, float]

#: Vertices around a common neighbour start this far apart; any two that are this far are enough.
_SPACING = 0.6
_ENOUGH = 0.4
#: The number of equal-daylight sweeps, and a bound for all their steps, n^2 a sweep.
_SWEEPS = 40
_STEPS = 500_000


def rooted_layout(levels: Sequence[int]) -> list[Point]:
    """Place the vertices of a rooted tree: the root on top, each level on a line of its own.

    There is a point for every vertex, in preorder; the root is at (0, 0).

    Examples
    --------
    >>> rooted_layout([0, 1, 2, 1])
    [(0.0, 0.0), (-0.5, 1.0), (-0.5, 2.0), (0.5, 1.0)]
    """
    n, parents = len(levels), parents_from_levels(levels)
    children = _children(parents)
    xs = [0.0] * n  # of a vertex from its parent
    outlines: list[list[Point]] = [[]] * n
    for vertex in range(n - 1, -1, -1):
        # An outline holds the leftmost and the rightmost x of every level, the deepest level first.
        outline: list[Point] = []
        for child in children[vertex]:
            branch, outlines[child] = outlines[child], []
            lines = zip(reversed(outline), reversed(branch), strict=False)
            xs[child] = max((right + 1 - left for (_, right), (left, _) in lines), default=0.0)
            outline = _side_by_side(outline, _moved(branch, xs[child]))
        if children[vertex]:
            middle = xs[children[vertex][-1]] / 2
            outline = _moved(outline, -middle)
            for child in children[vertex]:
                xs[child] -= middle
        outline.append((0.0, 0.0))
        outlines[vertex] = outline
    for vertex in range(1, n):
        xs[vertex] += xs[parents[vertex]]
    return [(x, float(level)) for x, level in zip(xs, levels, strict=True)]


def free_layout(levels: Sequence[int]) -> list[Point]:
    """Place the vertices of a free tree around its centroid, spread out and upright.

    There is a point for every vertex of the canonical level sequence; the middle is (0, 0).

    Examples
    --------
    >>> free_layout([0, 1, 1])
    [(0.0, 0.0), (1.0, 0.0), (-1.0, 0.0)]
    """
    n, parents = len(levels), parents_from_levels(levels)
    if n == 1:
        return [(0.0, 0.0)]
    sizes = sizes_from_parents(parents)
    centroids = 2 if 2 * sizes[1] == n else 1
    edges = [(parent, child) for child, parent in enumerate(parents) if child]
    around = _neighbours(levels, parents, sizes, centroids)
    gaps = _sectors(parents, around, centroids)
    points = _points(around, gaps)
    sweeps = min(_SWEEPS, _STEPS // n**2)
    room, step = _room(points, edges) if sweeps else 0.0, 0.5
    for _ in range(sweeps):
        wanted = _equal_daylight(around, sizes, points)
        turned = [
            [(1 - step) * angle + step * goal for angle, goal in zip(*angles, strict=True)]
            for angles in zip(gaps, wanted, strict=True)
        ]
        moved = _points(around, turned)
        # Some trees have no room for equal daylight: then go as far as nothing collides.
        if (space := _room(moved, edges)) >= min(room, _ENOUGH):
            gaps, points, room = turned, moved, space
        else:
            step /= 2
    return _upright(around, points, centroids)


def _children(parents: Sequence[int]) -> list[list[int]]:
    """Return the children of every vertex, in preorder."""
    children: list[list[int]] = [[] for _ in parents]
    for vertex, parent in enumerate(parents[1:], start=1):
        children[parent].append(vertex)
    return children


def _moved(outline: list[Point], by: float) -> list[Point]:
    """Move an outline to the right."""
    return [(left + by, right + by) for left, right in outline] if by else outline


def _side_by_side(left: list[Point], right: list[Point]) -> list[Point]:
    """Return the outline of what two outlines, the first left of the second, enclose."""
    common = min(len(left), len(right))
    inner = zip(left[len(left) - common :], right[len(right) - common :], strict=True)
    deeper = left if len(left) > common else right
    return [*deeper[: len(deeper) - common], *((a, b) for (a, _), (_, b) in inner)]


def _neighbours(
    levels: Sequence[int], parents: Sequence[int], sizes: Sequence[int], centroids: int
) -> list[list[int]]:
    """Return the neighbours of every vertex in the order they stand around it, parent first.

    Of two centroids each counts as the parent of the other.
    """
    children = _children(parents)
    around = [[parent] if parent >= 0 else [] for parent in parents]
    if centroids == 2:
        around[0].append(children[0].pop(0))
    mirrored = [False] * len(parents)
    for vertex, siblings in enumerate(children):
        left: list[int] = []
        middle: list[int] = []
        right: list[int] = []
        for equal in _runs(siblings, levels, sizes):
            half = len(equal) // 2
            left += equal[:half]
            middle += equal[half : len(equal) - half]
            right += equal[len(equal) - half :]
        order = [*left, *middle, *reversed(right)]
        for child in order:
            mirrored[child] = mirrored[vertex] != (child in right)
        around[vertex] += reversed(order) if mirrored[vertex] else order
    return around


def _runs(siblings: list[int], levels: Sequence[int], sizes: Sequence[int]) -> list[list[int]]:
    """Group siblings, in their canonical order, into runs of equal branches."""
    runs: list[list[int]] = []
    for child in siblings:
        twin, size = runs[-1][0] if runs else child, sizes[child]
        # Sizes first: comparing only branches of equal size costs O(n log n) in all.
        equal = sizes[twin] == size and levels[twin : twin + size] == levels[child : child + size]
        if equal and runs:
            runs[-1].append(child)
        else:
            runs.append([child])
    return runs


def _sectors(parents: Sequence[int], around: list[list[int]], centroids: int) -> list[list[float]]:
    """Return the angles from each neighbour of a vertex to the next, sectors by leaves."""
    n = len(parents)
    leaves = [0] * n
    for vertex in range(n - 1, 0, -1):
        leaves[vertex] = leaves[vertex] or 1
        leaves[parents[vertex]] += leaves[vertex]
    widths = [tau / centroids] * n
    gaps = []
    for vertex, neighbours in enumerate(around):
        has_parent = vertex > 0 or centroids == 2
        outer = neighbours[has_parent:]
        total = sum(leaves[child] for child in outer)
        for child in outer:
            # In more than a half turn a branch could come back to where it started.
            widths[child] = min(pi, widths[vertex] * leaves[child] / total)
        rest = tau - sum(widths[child] for child in outer)
        if has_parent:
            sectors = [rest, *(widths[child] for child in outer)]
        else:
            sectors = [widths[child] + rest / len(outer) for child in outer]
        gaps.append([(a + b) / 2 for a, b in pairwise([*sectors, *sectors[:1]])])
    return gaps


def _points(around: list[list[int]], gaps: list[list[float]]) -> list[Point]:
    """Place all vertices, given the angles between the neighbours of each."""
    points = [(0.0, 0.0)] * len(around)
    spread = [_wheel(len(neighbours)) for neighbours in around]
    tasks = [(0, -1, 0.0)]  # vertex, where it was reached from, direction of its first neighbour
    while tasks:
        vertex, source, direction = tasks.pop()
        x, y = points[vertex]
        turns = accumulate(gaps[vertex][:-1], initial=0.0)
        for neighbour, turn in zip(around[vertex], turns, strict=True):
            if neighbour != source:
                length = max(spread[vertex], spread[neighbour])
                angle = direction + turn
                points[neighbour] = (x + length * cos(angle), y + length * sin(angle))
                tasks.append((neighbour, vertex, angle + pi))
    return points


def _wheel(spokes: int) -> float:
    """Return the length of the edges at a vertex, one unless its neighbours need more room."""
    return max(1.0, _SPACING / (2 * sin(pi / spokes))) if spokes > 1 else 1.0


def _equal_daylight(
    around: list[list[int]], sizes: Sequence[int], points: list[Point]
) -> list[list[float]]:
    """Return the angles that leave equal gaps between the branches, as seen from each vertex."""
    everywhere = range(len(points))
    gaps = []
    for vertex, neighbours in enumerate(around):
        below = range(vertex, vertex + sizes[vertex])
        arcs = []
        for neighbour in neighbours:
            if neighbour > vertex:
                branch: Sequence[int] = range(neighbour, neighbour + sizes[neighbour])
            else:
                branch = [w for w in everywhere if w not in below]
            arcs.append(_arc(points, vertex, neighbour, branch))
        daylight = (tau - sum(high - low for low, high in arcs)) / len(arcs)
        gaps.append([one[1] + daylight - next_[0] for one, next_ in pairwise([*arcs, arcs[0]])])
    return gaps


def _arc(
    points: list[Point], vertex: int, neighbour: int, branch: Sequence[int]
) -> tuple[float, float]:
    """Return the least and the greatest angle, from the edge to it, at which a branch is seen."""
    x, y = points[vertex]
    dx, dy = points[neighbour][0] - x, points[neighbour][1] - y
    angles = [
        atan2(dx * (b - y) - dy * (a - x), dx * (a - x) + dy * (b - y))
        for a, b in map(points.__getitem__, branch)
    ]
    return min(angles), max(angles)


def _room(points: list[Point], edges: list[tuple[int, int]]) -> float:
    """Return the least distance between two vertices, or 0 when two edges cross."""
    ends = [(points[u], points[v]) for u, v in edges]
    if any(_cross(*one, *other) for k, one in enumerate(ends) for other in ends[:k]):
        return 0.0
    return min(dist(one, other) for k, one in enumerate(points) for other in points[:k])


def _cross(a: Point, b: Point, c: Point, d: Point) -> bool:
    """Say whether the segments ab and cd cross."""
    return _side(a, b, c) * _side(a, b, d) < 0 and _side(c, d, a) * _side(c, d, b) < 0


def _side(a: Point, b: Point, c: Point) -> float:
    """Return the side of the line ab on which c lies: its sign, or 0 when it is on the line."""
    return round((b[0] - a[0]) * (c[1] - a[1]) - (b[1] - a[1]) * (c[0] - a[0]), 9)


def _upright(around: list[list[int]], points: list[Point], centroids: int) -> list[Point]:
    """Turn a layout about its middle: mirrored along an axis if it can be, and then low."""
    (x, y), (a, b) = points[0], points[centroids - 1]
    points = [(u - (x + a) / 2, v - (y + b) / 2) for u, v in points]
    spokes = [atan2(points[w][1], points[w][0]) for w in around[0]]
    axes = [*spokes, *((one + other) / 2 for one, other in pairwise(spokes)), _long_axis(points)]
    # In a large star one is as good as another.
    most = max(1, min(_MOST_AXES, _MOST_POINTS // len(points)))
    axes = axes[:: -(-len(axes) // most)]
    layouts = (_turned(points, -axis - turn) for axis in axes for turn in (0.0, pi / 2))
    return min(layouts, key=_ugliness)


def _long_axis(points: list[Point]) -> float:
    """Return the direction in which the points spread most."""
    across = sum(x * y for x, y in points)
    along = sum(x * x - y * y for x, y in points)
    return atan2(2 * across, along) / 2


def _turned(points: list[Point], angle: float) -> list[Point]:
    """Turn points about the origin."""
    c, s = cos(angle), sin(angle)
    # Rounded, so that what should be equal is, and no zero is negative.
    return [(round(x * c - y * s, 4) + 0.0, round(x * s + y * c, 4) + 0.0) for x, y in points]


def _ugliness(points: list[Point]) -> tuple[bool, float]:
    """Rank layouts: those with a mirror first, then by height."""
    places = {(round(x, 2), round(y, 2)) for x, y in points}
    mirrored = places == {(0.0 - x, y) for x, y in places} or places == {(x, -y) for x, y in places}
    heights = [y for _, y in points]
    return not mirrored, max(heights) - min(heights)

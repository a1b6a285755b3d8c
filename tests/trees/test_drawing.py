"""Pictures and layouts: well-formed, the same every time, readable, and without crossings."""

from __future__ import annotations

import re
from itertools import combinations, pairwise
from math import dist
from xml.etree import ElementTree

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from polyfam.errors import DomainError
from polyfam.tables.poster import MAX_GRID_ORDER, grid_svg
from polyfam.trees import (
    FreeTree,
    RootedTree,
    caterpillar,
    double_star,
    draw,
    free_trees,
    parse_tree,
    path,
    random_free_tree,
    random_rooted_tree,
    rooted_trees,
    spider,
    star,
)
from polyfam.trees.layout import Point, free_layout, rooted_layout
from tests.oracles.sequences import BETA_ROWS, FREE_TREES

SVG = "{http://www.w3.org/2000/svg}"


def crossings(edges: list[tuple[int, int]], points: list[Point]) -> list[tuple]:
    """Return the pairs of edges that meet although they have no vertex in common."""

    def turn(a: Point, b: Point, c: Point) -> float:
        return (b[0] - a[0]) * (c[1] - a[1]) - (b[1] - a[1]) * (c[0] - a[0])

    def meet(one: tuple[int, int], other: tuple[int, int]) -> bool:
        a, b, c, d = (points[v] for v in (*one, *other))
        apart = turn(a, b, c) * turn(a, b, d), turn(c, d, a) * turn(c, d, b)
        return max(apart) < -1e-9

    pairs = combinations(edges, 2)
    return [pair for pair in pairs if len({*pair[0], *pair[1]}) == 4 and meet(*pair)]


def elements(picture: str, name: str) -> list[ElementTree.Element]:
    """Return all elements with a name."""
    return ElementTree.fromstring(picture).findall(f"{SVG}{name}")


def luminance(colour: str) -> float:
    """Return the relative luminance of a colour #rrggbb as WCAG 2 defines it."""
    channels = [int(colour[i : i + 2], 16) / 255 for i in (1, 3, 5)]
    linear = [c / 12.92 if c <= 0.04045 else ((c + 0.055) / 1.055) ** 2.4 for c in channels]
    return sum(w * c for w, c in zip((0.2126, 0.7152, 0.0722), linear, strict=True))


@pytest.mark.parametrize("n", range(1, 10))
def test_free_layouts_have_no_crossing_and_no_collision(n: int) -> None:
    for tree in free_trees(n):
        points = free_layout(tree.levels)
        assert crossings(tree.edges(), points) == []
        assert all(dist(*pair) > 0.6 for pair in combinations(points, 2))


@given(st.integers(10, 120), st.integers(0, 999))
@settings(max_examples=30, deadline=None)
def test_large_free_layouts_have_no_crossing(n: int, seed: int) -> None:
    tree = random_free_tree(n, seed)
    points = free_layout(tree.levels)
    assert crossings(tree.edges(), points) == []
    assert all(dist(*pair) > 0 for pair in combinations(points, 2))


@pytest.mark.parametrize(
    "tree",
    [
        *map(star, range(3, 9)),
        *map(path, range(4, 9)),
        spider([2, 2, 2]),
        spider([1, 2, 2, 3, 3]),
        caterpillar([2, 1, 2]),
        double_star(4, 4),
        parse_tree("[[[],[]],[[],[]],[[],[]]]"),
    ],
    ids=str,
)
def test_symmetric_trees_are_drawn_with_a_mirror(tree: FreeTree) -> None:
    places = {(round(x, 2), round(y, 2)) for x, y in free_layout(tree.levels)}
    mirrors = {(0 - x, y) for x, y in places}, {(x, 0 - y) for x, y in places}
    assert places in mirrors


def test_path_lies_flat_and_evenly() -> None:
    points = sorted(free_layout(path(7).levels))
    assert points == [(float(x), 0.0) for x in range(-3, 4)]


@given(st.integers(1, 60), st.integers(0, 999))
def test_rooted_layouts_are_tidy(n: int, seed: int) -> None:
    check_tidy(random_rooted_tree(n, seed))


@pytest.mark.parametrize("n", range(1, 8))
def test_small_rooted_layouts_are_tidy(n: int) -> None:
    for tree in rooted_trees(n):
        check_tidy(tree)


def check_tidy(tree: RootedTree) -> None:
    """Check levels, distances, order and centring."""
    points = rooted_layout(tree.levels)
    assert tuple(y for _, y in points) == tree.levels
    for level in set(tree.levels):
        line = [x for x, y in points if y == level]  # preorder is left to right
        assert all(right - left >= 1 - 1e-9 for left, right in pairwise(line))
    for vertex, (x, _) in enumerate(points):
        below = [points[child][0] for parent, child in tree.edges() if parent == vertex]
        assert not below or x == pytest.approx((below[0] + below[-1]) / 2)


def test_long_trees_do_not_exhaust_the_stack() -> None:
    assert len(rooted_layout(range(3000))) == 3000
    assert len(free_layout(path(3000).levels)) == 3000


@pytest.mark.parametrize("rooted", [False, True])
@pytest.mark.parametrize("text", ["0", "0 1", "star:7", "0 1 2 3 3 1 2", "path:60"])
def test_picture_is_xml_with_a_circle_a_vertex_inside_the_frame(text: str, rooted: bool) -> None:
    tree = parse_tree(text, rooted=rooted)
    picture = draw(tree)
    root = ElementTree.fromstring(picture)
    circles = elements(picture, "circle")
    segments = "".join(path_.get("d") for path_ in elements(picture, "path")).count("M")
    assert (len(circles), segments) == (tree.order, tree.order - 1)
    width, height = float(root.get("width")), float(root.get("height"))
    assert max(width, height) <= 924
    for circle in circles:
        x, y, r = (float(circle.get(name)) for name in ("cx", "cy", "r"))
        assert r < x < width - r
        assert r < y < height - r


def test_picture_is_the_same_every_time_and_in_notebooks() -> None:
    tree = parse_tree("caterpillar:1,0,2")
    assert draw(tree) == draw(FreeTree(tree.levels)) == tree._repr_svg_()
    assert tree.rooted()._repr_svg_() == draw(tree.rooted()) != draw(tree)


def test_root_has_a_colour_of_its_own() -> None:
    fills = [circle.get("fill") for circle in elements(draw(RootedTree([0, 1, 1])), "circle")]
    assert fills[0] not in fills[1:]


def test_title_spells_out_only_short_trees() -> None:
    assert "<title>Rooted tree on 3 vertices: 0 1 1</title>" in draw(RootedTree([0, 1, 1]))
    assert "<title>Free tree on 41 vertices</title>" in draw(star(41))


def test_every_colour_can_be_told_from_white_and_from_black_pages() -> None:
    colours = set(re.findall("#[0-9a-f]{6}", grid_svg(4) + draw(RootedTree([0, 1]))))
    assert len(colours) == 4
    for colour in colours:
        contrasts = [1.05 / (luminance(colour) + 0.05), (luminance(colour) + 0.05) / 0.055]
        assert min(contrasts) > 3  # WCAG 2.2, graphical objects and large text


@pytest.mark.parametrize("n", range(1, 7))
def test_grid_shows_every_literal_row_under_its_identifier(n: int) -> None:
    texts = [element.text for element in elements(grid_svg(n), "text")]
    rows = [" ".join(map(str, row)) for row in BETA_ROWS[n]]
    identifiers = [f"F{n}.{k}" for k in range(1, len(rows) + 1)]
    assert texts == [text for pair in zip(identifiers, rows, strict=True) for text in pair]


def test_largest_grid_holds_all_trees() -> None:
    circles = elements(grid_svg(MAX_GRID_ORDER), "circle")
    assert len(circles) == MAX_GRID_ORDER * FREE_TREES[MAX_GRID_ORDER - 1]


@pytest.mark.parametrize("n", [0, MAX_GRID_ORDER + 1])
def test_grid_of_a_wrong_order_is_refused(n: int) -> None:
    with pytest.raises(DomainError, match="Argument 'n' must be at"):
        grid_svg(n)

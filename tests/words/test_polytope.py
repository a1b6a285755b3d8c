"""The polytope against convexity, counts of faces, Loday's and the permutohedron's coordinates."""

from __future__ import annotations

import runpy
from itertools import permutations
from pathlib import Path

import numpy as np
import pytest
from scipy.spatial import ConvexHull

from polyfam import beta_polynomial, free_trees, path, star
from polyfam.errors import ArgumentTypeError, ResourceError
from polyfam.words import count_by_descents
from polyfam.words.polytope import polytope_facets, polytope_flips, polytope_vertices

TREES = [tree for n in range(4, 7) for tree in free_trees(n)]


@pytest.mark.parametrize("tree", TREES, ids=str)
def test_the_vertices_are_those_of_their_convex_hull(tree):
    points = np.array(polytope_vertices(tree), float)
    assert len(points) == beta_polynomial(tree)(1)
    assert len(set(points.sum(axis=1))) == 1
    hull = ConvexHull(points[:, :-1])
    assert sorted(hull.vertices) == list(range(len(points)))


@pytest.mark.parametrize("tree", TREES, ids=str)
def test_facets_are_faces(tree):
    points = np.array(polytope_vertices(tree))
    edges = tree.edges()
    for tube, places in polytope_facets(tree).items():
        sums = points[:, [edges.index(edge) for edge in tube]].sum(axis=1)
        assert set(np.flatnonzero(sums == sums.min())) == set(places)


@pytest.mark.parametrize("tree", TREES, ids=str)
def test_the_polytope_is_simple_and_has_the_h_vector(tree):
    j, flips = tree.order - 1, polytope_flips(tree)
    degrees = np.bincount(np.ravel(flips), minlength=len(polytope_vertices(tree)))
    assert set(degrees) == {j - 1}
    # a generic direction orients the edges; in-degrees count the h-vector
    points = np.array(polytope_vertices(tree)) @ np.array([1, 1.618, 2.7, 4.2, 7.1][:j])
    falls = np.bincount(
        [max(pair, key=lambda place: points[place]) for pair in flips], minlength=len(points)
    )
    assert tuple(np.bincount(falls)) == beta_polynomial(tree).row


@pytest.mark.parametrize("n", [3, 4, 5, 6])
def test_stars_give_permutohedra_and_paths_loday(n):
    powers = [2**k for k in range(n - 1)]
    assert sorted(polytope_vertices(star(n))) == sorted(permutations(powers))
    assert all(sum(v) == n * (n - 1) // 2 for v in polytope_vertices(path(n)))


@pytest.mark.parametrize("name", ["polytopes", "tubes"])
def test_the_picture_of_the_documentation_is_drawn_again(name):
    root = Path(__file__).parents[2] / "docs"
    drawn = runpy.run_path(str(root / "_figures" / f"{name}.py"))["picture"]()
    assert drawn == (root / "_static" / f"{name}.svg").read_text(encoding="utf-8")


@pytest.mark.parametrize(
    "listing", [polytope_vertices, polytope_flips, polytope_facets, count_by_descents]
)
def test_what_cannot_be_listed_is_refused_at_once(listing):
    with pytest.raises(ResourceError, match=r"355,687,428,096,000 edge words, too many to list"):
        listing(star(18))
    with pytest.raises(ArgumentTypeError, match="parse_tree reads texts"):
        listing("star:4")

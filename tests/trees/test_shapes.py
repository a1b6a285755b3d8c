"""Named shapes, against networkx and against one another."""

from __future__ import annotations

import networkx
import pytest
from hypothesis import given
from hypothesis import strategies as st

from polyfam.errors import ArgumentTypeError, DomainError, ResourceError
from polyfam.trees import (
    FreeTree,
    broom,
    caterpillar,
    double_star,
    free_trees,
    from_networkx,
    path,
    spider,
    star,
)

small = st.integers(0, 8)


@pytest.mark.parametrize("n", range(1, 12))
def test_path_and_star_match_networkx(n):
    assert path(n) == from_networkx(networkx.path_graph(n))
    assert star(n) == from_networkx(networkx.star_graph(n - 1))


@given(st.lists(small, min_size=1, max_size=8))
def test_caterpillar_matches_networkx_spine_with_leaves(counts):
    graph = networkx.path_graph(len(counts))
    graph.add_edges_from(
        (i, (i, leaf)) for i, leaves in enumerate(counts) for leaf in range(leaves)
    )
    assert caterpillar(counts) == caterpillar(counts[::-1]) == from_networkx(graph)


@given(st.lists(st.integers(1, 8), max_size=8))
def test_spider_matches_networkx_paths_from_a_body(legs):
    graph = networkx.empty_graph(["body"])
    for i, leg in enumerate(legs):
        networkx.add_path(graph, ["body", *((i, joint) for joint in range(leg))])
    assert spider(legs) == spider(legs[::-1]) == from_networkx(graph)


@given(st.integers(1, 8), small)
def test_broom_is_a_caterpillar_and_a_spider(handle, bristles):
    tree = broom(handle, bristles)
    assert tree == caterpillar([0] * (handle - 1) + [bristles])
    assert tree == spider([handle - 1] * (handle > 1) + [1] * bristles)


@given(small, small)
def test_double_star_is_a_caterpillar(a, b):
    assert double_star(a, b) == double_star(b, a) == caterpillar([a, b])


def test_trees_on_five_vertices_are_a_star_a_broom_and_a_path():
    assert list(free_trees(5)) == [star(5), broom(3, 2), path(5)]


def test_smallest_shapes_are_one_vertex():
    assert {path(1), star(1), broom(1, 0), spider([]), caterpillar([0])} == {FreeTree()}


@pytest.mark.parametrize(
    ("build", "arguments", "message"),
    [
        (path, [0], "'n' must be at least 1, not 0"),
        (star, [-3], "'n' must be at least 1, not -3"),
        (broom, [0, 2], "'handle' must be at least 1"),
        (broom, [2, -1], "'bristles' must be at least 0"),
        (double_star, [1, -1], "'b' must be at least 0"),
        (spider, [[1, 0]], "'legs\\[1\\]' must be at least 1, not 0"),
        (spider, [3], "'legs' must be a sequence of integers, not '3'"),
        (caterpillar, [[]], "'leaf_counts' must have at least one entry"),
        (caterpillar, [[1, -1]], "'leaf_counts\\[1\\]' must be at least 0, not -1"),
    ],
)
def test_numbers_out_of_range(build, arguments, message):
    with pytest.raises((DomainError, ArgumentTypeError), match=message):
        build(*arguments)


@pytest.mark.parametrize(("build", "argument"), [(path, 2.5), (spider, ["1"]), (star, True)])
def test_numbers_that_are_no_integers(build, argument):
    with pytest.raises(ArgumentTypeError, match="must be an integer"):
        build(argument)


@pytest.mark.parametrize("n", [10**6 + 1, 10**12, 10**5000], ids=["million", "far", "farther"])
def test_huge_shapes_are_refused_before_memory_is_taken(n):
    for build, arguments in (
        (path, [n]),
        (star, [n]),
        (broom, [n, 1]),
        (spider, [[n]]),
        (caterpillar, [[0, n]]),
        (double_star, [n, 0]),
    ):
        with pytest.raises(ResourceError, match="would need at least"):
            build(*arguments)

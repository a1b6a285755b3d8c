"""Free trees: brute force, networkx, Cayley's formula, and what a value must keep."""

from __future__ import annotations

import copy
import pickle
from itertools import pairwise
from math import factorial
from random import Random

import networkx
import pytest
from hypothesis import given
from hypothesis import strategies as st

from polyfam.errors import ArgumentTypeError, InvalidTreeError
from polyfam.trees import FreeTree, RootedTree, free_trees
from tests.oracles import brute_force, trees


def all_free(most):
    """List the free trees on up to `most` vertices."""
    return [tree for n in range(1, most + 1) for tree in free_trees(n)]


def test_equality_matches_networkx_isomorphism_on_all_labelled_trees():
    """The 1,296 labelled trees on 6 vertices fall into 6 classes."""
    seen: dict[FreeTree, networkx.Graph] = {}
    for edges in trees.labelled_trees(6):
        graph = trees.graph_of(6, edges)
        assert networkx.is_isomorphic(graph, seen.setdefault(FreeTree.from_edges(edges), graph))
    assert len(seen) == trees.FREE_TREES[5]


@pytest.mark.parametrize("n", range(1, 7))
def test_labelled_trees_in_a_class_match_orbit_counting(n):
    """Every tree t is hit by n!/sigma(t) Pruefer codes."""
    classes = [FreeTree.from_edges(edges, range(n)) for edges in trees.labelled_trees(n)]
    for tree in free_trees(n):
        assert classes.count(tree) * tree.automorphisms() == factorial(n)


@given(st.data())
def test_equality_matches_networkx_isomorphism_on_random_trees(data):
    n = data.draw(st.integers(1, 9))
    one, other = (data.draw(trees.parent_arrays(n, n)) for _ in range(2))
    graphs = [trees.graph_of(n, trees.edges_of(parents)) for parents in (one, other)]
    equal = RootedTree.from_parents(one).free() == RootedTree.from_parents(other).free()
    assert equal == networkx.is_isomorphic(*graphs)


def test_every_rooting_gives_the_same_value():
    for tree in all_free(9):
        assert {FreeTree(rooting.levels) for rooting in tree.rootings()} == {tree}
        assert {rooting.free() for rooting in tree.rootings()} == {tree}


def test_rootings_match_brute_force_over_vertices():
    for tree in all_free(7):
        graph = tree.to_networkx()
        found = {}
        for vertex in graph:
            parents = [-1] * tree.order
            for parent, child in networkx.bfs_edges(graph, vertex):
                parents[child] = parent
            rooting = RootedTree.from_parents(parents)
            found[rooting] = found.get(rooting, 0) + 1
        assert tree.rootings() == found
        assert list(tree.rootings()) == sorted(found)


def test_rootings_match_orbits_of_the_automorphism_group():
    """Orbit and stabiliser: sigma(t) = (number of vertices that look alike) * sigma(rooting)."""
    for tree in all_free(10):
        for rooting, multiplicity in tree.rootings().items():
            assert tree.automorphisms() == multiplicity * rooting.automorphisms()


def test_automorphisms_match_all_permutations():
    for tree in all_free(6):
        assert tree.automorphisms() == brute_force.automorphisms(tree.order, tree.edges())


@pytest.mark.parametrize("n", range(2, 15))
def test_orbits_add_up_to_cayley(n):
    """The labelled trees on n vertices, n^(n-2) of them, fall into orbits of n!/sigma."""
    assert sum(factorial(n) // tree.automorphisms() for tree in free_trees(n)) == n ** (n - 2)


def test_canonical_rooting_matches_the_greatest_centroid_rooting():
    """The centroids, found in networkx by what is left without a vertex; the larger rooting."""
    for tree in all_free(10):
        graph = tree.to_networkx()

        def weight(vertex, graph=graph):
            pieces = networkx.connected_components(graph.subgraph(set(graph) - {vertex}))
            return max(map(len, pieces), default=0)

        centroids = tuple(v for v in sorted(graph) if 2 * weight(v) <= tree.order)
        assert tree.centroid() == centroids
        heaviest = [
            rooting
            for rooting in tree.rootings()
            if all(2 * branch.order <= tree.order for branch in rooting.branches)
        ]
        assert tree.rooted() == max(heaviest)
        assert tree.levels == tree.rooted().levels == RootedTree(tree.levels).levels


def test_order_is_the_order_of_the_canonical_rootings():
    listed = all_free(9)
    shuffled = Random(1).sample(listed, len(listed))
    assert sorted(shuffled) == listed == sorted(listed, key=lambda tree: tree.rooted())
    assert all(one < other for one, other in pairwise(listed))


def test_shape_numbers_match_networkx():
    for tree in all_free(9):
        graph = tree.to_networkx()
        assert networkx.is_tree(graph)
        assert tree.diameter() == networkx.diameter(graph)
        degrees = sorted((degree for _, degree in graph.degree()), reverse=True)
        assert tree.degree_sequence() == tuple(degrees)
        assert tree.parents() == tree.rooted().parents()


def test_line_graph_matches_pairs_of_edges_that_share_an_end():
    for tree in all_free(8):
        edges = tree.edges()
        line = tree.line_graph()
        assert sorted(tuple(sorted(edge)) for edge in line) == sorted(edges)
        assert {frozenset(map(frozenset, pair)) for pair in line.edges()} == {
            frozenset((frozenset(e), frozenset(f)))
            for e in edges
            for f in edges
            if e != f and set(e) & set(f)
        }


@given(trees.parent_arrays(), st.randoms(use_true_random=False))
def test_edges_in_any_order_and_direction_are_read_back(parents, random):
    edges = [tuple(random.sample(edge, 2)) for edge in trees.edges_of(parents)]
    random.shuffle(edges)
    names = [f"v{v}" for v in range(len(parents))]
    tree = FreeTree.from_edges(((names[u], names[v]) for u, v in edges), names)
    assert tree == RootedTree.from_parents(parents).free()
    assert tree == FreeTree.from_edges(tree.edges(), range(tree.order))
    assert tree == FreeTree(tree.levels)


def test_names_of_vertices_may_be_mixed_and_isolated_ones_are_named():
    assert FreeTree.from_edges([(0, "a"), ("a", (1, 2))]) == FreeTree([0, 1, 1])
    assert FreeTree.from_edges([], vertices=["only"]) == FreeTree()
    assert FreeTree.from_edges([(1, 2)], vertices=[2, 2]) == FreeTree([0, 1])


@pytest.mark.parametrize(
    ("edges", "vertices", "message"),
    [
        ([], [], "must have at least one vertex"),
        ([(1, 1)], [], "Edge '1-1' is a loop"),
        ([(1, 2), (1, 2)], [], "Edge '1-2' is there twice"),
        ([(1, 2), (2, 1), (2, 3)], [], "Edge '2-1' is there twice"),
        ([(1, 2), (2, 3), (3, 1)], [], "Edge '3-1' closes a cycle"),
        ([(1, 2), (3, 4)], [], "Vertex '3' is not connected to '1'"),
        ([(1, 2)], [3], "Vertex '1' is not connected to '3'"),
        ([(1, 2), (3, 4), (4, 5), (5, 3)], [], "Edge '5-3' closes a cycle"),
    ],
)
def test_graphs_that_are_no_tree(edges, vertices, message):
    with pytest.raises(InvalidTreeError, match=message):
        FreeTree.from_edges(edges, vertices)


@given(st.lists(st.tuples(st.integers(0, 5), st.integers(0, 5)), max_size=8))
def test_edge_lists_are_accepted_exactly_when_networkx_sees_a_tree(edges):
    both = {(v, u) for u, v in edges} == set(edges) and len(set(edges)) == len(edges)
    graph = networkx.Graph(edges) if both else networkx.MultiGraph(edges)
    if edges and networkx.is_tree(graph):
        assert FreeTree.from_edges(edges).order == len(graph)
    else:
        with pytest.raises(InvalidTreeError):
            FreeTree.from_edges(edges)


def test_values_are_immutable_hashable_and_survive_pickling():
    tree = FreeTree([0, 1, 2, 3, 1])
    with pytest.raises(AttributeError):
        tree.levels = (0,)
    with pytest.raises(AttributeError):
        tree.name = "t"
    for protocol in range(2, pickle.HIGHEST_PROTOCOL + 1):
        assert pickle.loads(pickle.dumps(tree, protocol)) == tree
    assert copy.copy(tree) == copy.deepcopy(tree) == tree
    assert eval(repr(tree)) == tree
    assert FreeTree(map(int, str(tree).split())) == tree
    assert len({FreeTree(rooting.levels) for rooting in tree.rootings()}) == 1
    assert FreeTree([0, 1]) != (0, 1)
    with pytest.raises(TypeError):
        tree < tree.rooted()  # noqa: B015


def test_smallest_trees():
    one, two = FreeTree(), FreeTree([0, 1])
    assert (one.order, one.edges(), one.centroid(), one.diameter()) == (1, [], (0,), 0)
    assert (one.automorphisms(), one.degree_sequence()) == (1, (0,))
    assert one.rootings() == {RootedTree(): 1}
    assert (two.order, two.edges(), two.centroid(), two.diameter()) == (2, [(0, 1)], (0, 1), 1)
    assert (two.automorphisms(), two.rootings()) == (2, {RootedTree([0, 1]): 2})


def test_deep_paths_need_no_recursion():
    n = 2 * 10**4
    path = FreeTree(range(n))
    assert path.levels == (*range(n // 2 + 1), *range(1, n // 2))
    assert path.diameter() == n - 1
    assert path.automorphisms() == 2
    assert path.centroid() == (0, 1)
    assert path == FreeTree.from_edges((v, v + 1) for v in range(n - 1))


@pytest.mark.parametrize(
    "edges",
    [[(1, 2, 3)], [3], None, [([1], [2])]],
    ids=["triple", "number", "nothing", "unhashable"],
)
def test_what_is_no_edge_list_is_refused_in_one_sentence(edges):
    with pytest.raises((InvalidTreeError, ArgumentTypeError), match=r"^Edge.* must be a.*\.$"):
        FreeTree.from_edges(edges)

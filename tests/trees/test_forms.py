"""Forms in which other programs write trees: read as they mean them, or refused for the reason.

Oracles: networkx, which builds the graph or writes the text; where a program is not at hand, its
documentation, with the tree of each literal text known by counting degrees.
"""

from __future__ import annotations

import re
from collections import Counter

import networkx
import numpy as np
import pytest
import scipy.sparse
import sympy
from hypothesis import given, settings
from hypothesis import strategies as st

from polyfam.errors import ArgumentTypeError, InvalidTreeError, PolyfamError, ResourceError
from polyfam.trees import (
    FreeTree,
    RootedTree,
    format_tree,
    from_networkx,
    parse_tree,
    path,
    rooted_trees,
    spider,
    star,
)

CHERRY = RootedTree([0, 1, 1])  # a root and two leaves
FORK = FreeTree([0, 1, 2, 1, 1])  # a vertex of degree 3 with one arm of two edges

THREE = {  # the path on 3 vertices
    "dictionaries": [
        "{0: [1, 2]}",
        "{0: [1, 2], 1: [0], 2: [0]}",
        "{0:[1],1:[0,2],2:[1]}",
        "{0: (1, 2)}",
        "{'a': ['b', 'c'], 'b': [], 'c': []}",
        '{"a": {"b", "c"}}',
        "{1: 0, 2: 0}",
        "{0: 1, 1: 2}",
        "{0: None, 1: 0, 2: 1}",
        "{0: {1: {}, 2: {}}, 1: {0: {}}, 2: {0: {}}}",
        "{0: {1: {'weight': 2.5}}, 1: {0: {'weight': 2.5}, 2: {}}, 2: {1: {}}}",
        "defaultdict(<class 'list'>, {0: [1, 2]})",
        "Graph({1: [2, 3]})",
        "{0: {1: 1.0, 2: 1.0}}",
        "[[1, 2], [0], [0]]",
        "[[1,2],[],[]]",
        "[[2, 3], [1], [1]]",
        "{{2, 3}, {1}, {1}}",
        "[[1], [0, 2], [1]]",
    ],
    "edges": [
        "[{0, 1}, {1, 2}]",
        "{{0, 1}, {1, 2}}",
        "[frozenset({0, 1}), frozenset({1, 2})]",
        "{frozenset({0, 1}), frozenset({2, 1})}",
        "EdgeList[(0, 1), (1, 2)]",
        "WeightedEdgeList[(0, 1, 'a'), (1, 2, 'b')]",
        "EdgeView([(0, 1), (1, 2)])",
        "[(0, 1, {'weight': 1}), (1, 2, {})]",
        "(1,2),(2,3)",
        "(1, 2) (2, 3)",
        "{1,2},{2,3}",
        "1 2, 2 3",
        "1,2;2,3",
        "1 2; 2 3",
        "a b | b c",
        "1-2-3",
        "a -- b -- c",
        "1 - 2, 2 - 3",
        "a->b->c",
        "1 <-> 2, 2 <-> 3",
        "([(0, 1), (1, 2)], 3)",
        "child,parent\nb,a\nc,a\na,",
        "source,target\na,b\nb,c",
        "(0, 1)\t1.0\n(1, 2)\t1.0",
        "(0, 1)\t1\n(1, 0)\t1\n(1, 2)\t0.5\n(2, 1)\t1",
    ],
    "matrices": [
        "[0 1 0; 1 0 1; 0 1 0]",
        "[0, 1, 0; 1, 0, 1; 0, 1, 0]",
        "AdjacencyGraph[{{0,1,0},{1,0,1},{0,1,0}}]",
        "array([[0., 1., 0.],\n       [1., 0., 1.],\n       [0., 1., 0.]])",
    ],
    "newick": [
        "(a[&x=1]:0.5,'b ''c'' (d)':1e-3)[note]r;",
        '("a b",c);',
        "[&R] (a,b);",
        "(A{0},B:1.5{1}){2};",
        "( a , b ) ;",
        "(a|x,b/y)100;",
    ],
    "dot": [
        "graph { a:n -- b:s; b:port:ne -- c }",
        'graph { a [label="b -- c; }"]; a -- b, c }',
        "graph { a [label=<<b>]</b>>]; a -- b; a -- <i>; }",
        'graph { "a" + "b" -- c -- d }',
        "digraph { rankdir=LR; node [shape=box]; a -> {b; c}; }",
        "graph { a -- subgraph s { b; c } }",
        "# made by hand\nstrict graph G { a -- b; # one\n b -- a; b -- c }",
        'graph "a{b" { 1 -- 2 -- 3 }',
        "graph { subgraph cluster_0 { label=x; a -- b } b -- c }",
        'graph { a:"p q" -- b -- c }',
    ],
    "mathematica": [
        "Tree[1, {2, 3}]",
        'Tree["a", {Tree["b", {}], "c"}]',
        "Tree[{a, b}]",
        "Tree[f[x, {y}], {Tree[1, None], g[2]}]",
        "Graph[{a, b, c}, {Null, {{1, 2}, {3, 1}}}]",
        "Graph[{1, 2, 3}, {{{1, 2}, {1, 3}}, Null}]",
        "{1 -> 2, 1 -> 3}",
        "{a \\[UndirectedEdge] b, b \\[UndirectedEdge] c}",
        "TreeGraph[Range[3], {1 <-> 2, 2 <-> 3}]",
        "{UndirectedEdge[1, 2], UndirectedEdge[2, 3]}",
    ],
    "lists": [
        "array([0, 1, 1])",
        "tensor([0, 1, 2], device='cpu')",
        "[0. 1. 1.]",
        "[ 0 1 1 ]",
        "0\n1\n1",
        "[-1., 0., 0.]",
        "[nan, 0.0, 0.0]",
        "np.array([-1, 0, 0])",
        "-1\n0\n0",
        "NA 1 1",
        "[None, 1, 2]",
        "DyckWord([1, 0, 1, 0])",
        '{"level_sequence": [0, 1, 1], "levels": "0 1 1"}',
    ],
}


@pytest.mark.parametrize("text", [text for texts in THREE.values() for text in texts])
def test_forms_of_the_path_on_three_vertices(text):
    drawn = parse_tree("UUUDDD") if "-- c -- d" in text else path(3)
    assert parse_tree(text) == (path(3) if '"a" + "b"' in text else drawn)


@pytest.mark.parametrize(
    ("text", "tree"),
    [
        ("{0: [1, 2, 3]}", star(4)),
        ("{'r': ['a', 'b', 'c'], 'a': ['d']}", FORK),
        ("graph { a, b -- c, d -- e }", None),  # a cycle, as Graphviz reads it
        ("graph { a -- b -- {c d} -- e }", None),
        ("Tree[a, {Tree[b, {c, d}], e}]", spider([2, 1, 1])),
        ("((a,b)c,d)e;", spider([2, 1, 1])),
        ("matula:12", RootedTree([0, 1, 2, 1, 1]).free()),
        ("1-2-3, 2-4, 2-5", star(5)),
        ("1-2-3, 3-4-5, 3-6", FreeTree([0, 1, 2, 1, 2, 1])),
    ],
)
def test_forms_of_larger_trees(text, tree):
    if tree is None:
        with pytest.raises(InvalidTreeError, match="closes a cycle"):
            parse_tree(text)
    else:
        assert parse_tree(text) == tree


@pytest.mark.parametrize(
    "text",
    ["{0: [1, 2], 1: [], 2: []}", "{1: [0], 2: [0], 0: []}", "{1: 0, 2: 0}", "[[1, 2], [], []]",
     "Tree[1, {2, 3}]", "{1 -> 2, 1 -> 3}", "Graph[{3, 1, 2}, {{{2, 1}, {2, 3}}, Null}]",
     "digraph { b; a -> {b c} }", "{'b': 'a', 'a': None, 'c': 'a'}", "a,\nb,a\nc,a"],
)  # fmt: skip
def test_roots_are_kept(text):
    assert parse_tree(text, rooted=True) == CHERRY


@pytest.mark.parametrize(
    ("text", "reason"),
    [
        ("1,1,0,0", "may be dyck or prufer0"),
        ("ab bc", "may be the edge ab-bc, or the two edges a-b and b-c"),
        ("12 23", "may be"),
        ("star 7", "perhaps 'star:7' is meant"),
        ("path-4", "perhaps 'path:4' is meant"),
        ("matula 8", "perhaps 'matula:8' is meant"),
        ("spider(2, 1, 1)", "perhaps 'spider:2,1,1' is meant"),
        ("K1,3", "perhaps 'star:4', with 4 vertices, is meant"),
        ("K_{1,3}", "perhaps 'star:4'"),
        ("P5", "perhaps 'path:5'"),
        ("graph [ node [ id 0 ] ]", "GML is not read; networkx.parse_gml"),
        ("<graphml>", "GraphML is not read; networkx.parse_graphml"),
        ("*Vertices 2\n*Edges\n1 2", "Pajek is not read; networkx.parse_pajek"),
        ("&BP_", "digraph6 is not read"),
        ('{"nodes": [{"id": 0}], "links": []}', "networkx.node_link_graph"),
        ('{"name": "a", "children": []}', "networkx.tree_graph"),
        ("Graph on 4 vertices", "summary of a graph"),
        ("Graph with 4 nodes and 3 edges", "summary of a graph"),
        ("Star graph: Graph on 4 vertices", "summary of a graph"),
        ("IGRAPH U--- 3 2 --", "summary of a graph"),
        ("[., [., .]]", "binary tree with empty branches"),
        (r"\Tree [.a b c ]", "Of LaTeX only the environment forest"),
        ("((a,b),c)", "Newick text must end with a semicolon"),
        ("{0: {1: {2: None}}}", "lies too deep in the dictionary"),
        ("{0: {1: {0: {}}}}", "lies too deep in the dictionary"),
        ('{"levels": [0, 1, 2]}', "keys of the dictionary are texts"),
        ("{0: 2, 1: 1, 2: 1}", "is a loop"),  # degrees
        ("{0: [1], 0: [2]}", "twice"),
        ("id,parent\n1,0\n2,1\n3,1", "may be a vertex or stand for none"),
        ("[[2, 3], [], [4], [], [1]]", "may count from 0 or from 1"),
        ("TreeGraph[{1, 2}]", "is no edge"),
        ("[2, None, 1, 1, 1]", "may count from 0 or from 1"),
        ("Tree[1, 2]", "the list of its branches"),
        ("Tree[1, {2, 3}", "Tree must end with the bracket"),
        ("Tree[1, {2, 3]}", "bracket of the Tree is missing"),
        ("(0, 1)  1\n(1, 2)  0", None),
        ("graph { a -- b, b -- c }", "is there twice"),
        ("graph " + "{" * 5000, "deep, not more"),
        ("matula:1000000007", "prime beyond 10^9"),
        ("matula:0", "positive integer"),
        ("matula:" + "7" * 4299, "prime beyond 10^9, or factors"),
    ],
)
def test_what_is_refused_for_which_reason(text, reason):
    if reason is None:
        assert parse_tree(text) == path(2)
        return
    with pytest.raises(PolyfamError, match=re.escape(reason)):
        parse_tree(text)


@st.composite
def labelled(draw):
    """Draw a networkx tree on 0..n-1 with shuffled names."""
    n = draw(st.integers(1, 12))
    names = draw(st.permutations(range(n)))
    graph = networkx.empty_graph(n)
    graph.add_edges_from((names[v], names[draw(st.integers(0, v - 1))]) for v in range(1, n))
    return graph


def forms(graph):
    """Return a graph of networkx in the forms of several programs."""
    matrix = networkx.to_numpy_array(graph, dtype=int)
    nodes = list(graph)
    edges = list(graph.edges)
    mathematica = ", ".join(f"{u + 1} <-> {v + 1}" for u, v in edges)
    return [
        str(networkx.to_dict_of_lists(graph)),
        str(networkx.to_dict_of_dicts(graph)),
        str({v: set(graph[v]) for v in nodes if graph[v]} or {0: []}),
        str([list(graph[v]) for v in sorted(nodes)]) if edges else "0",
        str([[w + 1 for w in graph[v]] for v in sorted(nodes)]) if edges else "0",
        f"({edges}, {len(nodes)})",
        "; ".join(" ".join(map(str, row)) for row in matrix).join("[]"),
        str(scipy.sparse.coo_array(matrix)) if edges else "0",
        str(graph.edges) if edges else "0",
        "graph { " + "; ".join([*map(str, nodes), *(f"{u} -- {v}" for u, v in edges)]) + " }",
        f"TreeGraph[Range[{len(nodes)}], {{{mathematica}}}]",
        ", ".join(f"{u} - {v}" for u, v in edges) or "0",
        ",".join(f"({u},{v})" for u, v in edges) or "0",
    ]


@given(labelled())
@settings(max_examples=60)
def test_a_tree_in_any_form_is_the_tree_or_refused(graph):
    tree = from_networkx(graph)
    for text in forms(graph):
        try:
            assert parse_tree(text) == tree, text
        except InvalidTreeError as error:
            assert "may be" in str(error) or "may count" in str(error), text  # noqa: PT017


@given(labelled())
@settings(max_examples=60)
def test_objects_are_graphs(graph):
    tree = from_networkx(graph)
    matrix = networkx.to_numpy_array(graph)
    both = np.array([[u, v] for a, b in graph.edges for u, v in ((a, b), (b, a))], int)
    assert from_networkx(networkx.to_dict_of_lists(graph)) == tree
    assert from_networkx(networkx.to_dict_of_dicts(graph)) == tree
    assert from_networkx(matrix) == tree
    assert from_networkx(scipy.sparse.csr_array(matrix)) == tree
    assert from_networkx(scipy.sparse.coo_matrix(matrix)) == tree
    if graph.number_of_edges():
        assert FreeTree.from_edges(both) == tree
        assert FreeTree.from_edges(both.T) == tree
        assert FreeTree.from_edges(graph.edges(data=True)) == tree
        assert FreeTree.from_edges(np.array(graph.edges).T) == tree


def test_matrices_that_are_no_tree_are_refused():
    with pytest.raises(InvalidTreeError, match="must be square, not 2 times 3"):
        from_networkx(np.array([[0, 0, 0], [1, 2, 3]]))
    with pytest.raises(InvalidTreeError, match="must not hold NaN"):
        from_networkx(np.array([[0, np.nan], [np.nan, 0]]))
    with pytest.raises(InvalidTreeError, match="must not hold NaN"):
        from_networkx(scipy.sparse.csr_array(np.array([[0, np.nan], [np.nan, 0]])))
    for wrong in (
        {"a": "bc"},
        dict(networkx.path_graph(3).degree),
        np.zeros(3),
        np.zeros((2, 2, 2)),
    ):
        with pytest.raises(ArgumentTypeError, match="or an adjacency matrix, not"):
            from_networkx(wrong)


@pytest.mark.parametrize("prime", [2, 65521, 65537, 65539])
def test_matula_numbers_on_both_sides_of_the_primes_kept(prime):
    """Oracle: sympy."""
    branch = parse_tree(f"matula:{sympy.primepi(prime)}", True)
    for times in (1, 2, 3):
        tree = parse_tree(f"matula:{2 * prime**times}", rooted=True)
        assert Counter(tree.branches) == Counter([RootedTree(), *[branch] * times])
        assert format_tree(tree, "matula") == f"matula:{2 * prime**times}"


def test_matula_numbers_of_any_size_whose_primes_are_small():
    """Oracle: the product formula, by Python's integers."""
    assert parse_tree(f"matula:{2**600}") == star(601)
    assert parse_tree(f"matula:{3**400}") == spider([2] * 400)
    assert parse_tree(f"matula:{174440041}", rooted=True) == RootedTree(range(13))
    for tree in rooted_trees(9):
        assert parse_tree(format_tree(tree, "matula"), rooted=True) == tree
    with pytest.raises(ResourceError, match="prime beyond 10"):
        format_tree(RootedTree(range(14)), "matula")
    with pytest.raises(ResourceError, match="more than 4,200 digits"):
        format_tree(star(10**6), "matula")

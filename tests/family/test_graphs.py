"""P_G of graphs: two routes, the polytopes that have names, the line graphs of trees."""

from __future__ import annotations

from math import comb

import networkx
import pytest
from hypothesis import given
from hypothesis import strategies as st

from polyfam.errors import ArgumentTypeError, DomainError, ResourceError
from polyfam.family.graphs import _read, by_vertex_sets, graph_polynomial
from polyfam.family.named import eulerian_row, narayana_row, type_b_narayana_row
from polyfam.family.single import beta_polynomial
from polyfam.trees import free_trees
from tests.oracles.elimination_words import by_elimination_words


@st.composite
def connected_graphs(draw: st.DrawFn) -> networkx.Graph:
    """Draw a connected graph on up to 7 vertices."""
    p = draw(st.integers(1, 7))
    graph = networkx.Graph()
    graph.add_node(0)
    for v in range(1, p):
        graph.add_edge(v, draw(st.integers(0, v - 1)))
    for edge in draw(st.lists(st.tuples(st.integers(0, p - 1), st.integers(0, p - 1)), max_size=9)):
        if edge[0] != edge[1]:
            graph.add_edge(*edge)
    return graph


@pytest.mark.parametrize("n", range(2, 9))
def test_line_graphs_have_the_polynomials_of_their_trees(n: int) -> None:
    for tree in free_trees(n):
        line = networkx.line_graph(networkx.Graph(tree.edges()))
        assert graph_polynomial(line) == beta_polynomial(tree)


@pytest.mark.parametrize("p", range(1, 10))
def test_associahedra_permutohedra_and_cyclohedra(p: int) -> None:
    """The closed forms hold for the recursion too."""
    path, complete = networkx.path_graph(p), networkx.complete_graph(p)
    assert by_vertex_sets(_read(path)) == narayana_row(p) == graph_polynomial(path).row
    assert by_vertex_sets(_read(complete)) == eulerian_row(p) == graph_polynomial(complete).row
    if p >= 3:
        cycle = networkx.cycle_graph(p)
        assert by_vertex_sets(_read(cycle)) == type_b_narayana_row(p - 1)
        assert graph_polynomial(cycle).row == type_b_narayana_row(p - 1)


@pytest.mark.parametrize("p", range(1, 9))
def test_stellohedra_match_sums_of_eulerian_numbers(p: int) -> None:
    """[PRW] 10.4: h of the star is 1 + sum over k of C(p - 1, k) beta A_k(beta)."""
    row = [1] + [0] * (p - 1)
    for k in range(1, p):
        for i, a in enumerate(eulerian_row(k)):
            row[i + 1] += comb(p - 1, k) * a
    assert graph_polynomial(networkx.star_graph(p - 1)).row == tuple(row)


@given(connected_graphs())
def test_chordal_graphs_match_their_words(graph: networkx.Graph) -> None:
    neighbours = _read(graph)
    if networkx.is_chordal(graph) if len(graph) > 3 else True:
        assert by_elimination_words(neighbours) == by_vertex_sets(neighbours)
    else:
        with pytest.raises(ValueError, match="cycle without a chord"):
            by_elimination_words(neighbours)


@given(connected_graphs())
def test_rows_do_not_depend_on_names_and_order(graph: networkx.Graph) -> None:
    if len(graph) > 1:
        edges = [(f"v{b}", f"v{a}") for a, b in reversed(list(graph.edges))]
        assert graph_polynomial(edges) == graph_polynomial(graph)


def test_long_paths_cycles_and_complete_graphs_need_no_listing() -> None:
    assert graph_polynomial(networkx.cycle_graph(50)).row == type_b_narayana_row(49)
    assert graph_polynomial(networkx.complete_graph(50)).row == eulerian_row(50)
    with pytest.raises(ResourceError, match="graph of 12 vertices"):
        graph_polynomial(networkx.star_graph(11))


@pytest.mark.parametrize(
    ("graph", "error", "message"),
    [
        (networkx.DiGraph([(0, 1)]), DomainError, "must be undirected"),
        (networkx.Graph(), DomainError, "at least one vertex"),
        (networkx.empty_graph(2), DomainError, "must be connected"),
        ([(0, 1), (1, 1)], DomainError, "no loop"),
        (7, ArgumentTypeError, "iterable of pairs, not 7"),
        ([1, 2], ArgumentTypeError, "iterable of pairs"),
        ([], DomainError, "at least one vertex"),
    ],
)
def test_what_is_no_connected_graph_is_refused(
    graph: object, error: type[Exception], message: str
) -> None:
    with pytest.raises(error, match=message):
        graph_polynomial(graph)

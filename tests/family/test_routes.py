"""Independent routes to P_t against each other and against labels listed one by one."""

from __future__ import annotations

from collections.abc import Callable
from functools import cache
from itertools import islice
from math import comb

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from polyfam.errors import ArgumentTypeError, ResourceError
from polyfam.family.routes.cut_recursion import cut_recursion
from polyfam.family.routes.face_numbers import face_numbers, row_from_faces
from polyfam.family.routes.lattice_sum import lattice_sum
from polyfam.family.single import beta_row
from polyfam.family.table import beta_table
from polyfam.trees import (
    FreeTree,
    RootedTree,
    free_trees,
    path,
    random_free_tree,
    rooted_trees,
    star,
)
from polyfam.words import count_by_descents, count_descents, edge_words, maximal_nested_sets
from tests.oracles import brute_force, trees
from tests.oracles.sequences import BETA_ROWS, LABELLED_SUM_ROWS


def by_faces(tree: FreeTree) -> tuple[int, ...]:
    """Return the row from the face numbers of the graph associahedron."""
    return row_from_faces(face_numbers(tree.levels))


def by_words(tree: FreeTree | RootedTree) -> tuple[int, ...]:
    """Return the row by counting the edge words of one rooting by descents."""
    row = [0] * max(1, tree.order - 1)
    for word in edge_words(tree):
        row[count_descents(word)] += 1
    return tuple(row)


@cache
def tabulated(n: int) -> dict[FreeTree, tuple[int, ...]]:
    """Return the rows of all trees on n vertices as the engine finds them."""
    return {p.tree: p.row for p in beta_table(n)}


@cache
def by_all_labels(tree: FreeTree) -> tuple[int, ...]:
    """List all labels of vertices and edges; no palindrome is put to use."""
    return brute_force.label_sum(tree.order, tree.edges())


ROUTES = [
    lattice_sum,
    cut_recursion,
    count_by_descents,
    by_faces,
    by_words,
    lambda tree: beta_row(tree.levels),
    lambda tree: tabulated(tree.order)[tree],
]
NAMES = ["labels", "cuts", "nested_sets", "faces", "words", "single", "table"]
every_route = pytest.mark.parametrize("route", ROUTES, ids=NAMES)


@every_route
@pytest.mark.parametrize("n", range(1, 6))
def test_rows_match_all_labels_listed_one_by_one(route: Callable, n: int) -> None:
    for tree in free_trees(n):
        assert route(tree) == by_all_labels(tree)


@every_route
@pytest.mark.parametrize("n", range(1, 7))
def test_rows_match_literal_tables(route: Callable, n: int) -> None:
    assert tuple(sorted(map(route, free_trees(n)))) == BETA_ROWS[n]


@pytest.mark.parametrize("n", range(1, 10))
def test_six_routes_agree_with_the_engine_on_all_trees(n: int) -> None:
    for tree in free_trees(n):
        rows = {name: route(tree) for name, route in zip(NAMES, ROUTES, strict=True)}
        assert set(rows.values()) == {tabulated(n)[tree]}, (tree, rows)


@pytest.mark.parametrize("n", range(1, 9))
def test_edge_words_give_the_row_from_every_root(n: int) -> None:
    for tree in rooted_trees(n):
        assert by_words(tree) == tabulated(n)[tree.free()]


@pytest.mark.parametrize("n", range(10, 13))
def test_fast_routes_agree_on_all_trees(n: int) -> None:
    for tree, row in tabulated(n).items():
        assert beta_row(tree.levels) == by_faces(tree) == row


@given(trees.parent_arrays(most=9))
def test_rows_do_not_depend_on_the_rooting(parents: list[int]) -> None:
    """The kernels take any level sequence, canonical or not."""
    tree = RootedTree.from_parents(parents).free()
    for rooting in tree.rootings():
        for levels in islice(brute_force.orderings(rooting.levels), 0, 50, 7):
            assert beta_row(levels) == row_from_faces(face_numbers(levels))
            assert beta_row(levels) == tabulated(tree.order)[tree]


@pytest.mark.parametrize("n", range(2, 10))
def test_second_coefficients_match_numbers_of_subtrees(n: int) -> None:
    """c_2 counts the subtrees with at least one edge, all but the j edges themselves."""
    for tree, row in tabulated(n).items():
        expected = brute_force.count_subtrees(tree.edges()) - (n - 1)
        assert row[1:2] in ((), (expected,))


@pytest.mark.parametrize("n", range(1, 12))
def test_totals_match_dismantlings(n: int) -> None:
    for tree, row in tabulated(n).items():
        assert sum(row) == brute_force.count_dismantlings(tree.edges())


@pytest.mark.parametrize("n", range(2, 14))
def test_rows_are_positive_palindromes_that_start_with_one(n: int) -> None:
    for row in tabulated(n).values():
        assert row == row[::-1]
        assert row[0] == 1
        assert min(row) > 0
        assert len(row) == n - 1


@pytest.mark.parametrize("n", range(2, 14))
def test_rows_lie_between_path_and_star(n: int) -> None:
    low, high = tabulated(n)[path(n)], tabulated(n)[star(n)]
    for row in tabulated(n).values():
        assert all(a <= c <= b for a, c, b in zip(low, row, high, strict=True))


@pytest.mark.parametrize("n", range(1, 7))
def test_labelled_sums_match_literal_rows_over_pruefer_codes(n: int) -> None:
    rows = [tabulated(n)[FreeTree.from_edges(edges, range(n))] for edges in trees.labelled_trees(n)]
    assert tuple(map(sum, zip(*rows, strict=True))) == LABELLED_SUM_ROWS[n - 1]


@pytest.mark.parametrize("n", range(2, 9))
def test_maximal_nested_sets_are_dismantlings(n: int) -> None:
    """Maps with one top edge, where no edge stands above itself, each once."""
    for tree in free_trees(n):
        seen = [frozenset(above.items()) for above in maximal_nested_sets(tree)]
        assert len(seen) == len(set(seen)) == brute_force.count_dismantlings(tree.edges())
        for items in seen[:100]:
            above = dict(items)
            assert sorted(above) == list(range(1, n))
            assert sum(upper is None for upper in above.values()) == 1
            for edge in above:
                climbed = []
                while edge is not None:
                    assert edge not in climbed
                    climbed.append(edge)
                    edge = above[edge]


@pytest.mark.parametrize("n", range(2, 7))
def test_face_numbers_match_nested_sets_of_tubes(n: int) -> None:
    """Listed literally: sets of tubes, nested or apart, the whole tree among them."""
    for tree in free_trees(n):
        faces = face_numbers(tree.levels)
        assert faces == nested_sets_by_size(tree.edges())


def nested_sets_by_size(edges: list[tuple[int, int]]) -> list[int]:
    """Count the nested sets of tubes of the line graph that contain all edges, by size."""
    tubes = [tube for tube in subsets(edges) if tube and brute_force.is_connected(tube)]

    def compatible(one: frozenset, other: frozenset) -> bool:
        apart = not one & other and not brute_force.is_connected(one | other)
        return one <= other or other <= one or apart

    counts = [0] * (len(edges) + 1)

    def extend(chosen: list[frozenset], left: list[frozenset]) -> None:
        counts[len(chosen)] += 1
        for i, tube in enumerate(left):
            extend([*chosen, tube], [other for other in left[i + 1 :] if compatible(tube, other)])

    whole = frozenset(edges)
    extend([whole], [tube for tube in tubes if tube != whole])
    return counts


def subsets(items: list) -> list[frozenset]:
    """List all subsets."""
    found = [frozenset()]
    for item in items:
        found += [subset | {item} for subset in found]
    return found


@given(st.lists(st.integers(0, 10**40), min_size=1, max_size=12))
def test_row_from_faces_matches_its_generating_function(faces: list[int]) -> None:
    """P(beta) = sum G_m beta^m (1 - beta)^(j - m), at integers; G_0 = 0 for more than a vertex."""
    faces = [0, *faces]
    j = len(faces) - 1
    row = row_from_faces(faces)
    for beta in range(-2, 5):
        value = sum(c * beta**i for i, c in enumerate(row, start=1))
        assert value == sum(g * beta**m * (1 - beta) ** (j - m) for m, g in enumerate(faces))


def test_faces_of_stars_are_surjections() -> None:
    """The permutohedron: G_m counts the ordered partitions of j edges into m blocks."""
    for j in range(1, 30):
        surjections = [
            sum((-1) ** i * comb(m, i) * (m - i) ** j for i in range(m + 1)) for m in range(j + 1)
        ]
        assert face_numbers(star(j + 1).levels) == surjections


def test_faces_of_paths_are_dissections() -> None:
    """The associahedron: m - 1 diagonals in a polygon with j + 2 sides (A033282)."""
    for j in range(1, 30):
        dissections = [comb(j - 1, k) * comb(j + 1 + k, k) // (k + 1) for k in range(j)]
        assert face_numbers(path(j + 1).levels) == [0, *dissections]


@settings(max_examples=20)
@given(st.integers(0, 10**6))
def test_single_rows_match_faces_on_sixty_vertices(seed: int) -> None:
    tree = random_free_tree(60, seed=seed)
    assert beta_row(tree.levels) == by_faces(tree)


def test_face_numbers_take_trees_and_levels() -> None:
    tree = FreeTree([0, 1, 2, 3])
    assert face_numbers(tree) == face_numbers(tree.levels) == face_numbers([0, 1, 2, 3])
    with pytest.raises(ArgumentTypeError, match="must be a tree or a level sequence, not 7"):
        face_numbers(7)


@pytest.mark.parametrize(("route", "most"), [(cut_recursion, 16), (lattice_sum, 12)])
def test_routes_that_list_refuse_large_trees_at_once(
    route: Callable[[FreeTree], object], most: int
) -> None:
    sentence = f"at most {most} vertices, not {most + 1}: .* (listed|enumerated)"
    with pytest.raises(ResourceError, match=sentence):
        route(star(most + 1))

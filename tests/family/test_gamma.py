"""The gamma calculus: its route against the face numbers, the engine's matrices against it."""

from __future__ import annotations

from itertools import product

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from polyfam.family.engine.basis import compose, from_gamma, gamma_basis
from polyfam.family.roots import gamma_vector
from polyfam.family.routes.face_numbers import face_numbers, row_from_faces
from polyfam.family.routes.gamma import _compose, _hang, gamma_calculus, row_from_gamma
from polyfam.trees import FreeTree, RootedTree, free_trees, random_free_tree
from tests.oracles import trees

WIDTH = 40


def unpacked(values: list[int]) -> dict[tuple[int, int], int]:
    """Return the coefficients by powers of s and y = 2^WIDTH."""
    return {
        (n, i): digit
        for n, value in enumerate(values)
        for i in range(value.bit_length() // WIDTH + 1)
        if (digit := value >> WIDTH * i & (1 << WIDTH) - 1)
    }


def element(n: int, i: int) -> list[int]:
    """Return y^i s^n."""
    return [0] * n + [1 << WIDTH * i]


@pytest.mark.parametrize("n", range(1, 10))
def test_gamma_calculus_matches_faces(n: int) -> None:
    for tree in free_trees(n):
        row = row_from_faces(face_numbers(tree.levels))
        assert gamma_calculus(tree) == gamma_vector(row)
        assert row_from_gamma(gamma_calculus(tree), len(row) - 1) == row


@given(trees.parent_arrays(least=2, most=25))
def test_gamma_calculus_does_not_depend_on_the_root(parents: list[int]) -> None:
    """Of a level sequence that is not canonical too: the route sees its own root only."""

    class Bare:
        def __init__(self, levels: tuple[int, ...]) -> None:
            self.levels, self.order = levels, len(levels)

    tree = RootedTree.from_parents(parents).free()
    expected = gamma_vector(row_from_faces(face_numbers(tree.levels)))
    assert all(gamma_calculus(Bare(rooting.levels)) == expected for rooting in tree.rootings())


def test_gamma_calculus_of_a_long_tree_matches_faces() -> None:
    tree = random_free_tree(60, seed=1)
    assert gamma_calculus(tree) == gamma_vector(row_from_faces(face_numbers(tree.levels)))


def test_smallest_trees() -> None:
    assert [gamma_calculus(FreeTree(range(n))) for n in (1, 2, 3)] == [(1,), (1,), (1,)]


@pytest.mark.parametrize("top", range(6))
def test_matrices_match_the_calculus(top: int) -> None:
    """Every element hung, every pair composed, cut at n + i <= top."""
    basis = gamma_basis(top)
    pairs = list(zip(basis.levels.tolist(), basis.powers.tolist(), strict=True))
    assert pairs == [(n, i) for n in range(top + 1) for i in range(top + 1 - n)]

    def vector(values: list[int]) -> list[int]:
        terms = unpacked(values)
        return [terms.get(pair, 0) for pair in pairs]

    matrices = compose(basis, np.eye(basis.dimension))
    for k, one in enumerate(pairs):
        assert basis.hang[k].tolist() == vector(_hang(element(*one), WIDTH))
        for m, other in enumerate(pairs):
            together = _compose(element(*one), element(*other), WIDTH)
            assert matrices[k, m].tolist() == vector(together)


@pytest.mark.parametrize("top", range(1, 7))
def test_truncation_commutes_with_the_operations(top: int) -> None:
    """What is cut off never comes back: the smaller matrix is a corner of the larger one."""
    small, large = gamma_basis(top), gamma_basis(top + 1)
    kept = np.flatnonzero(large.levels + large.powers <= top)
    cut = np.flatnonzero(large.levels + large.powers > top)
    assert (large.hang[np.ix_(kept, kept)] == small.hang).all()
    assert not large.hang[np.ix_(cut, kept)].any()
    few = np.eye(large.dimension)[kept]
    matrices = compose(large, few)
    assert (matrices[:, kept][:, :, kept] == compose(small, np.eye(small.dimension))).all()
    assert not matrices[:, cut][:, :, kept].any()
    assert not large.pairing[: top + 1, cut].min(initial=large.dimension) < large.dimension


def test_halves_meet_in_one_dot_product() -> None:
    """Two forests at one root, and two rooted trees at the ends of an edge."""
    small = [tree for n in range(2, 7) for tree in free_trees(n)]
    for one, other in product(small, repeat=2):
        u, v = (_forest(tree.levels) for tree in (one, other))
        e, f = (_hang(each, WIDTH) for each in (u, v))
        glued = one.levels + other.levels[1:]
        joined = one.levels + tuple(level + 1 for level in other.levels)
        for left, right, levels in ((e, v, glued), (u, f, glued), (e, f, joined)):
            dot = sum(a * b << WIDTH * n for n, (a, b) in enumerate(zip(left, right, strict=False)))
            gamma = gamma_vector(row_from_faces(face_numbers(levels)))
            assert unpacked([dot]) == {(0, i): c for i, c in enumerate(gamma) if c}


def _forest(levels: tuple[int, ...]) -> list[int]:
    """Return U of a tree with at least one edge."""
    branches = RootedTree(levels).branches
    hung = [_hang(_forest(b.levels), WIDTH) if b.order > 1 else [1] for b in branches]
    result = hung[0]
    for each in hung[1:]:
        result = _compose(result, each, WIDTH)
    return result


@given(st.integers(2, 30), st.data())
def test_expansion_matrix_matches_the_binomial_sum(n: int, data: st.DataObject) -> None:
    gamma = data.draw(st.lists(st.integers(0, 99), min_size=n // 2, max_size=n // 2))
    row = row_from_gamma(gamma, n - 2)
    assert (np.array(gamma) @ from_gamma(n)).tolist() == list(row[: n // 2])

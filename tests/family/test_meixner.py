"""The Meixner basis against the functions it stands for, evaluated in fractions."""

from __future__ import annotations

from fractions import Fraction
from functools import cache
from itertools import pairwise, product
from math import comb

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from polyfam.family.routes.face_numbers import face_numbers, row_from_faces
from polyfam.trees import RootedTree, rooted_trees
from tests.oracles.meixner import Basis, meixner_basis, multiplications

BETA = Fraction(2, 7)
X = BETA / (1 - BETA)
LABELS = range(12)


@cache
def meixner(n: int, k: int) -> Fraction:
    """Return Q_n(k) from its definition."""
    return sum(comb(n, m) * comb(k, m) * (-X) ** (n - m) for m in range(n + 1))


def function(basis: Basis, vector: np.ndarray, degree: int) -> list[Fraction]:
    """Return sum A_n(beta) (1 - beta)^(n - degree) Q_n(k) for a few k."""
    terms = [
        (int(n), int(c) * BETA ** int(i) * (1 - BETA) ** (int(n) - degree))
        for n, i, c in zip(basis.levels, basis.powers, vector, strict=True)
        if c
    ]
    return [sum(c * meixner(n, k) for n, c in terms) for k in LABELS]


def elements(half: int) -> list[tuple[int, np.ndarray]]:
    """Return all basis elements, with their level plus power."""
    basis = meixner_basis(half)
    unit = np.eye(basis.dimension, dtype=np.int64)
    weights = (basis.levels + basis.powers).tolist()
    return list(zip(weights, unit, strict=True))


def binomial_coefficients(values: list[Fraction]) -> list[Fraction]:
    """Return the y_m in f(k) = sum y_m C(k, m) by forward differences."""
    found = []
    while values:
        found.append(values[0])
        values = [after - before for before, after in pairwise(values)]
    return found


def mean(values: list[Fraction]) -> Fraction:
    """Return the sum of (1 - beta) beta^k f(k) over all k >= 0: of C(k, m) it is x^m."""
    return sum(y * X**m for m, y in enumerate(binomial_coefficients(values)))


def test_basis_is_orthogonal_with_norms_from_fractions() -> None:
    z = X * (1 + X)
    for n, m in product(range(5), repeat=2):
        values = [meixner(n, k) * meixner(m, k) for k in LABELS]
        assert mean(values) == (z**n if n == m else 0)


def test_three_term_recurrence_matches_definition() -> None:
    for n, k in product(range(1, 7), LABELS):
        middle = ((1 + 2 * X) * n + X) * meixner(n, k)
        below = X * (1 + X) * n * meixner(n - 1, k)
        assert k * meixner(n, k) == (n + 1) * meixner(n + 1, k) + middle + below


@pytest.mark.parametrize("half", range(8))
def test_basis_lists_all_elements_once(half: int) -> None:
    basis = meixner_basis(half)
    pairs = list(zip(basis.levels.tolist(), basis.powers.tolist(), strict=True))
    assert sorted(pairs) == pairs
    assert set(pairs) == {(n, i) for n in range(half + 1) for i in range(half + 1 - n)}
    assert basis.dimension == len(pairs) == (half + 1) * (half + 2) // 2
    assert basis.half == half


def test_beta_multiplies_by_beta() -> None:
    basis = meixner_basis(6)
    for weight, unit in elements(6):
        if weight < 6:
            before = function(basis, unit, 0)
            assert function(basis, unit @ basis.beta, 0) == [BETA * value for value in before]
        else:
            assert not (unit @ basis.beta).any()


def test_label_multiplies_by_the_label() -> None:
    """A label raises the degree by one."""
    basis = meixner_basis(6)
    for weight, unit in elements(6):
        if weight < 6:
            before = function(basis, unit, 2)
            after = function(basis, unit @ basis.label, 3)
            assert after == [k * value for k, value in zip(LABELS, before, strict=True)]


def test_hanging_matches_the_sum_over_edge_labels() -> None:
    """C(k) = (1 - beta) sum_{i=1..k} sum_{l>=0} beta^l B(i + l); the inner sum is a mean."""
    basis = meixner_basis(6)
    for weight, unit in elements(6):
        if weight < 6:
            binomials = binomial_coefficients(function(basis, unit, 2))
            tails = [
                sum(
                    y * comb(i, m - s) * X**s for m, y in enumerate(binomials) for s in range(m + 1)
                )
                for i in LABELS
            ]  # C(i + l, m) = sum_s C(i, m - s) C(l, s), and the mean of C(l, s) is x^s
            expected = [sum(tails[1 : k + 1]) for k in LABELS]
            assert function(basis, unit @ basis.hang, 3) == expected


@pytest.mark.parametrize("operator", ["beta", "label", "hang"])
@pytest.mark.parametrize("half", range(1, 7))
def test_truncation_commutes_with_operators(half: int, operator: str) -> None:
    """What is cut off never comes back: the smaller matrix is a corner of the larger one."""
    small, large = meixner_basis(half), meixner_basis(half + 1)
    kept = np.flatnonzero(large.levels + large.powers <= half)
    cut = np.flatnonzero(large.levels + large.powers > half)
    matrix = getattr(large, operator)
    assert (matrix[np.ix_(kept, kept)] == getattr(small, operator)).all()
    assert not matrix[np.ix_(cut, kept)].any()
    assert (matrix >= 0).all()


@cache
def vector(tree: RootedTree, half: int) -> np.ndarray:
    """Return the coefficients of a rooted tree, its branches multiplied in one by one."""
    basis = meixner_basis(half)
    result = np.eye(basis.dimension)[0]
    for branch in tree.branches if tree.order > 1 else ():
        hung = vector(branch, half) @ basis.hang
        result = result @ multiplications(basis, hung[None])[0]
    return result


@pytest.mark.parametrize("n", range(1, 6))
def test_vectors_match_label_sums(n: int) -> None:
    """B(k) over the labels of a rooted tree, from the face numbers' basis of binomials."""
    basis = meixner_basis(n)
    for tree in rooted_trees(n):
        assert function(basis, vector(tree, n), n - 1) == label_sums(tree)


@cache
def label_sums(tree: RootedTree) -> list[Fraction]:
    """Return B(k), normalised by 1 - beta for each edge, in binomial coefficients of k."""
    values = [Fraction(1)] * len(LABELS)
    for branch in tree.branches if tree.order > 1 else ():
        binomials = binomial_coefficients(label_sums(branch))[: branch.order]
        tails = [
            sum(y * comb(i, m - s) * X**s for m, y in enumerate(binomials) for s in range(m + 1))
            for i in LABELS
        ]
        values = [value * sum(tails[1 : k + 1]) for k, value in enumerate(values)]
    return values


def test_two_halves_meet_in_one_dot_product() -> None:
    """All pairs of rooted trees up to 5 vertices, glued at their roots, against face numbers."""
    small = [tree for n in range(1, 6) for tree in rooted_trees(n)]
    for one, other in product(small, repeat=2):
        j = one.order + other.order - 2
        half = (j + 1) // 2
        if j:
            basis = meixner_basis(half)
            padded = np.append(vector(other, half), 0)
            row = [int(vector(one, half) @ padded[partners]) for partners in basis.pairing()]
            glued = one.levels + other.levels[1:]
            assert row == list(row_from_faces(face_numbers(glued))[:half])


@given(st.lists(st.integers(0, 9), min_size=10, max_size=10).filter(any))
def test_multiplication_matches_products_of_values(numbers: list[int]) -> None:
    """For functions of level and power up to 3, by elements up to 3, without truncation."""
    basis = meixner_basis(6)
    low = np.flatnonzero(basis.levels + basis.powers <= 3)
    vectors = np.zeros((2, basis.dimension))
    vectors[0, low] = numbers
    vectors[1, low] = numbers[::-1]
    matrices = multiplications(basis, vectors)
    assert matrices.shape == (2, basis.dimension, basis.dimension)
    one, other = (function(basis, each, 0) for each in vectors)
    product_ = vectors[1] @ matrices[0]
    assert function(basis, product_, 0) == [a * b for a, b in zip(one, other, strict=True)]
    assert (product_ == vectors[0] @ matrices[1]).all()


def test_multiplication_by_one_is_the_identity_and_by_nothing_zero() -> None:
    basis = meixner_basis(4)
    matrices = multiplications(basis, np.eye(basis.dimension)[[0, 0]] * [[1], [0]])
    assert (matrices[0] == np.eye(basis.dimension)).all()
    assert not matrices[1].any()


@pytest.mark.parametrize("half", [3, 12])
def test_multiplications_match_python_integers(half: int) -> None:
    """By all elements, as matrices of Python integers; for 25 vertices N is 12."""
    basis = meixner_basis(half)
    label, beta = basis.label.astype(object), basis.beta.astype(object)
    unit = np.eye(basis.dimension, dtype=np.int64)
    before, matrix = unit.astype(object) * 0, unit.astype(object)
    for n in range(half + 1):
        element = np.flatnonzero((basis.levels == n) & (basis.powers == 0))
        found = multiplications(basis, unit[element].astype(float))[0]
        assert (found.astype(object) == matrix).all()
        assert 0 <= matrix.min() <= matrix.max() < 2**53
        # (n + 1) e_{n+1} = (k - n - (n + 1) beta) e_n - n beta e_{n-1}, k raising the degree
        following = matrix @ (label - (n + 1) * beta) - n * matrix - n * before @ beta
        assert not (following % (n + 1)).any()
        before, matrix = matrix, following // (n + 1)

"""Coefficients for independent batches, against lattice sums and other sums over partitions."""

from __future__ import annotations

from collections import Counter
from fractions import Fraction
from itertools import permutations, product
from math import comb, prod

import pytest

from polyfam.errors import DomainError, ResourceError
from polyfam.family.routes.face_numbers import face_numbers
from polyfam.family.single import beta_polynomial
from polyfam.series.minibatch_cumulants import (
    cumulant_coefficient,
    moment_coefficient,
    nested_exponents,
    set_partitions,
)
from polyfam.series.rational import BETA, FIELD, evaluate
from polyfam.trees import FreeTree, free_trees, path, star

Blocks = list[list[int]]

TREES = [tree for n in range(1, 5) for tree in free_trees(n)]
CASES = [
    (tree, [[v for v in range(tree.order) if colours[v] == c] for c in range(max(colours) + 1)])
    for tree in TREES
    for colours in set_partitions(tree.order)
]
SOME = CASES[::3]
TENTH = Fraction(1, 10)


def at(value: object, beta: Fraction) -> Fraction:
    """Return the value of a rational function."""
    return evaluate(value, {"beta": beta})


def singletons(tree: FreeTree) -> Blocks:
    """Return the partition into blocks of one vertex."""
    return [[v] for v in range(tree.order)]


def family(tree: FreeTree) -> object:
    """Return P_t/(1 - beta)^(2j + 1)."""
    return beta_polynomial(tree)(BETA) / (1 - BETA) ** (2 * tree.order - 1)


def truncated_sums(tree: FreeTree, blocks: Blocks, beta: float) -> tuple[float, float]:
    """Return the lattice sums over block labels below 9, of all labels and of distinct ones."""
    sums = [0.0, 0.0]
    for labels in product(range(9), repeat=len(blocks)):
        k = {v: label for label, block in zip(labels, blocks, strict=True) for v in block}
        weight = beta ** sum(k.values()) * prod(
            sum(beta**-i for i in range(1, min(k[u], k[v]) + 1)) for u, v in tree.edges()
        )
        sums[0] += weight
        sums[1] += weight * (len(set(labels)) == len(blocks))
    return sums[0], sums[1]


def ordered_sum(tree: FreeTree, blocks: Blocks, beta: Fraction) -> Fraction:
    """Return the moment coefficient as a sum over all orders of the labels of the blocks.

    An edge contributes (beta^-k - 1)/(1 - beta), k the label of its earlier block.  Expanded,
    every order is a sum of products of geometric series.
    """
    total = Fraction(0)
    for order in permutations(blocks):
        place = {v: a for a, block in enumerate(order) for v in block}
        edges = Counter(min(place[u], place[v]) for u, v in tree.edges())
        for taken in product(*(range(edges[a] + 1) for a in range(len(order)))):
            term, exponent = Fraction(1), 0
            for a in reversed(range(len(order))):
                exponent += len(order[a]) - taken[a]
                signed = (-1) ** (edges[a] - taken[a]) * comb(edges[a], taken[a])
                term *= signed * (beta**exponent if a else 1) / (1 - beta**exponent)
            total += term
    return total / (1 - beta) ** (tree.order - 1)


@pytest.mark.parametrize("tree", TREES, ids=str)
def test_coefficients_match_truncated_lattice_sums(tree: FreeTree) -> None:
    for blocks in (blocks for other, blocks in CASES if other == tree):
        exact = cumulant_coefficient(tree, blocks), moment_coefficient(tree, blocks)
        values = [float(at(value, Fraction(1, 20))) for value in exact]
        assert truncated_sums(tree, blocks, 0.05) == pytest.approx(values, rel=1e-4)


def test_moments_match_sums_over_ordered_partitions() -> None:
    for tree, blocks in CASES:
        value = at(moment_coefficient(tree, blocks), Fraction(2, 3))
        assert value == ordered_sum(tree, blocks, Fraction(2, 3))


@pytest.mark.parametrize("tree", TREES, ids=str)
def test_moments_sum_to_the_family(tree: FreeTree) -> None:
    moments = [ordered_sum(tree, blocks, TENTH) for other, blocks in CASES if other == tree]
    assert sum(moments) == at(family(tree), TENTH)


def test_cumulants_sum_moments_of_coarser_partitions() -> None:
    for tree, blocks in SOME:
        total = FIELD.zero
        for merging in set_partitions(len(blocks)):
            merged: dict[int, list[int]] = {}
            for colour, block in zip(merging, blocks, strict=True):
                merged.setdefault(colour, []).extend(block)
            total += moment_coefficient(tree, merged.values())
        assert total == cumulant_coefficient(tree, blocks)


@pytest.mark.parametrize("n", range(1, 9))
def test_single_vertices_give_the_family(n: int) -> None:
    for tree in free_trees(n):
        assert cumulant_coefficient(tree, singletons(tree)) == family(tree)
        faces = {(1,) * m: count for m, count in enumerate(face_numbers(tree.levels)) if count}
        assert nested_exponents(tree, tuple(range(tree.order))) == faces


def test_reciprocity() -> None:
    """One vertex, with no edge to keep its label positive, is the exception."""
    beta = Fraction(2, 5)
    cases = [
        *CASES[1:],
        (star(6), [[0, 1], [2, 3, 4], [5]]),
        (path(7), [[0, 6], [1, 2, 3], [4, 5]]),
    ]
    for tree, blocks in cases:
        value = cumulant_coefficient(tree, blocks)
        sign = (-1) ** (len(blocks) + tree.order - 1)
        assert at(value, 1 / beta) == sign * beta ** (tree.order - 1) * at(value, beta)


def test_numerators_are_palindromic() -> None:
    for tree, blocks in CASES:
        powers = {power: c for (power,), c in cumulant_coefficient(tree, blocks).numer.terms()}
        ends = min(powers) + max(powers)
        assert all(powers.get(ends - power) == c for power, c in powers.items())


@pytest.mark.parametrize("n", range(1, 7))
def test_one_block_gives_the_binomial_sum_for_all_trees(n: int) -> None:
    """The sum over one label k of beta^(nk) ((beta^-k - 1)/(1 - beta))^(n - 1)."""
    expected = sum(
        (-1) ** (n - 1 - s) * comb(n - 1, s) / (1 - BETA ** (n - s)) for s in range(n)
    ) / (1 - BETA) ** (n - 1)
    for tree in free_trees(n):
        assert cumulant_coefficient(tree, [range(n)]) == expected


def test_first_order_matches_literals() -> None:
    edge, scale = path(2), (1 - BETA) ** 2 * (1 + BETA)
    assert cumulant_coefficient(edge, [[0, 1]]) == BETA / scale
    assert moment_coefficient(edge, [[0, 1]]) == BETA / scale
    assert cumulant_coefficient(edge, [[0], [1]]) == BETA / (1 - BETA) ** 3
    assert moment_coefficient(edge, [[0], [1]]) == 2 * BETA**2 / (scale * (1 - BETA))


def test_partitions_are_counted_by_bell_numbers() -> None:
    assert [len(set(set_partitions(n))) for n in range(8)] == [1, 1, 2, 5, 15, 52, 203, 877]


@pytest.mark.parametrize("blocks", [[[0]], [[0, 1], [1]], [[0, 2], [1]], [[0, 1], []]], ids=str)
def test_what_is_no_partition_is_refused(blocks: Blocks) -> None:
    with pytest.raises(DomainError, match="must be a partition of the vertices 0 to 1"):
        cumulant_coefficient(path(2), blocks)


def test_large_trees_are_refused() -> None:
    with pytest.raises(ResourceError, match="at most 10 vertices, not 11"):
        moment_coefficient(path(11), [range(11)])

"""The table of mini-batch coefficients, and expected losses against all sequences of batches."""

from __future__ import annotations

from fractions import Fraction
from itertools import product
from math import prod

import pytest

from polyfam.errors import DomainError, ResourceError
from polyfam.family.single import beta_polynomial
from polyfam.series.minibatch import realised_loss
from polyfam.series.minibatch_cumulants import set_partitions
from polyfam.series.minibatch_table import batch_table, batch_terms, expected_loss
from polyfam.series.rational import BETA, evaluate
from polyfam.trees import free_trees, path, star


@pytest.mark.parametrize("n", range(1, 6))
def test_counts_sum_to_bell_numbers(n: int) -> None:
    for tree in free_trees(n):
        assert sum(term.times for term in batch_terms(tree)) == len(list(set_partitions(n)))


@pytest.mark.parametrize("n", range(2, 6))
def test_orbits_of_stars_are_counted_by_integer_partitions(n: int) -> None:
    """A block with the centre, of any size, and an integer partition of the leaves outside it."""
    partitions = [1, 1, 2, 3, 5, 7]
    assert len(batch_terms(star(n))) == sum(partitions[:n])


def test_orbits_have_equal_coefficients() -> None:
    """The two ends of a path of four vertices 2, 1, 0, 3: its reversal swaps 0, 1 and 2, 3."""
    listed = {term.blocks: term for term in batch_terms(path(4))}
    assert ((0,), (1, 2), (3,)) in listed
    assert ((0, 3), (1,), (2,)) not in listed
    assert listed[((0,), (1, 2), (3,))].times == 2


@pytest.mark.parametrize("tree", [tree for n in range(1, 6) for tree in free_trees(n)], ids=str)
def test_moments_sum_to_the_family(tree: object) -> None:
    total = sum(term.times * term.moment for term in batch_terms(tree))
    assert total == beta_polynomial(tree)(BETA) / (1 - BETA) ** (2 * tree.order - 1)


def test_table_holds_all_trees() -> None:
    assert {term.tree for term in batch_table(4)} == {t for n in range(1, 5) for t in free_trees(n)}


def test_expected_loss_matches_all_sequences_of_batches() -> None:
    """Six steps with two batches, 64 sequences; beta = 1/50 forgets what lies before them."""
    rows = [(Fraction(1), Fraction(2), Fraction(3), Fraction(-1)), (0, Fraction(-1), Fraction(4))]
    beta, terms, steps = Fraction(1, 50), 4, 6
    means = [Fraction(0)] * terms
    for sequence in product(rows, repeat=steps):
        for j, value in enumerate(
            realised_loss(order=terms).at(beta=beta).in_one_variable(sequence)
        ):
            means[j] += value / len(rows) ** steps
    for mean, value in zip(means, expected_loss(order=terms).in_one_variable(rows), strict=True):
        assert float(evaluate(value, {"beta": beta})) == pytest.approx(float(mean), rel=1e-6)


def test_equal_batches_give_the_full_batch() -> None:
    row = (1, 2, 3, 4)
    degrees = {tree: tree.degree_sequence() for n in range(1, 4) for tree in free_trees(n)}
    full = [
        sum(
            Fraction(prod(row[d] for d in degrees[tree]), tree.automorphisms())
            * beta_polynomial(tree)(Fraction(1, 3))
            / Fraction(2, 3) ** (2 * n - 1)
            for tree in free_trees(n)
        )
        for n in range(1, 4)
    ]
    values = expected_loss(order=3).in_one_variable([row, row, row])
    assert [evaluate(value, {"beta": Fraction(1, 3)}) for value in values] == full


def test_absurd_orders_are_refused() -> None:
    with pytest.raises(ResourceError, match="at most 6 vertices, not 7"):
        batch_terms(path(7))
    with pytest.raises(DomainError, match="Argument 'order' must be at least 1"):
        batch_table(0)
    with pytest.raises(DomainError, match="Argument 'derivatives' must not be empty"):
        expected_loss(order=2).in_one_variable([])

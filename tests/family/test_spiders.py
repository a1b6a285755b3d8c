"""The proved case of real roots: spiders whose legs have at most two edges."""

from __future__ import annotations

from math import comb

import pytest
from numpy.polynomial import Polynomial

from polyfam.family.named import eulerian_row
from polyfam.family.roots import strictly_separates
from polyfam.family.single import beta_polynomial
from polyfam.trees.shapes import spider

LEGS = [(m, b) for m in range(2, 8) for b in range(m + 1)]


def row(m, b):
    """Return the row of the spider with m legs, b of which have two edges."""
    return beta_polynomial(spider([2] * b + [1] * (m - b))).row


@pytest.mark.parametrize(("m", "b"), LEGS)
def test_formula_with_eulerian_polynomials(m, b):
    total = [0] * (m + b)
    for i in range(b + 1):
        for p in range(b - i + 1):
            for k, c in enumerate(eulerian_row(m + i)):
                total[p + k] += comb(b, i) * comb(b - i, p) * c
    assert total == [2**b * c for c in row(m, b)]


@pytest.mark.parametrize(("m", "b"), [(m, b) for m, b in LEGS if b < m])
def test_longer_legs_separate_strictly(m, b):
    assert strictly_separates(row(m, b), row(m, b + 1))


def in_tau(m, b):
    """Return H_b, a polynomial in tau = (1 + beta)/(1 - beta): 2^b P/beta over (1 - beta)^N."""
    degree = m + b - 1
    low, high = Polynomial([-1, 1]), Polynomial([1, 1])
    terms = [c * low**i * high ** (degree - i) for i, c in enumerate(row(m, b))]
    return sum(terms, Polynomial([0])) * 2.0 ** (b - degree)


@pytest.mark.parametrize("m", range(2, 8))
def test_recursion_of_the_proof_and_its_leading_coefficients(m):
    tau, rest = Polynomial([0, 1]), Polynomial([1, 0, -1])
    for b in range(m):
        here = in_tau(m, b)
        before = b * in_tau(m, b - 1) if b else 0
        expected = 2 * tau * here - rest / 2 * (here.deriv() - before)
        difference = (in_tau(m, b + 1) - expected).coef
        assert abs(difference).max() < 1e-12 * abs(expected.coef).max()
        assert in_tau(m, b + 1).coef[-1] > (b + 1) * here.coef[-1]

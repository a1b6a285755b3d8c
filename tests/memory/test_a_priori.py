"""Bounds of terms and truncations against L = exp, the exact field of sin, and exact sums."""

from __future__ import annotations

from fractions import Fraction
from math import factorial, inf, sqrt

import numpy as np
import pytest

from polyfam.errors import DomainError
from polyfam.family.named import labelled_sum_row
from polyfam.memory import memoryless, on_manifold
from polyfam.memory.a_priori import best_order, term_bounds, truncation_bound
from polyfam.optimizers import HeavyBall


class Sine:
    """L' = sin, so that all derivatives are at most 1."""

    def gradient(self, theta):
        return np.sin(theta)


class Exponential:
    """L = exp."""

    def gradient(self, theta):
        return np.exp(theta)


def terms(loss, theta, beta, count):
    return memoryless(HeavyBall(beta), loss, theta, order=count).coefficients


@pytest.mark.parametrize("beta", [0.2, 0.5, 0.9])
def test_the_exponential_attains_the_bounds_of_the_terms(beta):
    bounds = term_bounds(0.01, beta, 10, gradient_bound=1.0, rate=1.0)
    found = terms(Exponential(), np.array([0.0]), beta, 10)[:, 0] * 0.01 ** np.arange(10)
    assert bounds == pytest.approx(found, rel=1e-9)


def test_lemma_on_labelled_sums():
    """y_n = n A_n(1)/n! obeys y_n = n/2 sum y_i y_(n-i), and y_n <= n n!/4."""
    y = [Fraction(0), Fraction(1)]
    for n in range(2, 44):
        y.append(Fraction(n, 2) * sum(y[i] * y[n - i] for i in range(1, n)))
        if n < 25:
            assert y[n] == Fraction(n * sum(labelled_sum_row(n)), factorial(n))
        assert y[n] <= Fraction(n, 4) * factorial(n)
        assert n < 10 or y[n] <= Fraction(n - 3, 4) * factorial(n)


@pytest.mark.parametrize("beta", [0.1, 0.5, 0.8])
def test_truncation_of_sine(beta):
    q = 0.06
    h = q * (1 - beta) ** 2
    grid = np.linspace(-3, 3, 25)[:, None]
    exact = on_manifold(HeavyBall(beta), Sine(), grid, step_size=h).field
    coefficients = terms(Sine(), grid, beta, 8)
    for order in range(1, 9):
        partial = sum(c * h**j for j, c in enumerate(coefficients[:order]))
        bound = truncation_bound(h, beta, order, gradient_bound=1.0, rate=1.0)
        assert np.abs(partial - exact).max() <= bound < inf


def test_best_order_is_the_best_and_exponentially_good():
    for h in (0.01, 0.003, 0.001):
        order, bound = best_order(h, 0.5, gradient_bound=1.0, rate=1.0)
        others = [
            truncation_bound(h, 0.5, r, gradient_bound=1.0, rate=1.0) for r in range(1, 2 * order)
        ]
        assert bound == min(others)
        assert bound <= 16 / (1 - sqrt(0.5)) * np.exp(1 - 0.25 / (np.e * h))


def test_where_the_theorem_says_nothing():
    assert truncation_bound(0.1, 0.5, 5, gradient_bound=1.0, rate=1.0) == inf
    for change in ({"step_size": 0.0}, {"momentum": 1.0}, {"gradient_bound": -1.0}, {"rate": inf}):
        numbers = {"step_size": 0.1, "momentum": 0.5, "gradient_bound": 1.0, "rate": 1.0} | change
        with pytest.raises(DomainError, match=next(iter(change))):
            best_order(**numbers)

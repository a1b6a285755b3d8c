"""The matrices at the nodes of the past against sums that are carried out."""

from __future__ import annotations

from fractions import Fraction
from math import comb

import numpy as np
import pytest

from polyfam.errors import DomainError, ResourceError
from polyfam.memory.nodes import PastNodes, is_stationary, lags, moments
from polyfam.memory.nodes import startup_nodes as nodes_from_weights
from polyfam.memory.nodes import stationary_nodes as nodes_from_moments

MOMENTA = (0.0, 0.1, 0.5, 0.9, 0.99, 0.999)


def stationary_nodes(momentum: float, terms: int) -> PastNodes:
    """Return the nodes of heavy ball."""
    beta = Fraction(momentum)
    weights = tuple(moments(Fraction(1), beta, beta, max(terms, 1)))[:terms]
    return nodes_from_moments(weights, 1 / (1 - beta))


def startup_nodes(momentum: float, step: int) -> PastNodes:
    """Return the labels of heavy ball at a step."""
    return nodes_from_weights([momentum**k for k in range(step + 1)])


def narayana(j: int, beta: float) -> float:
    """Return the path's P_t over (1 - beta)^(2j+1)."""
    if j == 0:
        return 1 / (1 - beta)
    row = (comb(j, i) * comb(j, i - 1) // j for i in range(1, j + 1))
    return sum(c * beta**i for i, c in enumerate(row, start=1)) / (1 - beta) ** (2 * j + 1)


@pytest.mark.parametrize("momentum", MOMENTA)
@pytest.mark.parametrize("terms", [1, 2, 7, 16])
def test_terms_of_a_parabola_match_narayana_numbers(momentum, terms):
    nodes, gradient = stationary_nodes(momentum, terms), np.ones(terms)
    for j in range(terms):
        assert nodes.weights @ gradient == pytest.approx(narayana(j, momentum), rel=3e-13)
        gradient = nodes.past @ gradient


@pytest.mark.parametrize("momentum", [0.3, 0.8])
@pytest.mark.parametrize("power", [0, 1, 2, 3])
def test_averages_and_sums_of_powers_match_long_sums(momentum, power):
    nodes = stationary_nodes(momentum, 5)
    values = nodes.labels**power
    steps = np.arange(400)

    def average(k: float) -> float:
        return momentum**steps @ (k + steps) ** power

    assert nodes.weights @ values == pytest.approx(average(0))
    assert nodes.averages @ values == pytest.approx(np.array([average(k) for k in nodes.labels]))
    # the polynomial through the values of `past` is the sum of averages at the integers
    past = np.polynomial.Polynomial.fit(nodes.labels, nodes.past @ values, 4).convert()
    sums = np.cumsum([average(i) for i in range(1, 6)])
    assert past(np.arange(1, 6)) == pytest.approx(sums)
    assert past(0) == pytest.approx(0, abs=1e-10 * sums[-1])
    assert nodes.slope @ values == pytest.approx(past.deriv()(0))


def test_startup_matrices_match_double_loops():
    n, momentum = 6, 0.7
    nodes = startup_nodes(momentum, n)
    values = np.random.default_rng(0).standard_normal(n + 1)
    averages = [sum(momentum**m * values[k + m] for m in range(n - k + 1)) for k in range(n + 1)]
    assert nodes.labels.tolist() == list(range(n + 1))
    assert nodes.averages @ values == pytest.approx(averages)
    assert nodes.weights @ values == pytest.approx(averages[0])
    assert nodes.past @ values == pytest.approx(
        [sum(averages[1 : k + 1]) for k in range(n + 1)], abs=1e-14
    )


@pytest.mark.parametrize("momentum", [0.1, 0.5, 0.9])
@pytest.mark.parametrize("terms", [1, 4, 8])
def test_a_start_that_is_over_matches_the_stationary_terms(momentum, terms):
    step = next(n for n in range(4000) if is_stationary(momentum, n, terms))
    nodes, gradient = startup_nodes(momentum, step), np.ones(step + 1)
    for j in range(terms):
        assert nodes.weights @ gradient == pytest.approx(narayana(j, momentum), rel=1e-14)
        gradient = nodes.past @ gradient


def test_nodes_are_exact_for_momenta_that_are_no_binary_fractions():
    # sum k^2 beta^k = beta (1 + beta)/(1 - beta)^3, in fractions of the float 0.9
    beta = Fraction(0.9)
    exact = float(beta * (1 + beta) / (1 - beta) ** 3)
    nodes = stationary_nodes(0.9, 12)
    assert nodes.weights @ nodes.labels**2 == pytest.approx(exact, rel=1e-14)


def test_absurd_requests_say_their_cost():
    with pytest.raises(ResourceError, match="Order 50 would take about 2,500 gradients"):
        stationary_nodes(0.5, 50)
    with pytest.raises(ResourceError, match="a past of 100,001 gradients"):
        startup_nodes(0.5, 100_000)
    with pytest.raises(DomainError, match="'order' must be at least 1, not 0"):
        stationary_nodes(0.5, 0)


@pytest.mark.parametrize("terms", [1, 3, 6])
def test_moments_match_the_sums_of_binomials(terms):
    first, later, fading = Fraction(3, 2), Fraction(1, 3), Fraction(1, 2)
    weights = [first, *(later * fading**k for k in range(200))]
    for r, moment in enumerate(moments(first, later, fading, terms)):
        assert float(moment) == pytest.approx(
            float(sum(comb(k, r) * w for k, w in enumerate(weights)))
        )


def faulhaber(degree: int, k: np.ndarray, memory: float) -> np.ndarray:
    """Return sum_{i=1..k} (i/memory)^degree as the polynomial through its values at integers."""
    i = np.arange(degree + 2)
    values = np.cumsum((i / memory) ** degree) - (0.0**degree)
    return sum(
        v * np.prod([(k - j) / (m - j) for j in i if j != m], axis=0)
        for m, v in zip(i, values, strict=True)
    )


@pytest.mark.parametrize("memory", [1.0, 10.0])
@pytest.mark.parametrize("terms", [1, 2, 4, 6])
def test_past_matches_sums_over_integers(terms: int, memory: float) -> None:
    nodes, _, past = lags(terms, memory)
    for degree in range(terms - 1):
        expected = faulhaber(degree, nodes, memory)
        np.testing.assert_allclose(past @ (nodes / memory) ** degree, expected, rtol=1e-9)


@pytest.mark.parametrize("memory", [1.0, 10.0, 1000.0])
@pytest.mark.parametrize("terms", [1, 2, 4, 8])
def test_shift_matches_shifted_polynomials(terms: int, memory: float) -> None:
    nodes, shift, _ = lags(terms, memory)
    for degree in range(terms):
        np.testing.assert_allclose(
            shift @ (nodes / memory) ** degree,
            ((nodes + 1) / memory) ** degree,
            rtol=1e-10,
            atol=1e-12,
        )


def test_nodes_begin_now_and_reach_far_into_the_memory() -> None:
    nodes = lags(5, 100.0).nodes
    assert nodes[0] == 0
    assert nodes[-1] == 800

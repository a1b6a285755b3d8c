"""The matrices on polynomials in the lag against sums over integers and shifted polynomials."""

from __future__ import annotations

import numpy as np
import pytest

from polyfam.memory.lags import lags


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

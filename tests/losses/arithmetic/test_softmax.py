"""Softmax and log-sum-exp against scipy, and their series against the recurrence."""

from __future__ import annotations

import numpy as np
import pytest
import scipy.special

from polyfam.losses.arithmetic import saturated
from polyfam.losses.arithmetic.softmax import logsumexp, softmax
from polyfam.losses.arithmetic.taylor import Taylor

RNG = np.random.default_rng(5)


@pytest.mark.parametrize("axis", [-1, 0, 1])
def test_arrays_match_scipy(axis: int) -> None:
    x = 300 * RNG.standard_normal((3, 4, 2))
    np.testing.assert_allclose(logsumexp(x, axis), scipy.special.logsumexp(x, axis), rtol=1e-14)
    np.testing.assert_allclose(softmax(x, axis), scipy.special.softmax(x, axis), rtol=1e-13)


@pytest.mark.parametrize("axis", [-1, -2])
def test_series_match_the_recurrence(axis: int) -> None:
    x = RNG.standard_normal((7, 3, 4))
    work, out = np.zeros((2, *x.shape)), np.zeros_like(x)
    for k in range(len(x)):
        saturated.softmax(k, x, *work, out, axis=axis)
    np.testing.assert_allclose(softmax(Taylor(x), axis).coefficients, out, atol=1e-12)


def test_the_softmax_is_the_slope_of_the_log_sum() -> None:
    x, direction = RNG.standard_normal((2, 5))
    line = Taylor.line(x, direction, terms=6)
    slope = np.sum(softmax(line) * direction).coefficients
    powers = np.arange(1, 6)
    np.testing.assert_allclose(powers * logsumexp(line).coefficients[1:], slope[:-1], atol=1e-13)

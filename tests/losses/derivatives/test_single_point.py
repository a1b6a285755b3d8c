"""Gradients of one point, against the same gradients written for many."""

from __future__ import annotations

import numpy as np
from numpy.testing import assert_allclose

from polyfam.losses.derivatives.jets import gradient_series
from polyfam.losses.derivatives.single_point import single_point

RNG = np.random.default_rng(17)
MATRIX = RNG.normal(size=(3, 3))
LOSS = single_point(lambda t: MATRIX @ np.tanh(t), value=lambda t: t[0] * t[1] - t[2])


class Many:
    def gradient(self, theta):
        return np.tanh(theta) @ MATRIX.T


def test_many_points_match_the_gradient_written_for_them():
    theta = RNG.normal(size=(3, 2, 3))  # as many points as parameters: no shape gives it away
    assert_allclose(LOSS.gradient(theta), Many().gradient(theta))
    assert_allclose(LOSS.value(theta), theta[..., 0] * theta[..., 1] - theta[..., 2])


def test_series_match_the_gradient_written_for_many_points():
    curve = RNG.normal(size=(5, 3, 2, 3))
    assert_allclose(gradient_series(LOSS, curve), gradient_series(Many(), curve), rtol=1e-12)


def test_value_is_offered_only_when_given():
    assert not hasattr(single_point(np.tanh), "value")

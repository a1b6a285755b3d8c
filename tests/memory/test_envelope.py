"""The upper envelope against a grid of candidates."""

from __future__ import annotations

import numpy as np
import pytest

from polyfam.errors import DomainError
from tests.oracles.envelope import upper_envelope


def bumps(u: np.ndarray) -> np.ndarray:
    return np.sin(u[..., 0]) * np.exp(-(u[..., 1] ** 2))


def slope(u: np.ndarray) -> np.ndarray:
    x, y = u[..., 0], u[..., 1]
    bell = np.exp(-y * y)
    return np.stack([np.cos(x) * bell, -2 * y * np.sin(x) * bell], axis=-1)


def test_supremum_matches_the_best_of_a_grid():
    theta, h = np.array([[0.3, -0.4], [2.0, 0.1]]), 0.2
    supremum, maximizer = upper_envelope(bumps, slope, theta, h)
    offsets = np.stack(np.meshgrid(*2 * [np.linspace(-1, 1, 401)]), axis=-1).reshape(-1, 1, 2)
    candidates = theta + offsets
    values = bumps(candidates) - np.sum((candidates - theta) ** 2, axis=-1) / (2 * h)
    assert (values.max(axis=0) <= supremum + 1e-15).all()
    assert values.max(axis=0) == pytest.approx(supremum, abs=1e-4)
    best = candidates[values.argmax(axis=0), np.arange(2)]
    assert best == pytest.approx(maximizer, abs=5e-3)


def test_a_supremum_far_away_is_told():
    with pytest.raises(DomainError, match="take a step size below 2"):
        upper_envelope(lambda u: np.sum(u * u, -1) / 2, lambda u: u, np.array([1.0]), 2.0)

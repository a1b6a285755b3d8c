"""Hessians from products and from jets against each other and against differences."""

from __future__ import annotations

import numpy as np
import pytest

from polyfam.errors import DomainError, ResourceError
from polyfam.losses import Quadratic
from polyfam.losses.derivatives.hessians import hessian, hessian_vector, leading_eigenpairs


class Waves:
    def gradient(self, theta):
        return np.sin(theta) * np.exp(theta[..., ::-1] / 2) + theta


def test_hessian_of_a_jet_matches_differences():
    theta, width = np.array([[0.3, -0.4], [1.0, 0.2]]), 1e-6
    for point, matrix in zip(theta, hessian(Waves(), theta), strict=True):
        shifts = width * np.eye(2)
        columns = Waves().gradient(point + shifts) - Waves().gradient(point - shifts)
        expected = columns.T / (2 * width)
        assert matrix == pytest.approx((expected + expected.T) / 2, rel=1e-8)


def test_products_offered_by_a_loss_are_used():
    class Offered:
        def hessian_vector(self, theta, vector):
            return 3 * vector + 0 * theta

    assert hessian_vector(Offered(), [1.0, 2.0], [1.0, 1.0]).tolist() == [3.0, 3.0]
    assert hessian(Offered(), [1.0, 2.0]).tolist() == [[3.0, 0.0], [0.0, 3.0]]


@pytest.mark.parametrize("d", [5, 260])
def test_leading_pairs_match_the_spectrum(d):
    matrix = np.random.default_rng(0).standard_normal((d, d))
    matrix = matrix + matrix.T
    values, vectors = leading_eigenpairs(Quadratic(matrix), np.zeros((2, d)), 3)
    assert values == pytest.approx(np.broadcast_to(np.linalg.eigvalsh(matrix)[-3:], (2, 3)))
    assert matrix @ vectors == pytest.approx(vectors * values[:, None], abs=1e-9)


def test_bad_requests_are_named():
    with pytest.raises(DomainError, match="'count' must be at most 2, not 3"):
        leading_eigenpairs(Waves(), [0.0, 0.0], 3)
    with pytest.raises(ResourceError, match="The Hessian of 10,000 parameters would take 762 MiB"):
        hessian(Waves(), np.zeros(10_000))

"""Products with the Hessian that users bring, against differences of their own gradients."""

from __future__ import annotations

import numpy as np
import pytest

from polyfam.errors import DomainError, TaylorError
from polyfam.losses.derivatives.hessians import hessian_vector
from polyfam.losses.derivatives.jets import gradient_jet

THETA, VECTOR = np.array([0.5, 1.0]), np.array([1.0, -1.0])


class Cubic:
    """The loss sum theta^4/4 with a product that is `factor` times the right one."""

    def __init__(self, factor=1.0):
        self.factor, self.gradients = factor, 0

    def gradient(self, theta):
        self.gradients += 1
        return theta**3

    def hessian_vector(self, theta, vector):
        return self.factor * 3 * theta**2 * vector


class Bent(Cubic):
    """max(theta, 0)^2/2 and a little: not smooth at 0, right on both sides."""

    def gradient(self, theta):
        return np.maximum(theta, 0) + 0.1 * theta

    def hessian_vector(self, theta, vector):
        return ((theta > 0) + 0.1) * vector


@pytest.mark.parametrize(
    "work",
    [
        lambda loss: hessian_vector(loss, THETA, VECTOR),
        lambda loss: [*map(gradient_jet(loss, (2,), 2).push, (THETA, VECTOR))],
    ],
    ids=["product", "jet"],
)
def test_a_slip_is_refused_with_its_size(work):
    with pytest.raises(TaylorError, match=r"product of Cubic differs .* by 50 % at this point"):
        work(Cubic(1.5))


def test_a_right_product_is_checked_once():
    loss = Cubic()
    for _ in range(3):
        np.testing.assert_allclose(hessian_vector(loss, THETA, VECTOR), 3 * THETA**2 * VECTOR)
    assert loss.gradients == 2


@pytest.mark.parametrize("scale", [1e-12, 1e-6, 1.0, 1e6])
def test_right_products_pass_at_every_scale_and_beside_kinks(scale):
    for theta in (scale * THETA, np.array([1e-3, -1.0]) * scale):
        hessian_vector(Cubic(), theta, VECTOR)
        hessian_vector(Bent(), theta, VECTOR)


def test_a_product_of_another_shape_is_refused():
    class Flat(Cubic):
        def hessian_vector(self, theta, vector):
            return (theta * vector).sum()

    with pytest.raises(DomainError, match=r"product of the Hessian of Flat .* \(2,\) .* not \(\)"):
        hessian_vector(Flat(), THETA, VECTOR)

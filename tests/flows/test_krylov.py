"""phi(h H) grad L from products alone; the oracle is the decomposition of the whole Hessian."""

from __future__ import annotations

from typing import Any

import numpy as np
import pytest

from polyfam.errors import ArgumentTypeError, DomainError, ResourceError
from polyfam.flows import (
    function_times_vector,
    principal_factor,
    principal_flow,
    principal_flow_field,
)
from polyfam.losses import Quadratic, Rosenbrock, SoftmaxRegression
from polyfam.losses.data import load_data
from polyfam.losses.derivatives.hessians import hessian
from polyfam.optimizers import Adam, GradientDescent, HeavyBall


def digits() -> tuple[Any, np.ndarray]:
    """Return 650 parameters: 92 null eigenvalues, and a point in the middle of training."""
    features, labels = load_data("digits")
    loss = SoftmaxRegression(features[:200], labels[:200])
    return loss, 0.1 * np.random.default_rng(0).standard_normal(loss.dimension)


LOSS, THETA = digits()
GRADIENT = LOSS.gradient(THETA)
VALUES, VECTORS = np.linalg.eigh(hessian(LOSS, THETA))


def whole(h: float, beta: float) -> np.ndarray:
    """Return phi(h H) grad L from all eigenpairs."""
    return VECTORS @ (principal_factor(h * VALUES, beta) * (VECTORS.T @ GRADIENT))


def distance(a: np.ndarray, b: np.ndarray) -> float:
    """Return the distance relative to b."""
    return float(np.linalg.norm(a - b) / np.linalg.norm(b))


@pytest.mark.parametrize("beta", [0.0, 0.5, 0.9])
@pytest.mark.parametrize("share", [0.1, 0.95, 1.7, 6.0])
def test_field_is_that_of_the_whole_hessian_before_and_beyond_the_branch_point(
    beta: float, share: float
) -> None:
    h = share * (1 - beta**0.5) ** 2 / VALUES[-1]
    found = principal_flow_field(HeavyBall(beta), LOSS, THETA, step_size=h, tolerance=1e-11)
    assert np.iscomplexobj(found) == (share > 1)
    assert distance(found, whole(h, beta)) < 1e-11


@pytest.mark.parametrize("beta", [0.0, 0.7])
@pytest.mark.parametrize("share", [0.1, 0.8])
@pytest.mark.parametrize("tolerance", [1e-3, 1e-6, 1e-10])
def test_bound_holds_and_is_less_than_a_thousand_times_too_large(
    beta: float, share: float, tolerance: float
) -> None:
    branch = (1 - beta**0.5) ** 2
    h = share * branch / VALUES[-1]
    found = function_times_vector(
        lambda x: principal_factor(x, beta),
        lambda v: h * LOSS.hessian_vector(THETA, v),
        GRADIENT,
        tolerance=tolerance,
        branch=branch,
    )
    true = float(np.linalg.norm(found.value - whole(h, beta)))
    size = float(np.linalg.norm(found.value))
    assert true < found.error < max(1000 * true, 1e-13 * size)
    assert found.error <= tolerance * size


def test_ten_products_give_the_digits_that_were_measured() -> None:
    """2e-12 to 5e-10 with 10 products, where leading eigenpairs were wrong by 1 to 3 percent."""
    errors = []
    for share in (0.2, 0.3, 0.4, 0.5):
        h = share * (1 - 0.9**0.5) ** 2 / VALUES[-1]
        seen = 0

        def product(v: np.ndarray, h: float = h) -> np.ndarray:
            nonlocal seen
            seen += 1
            return h * LOSS.hessian_vector(THETA, v)

        found = function_times_vector(
            lambda x: principal_factor(x, 0.9), product, GRADIENT, tolerance=2e-8, branch=0.00263
        )
        assert found.products == seen <= 10
        errors.append(distance(found.value, whole(h, 0.9)))
    assert max(errors) < 5e-10


def test_null_eigenvalues_and_an_invariant_subspace_end_early() -> None:
    """With three eigenvalues, one of them 0, three products are exact."""
    diagonal = np.repeat([0.0, 0.3, 0.7], 50)
    found = function_times_vector(
        lambda x: principal_factor(x, 0.0), lambda v: diagonal * v, np.ones(150), branch=1.0
    )
    assert found.products == 3
    np.testing.assert_allclose(found.value, principal_factor(diagonal, 0.0), rtol=1e-13)
    nothing = function_times_vector(np.exp, lambda v: v, np.zeros(5))
    assert nothing.products == 0
    assert not nothing.value.any()


def test_complex_hessians_go_the_same_way() -> None:
    """The Hessian at a complex point is complex symmetric; the oracle is its eigenvectors."""
    random = np.random.default_rng(3)
    matrix = random.standard_normal((120, 120)) + 0.3j * random.standard_normal((120, 120))
    matrix = 0.005 * (matrix + matrix.T)
    b = random.standard_normal(120) + 1j * random.standard_normal(120)
    values, vectors = np.linalg.eig(matrix)
    expected = vectors @ (principal_factor(values, 0.2) * np.linalg.solve(vectors, b))
    found = function_times_vector(
        lambda x: principal_factor(x, 0.2), lambda v: matrix @ v, b, tolerance=1e-11
    )
    assert distance(found.value, expected) < 1e-10
    assert found.products < 60


@pytest.mark.parametrize("h", [0.02, 0.5, 3.5])
def test_flow_is_exact_on_a_large_quadratic_in_every_regime(h: float) -> None:
    values = np.repeat(np.linspace(0.0, 1.0, 7), 10)
    start = np.cos(np.arange(70.0))
    path = principal_flow(
        HeavyBall(0.7),
        Quadratic(np.diag(values)),
        start,
        step_size=h,
        times=[0.0, h, 3 * h],
        rtol=1e-7,
    )
    steps = np.exp(
        np.array([0.0, 1.0, 3.0])[:, None] * h * values * principal_factor(h * values, 0.7)
    )
    np.testing.assert_allclose(path, steps * start, atol=1e-6 * abs(steps).max())


class ManyRosenbrocks:
    """Copies of Rosenbrock's function, to be beyond the dimensions that are decomposed."""

    def __init__(self, copies: int) -> None:
        self.one = Rosenbrock(1.0, 100.0)
        self.copies = copies

    def _apart(self, x: np.ndarray) -> np.ndarray:
        return x.reshape(*x.shape[:-1], self.copies, 2)

    def gradient(self, theta: np.ndarray) -> np.ndarray:
        return self.one.gradient(self._apart(theta)).reshape(theta.shape)

    def hessian_vector(self, theta: np.ndarray, v: np.ndarray) -> np.ndarray:
        return self.one.hessian_vector(self._apart(theta), self._apart(v)).reshape(theta.shape)


@pytest.mark.parametrize("copies", [1, 40])
@pytest.mark.parametrize("optimizer", [HeavyBall(0.0), GradientDescent()])
def test_crossing_one_without_momentum_is_a_sentence(copies: int, optimizer: Any) -> None:
    """This flow never returned: r = 1 - h lambda vanishes on the way."""
    loss = Rosenbrock(1.0, 100.0) if copies == 1 else ManyRosenbrocks(copies)
    with pytest.raises(DomainError, match=r"ends .* h lambda = 1 for an eigenvalue"):
        principal_flow(optimizer, loss, [-0.5, 0.6] * copies, step_size=0.002, times=[0.004])


def test_a_start_where_h_lambda_is_one_is_a_sentence() -> None:
    loss = Quadratic(np.diag(np.linspace(0.0, 1.0, 80)))
    with pytest.raises(DomainError, match="h lambda = 1 for an eigenvalue"):
        principal_flow_field(HeavyBall(0.0), loss, np.ones(80), step_size=1.0)


def test_products_end(monkeypatch: pytest.MonkeyPatch) -> None:
    """sign(x) over an interval that holds 0 is reached by no polynomial."""
    monkeypatch.setattr("polyfam.flows._krylov._MOST", 60)
    diagonal = np.linspace(-1, 1, 100)
    with pytest.raises(ResourceError, match=r"After 60 products .* smaller step size"):
        function_times_vector(np.sign, lambda v: diagonal * v, np.ones(100), tolerance=1e-12)


def test_bad_input_is_one_sentence() -> None:
    with pytest.raises(DomainError, match=r"'tolerance' must be in \(0, 1\), not 0"):
        function_times_vector(np.exp, lambda v: v, np.ones(3), tolerance=0)
    with pytest.raises(DomainError, match=r"'vector' must have shape \(d,\), not \(2, 2\)"):
        function_times_vector(np.exp, lambda v: v, np.eye(2))
    with pytest.raises(DomainError, match=r"'product' must return the shape \(3,\)"):
        function_times_vector(np.exp, lambda v: v[:1], np.ones(3))
    with pytest.raises(DomainError, match="'tolerance' must be in"):
        principal_flow_field(HeavyBall(0.5), Quadratic([[1.0]]), [1.0], step_size=1, tolerance=2)
    with pytest.raises(DomainError, match="must be finite"):
        function_times_vector(np.exp, lambda v: v * np.nan, np.ones(3))
    with pytest.raises(ArgumentTypeError, match="weights p beta"):
        principal_flow_field(Adam(), LOSS, THETA, step_size=0.1)

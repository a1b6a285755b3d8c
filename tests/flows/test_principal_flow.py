"""The principal flow against roots, against heavy ball on quadratics, and on null eigenvalues."""

from __future__ import annotations

import numpy as np
import pytest

from polyfam.errors import ArgumentTypeError, DomainError
from polyfam.flows import flow, principal_factor, principal_flow, principal_flow_field
from polyfam.losses import Quadratic, Rosenbrock, SoftmaxRegression
from polyfam.losses.data import load_data
from polyfam.losses.derivatives.hessians import hessian
from polyfam.optimizers import Adam, AveragedMomentum, GradientDescent, HeavyBall, Nesterov
from tests.memory.balls import Ball

MOMENTA = (0.0, 0.3, 0.7, 0.99)
PRODUCTS = (-2.0, -1e-3, 1e-9, 1e-3, 0.02, 0.3, 0.9, 1.7, 3.0, 3.39, 5.0)


@pytest.mark.parametrize("momentum", MOMENTA)
@pytest.mark.parametrize("x", PRODUCTS)
def test_factor_matches_the_root_of_the_characteristic_polynomial(x, momentum):
    roots = np.roots([1, x - 1 - momentum, momentum])
    # the larger one; of a pair the one in the upper half plane
    root = max(roots, key=lambda r: (round(abs(r), 12), r.imag))
    expected = np.log(root + 0j) / x
    assert principal_factor(x, momentum) == pytest.approx(expected, rel=1e-6 if x < 1e-6 else 1e-10)


@pytest.mark.parametrize("momentum", MOMENTA)
def test_factor_matches_the_narayana_polynomials_of_type_b_near_zero(momentum):
    # -phi(x) = sum_n x^(n-1) (1 - b)^-(2n-1) (1/n) sum_k C(n-1, k)^2 b^k
    b, x = momentum, 1e-3 * (1 - momentum) ** 2
    rows = [[1], [1, 1], [1, 4, 1], [1, 9, 9, 1], [1, 16, 36, 16, 1], [1, 25, 100, 100, 25, 1]]
    series = sum(
        x ** (n - 1) / (1 - b) ** (2 * n - 1) / n * np.polyval(row, b)
        for n, row in enumerate(rows, start=1)
    )
    assert principal_factor(x, b) == pytest.approx(-series, rel=1e-12)


def test_factor_keeps_its_digits_at_tiny_eigenvalues():
    tiny = np.array([0.0, 1e-300, -1e-18, 1e-18, 1e-14])
    for momentum in MOMENTA:
        assert principal_factor(tiny, momentum) == pytest.approx(-1 / (1 - momentum), rel=1e-9)


@pytest.mark.parametrize("step_size", [0.02, 0.5, 3.0, 3.38, 3.39, 3.5])
def test_flow_is_exact_on_quadratics_in_every_regime(step_size):
    # the iterates r^n of both eigenvectors, r on the upper half plane
    loss, ball = Quadratic(np.diag([1.0, 0.3])), Ball(step_size, 0.7)
    x = step_size * np.array([1.0, 0.3])
    path = ball.principal(loss, [1.0, -2.0], step_size * np.arange(5))
    expected = np.exp(principal_factor(x, 0.7) * x) ** np.arange(5)[:, None] * [1.0, -2.0]
    assert path == pytest.approx(expected, rel=1e-7)
    # and these satisfy the recursion of heavy ball
    defect = expected[2:] - (1.7 - x) * expected[1:-1] + 0.7 * expected[:-2]
    assert np.abs(defect).max() < 1e-12


def test_flow_matches_heavy_ball_from_the_manifold_on_a_rotated_quadratic():
    rotation = np.linalg.qr(np.random.default_rng(0).standard_normal((4, 4)))[0]
    matrix = rotation @ np.diag([0.0, 0.1, 1.0, 3.0]) @ rotation.T
    loss = Quadratic((matrix + matrix.T) / 2)
    ball, start = Ball(0.01, 0.6), np.ones(4)
    run = ball.run(loss, start, 60, state="manifold")
    assert ball.principal(loss, start, [0.6])[0] == pytest.approx(run.points[60], rel=1e-9)


def test_null_eigenvalues_of_digits_match_the_series_of_the_modified_equation():
    # 92 or so of the 650 eigenvalues vanish: pixels that never change, and shifts of all logits
    features, labels = load_data("digits")
    loss = SoftmaxRegression(features[:200], labels[:200])
    theta = 0.1 * np.random.default_rng(0).standard_normal(loss.dimension)
    matrix, gradient = hessian(loss, theta), loss.gradient(theta)
    h, b = 1e-4, 0.5
    assert np.sum(np.abs(np.linalg.eigvalsh(matrix)) < 1e-12) > 90
    # chains: type-B Narayana polynomials over (1 - b)^(2n-1) n
    rows = [[1], [1, 1], [1, 4, 1], [1, 9, 9, 1]]
    expected, chain = 0, -gradient
    for n, row in enumerate(rows, start=1):
        expected += np.polyval(row, b) / n / (1 - b) ** (2 * n - 1) * h ** (n - 1) * chain
        chain = matrix @ chain
    found = principal_flow_field(HeavyBall(b), loss, theta, step_size=h)
    assert found == pytest.approx(expected, rel=1e-8, abs=1e-11)


def test_points_at_once_match_one_by_one():
    class Quartic:
        def gradient(self, theta):
            return theta**3 + theta[..., ::-1]

    theta = np.random.default_rng(1).random((2, 3, 2))
    together = principal_flow_field(HeavyBall(0.8), Quartic(), theta, step_size=0.001)
    for index in np.ndindex(2, 3):
        alone = principal_flow_field(HeavyBall(0.8), Quartic(), theta[index], step_size=0.001)
        assert together[index] == pytest.approx(alone)


def test_complex_points_have_complex_hessians_by_the_factor_itself() -> None:
    class Quartic:
        def gradient(self, theta: np.ndarray) -> np.ndarray:
            return theta**3

    point = np.array([1.0 + 0.5j, 0.3 - 1j])
    found = principal_flow_field(HeavyBall(0.5), Quartic(), point, step_size=0.1)
    wanted = principal_factor(0.1 * 3 * point**2, 0.5) * point**3
    np.testing.assert_allclose(found, wanted, rtol=1e-12)


def test_the_flow_without_momentum_ends_where_h_lambda_crosses_one() -> None:
    """It has no field there, and the integrator must not try for ever."""
    with pytest.raises(DomainError, match=r"ends .* h lambda = 1 for an eigenvalue"):
        principal_flow(
            HeavyBall(0.0), Rosenbrock(1.0, 100.0), [-0.5, 0.6], step_size=0.002, times=[0.004]
        )


def test_averages_flow_as_heavy_ball_with_a_smaller_step() -> None:
    loss, start, times = Quadratic(np.diag([1.0, 0.3])), [1.0, -2.0], [0.0, 0.4]
    found = principal_flow(AveragedMomentum(0.7), loss, start, step_size=0.1, times=times)
    scaled = principal_flow(
        HeavyBall(0.7), loss, start, step_size=0.03, times=[0.3 * t for t in times]
    )
    assert found == pytest.approx(scaled, rel=1e-8)
    plain = principal_flow(GradientDescent(), loss, start, step_size=0.1, times=times)
    same = principal_flow(HeavyBall(0.0), loss, start, step_size=0.1, times=times)
    assert plain == pytest.approx(same, rel=1e-12)


def test_other_memories_have_no_principal_flow_yet() -> None:
    for optimizer, error in ((Nesterov(0.5), DomainError), (Adam(), ArgumentTypeError)):
        with pytest.raises(error, match="principal flow is known for weights p beta"):
            principal_flow(optimizer, Quadratic([[1.0]]), [1.0], step_size=0.1, times=[0.1])


def test_a_flow_that_meets_a_cut_is_refused_and_not_followed_for_ever() -> None:
    """The eigenvalues turn around the branch point: no oracle, a refusal with a time."""
    with pytest.raises(DomainError, match=r"stuck at t = 0\.0039"):
        principal_flow(
            HeavyBall(0.9), Rosenbrock(1, 100), [-0.5, 0.6], step_size=0.001, times=[0.004, 0.02]
        )


def test_a_fast_beginning_is_not_stuck() -> None:
    """The oracle is the solution x(t) = (x0^-2 + 2 t)^(-1/2) of x' = -x^3."""
    found = flow(lambda x: -(x**3), [1e4], [1e-9, 1.0, 50.0]).ravel()
    exact = (1e-8 + 2 * np.array([1e-9, 1.0, 50.0])) ** -0.5
    np.testing.assert_allclose(found, exact, rtol=1e-8)

"""The losses given by formulas, against values by hand and, in `test_jax.py`, against jax."""

from __future__ import annotations

import numpy as np
import pytest

from polyfam.errors import ArgumentTypeError, DomainError
from polyfam.losses import (
    BilinearToy,
    CubicNet,
    LinearRegression,
    LogCosh,
    MatrixFactorisation,
    Polynomial1D,
    Quadratic,
    Rosenbrock,
)
from polyfam.losses.derivatives.jets import gradient_jet


def test_bilinear_toy_matches_values_by_hand() -> None:
    loss = BilinearToy()  # at the starting point of the papers: 2 t_1 t_2 = 19.6
    assert loss.value([2.8, 3.5]) == pytest.approx(18.1**2 / 2)
    assert loss.gradient([2.8, 3.5]) == pytest.approx([2 * 18.1 * 3.5, 2 * 18.1 * 2.8])
    assert loss.hessian_vector([2.8, 3.5], [1.0, 0.0]) == pytest.approx([49.0, 75.4])


def test_cubic_net_matches_values_by_hand() -> None:
    loss = CubicNet(x=2.0, y=3.0)  # u = 2, u^3 = 8, excess 5 at (1, 1)
    assert loss.value([1.0, 1.0]) == 12.5
    assert loss.gradient([1.0, 1.0]).tolist() == [120.0, 40.0]


def test_rosenbrock_matches_values_by_hand() -> None:
    loss = Rosenbrock()
    assert loss.value([-1.2, 1.0]) == pytest.approx(24.2)
    assert loss.gradient([-1.2, 1.0]) == pytest.approx([-215.6, -88.0])
    hessian = loss.hessian_vector([-1.2, 1.0], np.eye(2))
    np.testing.assert_allclose(hessian, [[1330.0, 480.0], [480.0, 200.0]])
    assert loss.value([[1.0, 1.0]]).tolist() == [0.0]


def test_polynomial_matches_values_by_hand() -> None:
    loss = Polynomial1D([5, -1, 0, 2])
    assert (loss.value([3.0]), loss.gradient([3.0])) == (56.0, [53.0])
    assert loss.hessian_vector([3.0], [2.0]).tolist() == [72.0]
    assert Polynomial1D([5]).gradient([3.0]).tolist() == [0.0]


def test_log_cosh_matches_the_naive_formula() -> None:
    x = np.linspace(-3, 3, 7)[:, None]
    np.testing.assert_allclose(LogCosh().value(x), np.log(np.cosh(x[:, 0])), atol=1e-15)
    np.testing.assert_allclose(LogCosh().gradient(x), np.sinh(x) / np.cosh(x), rtol=1e-14)


def test_quadratic_matches_values_by_hand() -> None:
    loss = Quadratic([[2.0, 1.0], [1.0, 0.0]], linear=[1.0, -1.0])
    assert loss.value([1.0, 2.0]) == 2.0
    assert loss.gradient([1.0, 2.0]).tolist() == [5.0, 0.0]


def test_quadratic_takes_a_matrix_by_its_eigenvectors() -> None:
    rng = np.random.default_rng(2)
    vectors, _ = np.linalg.qr(rng.standard_normal((30, 30)))
    values = np.geomspace(1e-8, 1e8, 30)
    matrix = (vectors * values) @ vectors.T
    assert not np.array_equal(matrix, matrix.T)
    loss = Quadratic(matrix)
    np.testing.assert_array_equal(loss.matrix, loss.matrix.T)
    np.testing.assert_allclose(loss.gradient(vectors.T), (vectors * values).T, atol=1e-6)


def test_factorisation_vanishes_at_factors_of_the_target() -> None:
    left, right = np.array([[1.0, 2.0], [0.0, 1.0], [3.0, 1.0]]), np.array([[1.0, 1.0], [2.0, 0.0]])
    loss = MatrixFactorisation(left @ right.T, rank=2)
    theta = np.concatenate([left.ravel(), right.ravel()])
    assert loss.value(theta) == 0.0
    assert not loss.gradient(theta).any()


def test_initial_factors_have_a_product_of_unit_size() -> None:
    loss = MatrixFactorisation(np.ones((200, 100)), rank=9)
    theta = loss.initial_point(seed=3)
    np.testing.assert_array_equal(theta, loss.initial_point(seed=3))
    product = theta[:1800].reshape(200, 9) @ theta[1800:].reshape(100, 9).T
    assert product.var() == pytest.approx(1, rel=0.1)


def test_linear_regression_vanishes_at_the_least_squares_solution() -> None:
    rng = np.random.default_rng(0)
    features, y = rng.standard_normal((20, 3)), rng.standard_normal(20)
    solution = np.linalg.lstsq(np.column_stack([features, np.ones(20)]), y, rcond=None)[0]
    np.testing.assert_allclose(LinearRegression(features, y).gradient(solution), 0, atol=1e-14)


def test_linear_jet_has_the_constant_in_its_first_term_only() -> None:
    jet = gradient_jet(Quadratic([[2.0]], linear=[3.0]), (1,), 3)
    assert [jet.push([c]).item() for c in (1.0, 1.0, 4.0)] == [5.0, 2.0, 8.0]


@pytest.mark.parametrize(
    ("build", "message"),
    [
        (lambda: Quadratic([[1.0, 2.0]]), "Argument 'matrix' must be square and symmetric"),
        (lambda: Quadratic([[1.0, 2.0], [0.0, 1.0]]), "must be square and symmetric"),
        (lambda: Quadratic([[1.0]], [1.0, 2.0]), "Argument 'linear' must have the length 1"),
        (lambda: Quadratic([[np.nan]]), r"Argument 'matrix' must be finite, not nan at index \(0"),
        (lambda: Quadratic([[1.0, 1.0], [1.0 + 1e-9, 1.0]]), "must be square and symmetric"),
        (lambda: Quadratic([[1j]]), "Argument 'matrix' must be an array of real numbers"),
        (lambda: Rosenbrock(a=np.complex64(1j)), "Argument 'a' must be a number, not"),
        (lambda: Rosenbrock(a="x"), "Argument 'a' must be a number, not 'x'"),
        (lambda: CubicNet(x=np.inf), "Argument 'x' must be finite, not inf"),
        (lambda: Polynomial1D([]), "Argument 'coefficients' must be an array with 1 axes"),
        (lambda: MatrixFactorisation([[1.0]], rank=0), "Argument 'rank' must be at least 1"),
        (lambda: MatrixFactorisation([["a"]], rank=1), "Argument 'target' must be an array of"),
        (lambda: MatrixFactorisation([[1.0]], 1).initial_point(-1), "'seed' must be at least 0"),
        (lambda: BilinearToy().gradient([1.0]), "must have 2 parameters on its last axis, not 1"),
        (lambda: BilinearToy().value([1.0, np.nan]), "Argument 'theta' must be finite"),
        (lambda: BilinearToy().value(1.0), r"must have shape \(\.\.\., d\), not \(\)"),
    ],
    ids=[
        "not square",
        "not symmetric",
        "linear",
        "nan matrix",
        "nearly symmetric",
        "complex matrix",
        "complex",
        "not a number",
        "infinite",
        "empty",
        "rank",
        "text",
        "seed",
        "dimension",
        "nan",
        "scalar",
    ],
)
def test_bad_input_is_refused_in_one_sentence(build, message) -> None:
    with pytest.raises((DomainError, ArgumentTypeError), match=message):
        build()

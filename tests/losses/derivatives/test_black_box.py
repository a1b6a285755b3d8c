"""Gradients on a complex circle, against Taylor arithmetic and closed forms; refusals."""

from __future__ import annotations

import numpy as np
import pytest
import scipy.special
from numpy.testing import assert_allclose

from polyfam.errors import ArgumentTypeError, DomainError
from polyfam.losses.arithmetic.taylor import Taylor, TaylorError
from polyfam.losses.derivatives.black_box import black_box
from polyfam.losses.derivatives.circle import circle_coefficients
from polyfam.losses.derivatives.jets import gradient_jet, gradient_series
from polyfam.losses.derivatives.self_check import check_series

RNG = np.random.default_rng(11)
CURVE = RNG.normal(size=(9, 2, 4)) * 0.7 ** np.arange(9)[:, None, None]

SMOOTH = {
    "polynomial": lambda t: t**3 - t,
    "linear": lambda t: 2 * t,
    "zero": lambda t: 0 * t,
    "tanh": np.tanh,
    "exponential": np.exp,
    "error function": scipy.special.erf,
    "rational": lambda t: t / (9 + t * t),
    "smooth piece of a relu": lambda t: np.where(t.real > 0, t * t, 0) if np.ndim(t) else t,
}


@pytest.mark.parametrize("name", [n for n in SMOOTH if "relu" not in n])
def test_circle_agrees_with_taylor_arithmetic(name):
    expected = SMOOTH[name](Taylor(CURVE)).coefficients
    found = gradient_series(black_box(SMOOTH[name]), CURVE)
    scale = np.abs(expected).max(axis=(1, 2), keepdims=True) + (name == "zero")
    assert_allclose(found / scale, expected / scale, atol=1e-7)


def test_pieces_are_analytic_where_they_do_not_meet():
    found = gradient_series(black_box(SMOOTH["smooth piece of a relu"]), CURVE)
    expected = np.where(CURVE[0] > 0, (Taylor(CURVE) ** 2).coefficients, 0)
    assert_allclose(found, expected, atol=1e-6)


def test_coefficients_of_a_known_function():
    """exp(h)/(1 - h) has the partial sums of e as coefficients."""
    found, _ = circle_coefficients(lambda h: np.exp(h) / (1 - h), 9, 1.0)
    expected = np.cumsum(1 / np.cumprod([1.0, *range(1, 9)]))
    assert_allclose(found, expected, rtol=1e-9)


def test_complex_curve_uses_the_whole_circle():
    curve = CURVE + 1j * CURVE[::-1] / 9
    expected = np.tanh(Taylor(curve)).coefficients
    assert_allclose(black_box(np.tanh).series(curve), expected, atol=1e-7)


def test_radius_is_found_from_far_away_and_kept():
    loss = black_box(np.tanh, radius=20.0)
    expected = np.tanh(Taylor(CURVE)).coefficients
    for _ in range(2):
        assert_allclose(gradient_series(loss, CURVE), expected, atol=1e-6)


def test_pushes_agree_with_the_series():
    jet = gradient_jet(black_box(np.tanh), (2, 4), terms=5)
    expected = np.tanh(Taylor(CURVE[:5])).coefficients
    assert_allclose([jet.push(c) for c in CURVE[:5]], expected, atol=1e-9)


def test_hessian_vector_matches_the_derivative():
    theta, v = RNG.normal(size=(2, 3, 4))
    found = black_box(np.tanh).hessian_vector(theta, v)
    assert_allclose(found, v / np.cosh(theta) ** 2, rtol=1e-13)


def test_value_is_offered_only_when_given():
    assert not hasattr(black_box(np.tanh), "value")
    assert black_box(np.tanh, value=np.sum).value(np.ones(3)) == 3


@pytest.mark.parametrize(
    ("gradient", "message"),
    [
        (lambda t: abs(t) * t, "without absolute values"),
        (lambda t: t * t.real, "complex-analytic"),
        (lambda t: np.conj(t) * t, "complex-analytic"),
        (lambda t: t.real, "must be complex, not float64"),
        (lambda t: np.asarray(t, dtype=float), "keep them complex"),
        (scipy.special.gammaln, "gammaln"),
    ],
    ids=["absolute", "real factor", "conjugate", "real part", "conversion", "no complex form"],
)
def test_gradient_that_is_not_analytic_is_refused(gradient, message):
    with pytest.raises(TaylorError, match=message):
        gradient_series(black_box(gradient), CURVE)


def test_absolute_value_at_zero_is_found_by_the_second_circle():
    """On one circle, h |h| is a multiple of h."""
    line = np.array([[0.0], [1.0], [0.0]])
    with pytest.raises(TaylorError, match="without absolute values"):
        gradient_series(black_box(lambda t: abs(t) * t), line)


@pytest.mark.parametrize("wrong", [1, 2, 3, 4])
def test_check_finds_the_first_wrong_coefficient(wrong):
    def series(coefficients):
        found = np.tanh(Taylor(coefficients)).coefficients
        found[wrong] *= 2
        return found

    with pytest.raises(TaylorError, match=rf"h\^{wrong} does not agree"):
        check_series(np.tanh, series, CURVE[0, 0])


@pytest.mark.parametrize("name", [n for n in SMOOTH if n != "zero"])
def test_check_accepts_right_series(name):
    gradient = SMOOTH[name]
    check_series(gradient, black_box(gradient).series, CURVE[0, 0])


def test_a_radius_found_on_one_curve_keeps_the_digits_on_another() -> None:
    loss = black_box(np.exp)
    for slope in (1e3, 1.0, 1e-3):
        wanted = np.exp(0.5) * slope ** np.arange(6) / [1, 1, 2, 6, 24, 120]
        found = gradient_series(loss, [[0.5], [slope], *[[0.0]] * 4]).ravel()
        assert_allclose(found, wanted, rtol=1e-8)


def test_a_series_wrong_in_its_last_term_is_noticed_from_the_gradient() -> None:
    def wrong(coefficients: np.ndarray) -> np.ndarray:
        series = (Taylor(coefficients) ** 3).coefficients
        series[4] *= 1.1
        return series

    with pytest.raises(TaylorError, match=r"coefficient of h\^4 does not agree"):
        check_series(lambda x: x**3, wrong, np.array([0.5, 1.0]))


@pytest.mark.parametrize("gradient", [lambda x: x * abs(x), np.conjugate], ids=["size", "bar"])
def test_products_with_the_hessian_by_difference_quotients_show_what_is_not_analytic(
    gradient: object,
) -> None:
    with pytest.raises(TaylorError, match="must be complex-analytic"):
        black_box(gradient).hessian_vector(np.array([1.0, 2.0]), np.array([1.0, 0.0]))


def test_products_with_the_hessian_at_complex_points_by_the_derivative() -> None:
    point, vector = np.array([1.0 + 0.5j, 2.0]), np.array([1.0, 1j])
    found = black_box(lambda x: x**3).hessian_vector(point, vector)
    assert_allclose(found, 3 * point**2 * vector, rtol=1e-10)


def test_what_is_no_black_box_is_refused_in_one_sentence() -> None:
    with pytest.raises(ArgumentTypeError, match="must be functions of points"):
        black_box(None)
    with pytest.raises(DomainError, match="'radius' must be a finite number above 0, not -1"):
        black_box(np.exp, radius=-1)

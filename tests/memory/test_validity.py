"""Thresholds against roots, and the verdicts that follow from them."""

from __future__ import annotations

from fractions import Fraction
from math import comb

import numpy as np
import pytest

from polyfam.errors import ArgumentTypeError
from polyfam.losses import Quadratic
from polyfam.memory import (
    ValidityWarning,
    check_validity,
    converges,
    memoryless,
    regime,
    sharpness,
    thresholds,
)
from polyfam.optimizers import Adam, HeavyBall, Nesterov

CHARACTERS = {
    "monotone": lambda r: (np.abs(r.imag) < 1e-12).all() and (r.real > 0).all(),
    "oscillating": lambda r: (np.abs(r.imag) > 1e-12).all() and (np.abs(r) < 1).all(),
    "alternating": lambda r: (r.real < 0).all() and (np.abs(r) <= 1).all(),
    "unstable": lambda r: (np.abs(r) > 1).any(),
}


@pytest.mark.parametrize("momentum", [0.1, 0.5, 0.9])
def test_regimes_match_the_roots(momentum):
    for x in np.linspace(0.001, 4, 50):
        roots = np.roots([1, x - 1 - momentum, momentum])
        assert CHARACTERS[regime(x, momentum, 1.0)](roots)
    assert regime(0.1, momentum, -1.0) == "unstable"


def test_thresholds_match_the_figure_of_the_paper():
    assert thresholds(0.7) == pytest.approx((0.02668, 3.37332, 3.4), abs=5e-6)


@pytest.mark.parametrize("momentum", [Fraction(1, 2), Fraction(9, 10)], ids=["1/2", "9/10"])
def test_convergence_matches_the_growth_of_the_narayana_numbers(momentum):
    def term(j: int) -> Fraction:
        row = (comb(j, i) * comb(j, i - 1) // j for i in range(1, j + 1))
        return sum(c * momentum**i for i, c in enumerate(row, start=1)) / (1 - momentum) ** (2 * j)

    # terms grow like radius^-j j^(-3/2)
    ratio = float(term(200) / term(201)) * (200 / 201) ** 1.5
    assert ratio == pytest.approx(thresholds(float(momentum)).convergence, rel=1e-3)


def test_convergence_looks_at_the_size_of_the_eigenvalue():
    limit = thresholds(0.5).convergence
    assert converges(0.999, 0.5, limit)
    assert converges(0.999, 0.5, -limit)
    assert not converges(1.001, 0.5, -limit)
    assert converges(0.01, 0.5, np.array([1.0, 20.0])).tolist() == [True, False]


def test_sharpness_matches_the_spectrum():
    rng = np.random.default_rng(0)
    for d in (3, 300):  # decomposed, and by Lanczos
        matrix = rng.standard_normal((d, d))
        matrix = matrix + matrix.T
        expected = np.linalg.eigvalsh(matrix)[-1]
        assert sharpness(Quadratic(matrix), np.ones(d)) == pytest.approx(expected, rel=1e-10)


def test_a_step_size_beyond_convergence_warns():
    bowl = Quadratic([[2.0]])
    assert check_validity(HeavyBall(0.5), bowl, [1.0], step_size=0.01)
    with pytest.warns(ValidityWarning, match="= 0.2 and .* 0.0858; take h below 0.0429"):
        assert not check_validity(HeavyBall(0.5), bowl, [1.0], step_size=0.1)


def test_regimes_at_their_ends_by_the_roots_at_momentum_one_quarter() -> None:
    ends = [regime(x, 0.25, 1.0) for x in (0.0, 0.25, 2.25, 2.5)]
    assert ends == ["monotone", "monotone", "alternating", "alternating"]


def test_the_sharpest_of_several_points_decides() -> None:
    class Quartic:
        def gradient(self, theta: np.ndarray) -> np.ndarray:
            return theta**3

    with pytest.warns(ValidityWarning, match="h .lambda. = 1.2 "):
        assert not check_validity(HeavyBall(0.5), Quartic(), [[0.1], [2.0]], step_size=0.1)


def test_negative_curvature_counts_like_positive() -> None:
    """h |lambda| beyond the threshold at the lower end: there too the terms grow."""
    saddle = Quadratic(np.diag([1e-3, -10.0]))
    with pytest.warns(ValidityWarning, match="h .lambda. = 1 "):
        assert not check_validity(HeavyBall(0.9), saddle, [1.0, 1.0], step_size=0.1)
    terms = memoryless(HeavyBall(0.9), saddle, [1.0, 1.0], order=9)[:, 1]
    assert abs(terms[-1] * 0.1**8) > 1e17


def test_thresholds_of_nesterov_are_those_of_its_roots() -> None:
    """A path is a power series up to the discriminant's root nearest to 0."""
    optimizer = Nesterov(0.5)
    p, q, beta = optimizer.memory
    x = optimizer.convergence
    a, c = 1 + beta - p * x, beta + (q - p * beta) * x
    assert a * a - 4 * c == pytest.approx(0, abs=1e-12)


def test_no_threshold_is_made_up() -> None:
    with pytest.raises(ArgumentTypeError, match="No threshold is known for Adam"):
        check_validity(Adam(), Quadratic([[1.0]]), [1.0], step_size=0.1)


def test_a_linear_loss_has_no_curvature() -> None:
    class Slope:
        def gradient(self, theta: np.ndarray) -> np.ndarray:
            return 0 * theta + 1

    for d in (3, 300):  # decomposed, and by Lanczos, which cannot start there
        assert sharpness(Slope(), np.ones(d)) == 0
        assert check_validity(HeavyBall(0.5), Slope(), np.ones(d), step_size=1.0)

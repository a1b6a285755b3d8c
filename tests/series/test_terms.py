"""Truncated series: their sums, sizes and best orders, on numbers worked out by hand."""

from __future__ import annotations

import numpy as np
import pytest

from polyfam.errors import DomainError
from polyfam.memory import Terms, ValidityWarning


def test_value_matches_the_sum_of_the_terms():
    coefficients = np.random.default_rng(0).standard_normal((4, 2, 3, 5))
    expansion = Terms(coefficients, 0.5)
    expected = sum(c * 0.5**j for j, c in enumerate(coefficients))
    assert expansion.value == pytest.approx(expected)
    falling = coefficients / np.array([1, 9, 99, 999]).reshape(-1, 1, 1, 1)
    assert np.array_equal(Terms(falling).at(0.5).value, Terms(falling, 0.5).value)
    assert np.array_equal(expansion[:], np.stack(list(expansion)))
    assert expansion.order == 4
    assert np.isnan(expansion.error).all()


@pytest.mark.parametrize("is_vector", [True, False], ids=["vectors", "scalars"])
def test_each_point_is_cut_before_its_smallest_term_by_hand(is_vector):
    coefficients = np.array([[1.0, 8.0], [0.1, 4.0], [0.01, 2.0], [0.5, 1.0]])
    series = coefficients[..., None] if is_vector else coefficients
    best = Terms(series, 1.0, is_vector).optimal()
    assert best.order.tolist() == [2, 3]
    assert best.value.ravel().tolist() == [1.1, 14.0]
    assert best.error.tolist() == [0.01, 1.0]


def test_the_first_term_is_kept_though_it_vanish():
    best = Terms(np.zeros((3, 1)), 1.0).optimal()
    assert (int(best.order), best.value.item(), float(best.error)) == (1, 0.0, 0.0)


def test_one_term_is_not_cut():
    expansion = Terms(np.ones((1, 2)), 1.0)
    assert expansion.optimal() is expansion


def test_growing_terms_are_warned_of_at_a_step_size() -> None:
    terms = Terms(np.array([[1.0], [2.0]]))
    assert terms.at(0.25).value.item() == 1.5
    with pytest.warns(ValidityWarning, match="h = 1 is too large"):
        assert terms.at(1.0).value.item() == 3.0


def test_the_warning_points_at_the_users_line() -> None:
    with pytest.warns(ValidityWarning) as caught:
        Terms(np.array([[1.0], [2.0]])).at(1.0)
    assert caught[0].filename == __file__


def test_of_a_loss_the_corrections_are_compared() -> None:
    assert Terms(np.array([0.0, 1.0, 0.5]), 1.0, is_vector=False).valid
    assert not Terms(np.array([9.0, 1.0, 2.0]), 1.0, is_vector=False).valid


def test_without_a_step_size_there_are_no_sizes() -> None:
    with pytest.raises(DomainError, match="have no step size: call at"):
        Terms(np.ones((2, 1))).value  # noqa: B018


def test_the_table_names_the_term_that_estimates_the_error() -> None:
    shown = str(Terms(np.array([[2.0], [1.0], [0.5], [4.0]]), 0.5).optimal())
    assert [line.split()[0] for line in shown.splitlines()[2:]] == ["1", "h", "h^2", "h^3"]
    assert "h^2        0.125      6.25%  the first left out: estimates the error" in shown
    assert "<td>h^2</td><td>0.125</td>" in Terms(np.array([[2.0], [1.0], [0.5]]), 0.5)._repr_html_()


def test_terms_are_finite_where_the_power_of_the_step_size_is_not() -> None:
    large = Terms(np.array([[1.0], [0.0], [1e-300]]), step_size=1e200)
    assert large.terms[:, 0] == pytest.approx([1.0, 0.0, 1e100])
    small = Terms(np.array([[1.0], [0.0], [1e300]]), step_size=1e-170)
    assert small.terms[2, 0] == pytest.approx(1e-40)


def test_sizes_are_finite_where_squares_are_not() -> None:
    terms = Terms(np.array([[3e200, 4e200], [3e-200, 4e-200], [0.0, 0.0]]), step_size=1.0)
    assert terms.sizes == pytest.approx([5e200, 5e-200, 0.0], rel=1e-15, abs=0)
    assert terms.ratios[0] == 0

"""Truncated series: their sums, sizes and best orders, on numbers worked out by hand."""

from __future__ import annotations

import numpy as np
import pytest

from polyfam.series.terms import Terms


def test_value_matches_the_sum_of_the_terms():
    coefficients = np.random.default_rng(0).standard_normal((4, 2, 3, 5))
    expansion = Terms(coefficients, 0.5)
    expected = sum(c * 0.5**j for j, c in enumerate(coefficients))
    assert expansion.value == pytest.approx(expected)
    assert np.asarray(expansion) == pytest.approx(expected)
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

"""The fast certificate of real roots against Sturm chains and against known factors."""

from __future__ import annotations

from itertools import pairwise
from math import comb

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from polyfam import beta_table
from polyfam.census import real_roots
from polyfam.census.limbs import limbs_of_integers, limbs_of_words, to_integers
from polyfam.census.real_roots import certified_real_rooted, gamma_limbs
from polyfam.family.roots import gamma_vector, is_real_rooted


def half_of(gamma: list[int], degree: int) -> list[int]:
    """Return the lower half of sum of gamma_i x^i (1 + x)^(degree - 2i)."""
    return [
        sum(g * comb(degree - 2 * i, k - i) for i, g in enumerate(gamma[: k + 1]))
        for k in range(degree // 2 + 1)
    ]


def product(factors: list[list[int]]) -> list[int]:
    """Multiply polynomials in ascending powers."""
    total = [1]
    for factor in factors:
        total = np.convolve(np.array(total, object), np.array(factor, object)).tolist()
    return total


@pytest.mark.parametrize("n", range(4, 14))
def test_gamma_limbs_match_gamma_vectors(n: int) -> None:
    table = beta_table(n)
    limbs = gamma_limbs(limbs_of_words(np.ascontiguousarray(table.half.T)), n - 1)
    assert list(map(tuple, to_integers(limbs))) == [gamma_vector(p.row) for p in table]


@pytest.mark.parametrize("n", range(4, 17))
def test_every_tree_is_certified_and_has_a_regular_sturm_chain(n: int) -> None:
    table = beta_table(n)
    assert certified_real_rooted(limbs_of_words(np.ascontiguousarray(table.half.T)), n - 1).all()
    assert n > 12 or all(is_real_rooted(p.row) for p in table)


@given(st.lists(st.integers(1, 10**6), min_size=1, max_size=4, unique=True), st.integers(0, 1))
def test_certificates_of_real_products_are_right(slopes: list[int], odd: int) -> None:
    degree = 2 * len(slopes) + odd
    row = half_of(product([[1, a] for a in slopes]), degree)
    certified = certified_real_rooted(limbs_of_integers([row]), degree + 1)[0]
    mirrored = row + row[: (degree + 1) // 2][::-1]
    assert is_real_rooted(mirrored)
    spread = sorted(slopes)
    wide = all(b >= 40 * a for a, b in pairwise(spread))
    assert certified or not (wide and spread[-1] < 1000)


@given(
    st.lists(st.integers(1, 10**4), max_size=3),
    st.integers(1, 10**4),
    st.integers(0, 10**4),
    st.integers(0, 1),
)
def test_complex_roots_and_double_roots_are_never_certified(
    slopes: list[int], slope: int, more: int, odd: int
) -> None:
    # 1 + 2 a y + (a^2 + more) y^2 has two equal roots or two complex ones
    gamma = product([*([1, a] for a in slopes), [1, 2 * slope, slope**2 + more]])
    degree = 2 * (len(gamma) - 1) + odd
    row = half_of(gamma, degree)
    assert not certified_real_rooted(limbs_of_integers([row]), degree + 1)[0]


def test_what_the_first_points_miss_the_finer_ones_find(monkeypatch: pytest.MonkeyPatch) -> None:
    table = beta_table(16)
    limbs = limbs_of_words(np.ascontiguousarray(table.half.T))
    monkeypatch.setattr(real_roots, "_FINENESS", (0.25,))
    monkeypatch.setattr(real_roots, "_sign_changes", _rounded(real_roots._sign_changes))
    assert not certified_real_rooted(limbs, 15).any()
    monkeypatch.setattr(real_roots, "_FINENESS", (0.25, 8))
    assert certified_real_rooted(limbs, 15).all()


def _rounded(sign_changes):
    """Let the number of points be any number."""
    return lambda gamma, points: sign_changes(gamma, int(points))

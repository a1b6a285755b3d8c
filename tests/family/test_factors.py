"""Factors without sympy: what is proved is what sympy finds, and nearly everything is."""

from __future__ import annotations

import pytest
import sympy
from hypothesis import given
from hypothesis import strategies as st

from polyfam.family.factors import factors, is_proved_irreducible
from polyfam.family.table import beta_table

BETA = sympy.Symbol("beta")


@pytest.mark.parametrize("n", range(2, 11))
def test_factors_of_all_trees_are_those_of_sympy(n: int) -> None:
    left = 0
    for p in beta_table(n):
        found = factors(p.row)
        left += found is None
        if found is not None:
            k, rest = found
            q = sympy.Poly(rest[::-1], BETA)
            product = sympy.Poly(BETA * (BETA + 1) ** k, BETA) * q
            assert product == sympy.Poly(p.sympy(), BETA)
            assert q.is_irreducible or q == 1
    assert left <= 2


@given(
    st.lists(st.integers(-9, 9), min_size=1, max_size=6), st.lists(st.integers(-9, 9), max_size=5)
)
def test_products_are_never_called_irreducible(f: list[int], g: list[int]) -> None:
    product = sympy.Poly([1, *f], BETA) * sympy.Poly([1, 1, *g], BETA)
    assert not is_proved_irreducible([int(c) for c in product.all_coeffs()[::-1]])

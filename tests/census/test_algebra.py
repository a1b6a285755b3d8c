"""Vectors of rooted trees over two rings, against polynomials in exact arithmetic."""

from __future__ import annotations

from fractions import Fraction

import numpy as np
import pytest

from polyfam import FreeTree, beta_polynomial
from polyfam.census.algebra import Pairs, Residues, Ring, Stock, reach
from polyfam.trees.halves import Kind, kinds


def sides(ring: Ring, kind: Kind, n: int) -> tuple[np.ndarray, np.ndarray]:
    """Return the vectors of A, hung if need be, and of B, shape (count, levels, width)."""
    stock = Stock(ring, *reach(n))
    left = stock.planted(kind.a) if kind.joined else stock.vectors(kind.a)
    right = stock.some(kind.b, 0, kind.b.count, kind.levels)
    shape = (-1, kind.levels, ring.width)
    return left[:, : kind.levels * ring.width].reshape(shape), right.reshape(shape)


def trees(kind: Kind) -> list[tuple[int, int]]:
    """Return all pairs of a kind."""
    return [
        (a, b) for a in range(kind.a.count) for b in range(kind.first, max(0, int(kind.last[a])))
    ]


@pytest.mark.parametrize("n", [4, 5, 8, 11])
def test_a_dot_product_of_residues_is_the_value_of_the_polynomial(n: int) -> None:
    prime, point = 2**30 - 35, 123456789
    for kind in kinds(n):
        left, right = sides(Residues(prime, point), kind, n)
        for a, b in trees(kind):
            terms = zip(left[a, :, 0].tolist(), right[b, :, 0].tolist(), strict=True)
            value = sum(pow(point, k, prime) * int(x) * int(y) for k, (x, y) in enumerate(terms))
            assert value % prime == beta_polynomial(FreeTree(kind.tree(a, b)))(point) % prime


@pytest.mark.parametrize("n", [5, 10])
def test_a_dot_product_of_pairs_is_the_value_at_minus_r(n: int) -> None:
    r = 0.375
    for kind in kinds(n):
        left, right = (e - r * o for e, o in (side.transpose(2, 0, 1) for side in
                                              sides(Pairs(r), kind, n)))  # fmt: skip
        powers = (-r) ** np.arange(kind.levels)
        for a, b in trees(kind):
            value = float((powers * left[a] * right[b]).sum())
            exact = beta_polynomial(FreeTree(kind.tree(a, b)))(Fraction(-3, 8))
            assert value == pytest.approx(float(exact), rel=1e-11)


def test_pairs_have_no_negative_entry() -> None:
    stock = Stock(Pairs(0.5), *reach(16))
    assert all((stock.vectors(kind.a) >= 0).all() for kind in kinds(16))


def test_products_of_residues_are_exact() -> None:
    prime = 2**30 - 41
    rng = np.random.default_rng(7)
    rows, matrix = rng.integers(0, prime, (5, 34)), rng.integers(0, prime, (34, 6))
    exact = rows.astype(object) @ matrix.astype(object) % prime
    found = Residues(prime, 2).dot(rows.astype(float), matrix.astype(float))
    assert found.astype(int).tolist() == exact.tolist()


def test_parts_of_a_list_are_its_rows() -> None:
    stock = Stock(Residues(2**30 - 35, 99), *reach(14))
    for kind in kinds(14):
        whole = stock.some(kind.b, 0, kind.b.count, kind.levels)
        for start in range(0, kind.b.count, 7):
            stop = min(start + 7, kind.b.count)
            assert (stock.some(kind.b, start, stop, kind.levels) == whole[start:stop]).all()

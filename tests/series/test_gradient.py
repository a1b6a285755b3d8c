"""Gradients among B-series, against curls in three dimensions."""

from __future__ import annotations

from fractions import Fraction
from functools import cache
from itertools import product
from math import prod

import pytest
import sympy

from polyfam.series.coproduct import trees_up_to
from polyfam.series.gradient import gradient_check
from polyfam.trees import RootedTree

X = sympy.symbols("x y z")
LOSS = X[0] ** 3 / 3 + X[0] * X[1] * X[2] + X[1] ** 2 * X[0] + X[2] ** 2 / 2 + X[1] ** 4
AXES = range(3)


@cache
def derivative(axes: tuple[int, ...]) -> sympy.Expr:
    """Return a partial derivative of the loss."""
    return LOSS.diff(*(X[axis] for axis in axes)) if axes else LOSS


@cache
def differential(tree: RootedTree) -> tuple[sympy.Expr, ...]:
    """Return F(tree) by its definition, summing over the axes of all branches."""
    vectors = [differential(branch) for branch in tree.branches]
    return tuple(
        sympy.expand(
            sum(
                derivative(tuple(sorted((root, *axes))))
                * prod(vector[axis] for vector, axis in zip(vectors, axes, strict=True))
                for axes in product(AXES, repeat=len(vectors))
            )
        )
        for root in AXES
    )


def has_curl(coefficients: dict[RootedTree, Fraction], order: int) -> bool:
    """Say whether the terms with `order` vertices are no gradient of this loss."""
    field = [
        sympy.expand(
            sum(
                sympy.Rational(*Fraction(c).as_integer_ratio())
                * differential(tree)[axis]
                / tree.automorphisms()
                for tree, c in coefficients.items()
                if tree.order == order
            )
        )
        for axis in AXES
    ]
    return any(
        sympy.expand(field[i].diff(X[j]) - field[j].diff(X[i])) != 0 for i in AXES for j in range(i)
    )


@pytest.mark.parametrize("order", [1, 2, 3, 4])
def test_root_independent_coefficients_have_no_curl(order: int) -> None:
    found = {
        tree: Fraction(1, max(tree.free().sizes[1:], default=3)) for tree in trees_up_to(order)
    }
    assert gradient_check(found, order)
    assert not has_curl(found, order)


@pytest.mark.parametrize("tree", [t for t in trees_up_to(4) if t.order > 2], ids=str)
def test_single_rootings_have_a_curl(tree: RootedTree) -> None:
    found = gradient_check({tree: Fraction(1)}, tree.order)
    assert (bool(found), found.order) == (False, tree.order - 1)
    assert tree in (found.obstruction.first, found.obstruction.second)
    assert found.obstruction.tree == tree.free()
    assert has_curl({tree: Fraction(1)}, tree.order)


def test_sentences_match_literals() -> None:
    cherry = RootedTree([0, 1, 1])
    assert str(gradient_check({cherry: 1}, 2)) == (
        "A gradient up to h^1, which is every term looked at."
    )
    assert str(gradient_check({cherry: 1}, 3)) == (
        "A gradient up to h^1 only: at h^2 two rootings of one tree are D3(g, g) and H H g, "
        "whose coefficients times sigma are 1 and 0."
    )

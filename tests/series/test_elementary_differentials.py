"""Elementary differentials against derivatives by sympy, and start-up sums against labels."""

from __future__ import annotations

from itertools import product

import numpy as np
import pytest
import sympy

from polyfam.series import ElementaryDifferentials, field
from polyfam.trees import free_trees, rooted_trees

X, Y = sympy.symbols("x y")
EXPRESSION = sympy.sin(X) * sympy.exp(Y / 2) + X**2 * Y + Y**4 / 5
GRADIENT = sympy.lambdify((X, Y), [EXPRESSION.diff(X), EXPRESSION.diff(Y)])


class Mixed:
    def gradient(self, theta):
        x, y = theta[..., 0], theta[..., 1]
        return np.stack(GRADIENT(x, y), axis=-1)

    def value(self, theta):
        return sympy.lambdify((X, Y), EXPRESSION)(theta[..., 0], theta[..., 1])


def derivative(expression, vectors):
    """Return the multilinear form of the derivatives of an expression."""
    for vector in vectors:
        expression = sum(
            component * expression.diff(s) for component, s in zip(vector, (X, Y), strict=True)
        )
    return expression


def frozen(tree, point):
    """Return F(tree) as numbers, branch by branch."""
    vectors = [frozen(branch, point) for branch in tree.branches]
    return [float(derivative(EXPRESSION.diff(s), vectors).subs(point)) for s in (X, Y)]


@pytest.mark.parametrize("n", [1, 2, 3, 4, 5])
def test_vectors_match_symbolic_derivatives(n):
    found = ElementaryDifferentials(Mixed(), [0.4, -0.7])
    point = {X: 0.4, Y: -0.7}
    for tree in rooted_trees(n):
        assert found.vector(tree) == pytest.approx(frozen(tree, point), rel=1e-12)


@pytest.mark.parametrize("n", [2, 3, 4, 5, 6])
def test_scalars_match_contractions_over_all_indices(n):
    found = ElementaryDifferentials(Mixed(), [0.4, -0.7])
    point = {X: 0.4, Y: -0.7}
    tensors = {}
    for tree in free_trees(n):
        edges = list(tree.edges())
        total = 0.0
        for indices in product((X, Y), repeat=len(edges)):
            term = 1.0
            for vertex in range(n):
                ends = (i for i, edge in zip(indices, edges, strict=True) if vertex in edge)
                at = tuple(sorted(ends, key=str))
                if at not in tensors:
                    tensors[at] = float(EXPRESSION.diff(*at).subs(point))
                term *= tensors[at]
            total += term
        assert found.scalar(tree) == pytest.approx(total, rel=1e-12)


def test_fields_vanish_where_the_gradient_does() -> None:
    class Quartic:
        def gradient(self, theta: np.ndarray) -> np.ndarray:
            return theta**3

    found = field(order=3).at(beta="1/2").on(Quartic(), [[0.0], [1.0]]).coefficients
    assert np.array_equal(found[:, :, 0], [[0.0, 2.0], [0.0, 12.0], [0.0, 288.0]])

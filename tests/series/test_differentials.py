"""Notation of elementary differentials, and their values in one variable."""

from __future__ import annotations

import pytest
import sympy

from polyfam.series import differentials
from polyfam.trees import FreeTree, RootedTree, free_trees, rooted_trees


@pytest.mark.parametrize(
    ("levels", "shown", "typeset"),
    [
        ((0,), "L", "L"),
        ((0, 1), "g . g", r"\lvert \nabla L\rvert^2"),
        ((0, 1, 1), "g . H g", r"\langle \nabla L, \nabla^2 L\,\nabla L\rangle"),
        ((0, 1, 2, 1), "H g . H g", r"\lvert \nabla^2 L\,\nabla L\rvert^2"),
        ((0, 1, 1, 1, 1), "D4(g, g, g, g)", r"D^{4} L\,[\nabla L, \nabla L, \nabla L, \nabla L]"),
        ((0, 1, 2, 1, 1), "D3(H g, g, g)", r"D^3 L\,[\nabla^2 L\,\nabla L, \nabla L, \nabla L]"),
        (
            (0, 1, 2, 3, 1, 1),
            "D3(g, g) . H H g",
            r"\langle D^3 L\,[\nabla L, \nabla L], \nabla^2 L\,\nabla^2 L\,\nabla L\rangle",
        ),
    ],
    ids=str,
)
def test_free_trees_match_literals(levels: tuple[int, ...], shown: str, typeset: str) -> None:
    tree = FreeTree(levels)
    assert differentials.text(tree) == shown
    assert differentials.latex(tree) == typeset


@pytest.mark.parametrize(
    ("levels", "shown", "typeset"),
    [
        ((0,), "g", r"\nabla L"),
        ((0, 1, 2), "H H g", r"\nabla^2 L\,\nabla^2 L\,\nabla L"),
        ((0, 1, 1, 1), "D4(g, g, g)", r"D^{4} L\,[\nabla L, \nabla L, \nabla L]"),
        ((0, 1, 2, 2), "H D3(g, g)", r"\nabla^2 L\,D^3 L\,[\nabla L, \nabla L]"),
    ],
    ids=str,
)
def test_rooted_trees_match_literals(levels: tuple[int, ...], shown: str, typeset: str) -> None:
    tree = RootedTree(levels)
    assert differentials.text(tree) == shown
    assert differentials.latex(tree) == typeset


def test_texts_tell_trees_apart() -> None:
    for n in range(1, 9):
        for trees in (list(rooted_trees(n)), list(free_trees(n))):
            for spell in (differentials.text, differentials.latex, differentials.expression):
                assert len({spell(tree) for tree in trees}) == len(trees)


def test_sympy_matches_text() -> None:
    """H H g is H(H(g)), and u . v is dot(u, v)."""
    g = sympy.Symbol("g")
    hessian, third, dot = map(sympy.Function, ("H", "D3", "dot"))
    assert differentials.expression(FreeTree([0, 1, 2, 1])) == dot(hessian(g), hessian(g))
    assert differentials.expression(FreeTree([0, 1, 1])) == dot(g, hessian(g))
    assert differentials.expression(FreeTree()) == sympy.Symbol("L")
    assert differentials.expression(RootedTree([0, 1, 2, 2])) == hessian(third(g, g))


@pytest.mark.parametrize("n", range(1, 8))
def test_degrees_match_the_recursive_definition_in_one_variable(n: int) -> None:
    """F(tau) = L^(m+1) times the F of the branches, for L = exp(c theta): c to a power."""

    def power(tree: RootedTree) -> int:
        return len(tree.branches) + 1 + sum(map(power, tree.branches))

    for tree in rooted_trees(n):
        degrees = differentials.degrees(tree)
        assert sum(degrees) == power(tree) == 2 * n - 1
        assert len(degrees) == n
    for tree in free_trees(n):
        assert differentials.degrees(tree) == tuple(sorted(tree.degree_sequence()))


def test_monomials_match_literals() -> None:
    assert differentials.monomial_text((1, 1, 1, 2, 4)) == "L'^3 L'' L^(4)"
    assert differentials.monomial_latex((1, 2, 2, 5, 5)) == r"L' (L'')^{2} (L^{(5)})^{2}"

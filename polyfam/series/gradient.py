"""Which B-series are gradients, and what stops the others.

For f = grad L, the field with coefficients c,

    sum over rooted trees tau of  h^(|tau| - 1) c(tau) / sigma(tau) F(tau),

is a gradient for every loss L in every dimension exactly when c does not depend on the root:
c(tau) = c(tau') whenever tau and tau' are rootings of one free tree.  It is sufficient because
grad H(t) is the sum of F over all vertices of t taken as the root.  It is necessary because the
Jacobian is a sum over trees with two marked vertices, the root and the place of the derivative;
transposing exchanges the marks, and the matrices of such trees are linearly independent: the proof
is on the page of the expansions in the documentation (compare the Hamiltonian case, [HLW, IX.10]).
In one dimension every field is a gradient.

References
----------
[HLW] Hairer, Lubich & Wanner, Geometric Numerical Integration (2006), chapters VI and IX.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from polyfam._checked import checked
from polyfam.series import differentials
from polyfam.series.coproduct import trees_up_to
from polyfam.series.portable import Portable
from polyfam.series.rational import text
from polyfam.trees import FreeTree, RootedTree

__all__ = ["GradientCheck", "Obstruction", "gradient_check"]

#: Two coefficients longer than this are not spelled out in a sentence.
_LONGEST = 160


@dataclass(frozen=True)
class Obstruction(Portable):
    """Two rootings of one free tree with different coefficients.

    Parameters
    ----------
    first, second : RootedTree
        The rootings.
    coefficients : tuple
        Those of both, times sigma.

    Examples
    --------
    >>> Obstruction(RootedTree([0, 1, 1]), RootedTree([0, 1, 2]), (1, 2)).tree
    FreeTree((0, 1, 1))
    """

    first: RootedTree
    second: RootedTree
    coefficients: tuple[Any, Any]

    @property
    def tree(self) -> FreeTree:
        """The free tree of both."""
        return self.first.free()


@dataclass(frozen=True)
class GradientCheck:
    """Up to which order a field is a gradient, and why not further; true when nothing stops it.

    Parameters
    ----------
    order : int
        The terms of the trees with at most so many vertices, h^0 to h^(order - 1), are a gradient.
    obstruction : Obstruction or None
        The first one, on ``order + 1`` vertices; None when all terms looked at are a gradient.

    Examples
    --------
    >>> print(GradientCheck(2))
    A gradient up to h^1, which is every term looked at.
    """

    order: int
    obstruction: Obstruction | None = None

    def __bool__(self) -> bool:
        return self.obstruction is None

    def __str__(self) -> str:
        reach = f"A gradient up to h^{self.order - 1}"
        if self.obstruction is None:
            return f"{reach}, which is every term looked at."
        found = self.obstruction
        names = f"{differentials.text(found.first)} and {differentials.text(found.second)}"
        values = " and ".join(map(text, found.coefficients))
        if len(values) > _LONGEST:
            values = "not the same"
        return (
            f"{reach} only: at h^{self.order} two rootings of one tree are {names}, "
            f"whose coefficients times sigma are {values}."
        )


@checked
def gradient_check(coefficients: Mapping[RootedTree, Any], order: int) -> GradientCheck:
    """Say up to which order a field with these coefficients on rooted trees is a gradient.

    Parameters
    ----------
    coefficients : mapping of RootedTree to numbers or ring elements
        A missing tree counts as zero.
    order : int
        The largest number of vertices to look at.

    Returns
    -------
    GradientCheck
        True when it is a gradient; otherwise with the first obstruction in the graded order.

    Examples
    --------
    The modified equation of gradient descent without momentum:

    >>> from fractions import Fraction
    >>> cherry, chain = RootedTree([0, 1, 1]), RootedTree([0, 1, 2])
    >>> euler = {RootedTree(): 1, RootedTree([0, 1]): Fraction(1, 2)}
    >>> euler |= {cherry: Fraction(1, 6), chain: Fraction(1, 3)}
    >>> print(gradient_check(euler, 2))
    A gradient up to h^1, which is every term looked at.
    >>> print(gradient_check(euler, 3))
    A gradient up to h^1 only: at h^2 two rootings of one tree are D3(g, g) and H H g,
    whose coefficients times sigma are 1/6 and 1/3.
    """
    first: dict[FreeTree, RootedTree] = {}
    for tree in trees_up_to(order):
        other = first.setdefault(tree.free(), tree)
        pair = coefficients.get(other, 0), coefficients.get(tree, 0)
        if pair[0] != pair[1]:
            return GradientCheck(tree.order - 1, Obstruction(other, tree, pair))
    return GradientCheck(order)

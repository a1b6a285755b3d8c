"""The first steps: coefficients at step n, from rest.

With m_0 = 0 only the gradients at theta_0, ..., theta_n are remembered at step n, so that the
labels of the lattice sum are bounded: k_v <= n at every vertex.  On a rooted tree, for k = 0..n,

    b_k(tau) = product of c_k over the branches of tau,
    S_k = b_k + beta S_{k+1},  S_{n+1} = 0        (the sum of beta^l b_{k+l} over k + l <= n),
    c_k(tau) = S_1 + ... + S_k,

and the coefficient at step n is S_0: a polynomial in beta of degree n for one vertex, which tends
to P_t/(1 - beta)^(2j+1) like a power of n times beta^n.  It does not depend on the root either:
from the first step on, heavy ball descends modified losses.

The polynomials have nonnegative integers as coefficients, whose sum is the value at beta = 1; at a
power of two above it, they are the digits of the value.  Other memories have S_k with w_l in place
of beta^l.

References
----------
[MLM] Cattaneo & Shigida, Modified Loss of Momentum Gradient Descent, arXiv:2509.08483.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from functools import partial
from itertools import accumulate
from math import prod
from typing import Any

from polyfam._checked import checked
from polyfam._checks import instance, integer, shown
from polyfam.errors import ResourceError
from polyfam.series.kernels import Kernel
from polyfam.series.rational import unpacked
from polyfam.trees import FreeTree, RootedTree

__all__ = ["startup_coefficient", "startup_coefficients"]

#: Polynomials in beta have up to `step` times the number of vertices terms.
_LARGEST_STEP = 1000
#: Of other memories with parameters: their rational functions take a minute at step 100.
_SYMBOLIC = 100


def startup_coefficient(
    tree: FreeTree | RootedTree, step: int, kernel: Kernel | None = None
) -> Any:
    """Return the coefficient of a tree at step n, the lattice sum with all labels at most n.

    Parameters
    ----------
    tree : FreeTree or RootedTree
        For other memories than heavy ball the root matters; a free tree is taken at its centroid.
    step : int
        n >= 0: the step that leads from theta_n to theta_{n+1}.
    kernel : Kernel, optional
        By default heavy ball, and the result is a polynomial in beta.

    Returns
    -------
    polynomial in beta, Fraction, or rational function of the parameters of the kernel

    Examples
    --------
    >>> [startup_coefficient(FreeTree([0, 1]), step) for step in range(3)]
    [0, beta, beta**3 + 3*beta**2 + beta]
    >>> startup_coefficient(FreeTree([0, 1]), 2, Kernel("1/(1 - z/2)"))
    Fraction(11, 8)
    """
    instance(tree, FreeTree | RootedTree, "tree", "a FreeTree or RootedTree")
    rooted = tree.rooted() if isinstance(tree, FreeTree) else tree
    return startup_coefficients([rooted], step, kernel)[rooted]


@checked
def startup_coefficients(
    trees: Iterable[RootedTree], step: int, kernel: Kernel | None = None
) -> dict[RootedTree, Any]:
    """Return the coefficients at step n of some rooted trees, whose branches are shared.

    Parameters
    ----------
    trees : iterable of RootedTree
        The branches are shared.
    step : int
        n >= 0.
    kernel : Kernel, optional
        By default heavy ball.

    Returns
    -------
    dict
        From each tree to its coefficient.

    Raises
    ------
    ResourceError
        Beyond step 1000, or 100 for a kernel with parameters.

    Examples
    --------
    >>> from polyfam.series.coproduct import trees_up_to
    >>> [str(c) for c in startup_coefficients(trees_up_to(3), 1).values()]
    ['beta + 1', 'beta', 'beta', 'beta']
    """
    trees = list(trees)
    step = integer(step, "step", minimum=0)
    largest = _LARGEST_STEP if kernel is None or not kernel.parameters else _SYMBOLIC
    if step > largest:
        raise ResourceError(
            f"Argument 'step' must be at most {largest}, not {shown(step)}: take the stationary "
            "coefficients."
        )
    if kernel is not None:
        weights = kernel.weights(step + 1)
        return _totals(trees, step, partial(_weighted, weights), weights[0] ** 0)
    width = max([1, *_totals(trees, step, partial(_geometric, 1)).values()]).bit_length() + 1
    found = _totals(trees, step, partial(_geometric, 1 << width))
    return {tree: unpacked(value, width) for tree, value in found.items()}


def _totals(
    trees: Iterable[RootedTree],
    step: int,
    sums: Callable[[list[Any]], list[Any]],
    one: Any = 1,
) -> dict[RootedTree, Any]:
    """Return S_0 of some trees, whose branches are shared, given how S_k comes from b_k."""
    hung: dict[RootedTree, list[Any]] = {}  # c_0, ..., c_n

    def total(tree: RootedTree) -> Any:
        for branch in tree.branches:
            if branch not in hung:
                total(branch)
        products = [
            prod((hung[branch][k] for branch in tree.branches), start=one) for k in range(step + 1)
        ]
        first, *rest = sums(products)
        hung[tree] = [0 * one, *accumulate(rest)]
        return first

    return {tree: total(tree) for tree in trees}


def _weighted(weights: Sequence[Any], values: Sequence[Any]) -> list[Any]:
    """Return S_k, the sum of w_l b_{k+l} over k + l <= n, for k = 0..n."""
    zero = 0 * weights[0]
    return [
        sum((w * b for w, b in zip(weights, values[k:], strict=False)), zero)
        for k in range(len(values))
    ]


def _geometric(beta: int, values: Sequence[int]) -> list[int]:
    """Return the same for heavy ball, S_k = b_k + beta S_{k+1}."""
    return [*accumulate(reversed(values), lambda tail, value: value + beta * tail)][::-1]

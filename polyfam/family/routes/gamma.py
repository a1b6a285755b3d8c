"""The gamma calculus: the gamma vector of a tree without its polynomial.

With R = s^2 + s + y a rooted tree, hung on an edge, has a polynomial eps(s, y), and a vertex with
the trees tau_1, ..., tau_m hung on it

    U = eps_1 o ... o eps_m,    f o g = d/ds sum over r >= 0 of R^(r+1) f^(r) g^(r) / (r! (r+1)!),
    eps(one vertex) = 1,        eps = (R U - y U(0)) / s    otherwise.

Then  gamma_t(y) = sum of gamma_i y^i = U(0, y)  for every root, where

    P_t(beta) = beta * sum of gamma_i beta^i (1 + beta)^(j - 1 - 2i).

All coefficients are nonnegative integers, so this proves that gamma is nonnegative.  The kernel
runs on integers at y = 2^b, with b so large that the gamma_i are the digits of the result; how
large, a first pass at y = 1 tells.

References
----------
A. Postnikov, V. Reiner, L. Williams, Faces of generalized permutohedra, Doc. Math. 13 (2008), 11.
"""

from __future__ import annotations

from collections.abc import Sequence
from itertools import zip_longest
from math import comb

from polyfam._checked import checked
from polyfam._coefficients import product
from polyfam.trees import FreeTree
from polyfam.trees.levels import parents_from_levels

__all__ = ["gamma_calculus", "row_from_gamma"]


@checked
def gamma_calculus(tree: FreeTree) -> tuple[int, ...]:
    """Return the gamma vector of P_t from the gamma calculus, or (1,) for one vertex.

    Parameters
    ----------
    tree : FreeTree
        With any number of vertices; 60 take a second.

    Returns
    -------
    tuple of int
        gamma_0, ..., gamma_m with m = floor((j - 1)/2) for j edges.

    Examples
    --------
    >>> gamma_calculus(FreeTree([0, 1, 1, 1, 1, 1]))
    (1, 22, 16)
    """
    parents = parents_from_levels(tree.levels)
    width = _at_root(parents, 0).bit_length()
    packed = _at_root(parents, width)
    return tuple(packed >> width * i & (1 << width) - 1 for i in range(max(1, tree.order // 2)))


def row_from_gamma(gamma: Sequence[int], degree: int) -> tuple[int, ...]:
    """Return the coefficients of  sum_i gamma_i x^i (1 + x)^(degree - 2i).

    Examples
    --------
    >>> row_from_gamma((1, 22, 16), 4)
    (1, 26, 66, 26, 1)
    """
    row = [0] * (degree + 1)
    for i, value in enumerate(gamma):
        for k in range(degree - 2 * i + 1):
            row[i + k] += value * comb(degree - 2 * i, k)
    return tuple(row)


def _at_root(parents: Sequence[int], width: int) -> int:
    """Return U(0) at y = 2^width of a tree given by parents in preorder."""
    forests: list[list[int]] = [[] for _ in parents]
    for vertex in range(len(parents) - 1, 0, -1):
        hung = _hang(forests[vertex], width) if forests[vertex] else [1]
        others = forests[parents[vertex]]
        forests[parents[vertex]] = _compose(others, hung, width) if others else hung
    return forests[0][0] if len(parents) > 1 else 1


def _hang(u: list[int], width: int) -> list[int]:
    """Return (R U - y U(0)) / s."""
    return [
        below + here + (above << width)
        for below, here, above in zip([0, *u], [*u, 0], [*u[1:], 0, 0], strict=True)
    ]


def _compose(f: list[int], g: list[int], width: int) -> list[int]:
    """Return f o g.

    With f_r = f^(r)/r! it is the sum of R^r [(2s + 1) f_r g_r + f_r g_(r-1) + f_(r-1) g_r].
    """
    steps = []
    before_f, before_g = [0], [0]
    for r in range(min(len(f), len(g)) + 1):
        f_r, g_r = _divided(f, r), _divided(g, r)
        both = product([1, 2], product(f_r, g_r))
        steps.append(_sum(both, product(f_r, before_g), product(before_f, g_r)))
        before_f, before_g = f_r, g_r
    result = [0]
    for step in reversed(steps):
        result = _sum(step, product([1 << width, 1, 1], result))
    while len(result) > 1 and not result[-1]:
        result.pop()
    return result


def _divided(f: list[int], r: int) -> list[int]:
    """Return f^(r) / r!."""
    return [comb(n, r) * c for n, c in enumerate(f) if n >= r]


def _sum(*terms: list[int]) -> list[int]:
    """Return the sum of polynomials."""
    return [sum(column) for column in zip_longest(*terms, fillvalue=0)]

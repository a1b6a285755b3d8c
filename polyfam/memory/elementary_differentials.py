r"""Sums over trees with derivatives: the slow way to the same numbers, for a handful of parameters.

The elementary differential of a rooted tree tau with branches tau_1, ..., tau_m is the vector

    F(tau) = D^m(grad L) [F(tau_1), ..., F(tau_m)],

and a free tree t stands for the scalar H(t) in which a vertex of degree d carries D^d L; rooted at
a leaf, H(t) = <grad L, F(t without the leaf)>.  The multilinear forms come from gradient jets along
lines by polarisation, where [h^m] takes a coefficient,

    D^m(grad L)[v_1, ..., v_m] = 2^-m sum over signs e of
                                     (e_1 ... e_m) [h^m] grad L(theta + h sum e_i v_i),

2^(m-1) jets at once, as e and -e agree.  Then, with j edges and n = j + 1 vertices,

    g_h = sum over rooted trees  h^j P_t(beta)/((1 - beta)^(2j+1) sigma(tau)) F(tau),
    L_h = sum over free trees    h^j P_t(beta)/((1 - beta)^(2j+1) sigma(t)) H(t).

The number of trees grows like 2.96^n: `polyfam.memory.past` needs none of them.

References
----------
[HLW] Hairer, Lubich & Wanner, Geometric Numerical Integration, chapter III.
"""

from __future__ import annotations

from itertools import product
from math import prod
from typing import Any

import numpy as np

from polyfam._checks import integer
from polyfam.errors import ResourceError
from polyfam.family.single import beta_polynomial
from polyfam.losses.derivatives.jets import gradient_jet
from polyfam.losses.derivatives.points import as_points
from polyfam.memory.nodes import startup_nodes
from polyfam.trees import FreeTree, RootedTree, free_trees, rooted_trees

__all__ = [
    "ElementaryDifferentials",
    "field_by_trees",
    "loss_by_trees",
    "startup_weight",
    "stationary_weight",
]

Array = np.ndarray[Any, Any]

#: Trees of up to so many vertices, 1,842 rooted ones of 10 at the end.
_MOST_VERTICES = 11


class ElementaryDifferentials:
    """The elementary differentials of a loss at given points, each computed once.

    Parameters
    ----------
    loss : object
        With ``gradient``; ``value`` for the scalar of the single vertex.
    theta : array_like, shape (..., d)

    Examples
    --------
    L = theta^4/4 at 1, where the derivatives of theta^3 are 3, 6 and 6:

    >>> class Quartic:
    ...     def gradient(self, theta):
    ...         return theta**3
    >>> differentials = ElementaryDifferentials(Quartic(), [1.0])
    >>> differentials.vector(RootedTree([0, 1, 1, 1]))
    array([6.])
    >>> float(differentials.scalar(FreeTree([0, 1, 2, 3])))
    9.0
    """

    def __init__(self, loss: Any, theta: Any) -> None:
        self.loss = loss
        self.theta = as_points(loss, theta)
        self._vectors: dict[RootedTree, Array] = {}

    def vector(self, tree: RootedTree) -> Array:
        """Return F(tree), shape (..., d)."""
        if tree not in self._vectors:
            self._vectors[tree] = self._derivative([self.vector(b) for b in tree.branches])
        return self._vectors[tree]

    def scalar(self, tree: FreeTree) -> Array:
        """Return H(tree), shape (...)."""
        if tree.order == 1:
            return np.asarray(self.loss.value(self.theta))
        # a rooting at a leaf has one branch: the tree without that leaf
        (branch,) = next(root.branches for root in tree.rootings() if len(root.branches) == 1)
        return np.sum(self.vector(RootedTree()) * self.vector(branch), axis=-1)

    def _derivative(self, vectors: list[Array]) -> Array:
        """Return D^m(grad L)[v_1, ..., v_m]."""
        if not vectors:
            return gradient_jet(self.loss, self.theta.shape, 1).push(self.theta).copy()
        # unit vectors: the signs then cancel between numbers of one size
        lengths = [np.linalg.norm(v, axis=-1, keepdims=True) for v in vectors]
        units = np.stack([v / np.where(n > 0, n, 1) for v, n in zip(vectors, lengths, strict=True)])
        m = len(vectors)
        signs = np.array([(1, *rest) for rest in product((1, -1), repeat=m - 1)], float)
        lines = np.tensordot(signs, units, axes=1)
        jet = gradient_jet(self.loss, lines.shape, m + 1)
        jet.push(np.broadcast_to(self.theta, lines.shape))
        coefficient = jet.push(lines)
        for _ in range(m - 1):
            coefficient = jet.push(np.zeros_like(lines))
        return prod(lengths) * np.tensordot(signs.prod(axis=1), coefficient, axes=1) / 2 ** (m - 1)


def field_by_trees(
    differentials: ElementaryDifferentials, momentum: float, order: int, step: int | None = None
) -> Array:
    """Return g_0, ..., g_{R-1} as sums over rooted trees.

    Parameters
    ----------
    differentials : ElementaryDifferentials
        Of a loss at the points, for any momentum and step.
    momentum : float
        beta in [0, 1).
    order : int
        R, at most 11.
    step : int, optional
        n, for the coefficients at step n from rest.

    Returns
    -------
    ndarray, shape (R, ..., d)

    Examples
    --------
    >>> class Quartic:
    ...     def gradient(self, theta):
    ...         return theta**3
    >>> field_by_trees(ElementaryDifferentials(Quartic(), [1.0]), 0.5, order=3).ravel()
    array([  2.,  12., 288.])
    """
    return np.stack(
        [
            sum(
                _weight(tree, momentum, step) / tree.automorphisms() * differentials.vector(tree)
                for tree in rooted_trees(n)
            )
            for n in _orders(order)
        ]
    )


def loss_by_trees(
    differentials: ElementaryDifferentials, momentum: float, order: int, step: int | None = None
) -> Array:
    """Return L_0, ..., L_{R-1} as sums over free trees, shape (R, ...).

    Parameters
    ----------
    differentials, momentum, order, step
        As in `field_by_trees`; the loss has a ``value``.
    """
    return np.stack(
        [
            sum(
                _weight(tree.rooted(), momentum, step)
                / tree.automorphisms()
                * differentials.scalar(tree)
                for tree in free_trees(n)
            )
            for n in _orders(order)
        ]
    )


def _orders(order: int) -> range:
    """Return the numbers of vertices 1, ..., R, or refuse."""
    order = integer(order, "order", minimum=1)
    if order > _MOST_VERTICES:
        raise ResourceError(
            f"Order {order} would sum over all trees of up to {order} vertices, and "
            f"{_MOST_VERTICES} is the limit: memoryless_field sums over none."
        )
    return range(1, order + 1)


def _weight(tree: RootedTree, momentum: float, step: int | None) -> float:
    """Return the lattice sum of a tree, stationary or at a step."""
    if step is None:
        return stationary_weight(tree, momentum)
    return startup_weight(tree, momentum, step)


def stationary_weight(tree: RootedTree, momentum: float) -> float:
    """Return P_t(beta)/(1 - beta)^(2j+1).

    Examples
    --------
    >>> stationary_weight(RootedTree([0, 1, 1, 1]), 0.5)
    208.0
    """
    return beta_polynomial(tree)(momentum) / (1 - momentum) ** (2 * tree.order - 1)


def startup_weight(tree: RootedTree, momentum: float, step: int) -> float:
    """Return the same lattice sum with all labels at most n.

    With B_k for the product of C_k over the branches, C_k = sum_{i=1..k} sum_{l=0..n-i} beta^l
    B_{i+l}, it is the sum of beta^k B_k over k = 0, ..., n.

    Examples
    --------
    >>> [round(startup_weight(RootedTree([0, 1]), 0.5, n), 4) for n in (0, 1, 2, 60)]
    [0.0, 0.5, 1.375, 4.0]
    """
    nodes = startup_nodes(momentum, step)

    def values(root: RootedTree) -> Array:
        """Return B_0, ..., B_n."""
        hung = (nodes.past @ values(branch) for branch in root.branches)
        return prod(hung, start=np.ones(step + 1))

    return float(nodes.weights @ values(tree))

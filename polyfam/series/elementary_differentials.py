r"""Elementary differentials of a loss at points: what the terms of an expansion multiply.

The elementary differential of a rooted tree tau with branches tau_1, ..., tau_m is the vector

    F(tau) = D^m(grad L) [F(tau_1), ..., F(tau_m)],

and a free tree t stands for the scalar H(t) in which a vertex of degree d carries D^d L.  Cut at
an edge into tau and tau', H(t) = <F(tau), F(tau')>.  The multilinear forms come from gradient jets
along lines by polarisation, where [h^m] takes a coefficient,

    D^m(grad L)[v_1, ..., v_m] = 2^-m sum over signs e of
                                     (e_1 ... e_m) [h^m] grad L(theta + h sum e_i v_i),

half of them, as e and -e agree; equal vectors share their lines, and m times the same vector is
m! [h^m] grad L(theta + h v).  There is no derivative tensor, so that the dimension does not matter.
With mini-batches every vertex has a label, which says whose loss is differentiated there.

References
----------
[HLW] Hairer, Lubich & Wanner, Geometric Numerical Integration, chapter III.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Sequence
from itertools import product
from math import comb, factorial, prod
from typing import Any

import numpy as np

from polyfam.errors import DomainError
from polyfam.losses.derivatives.jets import gradient_jet
from polyfam.losses.derivatives.points import as_points
from polyfam.trees import FreeTree, RootedTree
from polyfam.typing import Array, Loss

__all__ = ["ElementaryDifferentials", "multilinear_form"]

#: A rooted tree with a label at each vertex: the label of the root, and the sorted branches.
Labelled = tuple[Any, ...]
#: So many numbers are pushed through a jet at once.
_CHUNK = 1 << 20


class ElementaryDifferentials:
    """The elementary differentials of a loss at given points, each computed once.

    Parameters
    ----------
    loss : Loss
        With ``gradient``; ``value`` for the scalar of the single vertex.
    theta : array_like, shape (..., d)
    *others : Loss
        The losses of the labels 1, 2, ...; `loss` is that of label 0.

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
    >>> from polyfam.losses import Polynomial1D
    >>> batches = Polynomial1D([0, 2]), Polynomial1D([0, 3])
    >>> both = ElementaryDifferentials(batches[0], [1.0], batches[1])
    >>> float(both.scalar(FreeTree([0, 1]), [0, 1]))
    6.0
    """

    def __init__(self, loss: Loss, theta: Any, *others: Loss) -> None:
        self.losses = (loss, *others)
        self.theta = as_points(loss, theta)
        self._vectors: dict[Labelled, Array] = {}

    def vector(self, tree: RootedTree) -> Array:
        """Return F(tree), shape (..., d)."""
        return self._vector(_labelled(tree, [0] * tree.order)[0])

    def scalar(self, tree: FreeTree, labels: Sequence[int] | None = None) -> Array:
        """Return H(tree), shape (...), its vertex v (in preorder) taken of losses[labels[v]]."""
        labels = [0] * tree.order if labels is None else labels
        if tree.order == 1:
            loss = self.losses[labels[0]]
            value = getattr(loss, "value", None)
            if not callable(value):
                raise DomainError(
                    "The first term of a modified loss is the loss itself: it must have a method "
                    f"value(theta), and {type(loss).__name__!r} has none; take the field."
                )
            return np.asarray(value(self.theta))
        # Cut at the centroid, vertex 0: the first branch, which is the largest, falls off.
        below = _labelled(tree, labels)
        rest = list(below[0])
        rest.remove(below[1])
        return np.asarray(np.sum(self._vector(below[1]) * self._vector(tuple(rest)), axis=-1))

    def _vector(self, tree: Labelled) -> Array:
        """Return F(tree), shape (..., d)."""
        if tree not in self._vectors:
            label, *branches = tree
            counted = Counter(branches)
            vectors = [self._vector(branch) for branch in counted]
            self._vectors[tree] = multilinear_form(
                self.losses[label], self.theta, vectors, list(counted.values())
            )
        return self._vectors[tree]


def _labelled(tree: FreeTree | RootedTree, labels: Sequence[int]) -> list[Labelled]:
    """Return what hangs at each vertex: its label, and the sorted branches."""
    parents = tree.parents()
    hanging: list[list[Labelled]] = [[] for _ in labels]
    below: list[Labelled] = [()] * tree.order
    for v in range(tree.order - 1, -1, -1):
        below[v] = (labels[v], *sorted(hanging[v]))
        if v:
            hanging[parents[v]].append(below[v])
    return below


def multilinear_form(
    loss: Loss, theta: Array, vectors: Sequence[Array], multiplicities: Sequence[int]
) -> Array:
    """Return D^m(grad L)[v_1, ..., v_1, v_2, ...] with each vector so many times.

    Parameters
    ----------
    loss : Loss
    theta : ndarray, shape (..., d)
    vectors : sequence of ndarrays, shape (..., d)
    multiplicities : sequence of int
        Their sum is m; without any the form is the gradient.

    Returns
    -------
    ndarray, shape (..., d)
    """
    m = sum(multiplicities)
    if m == 0:
        return np.array(gradient_jet(loss, theta.shape, 1).push(theta))
    # unit vectors: the signs then cancel between numbers of one size
    lengths = [np.linalg.norm(v, axis=-1, keepdims=True) for v in vectors]
    units = np.stack([v / np.where(n > 0, n, 1) for v, n in zip(vectors, lengths, strict=True)])
    lines = list(_lines(multiplicities))
    size = max(1, _CHUNK // theta.size)
    total = np.zeros_like(theta)
    for start in range(0, len(lines), size):
        weights, directions = zip(*lines[start : start + size], strict=True)
        along = np.tensordot(np.array(directions, theta.dtype), units, axes=1)
        total += np.tensordot(np.array(weights), _coefficient(loss, theta, along, m), axes=1)
    scale = prod(n**a for n, a in zip(lengths, multiplicities, strict=True))
    return np.asarray(total * scale)


def _coefficient(loss: Loss, theta: Array, lines: Array, m: int) -> Array:
    """Return [h^m] grad L(theta + h v) for all lines v, shape (lines, ..., d)."""
    jet = gradient_jet(loss, lines.shape, m + 1)
    jet.push(np.broadcast_to(theta, lines.shape))
    found = jet.push(lines)
    for _ in range(m - 1):
        found = jet.push(np.zeros_like(lines))
    return found


def _lines(multiplicities: Sequence[int]) -> Iterator[tuple[float, tuple[int, ...]]]:
    """Yield weights and directions, as multiples of each vector, of the lines of polarisation."""
    m = sum(multiplicities)
    if len(multiplicities) == 1:
        yield float(factorial(m)), (1,)
        return
    for minus in product(*(range(a + 1) for a in multiplicities)):
        direction = tuple(a - 2 * k for a, k in zip(multiplicities, minus, strict=True))
        if next(filter(None, direction), 0) > 0:
            signed = prod(
                (-1) ** k * comb(a, k) for a, k in zip(multiplicities, minus, strict=True)
            )
            yield signed / 2 ** (m - 1), direction

"""Elementary differentials of trees whose vertices stand for different losses, batch by batch."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from typing import Any

import numpy as np

from polyfam.losses.derivatives.points import as_points
from polyfam.series.elementary_differentials import multilinear_form
from polyfam.trees import FreeTree
from polyfam.typing import Array, Loss

__all__ = ["LabelledDifferentials"]

#: A rooted tree with a label at each vertex: the label of the root and the sorted branches.
Labelled = tuple[Any, ...]


class LabelledDifferentials:
    """The elementary differentials with a loss for each label, each computed once.

    Parameters
    ----------
    losses : sequence of losses
        The loss of label 0, 1, ...
    theta : array_like, shape (..., d)

    Examples
    --------
    >>> from polyfam.losses import Polynomial1D
    >>> differentials = LabelledDifferentials([Polynomial1D([0, 2]), Polynomial1D([0, 3])], [1.0])
    >>> float(differentials.scalar(FreeTree([0, 1]), [0, 1]))
    6.0
    """

    def __init__(self, losses: Sequence[Loss], theta: Any) -> None:
        self.losses = losses
        self.theta = as_points(losses[0], theta)
        self._vectors: dict[Labelled, Array] = {}

    def scalar(self, tree: FreeTree, labels: Sequence[int]) -> Array:
        """Return H(tree), shape (...), the vertex v (in preorder) taken from losses[labels[v]]."""
        if tree.order == 1:
            return np.asarray(self.losses[labels[0]].value(self.theta))  # type: ignore[attr-defined]
        below: list[list[Labelled]] = [[] for _ in labels]
        parents = tree.parents()
        for v in range(tree.order - 1, 1, -1):
            below[parents[v]].append((labels[v], *sorted(below[v])))
        # The edge to vertex 1, the first branch, which is the largest, falls out.
        halves = ((labels[v], *sorted(below[v])) for v in (0, 1))
        one, other = map(self._vector, halves)
        return np.asarray(np.sum(one * other, axis=-1))

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

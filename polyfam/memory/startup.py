r"""The memoryless update at a finite step n: the optimizer runs along its own past, from its start.

With theta_n = theta fixed, the points of the past are series in h,

    theta_s = theta + h sum_{i=s}^{n-1} F^(i),      s = 0, ..., n,

and F^(i) is the direction that the optimizer's recursion makes of the gradients at theta_0, ...,
theta_i.  The label of theta_s is n - s.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import numpy as np

from polyfam.memory.past import expand
from polyfam.memory.recursion import Recursion, coefficient, series
from polyfam.optimizers._protocol import check_direction
from polyfam.typing import Array

__all__ = ["startup_terms"]


def startup_terms(rule: Recursion, losses: Sequence[Any], theta: Array, order: int) -> Array:
    """Return F_0, ..., F_{R-1} at step n.

    Parameters
    ----------
    rule : Recursion
        The optimizer.
    losses : sequence
        The losses of the steps n, n - 1, ..., 0: n + 1 times the same one for the full batch.
    theta : ndarray, shape (..., d)
        The point theta_n.
    order : int
        R, at least 1.

    Returns
    -------
    ndarray, shape (R, ..., d)
    """
    past = _StartupPast(rule, len(losses))
    return expand(past, losses, theta, order, through_basis=order <= 2)[1]


class _StartupPast:
    """The optimizer's own recursion over all steps from rest."""

    tells = True

    def __init__(self, rule: Recursion, count: int) -> None:
        self.count = count
        self._rule = rule

    def advance(self, gradients: Array, points: Array) -> tuple[Array, Array]:
        """Return the newest coefficients of the direction, and the next ones of the points."""
        m = len(gradients) - 1
        state: Sequence[Any] = self._rule.start
        directions = np.empty_like(gradients[0])
        for k in range(self.count - 1, -1, -1):
            state, direction = self._rule.update(
                state, series(gradients[:, k]), series(points[:, k])
            )
            directions[k] = coefficient(direction, m)
            if m == 0:
                check_direction(directions[k], gradients[0, k], self._rule.optimizer)
        later = np.cumsum(directions, axis=0)
        return directions[0], later - directions[0]

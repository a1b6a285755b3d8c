"""Runs of the memoryless update to first order, theta <- theta - h (F + h M)(theta).

F and M are those of step n, in closed form: a step costs one gradient and a few Hessian-vector
products, whatever the memory.
"""

from __future__ import annotations

from typing import Any

import numpy as np

from polyfam.memory.closed_forms import closed_form
from polyfam.memory.runs import iterate

__all__ = ["run_without_memory"]


def run_without_memory(
    optimizer: Any, loss: Any, theta: Any, steps: int, step_size: float, corrected: bool = True
) -> np.ndarray[Any, Any]:
    """Return the points of the update with F + h M, or with F alone.

    Examples
    --------
    >>> from polyfam.losses import Quadratic
    >>> from polyfam.optimizers import Momentum, run
    >>> bowl, ball = Quadratic([[1.0]]), Momentum(0.5)
    >>> true = run(ball, bowl, [1.0], steps=50, step_size=0.02).points
    >>> for corrected in False, True:
    ...     found = run_without_memory(ball, bowl, [1.0], 50, 0.02, corrected)
    ...     print(f"{abs(found - true).max():.0e}")
    1e-02
    2e-03
    """

    def direction(n: int, points: Any) -> Any:
        terms = closed_form(optimizer, loss, points, n)
        return terms.direction + step_size * terms.correction if corrected else terms.direction

    return iterate(direction, np.asarray(theta, float), steps, step_size)[0]

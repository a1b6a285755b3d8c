"""The equation of heavy ball: theta' = -g/(1 - beta) - h (1 + beta)/(2 (1 - beta)^3) H g + ...

References
----------
[KS21] Kovachki & Stuart, Continuous Time Analysis of Momentum Methods, JMLR 22 (2021).
[MLM] Cattaneo & Shigida, Modified Loss of Momentum Gradient Descent, arXiv:2509.08483.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import numpy as np

from polyfam.errors import DomainError
from polyfam.flows.ode import FirstOrderODE
from polyfam.optimizers import Momentum

__all__ = ["heavy_ball_ode"]


def heavy_ball_ode(
    optimizer: Momentum,
    loss: Any,
    step_size: float,
    batches: Sequence[Any] | None = None,
    stationary: bool = False,
) -> FirstOrderODE:
    """Return the first-order equation of heavy ball, unnormalised.

    Parameters
    ----------
    optimizer : Momentum
    loss, step_size, batches, stationary
        As in `adam_ode`.

    Returns
    -------
    FirstOrderODE

    Examples
    --------
    >>> class Parabola:
    ...     def gradient(self, theta):
    ...         return theta
    >>> heavy_ball_ode(Momentum(0.5), Parabola(), 0.1, stationary=True).terms([1.0])
    (array([2.]), array([6.]))
    """
    if not isinstance(optimizer, Momentum):
        raise DomainError(
            f"Argument 'optimizer' must be Momentum, not {type(optimizer).__name__}: "
            "modified_field takes any optimizer."
        )
    beta = optimizer.beta
    return FirstOrderODE(
        optimizer,
        loss,
        step_size,
        (1 / (1 - beta), 0.0),
        lambda n: beta ** np.arange(n + 1),
        batches=batches,
        stationary=stationary,
    )

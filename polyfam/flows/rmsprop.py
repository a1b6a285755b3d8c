"""The equation of RMSProp: Adam's with beta1 = 0, as a rule without bias correction.

References
----------
[ADAM] Cattaneo, Klusowski & Shigida, On the Implicit Bias of Adam, arXiv:2309.00079.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from polyfam.errors import DomainError
from polyfam.flows.ode import FirstOrderODE, exponential_weights
from polyfam.optimizers import RMSProp

__all__ = ["rmsprop_ode"]


def rmsprop_ode(
    optimizer: RMSProp,
    loss: Any,
    step_size: float,
    batches: Sequence[Any] | None = None,
    stationary: bool = False,
) -> FirstOrderODE:
    """Return the first-order equation of RMSProp.

    Parameters
    ----------
    optimizer : RMSProp
        Its flags say where epsilon stands and whether the mean square is corrected.
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
    >>> rmsprop_ode(RMSProp(0.75, epsilon=0.0), Parabola(), 0.1, stationary=True).terms([2.0])
    (array([1.]), array([-1.5]))
    """
    if not isinstance(optimizer, RMSProp):
        raise DomainError(
            f"Argument 'optimizer' must be RMSProp, not {type(optimizer).__name__}: "
            "modified_field takes any optimizer."
        )
    squares = exponential_weights(optimizer.beta, optimizer.bias_correction)
    newest = exponential_weights(0.0, corrected=True)
    return FirstOrderODE(
        optimizer, loss, step_size, (1.0, 1.0), newest, squares, batches, stationary
    )

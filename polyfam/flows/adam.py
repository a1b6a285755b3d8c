r"""The equation of Adam and AdamW.

In the stationary limit, with epsilon inside the root and R = sqrt(g^2 + epsilon),

    theta' = -g/R - h/2 [A - B + B epsilon/R^2] 1/R * grad |g|_{1,epsilon},
    A = (1 + beta1)/(1 - beta1),      B = (1 + beta2)/(1 - beta2),

so that typically, B > A and epsilon small, the one-norm of the gradient is anti-penalised [ADAM].

References
----------
[ADAM] Cattaneo, Klusowski & Shigida, On the Implicit Bias of Adam, arXiv:2309.00079.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from polyfam.errors import DomainError
from polyfam.flows.ode import FirstOrderODE, exponential_weights
from polyfam.optimizers import Adam

__all__ = ["adam_ode"]


def adam_ode(
    optimizer: Adam,
    loss: Any,
    step_size: float,
    batches: Sequence[Any] | None = None,
    stationary: bool = False,
) -> FirstOrderODE:
    """Return the first-order equation of Adam or AdamW.

    Parameters
    ----------
    optimizer : Adam or AdamW
        Its flags say where epsilon stands and whether averages are corrected.
    loss : object
        With ``gradient(theta)``; not looked at with batches.
    step_size : float
        h > 0.
    batches : sequence of losses, optional
        One loss for each step.
    stationary : bool
        Whether to use the limit n -> infinity instead of the field of step n on [nh, (n+1)h].

    Returns
    -------
    FirstOrderODE

    Examples
    --------
    On a parabola with epsilon = 0, A = 3 and B = 7:  theta' = -1 + 2 h/theta at theta > 0.

    >>> class Parabola:
    ...     def gradient(self, theta):
    ...         return theta
    >>> ode = adam_ode(Adam(0.5, 0.75, epsilon=0.0), Parabola(), 0.1, stationary=True)
    >>> ode.terms([2.0])
    (array([1.]), array([-1.]))
    >>> ode.field([2.0])
    array([-0.9])
    """
    if not isinstance(optimizer, Adam):
        raise DomainError(
            f"Argument 'optimizer' must be Adam or AdamW, not {type(optimizer).__name__}: "
            "modified_field takes any optimizer."
        )
    means, squares = (
        exponential_weights(beta, optimizer.bias_correction)
        for beta in (optimizer.beta1, optimizer.beta2)
    )
    return FirstOrderODE(
        optimizer, loss, step_size, (1.0, 1.0), means, squares, batches, stationary
    )

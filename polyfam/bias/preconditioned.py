r"""Preconditioned sharpness: the largest eigenvalue of P^{-1} H.

Near a minimum an optimizer with direction m/P, m an average of gradients with memory beta_1, is the
averaged heavy ball in the coordinates P^{1/2} theta, with Hessian P^{-1/2} H P^{-1/2}: stable while

    h lambda_max(P^{-1} H) < (2 + 2 beta_1)/(1 - beta_1),

and full-batch Adam trains at the edge, with P = sqrt(vhat) + epsilon frozen [CGKL22].

References
----------
[CGKL22] Cohen et al., Adaptive Gradient Methods at the Edge of Stability, arXiv:2207.14484.
[ADAM] Cattaneo, Klusowski & Shigida, On the Implicit Bias of Adam, arXiv:2309.00079.
"""

from __future__ import annotations

from typing import Any

import numpy as np
from numpy.typing import ArrayLike

from polyfam._checked import checked
from polyfam._checks import check_step_size, integer
from polyfam.errors import ArgumentTypeError, DomainError
from polyfam.losses.derivatives.hessians import hessian_vector, leading_eigenpairs
from polyfam.losses.derivatives.points import as_points
from polyfam.optimizers._rules import check_rate, root, weight
from polyfam.typing import Array, Loss

__all__ = ["preconditioned_sharpness", "preconditioner", "stability_threshold"]


@checked
def preconditioned_sharpness(loss: Loss, theta: ArrayLike, scale: ArrayLike) -> Array:
    """Return the largest eigenvalue of P^{-1} H at each point, P = diag(scale).

    Parameters
    ----------
    loss : object
        With ``gradient(theta)``; its ``hessian_vector`` is used if it has one.
    theta : array_like, shape (..., d)
    scale : array_like, shape (..., d)
        The positive diagonal of P, as from `preconditioner`.

    Returns
    -------
    ndarray, shape (...)
        By eigendecomposition up to 256 parameters and by Lanczos beyond.

    Examples
    --------
    >>> from polyfam.losses import Quadratic
    >>> bowl = Quadratic([[4.0, 0.0], [0.0, 9.0]])
    >>> float(preconditioned_sharpness(bowl, [1.0, 1.0], [1.0, 3.0]))
    4.0
    """
    theta = as_points(loss, theta)
    scale = np.broadcast_to(np.asarray(scale, float), theta.shape)
    if not np.all(np.isfinite(scale) & (scale > 0)):
        raise DomainError("Argument 'scale' must be positive and finite: take epsilon > 0.")
    half = np.sqrt(scale)
    if theta.ndim == 1:
        return np.asarray(leading_eigenpairs(_Rescaled(loss, half), theta * half, 1)[0][0])
    flat = zip(theta.reshape(-1, theta.shape[-1]), scale.reshape(-1, theta.shape[-1]), strict=True)
    found = [preconditioned_sharpness(loss, *pair) for pair in flat]
    return np.reshape(found, theta.shape[:-1])


class _Rescaled:
    """The loss as a function of y = P^{1/2} theta."""

    def __init__(self, loss: Any, half: Array) -> None:
        self._loss = loss
        self._half = half

    def gradient(self, y: Any) -> Any:
        """Return P^{-1/2} grad L."""
        return self._loss.gradient(y / self._half) / self._half

    def hessian_vector(self, y: Any, vector: Any) -> Any:
        """Return P^{-1/2} H P^{-1/2} v."""
        return hessian_vector(self._loss, y / self._half, vector / self._half) / self._half


@checked
def preconditioner(optimizer: Any, square: ArrayLike, steps: int | None = None) -> Array:
    """Return the diagonal P that an adaptive optimizer divides by.

    Parameters
    ----------
    optimizer : Adam, AdamW, NAdam or RMSProp
    square : array_like, shape (..., d)
        The mean square in its state; in the stationary limit the square of the gradient.
    steps : int, optional
        The number of steps taken, at least 1, for bias correction; by default infinitely many.

    Returns
    -------
    ndarray, shape (..., d)

    Examples
    --------
    >>> from polyfam.optimizers import Adam
    >>> preconditioner(Adam(beta2=0.75, epsilon=1.0, epsilon_inside=False), [4.0, 1.0], steps=1)
    array([5., 3.])
    """
    square = np.asarray(square, float)
    beta2 = getattr(optimizer, "beta2", None)
    if not hasattr(optimizer, "epsilon_inside") or beta2 is None:
        raise ArgumentTypeError(
            f"Argument 'optimizer' must divide by the root of a mean square, and "
            f"{type(optimizer).__name__} does not."
        )
    if steps is not None:
        integer(steps, "steps", minimum=1)
        if getattr(optimizer, "bias_correction", True):
            square = square / weight(beta2, steps)
    return np.asarray(root(square, optimizer.epsilon, optimizer.epsilon_inside))


def stability_threshold(step_size: float, beta1: float) -> float:
    """Return (2 + 2 beta_1)/((1 - beta_1) h), beyond which the iteration oscillates and grows.

    Parameters
    ----------
    step_size : float
        h > 0.
    beta1 : float
        In [0, 1).

    Returns
    -------
    float
        The largest stable eigenvalue of P^{-1} H.

    Examples
    --------
    >>> round(stability_threshold(0.001, 0.9))
    38000
    """
    check_step_size(step_size)
    check_rate(beta1, "beta1")
    return (2 + 2 * beta1) / ((1 - beta1) * step_size)

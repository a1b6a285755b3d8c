r"""Backward error analysis: the differential equation whose solutions pass through the iterates.

Without its memory an optimizer is a map  Phi(theta) = theta - h F_h(theta),  and there is a formal
series  theta' = -(f_0 + h f_1 + h^2 f_2 + ...)(theta)  whose flow over time h is Phi:

    h theta' = log(1 + Delta) theta = sum_{m>=1} (-1)^{m-1}/m Delta^m theta,

where Delta is the forward difference along theta, Phi(theta), Phi(Phi(theta)), ...  Since
Delta theta = -h F_h,

    f = sum_{m>=0} (-1)^m/(m+1) Delta^m F_h,      Delta^m F_h = O(h^m),

so that R terms take F_h at Phi^0, ..., Phi^{R-1}, series in h.  The update at a point that is a
series, theta + c(h), is found in a moving frame: both the loss and the optimizer, told to be at x,
are at x + c(h).  No formula of any optimizer is used.

The modified field need not be a gradient even where F_h is: for plain gradient descent f_2 is not
one.  With R terms the flow stays O(h^R) from the iterates over a fixed time.

References
----------
[HLW] Hairer, Lubich & Wanner, Geometric Numerical Integration, chapter IX.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import numpy as np

from polyfam._checks import integer
from polyfam.flows.piecewise import follow
from polyfam.losses.arithmetic.taylor import Taylor
from polyfam.losses.derivatives.jets import GradientJet, gradient_jet, gradient_series
from polyfam.losses.derivatives.points import as_points
from polyfam.memory.memoryless import memoryless
from polyfam.memory.recursion import Recursion, recursion
from polyfam.optimizers.running import check_step_size

__all__ = ["modified_field", "modified_run"]


def modified_field(
    optimizer: Any,
    loss: Any,
    theta: Any,
    order: int,
    step: int | None = None,
    batches: Sequence[Any] | None = None,
) -> np.ndarray:
    """Return the terms f_0, ..., f_{R-1} of theta' = -(f_0 + h f_1 + ...)(theta).

    Parameters
    ----------
    optimizer : object
        With ``init(theta)`` and ``update(state, gradient, theta) -> (state, direction)``.
    loss : object
        With ``gradient(theta)``.
    theta : array_like, shape (..., d)
        Where the field is wanted.
    order : int
        The number R of terms, at least 1.
    step : int, optional
        The step n: the field on [nh, (n+1)h] for a start from rest.  By default the stationary
        limit.
    batches : sequence of losses, optional
        The losses of the steps 0, ..., n; for a finite step only, and `loss` is not looked at.

    Returns
    -------
    ndarray, shape (R, ..., d)

    Notes
    -----
    The cost is about R^4 gradients in the stationary limit and (n + 1) R^2 at step n.

    Examples
    --------
    Gradient descent on a parabola multiplies by 1 - h, so that theta' = log(1 - h)/h theta:

    >>> from polyfam.optimizers import GradientDescent, Momentum
    >>> class Parabola:
    ...     def gradient(self, theta):
    ...         return theta
    >>> modified_field(GradientDescent(), Parabola(), [1.0], order=4).ravel().round(12)
    array([1.        , 0.5       , 0.33333333, 0.25      ])

    The heavy ball: 1/(1 - beta), (1 + beta)/(2 (1 - beta)^3), (1 + 4 beta + beta^2)/3/(1 - beta)^5.

    >>> modified_field(Momentum(0.5), Parabola(), [1.0], order=3).ravel().round(9)
    array([ 2.        ,  6.        , 34.66666667])
    """
    order = integer(order, "order", minimum=1)
    theta = as_points(loss if batches is None else None, theta)
    directions = [memoryless(optimizer, loss, theta, order, step, batches)]
    rule = recursion(optimizer, theta)
    curve = np.zeros((max(order, 3), *theta.shape), theta.dtype)
    for _ in range(order - 1):
        curve[1:order] -= directions[-1][:-1]  # one step further: c <- c - h F
        directions.append(_moved_terms(rule, loss, theta, curve.copy(), step, batches)[:order])
    differences = np.stack(directions)
    field = differences[0]
    for m in range(1, order):
        differences = np.diff(differences, axis=0)
        field = field + (-1) ** m / (m + 1) * differences[0]
    return field


def _moved_terms(
    rule: Recursion,
    loss: Any,
    theta: np.ndarray,
    curve: np.ndarray,
    step: int | None,
    batches: Sequence[Any] | None,
) -> np.ndarray:
    """Return the terms of F_h(theta + c(h)), at least three."""
    if step is None:  # where the gradient at the present point would be taken as constant
        return memoryless(_MovedOptimizer(rule, curve, loss), _Silent(), theta, len(curve))
    frame = _MovedOptimizer(rule, curve)
    if batches is None:  # three terms, as with two only the Hessian at theta would be looked at
        return memoryless(frame, _MovedLoss(loss, curve), theta, len(curve), step)
    moved = [_MovedLoss(batch, curve) for batch in batches]
    return memoryless(frame, None, theta, len(curve), step, moved)


class _Silent:
    """A loss without a gradient."""

    def gradient(self, theta: Any) -> Any:
        """Return 0."""
        return 0 * theta


class _MovedLoss:
    """A loss that, asked at x(h), answers for x(h) + c(h), with c(0) = 0."""

    def __init__(self, loss: Any, curve: np.ndarray) -> None:
        self._loss = loss
        self._curve = curve

    def gradient(self, theta: Any) -> Any:
        """Return the gradient at h = 0."""
        return self._loss.gradient(theta)

    def jet(self, shape: tuple[int, ...], terms: int) -> GradientJet:
        """Return the jet of the gradient."""
        jet = gradient_jet(self._loss, shape, terms)
        return GradientJet(lambda x: jet.push(x + self._curve[jet.order]), shape, terms)


class _MovedOptimizer:
    """An optimizer that, told to be at x(h), is at x(h) + c(h), and may look at a loss there."""

    def __init__(self, rule: Recursion, curve: np.ndarray, loss: Any = None) -> None:
        self._rule = rule
        self._curve = curve
        self._loss = loss

    def init(self, theta: Any) -> tuple[Any, ...]:  # noqa: ARG002
        """Return the state at rest."""
        return tuple(self._rule.start)

    def update(self, state: tuple[Any, ...], gradient: Any, x: Any) -> tuple[Any, Any]:
        """Return the next state and the direction."""
        if isinstance(x, Taylor):
            shift = self._curve[: x.terms]
            nodes = (1,) * (x.coefficients.ndim - shift.ndim)
            x = Taylor(x.coefficients + shift.reshape(x.terms, *nodes, *shift.shape[1:]))
        if self._loss is not None:
            series = gradient_series(self._loss, x.coefficients if isinstance(x, Taylor) else [x])
            gradient = Taylor(series) if isinstance(x, Taylor) else series[0]
        new, direction = self._rule.update(state, gradient, x)
        return tuple(new), direction


def modified_run(
    optimizer: Any,
    loss: Any,
    theta: Any,
    steps: int,
    step_size: float,
    order: int,
    batches: Sequence[Any] | None = None,
    stationary: bool = False,
) -> np.ndarray:
    """Solve the modified equation with R terms and return its points at t = nh.

    Parameters
    ----------
    optimizer, loss, theta, order
        As in `modified_field`.
    steps : int
        How many steps, at least 0.
    step_size : float
        h > 0.
    batches : sequence of losses, optional
        One loss for each step.
    stationary : bool
        Whether to use the stationary field throughout, instead of the field of step n on
        [nh, (n+1)h].

    Returns
    -------
    ndarray, shape (steps + 1, ..., d)

    Examples
    --------
    >>> from polyfam.optimizers import Momentum, run
    >>> class Parabola:
    ...     def gradient(self, theta):
    ...         return theta
    >>> true = run(Momentum(0.5), Parabola(), [1.0], steps=4, step_size=0.02).points[-1]
    >>> for order in 1, 2, 3:
    ...     last = modified_run(Momentum(0.5), Parabola(), [1.0], 4, 0.02, order)[-1]
    ...     print(f"{abs(last - true).item():.0e}")
    3e-03
    2e-04
    1e-05
    """
    check_step_size(step_size)
    theta = as_points(loss if batches is None else None, theta)

    def field(n: int | None, x: np.ndarray) -> np.ndarray:
        seen = None if batches is None else batches[: n + 1]
        terms = modified_field(optimizer, loss, x, order, n, seen)
        return -np.polynomial.polynomial.polyval(step_size, terms)

    return follow(field, theta, steps, step_size, jumps=not stationary)

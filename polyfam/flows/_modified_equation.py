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

from typing import Any

import numpy as np

from polyfam._checks import check_step_size, integer, warn
from polyfam.errors import DomainError
from polyfam.flows._flow import flow
from polyfam.flows._follow import follow
from polyfam.losses.arithmetic.taylor import Taylor
from polyfam.losses.derivatives.jets import GradientJet, gradient_jet, gradient_series
from polyfam.losses.derivatives.points import as_points
from polyfam.memory._arguments import Batches, Order, Question, point_by_point, question, quiet
from polyfam.memory._memoryless import memoryless, memoryless_coefficients
from polyfam.memory._verb import verb
from polyfam.memory.exact import exact_equation
from polyfam.memory.linear import equation_terms
from polyfam.memory.nodes import MOST_WEIGHTS, check_steps
from polyfam.memory.recursion import Recursion, recursion
from polyfam.memory.trajectory import losses_from_rest
from polyfam.optimizers._linear import LinearMemory
from polyfam.optimizers._protocol import is_elementwise
from polyfam.series.terms import ValidityWarning
from polyfam.typing import Array

__all__ = ["modified_equation", "modified_flow"]


@verb("modified equation", exact_equation)
def modified_equation(asked: Question) -> Array:
    """Return the terms f_0, ..., f_{R-1} of theta' = -(f_0 + h f_1 + ...)(theta).

    Returns
    -------
    Terms
        Of vectors, coefficients of shape (R, ..., d).  Without a loss an `Expansion`, exact.

    Raises
    ------
    DomainError
        As in `polyfam.memoryless`.

    Warns
    -----
    ValidityWarning
        When a term is larger than the first.

    Notes
    -----
    From the third term on, that of h^2, the field is not a gradient, not even for gradient descent:
    there is a modified equation to any order, but no loss of which it is the gradient flow.

    The stationary equation of a linear memory costs what `polyfam.memoryless` does.  Otherwise the
    cost is about R^4 gradients in the stationary limit and (n + 1) R^2 at step n.

    References
    ----------
    E. Hairer, C. Lubich & G. Wanner, Geometric Numerical Integration, chapter IX.

    Examples
    --------
    Gradient descent on a parabola multiplies by 1 - h, so that theta' = log(1 - h)/h theta:

    >>> from polyfam.optimizers import GradientDescent, HeavyBall
    >>> class Parabola:
    ...     def gradient(self, theta):
    ...         return theta
    >>> modified_equation(GradientDescent(), Parabola(), [1.0], order=4)[:].ravel().round(12)
    array([1.        , 0.5       , 0.33333333, 0.25      ])

    The heavy ball: 1/(1 - beta), (1 + beta)/(2 (1 - beta)^3), (1 + 4 beta + beta^2)/3/(1 - beta)^5.

    >>> modified_equation(HeavyBall(0.5), Parabola(), [1.0], order=3)[:].ravel().round(9)
    array([ 2.        ,  6.        , 34.66666667])
    """
    if asked.memory is not None and asked.step is None:
        return equation_terms(asked.memory, asked.loss, asked.theta, asked.terms)
    if asked.memory is not None and not isinstance(asked.optimizer, LinearMemory):
        raise DomainError(
            f"A kernel has a stationary modified equation only, and none at step {asked.step}: "
            "leave out 'step' and 'batches', or take an optimizer such as HeavyBall."
        )
    losses = asked.losses
    check_steps(asked.step, MOST_WEIGHTS)
    if asked.step is not None and len(losses) == 1:
        losses = losses * (asked.step + 1)

    def coefficients(theta: Array) -> Array:
        return _by_differences(asked, losses, theta)

    return point_by_point(asked.optimizer, asked.theta, coefficients)


def _by_differences(asked: Question, losses: list[Any], theta: Array) -> Array:
    """Return the terms at points that go together, from F_h at Phi^0, ..., Phi^{R-1}."""
    order, step, first_in_time = asked.terms, asked.step, losses[::-1]
    batches = None if step is None else first_in_time
    with quiet():
        here = question(asked.optimizer, asked.loss, theta, order, step, None, batches)
    directions = [memoryless_coefficients(here)]
    rule = recursion(asked.optimizer, theta)
    curve = np.zeros((max(order, 3), *theta.shape), theta.dtype)
    for _ in range(order - 1):
        curve[1:order] -= directions[-1][:-1]  # one step further: c <- c - h F
        moved = _moved_terms(rule, asked.loss, theta, curve.copy(), step, batches)
        directions.append(moved[:order])
    differences = np.stack(directions)
    field: Array = differences[0]
    for m in range(1, order):
        differences = np.diff(differences, axis=0)
        field = field + (-1) ** m / (m + 1) * differences[0]
    return field


def _moved_terms(
    rule: Recursion, loss: Any, theta: Array, curve: Array, step: int | None, batches: Batches
) -> Array:
    """Return the terms of F_h(theta + c(h)), at least three."""
    order = len(curve)  # three terms, as with two only the Hessian at theta would be looked at
    if step is None:  # where the gradient at the present point would be taken as constant
        moved: Any = _MovedOptimizer(rule, curve, loss)
        return memoryless(moved, _Silent(), theta, order=order).coefficients
    frame = _MovedOptimizer(rule, curve)
    known: dict[int, _MovedLoss] = {}
    losses = [known.setdefault(id(batch), _MovedLoss(batch, curve)) for batch in batches or ()]
    return memoryless(frame, None, theta, order=order, step=step, batches=losses).coefficients


class _Silent:
    """A loss without a gradient."""

    def gradient(self, theta: Any) -> Any:
        """Return 0."""
        return 0 * theta


class _MovedLoss:
    """A loss that, asked at x(h), answers for x(h) + c(h), with c(0) = 0."""

    moving = True

    def __init__(self, loss: Any, curve: Array) -> None:
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

    def __init__(self, rule: Recursion, curve: Array, loss: Any = None) -> None:
        self._rule = rule
        self._curve = curve
        self._loss = loss
        self.elementwise = is_elementwise(rule.optimizer)

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


def modified_flow(
    optimizer: Any,
    loss: Any,
    theta: Any,
    *,
    step_size: float,
    order: Order,
    steps: int | None = None,
    times: Any = None,
    step: int | None = None,
    batches: Batches = None,
    rtol: float = 1e-10,
    atol: float = 1e-12,
) -> Array:
    """Solve the modified equation with R terms.

    Parameters
    ----------
    optimizer : object
        As in `modified_equation`.
    loss : object
        With ``gradient(theta)``; not looked at with batches.
    theta : array_like, shape (..., d)
        The start.
    step_size : float
        h > 0.
    order : int or "auto"
        The number R of terms, as in `polyfam.memoryless`.
    steps : int, optional
        Return the points at t = 0, h, ..., steps h.
    times : array_like, shape (T,), optional
        Return the points at these times instead, of the stationary equation.
    step : int, optional
        The number of the first step, 0 for a start from rest: then the field of step n is used on
        [nh, (n+1)h].  By default it is the stationary one throughout.
    batches : sequence of losses, optional
        One loss for each step; it needs ``step=0``.
    rtol, atol : float
        Tolerances of the integrator.

    Returns
    -------
    ndarray, shape (steps + 1, ..., d) or (T, ..., d)

    Raises
    ------
    DomainError
        When arguments exclude each other, or the flow cannot be continued.

    Warns
    -----
    ValidityWarning
        Once, when a term grew larger than the first somewhere on the way.

    Examples
    --------
    >>> from polyfam.memory import run
    >>> from polyfam.optimizers import HeavyBall
    >>> class Parabola:
    ...     def gradient(self, theta):
    ...         return theta
    >>> true = run(HeavyBall(0.5), Parabola(), [1.0], steps=4, step_size=0.02).points[-1]
    >>> for order in 1, 2, 3:
    ...     last = modified_flow(
    ...         HeavyBall(0.5), Parabola(), [1.0], steps=4, step_size=0.02, order=order, step=0
    ...     )[-1]
    ...     print(f"{abs(last - true).item():.0e}")
    3e-03
    2e-04
    1e-05
    """
    h = check_step_size(step_size)
    if (steps is None) == (times is None):
        raise DomainError(
            "Arguments 'steps' and 'times' exclude each other, and one must be given."
        )
    if times is not None and step is not None:
        raise DomainError(
            "Arguments 'times' and 'step' exclude each other: from rest the field jumps at every "
            "step, and 'steps' says how many there are."
        )
    count = 0 if steps is None else integer(steps, "steps", minimum=0)
    first = None if step is None else integer(step, "step", minimum=0)
    losses = losses_from_rest(batches, first, count)
    theta = as_points(loss if losses is None else None, theta)
    growing = False

    def field(n: int | None, x: Array) -> Array:
        nonlocal growing
        number = None if first is None or n is None else first + n
        seen = None if losses is None or number is None else losses[: number + 1]
        terms = modified_equation(
            optimizer, loss, x, order=order, step=number, step_size=h, batches=seen
        )
        growing = growing or not np.all(terms.valid)
        return -terms.value

    with quiet():
        if times is not None:
            path = flow(lambda x: field(None, x), theta, times, rtol=rtol, atol=atol)
        else:
            path = follow(field, theta, count, h, jumps=first is not None)
    if growing:
        warn(
            f"On the way a term of the modified equation is larger than the first at h = {h:g}: "
            "the flow means nothing there; take h smaller.",
            ValidityWarning,
        )
    return path

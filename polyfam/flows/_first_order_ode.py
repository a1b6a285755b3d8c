r"""First-order equations of optimizers whose direction is M/R + lambda theta, elementwise.

M and R^2 are weighted sums over the gradients g_k = grad L_k of the steps k = 0, ..., n,

    M = sum_k w_{n-k} g_k,    s^2 = sum_k v_{n-k} g_k^2,    R = sqrt(s^2 + epsilon) or s + epsilon,

with R = 1 for linear memories.  With F^(l) the direction of step l at a fixed theta, and

    y_k = H_k (F^(k) + ... + F^(n-1) + F^(n)/2),      H_k the Hessian of L_k,

the equation on [nh, (n+1)h] is

    theta' = -F^(n) - h f_1,
    f_1 = 1/R sum_k w_{n-k} y_k - M/(R^2 r) sum_k v_{n-k} g_k y_k + lambda/2 F^(n),

where r = R for epsilon inside the root and r = s outside.  The sum in y_k is the memory, which sees
a gradient n - k steps later; half a step more is what turns the map into a flow.  With one loss for
all steps f_1 = M_1 + F'F/2, M_1 the memoryless correction of `polyfam.memory.closed_form`.

For heavy ball, theta' = -g/(1 - beta) - h (1 + beta)/(2 (1 - beta)^3) H g + ... [KS21].  For Adam
in the stationary limit, with epsilon inside the root and R = sqrt(g^2 + epsilon),

    theta' = -g/R - h/2 [A - B + B epsilon/R^2] 1/R * grad |g|_{1,epsilon},
    A = (1 + beta1)/(1 - beta1),      B = (1 + beta2)/(1 - beta2),

so that typically, B > A and epsilon small, the one-norm of the gradient is anti-penalised [ADAM].
The error at a fixed time is O(h^2) where derivatives stay bounded uniformly in n, and for epsilon
outside the root where the gradients stay away from 0 [ADAM].

References
----------
[ADAM] Cattaneo, Klusowski & Shigida, On the Implicit Bias of Adam, arXiv:2309.00079.
[KS21] Kovachki & Stuart, Continuous Time Analysis of Momentum Methods, JMLR 22 (2021).
[MEM] Cattaneo & Shigida, How Memory in Optimization Algorithms Implicitly Modifies the Loss,
arXiv:2502.02132.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import numpy as np

from polyfam._checks import check_step_size, integer, warn
from polyfam.errors import ArgumentTypeError, DomainError
from polyfam.flows._follow import follow
from polyfam.losses.derivatives.hessians import hessian_vector
from polyfam.losses.derivatives.points import as_points
from polyfam.memory._arguments import Batches
from polyfam.memory._closed_form import at, closed_form
from polyfam.memory.trajectory import losses_from_rest
from polyfam.optimizers._protocol import check_direction
from polyfam.optimizers._rules import root
from polyfam.series.terms import ValidityWarning
from polyfam.typing import Array

__all__ = ["FirstOrderODE", "first_order_ode"]


def first_order_ode(
    optimizer: Any,
    loss: Any,
    *,
    step_size: float,
    step: int | None = None,
    batches: Batches = None,
) -> FirstOrderODE:
    """Return the first-order equation of an optimizer, at the price of a few products a step.

    Parameters
    ----------
    optimizer : object
        HeavyBall and other linear memories, Adam, AdamW, NAdam, RMSProp; your own with ``means``
        and ``squares`` like theirs.  Its flags say where epsilon stands and whether averages are
        corrected.
    loss : object
        With ``gradient(theta)``; not looked at with batches.
    step_size : float
        h > 0.
    step : int, optional
        The number of the first step, 0 for a start from rest, where the field of step n holds on
        [nh, (n+1)h]; by default the stationary limit throughout.
    batches : sequence of losses, optional
        One loss for each step; it needs ``step=0``.

    Returns
    -------
    FirstOrderODE

    Raises
    ------
    ArgumentTypeError
        For an optimizer of another form: `modified_equation` takes any.

    References
    ----------
    M. D. Cattaneo, J. M. Klusowski, B. Shigida, On the Implicit Bias of Adam, arXiv:2309.00079.

    Examples
    --------
    On a parabola with epsilon = 0, A = 3 and B = 7:  theta' = -1 + 2 h/theta at theta > 0.

    >>> from polyfam.optimizers import Adam, HeavyBall
    >>> class Parabola:
    ...     def gradient(self, theta):
    ...         return theta
    >>> ode = first_order_ode(Adam(0.5, 0.75, epsilon=0.0), Parabola(), step_size=0.1)
    >>> ode.terms([2.0])
    (array([1.]), array([-1.]))
    >>> ode.field([2.0])
    array([-0.9])
    >>> first_order_ode(HeavyBall(0.5), Parabola(), step_size=0.1).terms([1.0])
    (array([2.]), array([6.]))
    """
    if (
        isinstance(optimizer, type)
        or not all(hasattr(optimizer, name) for name in ("means", "squares", "first_order"))
        or hasattr(optimizer, "turned")  # another function of a mixture than a ratio
    ):
        raise ArgumentTypeError(
            "Argument 'optimizer' must have a direction M/R + lambda theta, as HeavyBall, Adam and "
            f"RMSProp have, not {getattr(optimizer, '__name__', type(optimizer).__name__)}: "
            "modified_equation takes any optimizer."
        )
    h = check_step_size(step_size)
    losses = losses_from_rest(batches, step)
    first = None if step is None else integer(step, "step", minimum=0)
    return FirstOrderODE(optimizer, loss, h, first, losses)


@dataclass(frozen=True, eq=False)
class FirstOrderODE:
    """theta' = -(F + h f_1)(theta), a right-hand side for scipy's solve_ivp.

    `first_order_ode` makes it.

    Parameters
    ----------
    optimizer : object
    loss : object
    step_size : float
        h > 0.
    first : int or None
        The number of the step at time 0; None in the stationary limit.
    batches : list of losses, or None
        One for each step.

    Examples
    --------
    Heavy ball with momentum 1/2 on a parabola: theta' = -(2 + 6 h) theta.

    >>> from polyfam.losses import Quadratic
    >>> from polyfam.optimizers import HeavyBall
    >>> ode = FirstOrderODE(HeavyBall(0.5), Quadratic([[1.0]]), 0.1)
    >>> ode.field([1.0]).round(12)
    array([-2.6])
    >>> np.log(ode.integrate([1.0], 2)).round(9).ravel()  # at t = 0, h, 2h
    array([ 0.  , -0.26, -0.52])
    """

    optimizer: Any
    loss: Any
    step_size: float
    first: int | None = None
    batches: list[Any] | None = None

    def terms(self, theta: Any, step: int | None = None) -> tuple[Array, Array]:
        """Return F and f_1 at points (..., d), on [nh, (n+1)h] or in the limit.

        Parameters
        ----------
        theta : array_like, shape (..., d)
        step : int, optional
            n; not in the stationary limit.
        """
        if (step is None) != (self.first is None):
            raise DomainError(
                "Argument 'step' must be the number n of a step, or None for a stationary equation."
            )
        if step is not None:
            step = integer(step, "step", minimum=0)
        theta = as_points(self.loss if self.batches is None else None, theta)
        if self.batches is None or step is None:
            return self._full_batch(theta, step)
        return self._batch(theta, step, self.batches)

    def field(self, theta: Any, step: int | None = None) -> Array:
        """Return theta' at points (..., d), on [nh, (n+1)h] or in the limit."""
        direction, correction = self.terms(theta, step)
        return -direction - self.step_size * correction

    def __call__(self, t: float, theta: Any) -> Array:
        """Return theta' at time t: the form that solve_ivp takes, for one flat point.

        Notes
        -----
        From rest it jumps at t = h, 2h, ...; `integrate` starts afresh there.
        """
        if not isinstance(t, float | int | np.floating) or not 0 <= t < np.inf:
            raise DomainError(f"Argument 't' must be a finite number from 0 on, not {t!r}.")
        n = None if self.first is None else self.first + int(t / self.step_size * (1 + 1e-12))
        return self.field(theta, n)

    def integrate(self, theta: Any, steps: int) -> Array:
        """Solve the equation with DOP853 and return the points at t = 0, h, ..., steps h.

        Parameters
        ----------
        theta : array_like, shape (..., d)
            The start.
        steps : int

        Returns
        -------
        ndarray, shape (steps + 1, ..., d)

        Warns
        -----
        ValidityWarning
            Where the correction h f_1 is longer than F on the way.
        """
        if self.batches is not None and len(self.batches) < steps:
            raise DomainError(
                f"Argument 'batches' must hold one loss for each of the {steps} steps, "
                f"not {len(self.batches)}."
            )
        theta = as_points(self.loss if self.batches is None else None, theta)
        first, h, growing = self.first, self.step_size, False

        def field(n: int | None, x: Array) -> Array:
            nonlocal growing
            step = None if first is None or n is None else first + n
            direction, correction = self.terms(x, step)
            lengths = (np.linalg.norm(part, axis=-1) for part in (direction, h * correction))
            growing = growing or bool(np.less(*lengths).any())
            return -direction - h * correction

        path = follow(field, theta, steps, h, jumps=first is not None)
        if growing:
            warn(
                f"On the way the term with h is larger than the first at h = {h:g}: the equation "
                "means nothing there; take h smaller.",
                ValidityWarning,
            )
        return path

    def _full_batch(self, theta: Array, step: int | None) -> tuple[Array, Array]:
        """Return F and f_1 = M_1 + F'F/2."""
        theta, gradient = at(self.loss, theta, step)
        with np.errstate(invalid="ignore"):  # 0/0 is named by its coordinate
            _, first = self.optimizer.update(self.optimizer.init(theta), gradient, theta)
        check_direction(first, gradient, self.optimizer)
        direction, memory = closed_form(self.optimizer, self.loss, theta, step=step)
        squares = self.optimizer.squares(step)
        mean, square = self.optimizer.means(step).total, 0.0 if squares is None else squares.total
        moved = hessian_vector(self.loss, theta, direction)
        change = self._change(
            mean * gradient, square * gradient**2, mean * moved, square * gradient * moved
        )
        return direction, memory + (change + self._decay * direction) / 2

    def _batch(self, theta: Array, step: int, batches: list[Any]) -> tuple[Array, Array]:
        """Return F and f_1 from the batches of the steps 0, ..., n."""
        losses = batches[: step + 1]
        if len(losses) <= step:
            raise DomainError(f"Step {step} needs {step + 1} batches, not {len(losses)}.")
        gradients = np.stack([at(loss, theta, step)[1] for loss in losses])
        directions = np.empty_like(gradients)
        state = self.optimizer.init(theta)
        with np.errstate(invalid="ignore"):
            for n, gradient in enumerate(gradients):
                state, directions[n] = self.optimizer.update(state, gradient, theta)
                check_direction(directions[n], gradient, self.optimizer)
        later = np.cumsum(directions[::-1], axis=0)[::-1] - directions[-1] / 2
        pairs = zip(losses, later, strict=True)
        moved = np.stack([hessian_vector(loss, theta, vector) for loss, vector in pairs])
        means, found = self.optimizer.means(step).newest[::-1], self.optimizer.squares(step)
        squares = np.zeros_like(means) if found is None else found.newest[::-1]
        change = self._change(
            np.tensordot(means, gradients, 1),
            np.tensordot(squares, gradients**2, 1),
            np.tensordot(means, moved, 1),
            np.tensordot(squares, gradients * moved, 1),
        )
        return directions[-1], change + self._decay * directions[-1] / 2

    @property
    def _decay(self) -> float:
        """The decoupled weight decay."""
        return float(getattr(self.optimizer, "weight_decay", 0.0))

    def _change(self, mean: Array, square: Array, mean_change: Array, half_change: Array) -> Array:
        """Return the change of M/R when M and s^2/2 change."""
        if self.optimizer.squares(None) is None:
            return mean_change
        scale = root(square, self.optimizer.epsilon, self.optimizer.epsilon_inside)
        slope = scale if self.optimizer.epsilon_inside else np.sqrt(square)
        # Outside the root, where s = 0, M vanishes and so does what the root contributes.
        share = mean * half_change / (scale * np.where(slope, slope, 1))
        return np.asarray((mean_change - share) / scale)

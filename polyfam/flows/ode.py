r"""First-order equations of optimizers whose direction is M/R + lambda theta, elementwise.

M and R^2 are weighted sums over the gradients g_k = grad L_k of the steps k = 0, ..., n,

    M = sum_k w_{n-k} g_k,    s^2 = sum_k v_{n-k} g_k^2,    R = sqrt(s^2 + epsilon) or s + epsilon,

with R = 1 for the heavy ball.  With F^(l) the direction of step l at a fixed theta, and

    y_k = H_k (F^(k) + ... + F^(n-1) + F^(n)/2),      H_k the Hessian of L_k,

the equation on [nh, (n+1)h] is

    theta' = -F^(n) - h f_1,
    f_1 = 1/R sum_k w_{n-k} y_k - M/(R^2 r) sum_k v_{n-k} g_k y_k + lambda/2 F^(n),

where r = R for epsilon inside the root and r = s outside.  The sum in y_k is the memory, which sees
a gradient n - k steps later; half a step more is what turns the map into a flow.  With one loss for
all steps f_1 = M_1 + F'F/2, M_1 the memoryless correction of
`polyfam.memory.closed_forms`.

References
----------
[ADAM] Cattaneo, Klusowski & Shigida, On the Implicit Bias of Adam, arXiv:2309.00079.
[MEM] Cattaneo & Shigida, How Memory in Optimization Algorithms Implicitly Modifies the Loss,
arXiv:2502.02132.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np

from polyfam._checks import integer
from polyfam.errors import DomainError
from polyfam.flows.piecewise import follow
from polyfam.losses.derivatives.hessians import hessian_vector
from polyfam.losses.derivatives.points import as_points
from polyfam.memory.closed_forms import closed_form
from polyfam.memory.closed_forms.first_order import at
from polyfam.memory.runs import losses_of_steps
from polyfam.optimizers._rules import root
from polyfam.optimizers.running import check_direction, check_step_size

__all__ = ["FirstOrderODE", "exponential_weights"]

Array = np.ndarray[Any, Any]
Weights = Callable[[int], Array]


def exponential_weights(beta: float, corrected: bool) -> Weights:
    """Return n -> (1 - beta) beta^k, k = 0, ..., n, divided by their sum for bias correction.

    Examples
    --------
    >>> exponential_weights(0.5, corrected=False)(2)
    array([0.5  , 0.25 , 0.125])
    """

    def weights(n: int) -> Array:
        plain = (1 - beta) * beta ** np.arange(n + 1)
        return plain / plain.sum() if corrected else plain

    return weights


@dataclass(frozen=True, eq=False)
class FirstOrderODE:
    """theta' = -(F + h f_1)(theta), a right-hand side for scipy's solve_ivp.

    `adam_ode`, `rmsprop_ode` and `heavy_ball_ode` make it.

    Parameters
    ----------
    optimizer : object
    loss : object
    step_size : float
        h > 0.
    totals : tuple of float
        The sums of all w_k and of all v_k, in the stationary limit.
    means, squares : callable
        From n to w_0, ..., w_n and to v_0, ..., v_n; no `squares` where R = 1.
    batches : sequence of losses, optional
        One for each step.
    stationary : bool
        Whether the limit n -> infinity is used throughout.
    """

    optimizer: Any
    loss: Any
    step_size: float
    totals: tuple[float, float]
    means: Weights
    squares: Weights | None = None
    batches: Sequence[Any] | None = None
    stationary: bool = False

    def __post_init__(self) -> None:
        check_step_size(self.step_size)
        if self.stationary and self.batches is not None:
            raise DomainError("Argument 'stationary' excludes 'batches': the limit has one loss.")
        if self.batches is not None:
            object.__setattr__(self, "batches", losses_of_steps(self.batches))

    def terms(self, theta: Any, step: int | None = None) -> tuple[Array, Array]:
        """Return F and f_1 at points (..., d), on [nh, (n+1)h] or in the limit.

        Parameters
        ----------
        theta : array_like, shape (..., d)
        step : int, optional
            n; not in the stationary limit.
        """
        if (step is None) != self.stationary:
            raise DomainError(
                "Argument 'step' must be the number n of a step, or None for a stationary equation."
            )
        if step is not None:
            step = integer(step, "step", minimum=0)
        theta = as_points(self.loss if self.batches is None else None, theta)
        return self._full_batch(theta, step) if self.batches is None else self._batch(theta, step)

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
        n = None if self.stationary else int(t / self.step_size * (1 + 1e-12))
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
        """
        if self.batches is not None and len(self.batches) < steps:
            raise DomainError(
                f"Argument 'batches' must hold one loss for each of the {steps} steps, "
                f"not {len(self.batches)}."
            )
        theta = as_points(self.loss if self.batches is None else None, theta)
        jumps = not self.stationary
        return follow(lambda n, x: self.field(x, n), theta, steps, self.step_size, jumps)

    def _full_batch(self, theta: Array, step: int | None) -> tuple[Array, Array]:
        """Return F and f_1 = M_1 + F'F/2."""
        theta, gradient = at(self.loss, theta, step)
        with np.errstate(invalid="ignore"):  # 0/0 is named by its coordinate
            _, first = self.optimizer.update(self.optimizer.init(theta), gradient, theta)
        check_direction(first, gradient, self.optimizer)
        direction, memory = closed_form(self.optimizer, self.loss, theta, step)
        mean, square = self.totals
        if step is not None:
            mean = self.means(step).sum()
            square = self.squares(step).sum() if self.squares else 0.0
        moved = hessian_vector(self.loss, theta, direction)
        change = self._change(
            mean * gradient, square * gradient**2, mean * moved, square * gradient * moved
        )
        return direction, memory + (change + self._decay * direction) / 2

    def _batch(self, theta: Array, step: int) -> tuple[Array, Array]:
        """Return F and f_1 from the batches of the steps 0, ..., n."""
        losses = self.batches[: step + 1]
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
        means = self.means(step)[::-1]
        squares = self.squares(step)[::-1] if self.squares else np.zeros_like(means)
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
        return getattr(self.optimizer, "weight_decay", 0.0)

    def _change(self, mean: Array, square: Array, mean_change: Array, half_change: Array) -> Array:
        """Return the change of M/R when M and s^2/2 change."""
        if self.squares is None:
            return mean_change
        scale = root(square, self.optimizer.epsilon, self.optimizer.epsilon_inside)
        slope = scale if self.optimizer.epsilon_inside else np.sqrt(square)
        # Outside the root, where s = 0, M vanishes and so does what the root contributes.
        share = mean * half_change / (scale * np.where(slope, slope, 1))
        return (mean_change - share) / scale

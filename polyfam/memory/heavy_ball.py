r"""Heavy ball and everything it is equivalent to.

    m_{n+1} = beta m_n + grad L(theta_n),      theta_{n+1} = theta_n - h m_{n+1}.

On an attractive invariant manifold this is gradient descent, theta <- theta - h g_h(theta), on a
modified loss L_h, g_h = grad L_h, determined by

    g_h(theta - h g_h(theta)) = grad L(theta - h g_h(theta)) + beta g_h(theta).

The terms of g_h = g_0 + h g_1 + ... are sums over trees,

    g_h = sum over rooted trees of  h^j P_t(beta)/((1 - beta)^(2j+1) sigma)  F,

and are computed without any tree, along the past (`polyfam.memory.past`).  From rest the
same holds at each step n with coefficients of its own, which approach these like beta^n.

References
----------
[MLM] Cattaneo & Shigida, Modified Loss of Momentum Gradient Descent, arXiv:2509.08483.
[KS21] Kovachki & Stuart, Continuous time analysis of momentum methods, JMLR 22 (2021).
"""

from __future__ import annotations

import warnings
from collections.abc import Sequence
from dataclasses import dataclass
from math import isfinite
from typing import Any, Literal

import numpy as np

from polyfam._checks import integer
from polyfam.errors import DomainError
from polyfam.losses.derivatives.points import as_points
from polyfam.memory import manifold, past, principal_flow
from polyfam.memory.envelope import upper_envelope
from polyfam.memory.nodes import (
    PastNodes,
    is_stationary,
    startup_nodes,
    stationary_nodes,
)
from polyfam.memory.runs import Trajectory, iterate, losses_of_steps, run_heavy_ball
from polyfam.memory.validity import ValidityWarning
from polyfam.series.terms import Terms

__all__ = ["HeavyBall"]

Order = int | Literal["auto"]
Batches = Sequence[Any] | None

#: The number of terms among which order="auto" finds the smallest.
_AUTO = 12


@dataclass(frozen=True)
class HeavyBall:
    """Gradient descent with momentum, unnormalised: the effective step is h/(1 - beta).

    Parameters
    ----------
    step_size : float
        h > 0.
    momentum : float
        beta in [0, 1).

    Raises
    ------
    DomainError
        When a parameter is out of range.

    Examples
    --------
    For the parabola L = theta^2/2 the terms are Narayana polynomials over powers of 1 - beta.

    >>> from polyfam.losses import Quadratic
    >>> bowl = Quadratic([[1.0]])
    >>> ball = HeavyBall(step_size=0.01, momentum=0.5)
    >>> field = ball.memoryless_field(bowl, [1.0], order=4)
    >>> field.coefficients.ravel()
    array([  2.,   4.,  24., 176.])
    >>> field.value, ball.on_manifold(bowl, [1.0]).field
    (array([2.042576]), array([2.04259...]))
    """

    step_size: float
    momentum: float

    def __post_init__(self) -> None:
        try:
            h, beta = float(self.step_size), float(self.momentum)
        except (TypeError, ValueError):
            raise DomainError(
                f"Arguments 'step_size' and 'momentum' must be numbers, not {self.step_size!r} and "
                f"{self.momentum!r}."
            ) from None
        if not (isfinite(h) and h > 0):
            raise DomainError(f"Argument 'step_size' must be positive and finite, not {h}.")
        if not 0 <= beta < 1:
            raise DomainError(f"Argument 'momentum' must be at least 0 and below 1, not {beta}.")
        object.__setattr__(self, "step_size", h)
        object.__setattr__(self, "momentum", beta)

    def run(
        self,
        loss: Any,
        theta: Any,
        steps: int,
        momentum_buffer: Any = None,
        batches: Batches = None,
    ) -> Trajectory:
        """Run heavy ball.

        Parameters
        ----------
        loss : object
            Anything with ``gradient(theta)``.
        theta : array_like, shape (..., d)
            Any number of starting points.
        steps : int
        momentum_buffer : array_like, shape (..., d), or "manifold", optional
            m_0: rest by default; "manifold" takes the one that belongs to theta.
        batches : sequence of losses, optional
            One loss for each step, say ``[loss.batch(i) for i in ...]``; `loss` is not looked at.

        Returns
        -------
        Trajectory
        """
        if isinstance(momentum_buffer, str):
            if momentum_buffer != "manifold":
                raise DomainError(
                    "Argument 'momentum_buffer' must be an array or 'manifold', "
                    f"not {momentum_buffer!r}."
                )
            momentum_buffer = self.on_manifold(loss, theta).buffer
        return run_heavy_ball(
            loss, theta, steps, self.step_size, self.momentum, momentum_buffer, batches
        )

    def memoryless_field(
        self,
        loss: Any,
        theta: Any,
        order: Order,
        step: int | None = None,
        batches: Batches = None,
    ) -> Terms:
        """Return the field g_h of the equivalent gradient descent, term by term.

        Parameters
        ----------
        loss : object
            Anything with ``gradient(theta)``; see `polyfam.losses.derivatives.jets` on how it is
            differentiated.
        theta : array_like, shape (..., d)
        order : int or "auto"
            The number R of terms, h^0, ..., h^(R-1); "auto" computes 12 and cuts before the
            smallest, at each point by itself.
        step : int, optional
            n, for the coefficients at step n from rest; by default the stationary ones.
        batches : sequence of losses, optional
            The losses of steps 0, ..., n, for the field of that realised past.

        Warns
        -----
        ValidityWarning
            When the last term is larger than the first: the sum means nothing there.
        """
        theta, losses = as_points(loss, theta), self._losses(loss, step, batches)
        terms = self._terms(order, theta)
        nodes = self._nodes(terms, step, losses)
        gradients = past.past_gradients(losses, theta, nodes, terms)
        return self._expansion(past.field_terms(nodes, gradients), order)

    def memoryless_step(
        self,
        loss: Any,
        theta: Any,
        order: Order,
        step: int | None = None,
        batches: Batches = None,
    ) -> np.ndarray[Any, Any]:
        """Return theta - h g_h(theta), one step without memory; arguments as for the field."""
        field = self.memoryless_field(loss, theta, order, step, batches)
        return as_points(loss, theta) - self.step_size * field.value

    def memoryless_run(
        self,
        loss: Any,
        theta: Any,
        steps: int,
        order: Order,
        from_rest: bool = False,
        batches: Batches = None,
    ) -> Trajectory:
        """Iterate the memoryless step; after n <= T/h steps it is O(h^R) from heavy ball.

        Parameters
        ----------
        loss, theta, steps
            As in `run`.
        order : int or "auto"
        from_rest : bool, default False
            Use the coefficients of step n in step n, rather than the stationary ones: n gradients
            a term, until the start is forgotten to rounding.
        batches : sequence of losses, optional
            As in `run`; it implies `from_rest`.

        Returns
        -------
        Trajectory
            Its buffers are the fields; the first is nan.
        """
        theta = as_points(loss, theta)
        fields = [np.full_like(theta, np.nan)]

        def direction(n: int, points: np.ndarray[Any, Any]) -> np.ndarray[Any, Any]:
            step = n if from_rest or batches is not None else None
            fields.append(self.memoryless_field(loss, points, order, step, batches).value)
            return fields[-1]

        steps = integer(steps, "steps", minimum=0)
        points, diverged = iterate(direction, theta, steps, self.step_size)
        return Trajectory(points, np.stack(fields), diverged)

    def modified_loss(
        self,
        loss: Any,
        theta: Any,
        order: Order,
        step: int | None = None,
        batches: Batches = None,
    ) -> Terms:
        """Return the modified loss L_h, whose gradient is the memoryless field, term by term.

        Parameters
        ----------
        loss : object
            With ``value(theta)`` and ``gradient(theta)``.
        theta, order, step, batches
            As in `memoryless_field`.

        Returns
        -------
        Terms
            Of scalars, shape (R, ...).
        """
        theta, losses = as_points(loss, theta), self._losses(loss, step, batches)
        terms = self._terms(order, theta)
        nodes = self._nodes(max(terms - 1, 1), step, losses)
        return self._expansion(past.loss_terms(losses, theta, nodes, terms), order, False)

    def modified_equation_field(self, loss: Any, theta: Any, order: Order) -> Terms:
        """Return f_h with theta' = -f_h, whose time-h flow is the memoryless step.

        Parameters
        ----------
        loss, theta, order
            As in `memoryless_field`.

        Notes
        -----
        h theta' = log(1 + Delta) theta along the iterates.  From the third term on, that of h^2,
        the field is not a gradient, not even for beta = 0: there is a modified equation to any
        order, but no loss of which it is the gradient flow.
        """
        theta = as_points(loss, theta)
        terms = self._terms(order, theta)
        nodes = stationary_nodes(self.momentum, terms)
        gradients = past.past_gradients([loss], theta, nodes, terms)
        return self._expansion(past.equation_terms(nodes, gradients), order)

    def principal_flow_field(self, loss: Any, theta: Any) -> np.ndarray[Any, Any]:
        """Return theta' of the principal flow; see `principal_flow.principal_flow_field`."""
        return principal_flow.principal_flow_field(loss, theta, self.step_size, self.momentum)

    def on_manifold(
        self, loss: Any, theta: Any, tolerance: float = 1e-10
    ) -> manifold.ManifoldPoint:
        """Return the exact field g_h(theta) and the past; see `manifold.on_manifold`."""
        return manifold.on_manifold(loss, theta, self.step_size, self.momentum, tolerance)

    def envelope(
        self, loss: Any, theta: Any, order: int, step: int | None = None, batches: Batches = None
    ) -> np.ndarray[Any, Any]:
        """Return the envelope L + beta sup_u {...}, which is L_h(theta) up to O(h^R).

        The braces hold ``L_h(u) - |u - theta|^2/(2h)``.

        Parameters
        ----------
        loss, theta, order, step, batches
            As in `modified_loss`.  At step n the supremum is that of step n - 1.

        Examples
        --------
        >>> from polyfam.losses import Quadratic
        >>> bowl, ball = Quadratic([[1.0]]), HeavyBall(step_size=0.01, momentum=0.5)
        >>> for order in (1, 2, 3):
        ...     difference = ball.modified_loss(bowl, [1.0], order).value - ball.envelope(
        ...         bowl, [1.0], order
        ...     )
        ...     print(f"{difference:.0e}")
        -1e-02
        -6e-04
        -5e-05
        """
        theta = as_points(loss, theta)
        if step is not None:
            step = integer(step, "step", minimum=0)
        newest = loss if batches is None else losses_of_steps(batches, (step or 0) + 1)[-1]
        if step == 0:
            return np.asarray(newest.value(theta))
        earlier = None if step is None else step - 1
        supremum, _ = upper_envelope(
            lambda u: self.modified_loss(loss, u, order, earlier, batches).value,
            lambda u: self.memoryless_field(loss, u, order, earlier, batches).value,
            theta,
            self.step_size,
        )
        return newest.value(theta) + self.momentum * supremum

    def _losses(self, loss: Any, step: int | None, batches: Batches) -> list[Any]:
        """Return the loss of the whole past, or those of steps n, n - 1, ..., 0."""
        if batches is None:
            return [loss]
        if step is None:
            raise DomainError("Argument 'batches' needs 'step', the number of the newest batch.")
        return losses_of_steps(batches, integer(step, "step", minimum=0) + 1)[::-1]

    def _nodes(self, terms: int, step: int | None, losses: list[Any]) -> PastNodes:
        """Return the nodes for so many terms; a start that is long forgotten needs fewer."""
        if step is not None:
            step = integer(step, "step", minimum=0)
        over = step is None or is_stationary(self.momentum, step, terms)
        if over and len(losses) == 1 and (step is None or step + 1 > terms):
            return stationary_nodes(self.momentum, terms)
        return startup_nodes(self.momentum, step)

    def _terms(self, order: Order, theta: np.ndarray[Any, Any]) -> int:
        """Return the number of terms to compute, and warn of single precision."""
        if isinstance(order, str):
            if order != "auto":
                raise DomainError(f"Argument 'order' must be an integer or 'auto', not {order!r}.")
            return _AUTO
        terms = integer(order, "order", minimum=1)
        if terms > 4 and theta.dtype.itemsize <= 4:
            warnings.warn(
                f"Order {terms} in {theta.dtype} loses most digits of its last terms: "
                "convert 'theta' to float64.",
                RuntimeWarning,
                stacklevel=3,
            )
        return terms

    def _expansion(
        self, coefficients: np.ndarray[Any, Any], order: Order, is_vector: bool = True
    ) -> Terms:
        """Wrap the terms, cut them where "auto" says so, and warn when they grow."""
        expansion = Terms(coefficients, self.step_size, is_vector)
        if order == "auto":
            return expansion.optimal()
        first, *_, last = expansion.sizes if len(coefficients) > 1 else (0.0, 0.0)
        if is_vector and np.any(last > first):
            warnings.warn(
                f"The term of h^{len(coefficients) - 1} is larger than the first one, so h = "
                f"{self.step_size:g} is too large for order {len(coefficients)}: order='auto' cuts "
                "before the smallest term.",
                ValidityWarning,
                stacklevel=3,
            )
        return expansion

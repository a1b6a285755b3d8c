r"""The central flow: the average motion of an optimizer at the edge of stability.

Gradient descent multiplies a deviation along an eigenvector of the Hessian H by 1 - h lambda, heavy
ball p beta^k by a root of r^2 - (1 + beta - p h lambda) r + beta.  Both pass -1 at

    h lambda = (2 + 2 beta)/p = h T,

and beyond the iterates oscillate, delta_n = (-1)^n x, and do not leave: the gradient at the mean
theta plus the deviation is, on average over the oscillation with covariance Sigma = E delta delta',

    E grad L(theta + delta) = grad L + grad <H(theta), Sigma>/2,

and the second term makes the curvature fall.  So the mean moves as

    theta' = -s [grad L + grad <H, Sigma>/2],      s = p/(1 - beta).

Sigma lives on the eigenvectors at the threshold T, Sigma = V X V', and adjusts itself: an
eigenvalue below T lets its oscillation die, and above T grow.  What persists is

    X >= 0,      T - V' H V >= 0,      <X, rate of V' H V> = 0,

a semidefinite complementarity problem, which has one solution where the third derivatives see the
directions at all.  With t_ij = D^3 L[v_i, v_j] the rate is -s t_ij . (grad L + sum X_kl t_kl/2).

RMSProp divides by P, a root of the mean square N of gradients that oscillate too.  Its threshold
is one of P^{-1} H, and with the mean age beta/(1 - beta) of the squares

    theta' = -P^{-1} [grad L + grad <H, Sigma>/2],
    N' = (1 - beta)/(beta h) [ (grad L)^2 + diag(H Sigma H) - N ],

so that oscillations also raise P, which lowers the curvature even of a quadratic loss.

A step of the method moves along exp of the linearised flow (exponential Euler, by products with H),
and demands the conditions at its end; the eigenvalues within a tenth of T are tracked.

References
----------
[CENTRAL] Cohen, Damian, Talwalkar, Kolter & Lee, Understanding Optimization in Deep Learning with
Central Flows, ICLR (2025), arXiv:2410.24206: gradient descent and RMSProp.
[DNL23] Damian, Nichani & Lee, Self-Stabilization, ICLR (2023), arXiv:2209.15594.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from math import ceil
from typing import Any

import numpy as np
from numpy.typing import ArrayLike

from polyfam._checked import checked
from polyfam._checks import check_step_size, optional_import
from polyfam.errors import DomainError
from polyfam.flows._complementarity import complementary
from polyfam.flows._krylov import function_times_vector
from polyfam.flows._principal_flow import geometric
from polyfam.losses.derivatives.hessians import hessian, hessian_vector
from polyfam.losses.derivatives.points import as_points
from polyfam.optimizers._protocol import finite_gradient
from polyfam.optimizers._rules import root
from polyfam.optimizers.rmsprop import RMSProp
from polyfam.typing import Array

__all__ = ["CentralFlow", "central_flow"]

#: The share of the threshold from which on an eigenvalue is tracked.
_NEAR = 0.9
#: Up to this dimension the whole Hessian is decomposed.
_DENSE = 64


@dataclass(frozen=True, eq=False, repr=False)
class CentralFlow:
    """What the central flow went through.

    Parameters
    ----------
    times : ndarray, shape (T,)
    points : ndarray, shape (T, d)
        The mean of the iterates.
    sharpness : ndarray, shape (T,)
        The largest eigenvalue of the Hessian, of P^{-1} H for RMSProp.
    threshold : float
        Where the oscillation begins.
    factors : list of ndarray, shape (d, k)
        With Sigma = factor factor', the covariance of the oscillation; k = 0 while there is none.
    losses : ndarray, shape (T,)
        L + <H, Sigma>/2, the mean loss of the oscillating iterates; nan for a loss without `value`.

    Examples
    --------
    >>> from polyfam.losses import Quadratic
    >>> from polyfam.optimizers import RMSProp
    >>> path = central_flow(
    ...     RMSProp(0.9, epsilon=0.0), Quadratic([[3.0]]), [1.0], step_size=0.1, times=[0.0, 9.0]
    ... )
    >>> path
    CentralFlow(2 times, 1 parameter, oscillating at 1 of them)
    >>> path.variance[-1].round(6)  # RMSProp jumps to and fro between h/2 and -h/2
    np.float64(0.0025)
    """

    times: Array
    points: Array
    sharpness: Array
    threshold: float
    factors: list[Array]
    losses: Array

    @property
    def variance(self) -> Array:
        """The trace of Sigma: the mean square of the distance of an iterate from the mean."""
        return np.array([np.sum(factor**2) for factor in self.factors])

    def covariance(self, index: int) -> Array:
        """Return Sigma at one of the times, shape (d, d)."""
        return np.asarray(self.factors[index] @ self.factors[index].T)

    def __repr__(self) -> str:
        d = self.points.shape[1]
        return (
            f"CentralFlow({len(self.times)} times, {d} parameter{'s' * (d > 1)}, oscillating at "
            f"{int(np.sum(self.variance > 0))} of them)"
        )


@checked
def central_flow(
    optimizer: Any,
    loss: Any,
    theta: ArrayLike,
    *,
    step_size: float,
    times: ArrayLike,
    square: ArrayLike | None = None,
) -> CentralFlow:
    """Follow the mean of an optimizer's iterates at and before the edge of stability.

    Parameters
    ----------
    optimizer : GradientDescent, HeavyBall, AveragedMomentum or RMSProp
    loss : object
        With ``gradient``; third derivatives are differences of products with its Hessian.
    theta : array_like, shape (d,)
        Where the flow starts, at time 0.
    step_size : float
        h > 0.
    times : array_like, shape (T,)
        Ascending, from 0 on; n steps of the optimizer take the time n h.  The method takes steps of
        at most h.
    square : array_like, shape (d,), optional
        The mean square of RMSProp at the start, as in its state after a run, bias corrected; by
        default the square of the gradient.

    Returns
    -------
    CentralFlow

    Raises
    ------
    ArgumentTypeError, DomainError
        For other optimizers; for a start well beyond the threshold; and where nothing stops the
        oscillation, as on quadratic losses without RMSProp.

    References
    ----------
    Cohen, Damian, Talwalkar, Kolter & Lee, Understanding Optimization in Deep Learning with Central
    Flows, ICLR (2025), arXiv:2410.24206.

    Examples
    --------
    The curvature along x is 1 + y^2, and y is pushed up until it is 2/h = 5:

    >>> class Valley:
    ...     def gradient(self, theta):
    ...         x, y = theta[..., 0], theta[..., 1]
    ...         return np.stack([(1 + y**2) * x, x**2 * y - 1], axis=-1)
    >>> from polyfam.optimizers import GradientDescent
    >>> path = central_flow(
    ...     GradientDescent(), Valley(), [0.0, 1.0], step_size=0.4, times=[0.0, 0.8, 8.0]
    ... )
    >>> path.points[:, 1].round(6), path.variance.round(6)  # Sigma y = 1
    (array([1. , 1.8, 2. ]), array([0. , 0. , 0.5]))
    """
    system = _System(optimizer, loss, check_step_size(step_size))
    start = as_points(loss, theta)
    if np.iscomplexobj(start):
        raise DomainError("Argument 'theta' must be real: the central flow is one of means.")
    moments = np.asarray(times, float)
    if start.ndim != 1:
        raise DomainError(f"Argument 'theta' must be one point (d,), not of shape {start.shape}.")
    if moments.ndim != 1 or not moments.size or moments[0] < 0 or not np.all(np.diff(moments) >= 0):
        raise DomainError("Argument 'times' must be a list of ascending numbers from 0 on.")
    gradient = finite_gradient(loss, start)
    known = gradient**2 if square is None else as_points(loss, square, "square")
    if known.shape != start.shape or not np.all(known >= 0):
        raise DomainError("Argument 'square' must hold a number that is at least 0 a parameter.")
    state = _State(start, known, np.zeros((len(start), 0)))
    first = system.look(state)
    if first.values[-1] > 1.05 * system.threshold:
        raise DomainError(
            f"The flow starts where {type(optimizer).__name__} is unstable: the curvature "
            f"{first.values[-1]:.4g} is beyond {system.threshold:.4g}; take a smaller step size, "
            "or let it start earlier."
        )
    rows, now = [], 0.0
    for moment in moments:
        parts = ceil((moment - now) / step_size - 1e-9)
        for _ in range(parts):
            state = system.step(state, (moment - now) / parts)
        now = moment
        rows.append((state.theta, system.look(state).values[-1], state.factor, system.mean(state)))
    points, sharpness, factors, losses = zip(*rows, strict=True)
    return CentralFlow(
        moments,
        np.stack(points),
        np.array(sharpness),
        system.threshold,
        list(factors),
        np.array(losses),
    )


@dataclass(frozen=True)
class _State:
    """The mean, the mean square of gradients, and the root of Sigma during the last step."""

    theta: Array
    square: Array
    factor: Array


@dataclass(frozen=True)
class _Look:
    """The eigenvalues near the threshold, ascending, with unit eigenvectors u in P^{1/2} theta."""

    values: Array
    vectors: Array


class _System:
    """The flow of one optimizer on one loss."""

    def __init__(self, optimizer: Any, loss: Any, h: float) -> None:
        self._loss, self._h = loss, h
        self._adaptive = optimizer if isinstance(optimizer, RMSProp) else None
        p, beta = (
            (1.0, 0.0) if self._adaptive else geometric(optimizer, "central", " and for RMSProp")
        )
        self._speed, self.threshold = p / (1 - beta), (2 + 2 * beta) / (p * h)
        self._last: Array | None = None

    def _scale(self, square: Array) -> Array:
        """Return the diagonal of P."""
        if self._adaptive is None:
            return np.ones_like(square)
        scale = root(square, self._adaptive.epsilon, self._adaptive.epsilon_inside)
        if not np.all(scale > 0):
            raise DomainError(
                "The flow of RMSProp is 0/0 where a gradient vanishes: take epsilon > 0, or leave "
                "that coordinate out."
            )
        return np.asarray(scale)

    def look(self, state: _State) -> _Look:
        """Return the leading eigenpairs of P^{-1/2} H P^{-1/2}, at least one."""
        half = np.sqrt(self._scale(state.square))
        d = len(half)
        if d <= _DENSE:
            values, vectors = np.linalg.eigh(
                hessian(self._loss, state.theta) / np.outer(half, half)
            )
            count = max(1, int(np.sum(values > _NEAR * self.threshold)))
            return _Look(values[-count:], vectors[:, -count:])
        linalg = optional_import("scipy.sparse.linalg", "numerics")
        operator = linalg.LinearOperator((d, d), self._product(state.theta, half), dtype=float)
        guess = self._last
        start = np.random.default_rng(0).standard_normal(d) if guess is None else guess.sum(axis=1)
        count = 2 if guess is None else guess.shape[1] + 1
        while True:
            values, vectors = linalg.eigsh(operator, k=count, which="LA", v0=start, tol=1e-7)
            if values.min() < _NEAR * self.threshold or count >= d - 1:
                break
            count = min(2 * count, d - 1)
        order = values.argsort()
        keep = order[values[order] > _NEAR * self.threshold]
        keep = keep if len(keep) else order[-1:]
        self._last = vectors[:, keep]
        return _Look(values[keep], vectors[:, keep])

    def _product(self, theta: Array, half: Array) -> Callable[[Array], Array]:
        """Return the product with P^{-1/2} H P^{-1/2}."""
        return lambda v: hessian_vector(self._loss, theta, v.ravel() / half) / half

    def step(self, state: _State, dt: float) -> _State:
        """Return the state a time dt later."""
        theta, scale = state.theta, self._scale(state.square)
        look, half = self.look(state), np.sqrt(scale)
        gradient = finite_gradient(self._loss, theta)
        share = dt * self._speed

        def drift(force: Array) -> Array:
            """Return how far a force moves P^{1/2} theta in the time dt."""
            found = function_times_vector(
                lambda x: -np.expm1(-x) / np.where(x == 0, 1, x) + (x == 0),
                lambda v: share * self._product(theta, half)(v),
                -share * force / half,
                tolerance=1e-8,
            )
            return found.value.real

        towards = drift(gradient)
        near = look.values > _NEAR * self.threshold
        if not near.any():
            square = self._later(state.square, gradient**2, dt)
            return _State(theta + towards / half, square, np.zeros((len(theta), 0)))
        u = look.vectors[:, near]
        cubic = self._cubic(theta, u / half[:, None]) / half  # t_ij, in P^{1/2} theta
        k = u.shape[1]
        pushes = np.empty_like(cubic)
        for i in range(k):
            for j in range(i + 1):
                pushes[i, j] = pushes[j, i] = drift(cubic[i, j] * half) / 2
        offset = np.diag(self.threshold - look.values[near]) - cubic @ towards
        operator = -np.einsum("ijd,kld->ijkl", cubic, pushes)
        if self._adaptive is not None:
            gain = self._gain(state.square, scale, dt)
            still = gain * (gradient**2 - state.square)
            offset = offset + self.threshold * np.einsum("di,d,dj->ij", u, still, u)
            kick = self.threshold**3 * gain * scale
            operator = operator + np.einsum("di,dj,d,dk,dl->ijkl", u, u, kick, u, u)
        x = complementary((offset + offset.T) / 2, operator)
        motion = towards + np.einsum("ij,ijd->d", x, pushes)
        spread = self.threshold**2 * scale * np.einsum("di,ij,dj->d", u, x, u)
        square = self._later(state.square, gradient**2 + spread, dt)
        values, vectors = np.linalg.eigh(x)
        kept = values > 1e-12 * max(values[-1], 1e-300)
        factor = (u / half[:, None]) @ (vectors[:, kept] * np.sqrt(values[kept]))
        return _State(theta + motion / half, square, factor)

    def _fading(self, dt: float) -> float:
        """Return the share of the mean square that is replaced in a time dt."""
        beta = self._adaptive.beta if self._adaptive is not None else 0.0
        return 1.0 if beta == 0 else float(-np.expm1(-(1 - beta) / beta * dt / self._h))

    def _later(self, square: Array, towards: Array, dt: float) -> Array:
        """Return the mean square a time dt later."""
        return np.asarray(square + self._fading(dt) * (towards - square))

    def _gain(self, square: Array, scale: Array, dt: float) -> Array:
        """Return dlog P of a change of what N tends to, within a time dt."""
        assert self._adaptive is not None
        inner = scale if self._adaptive.epsilon_inside else np.sqrt(square)
        return np.asarray(self._fading(dt) / (2 * scale * inner))

    def _cubic(self, theta: Array, v: Array) -> Array:
        """Return D^3 L[v_i, v_j], shape (k, k, d), by central differences of products."""
        k = v.shape[1]
        found = np.empty((k, k, len(theta)))
        for i in range(k):
            size = 1e-4 * max(1.0, float(np.abs(theta).max())) / float(np.linalg.norm(v[:, i]))
            for j in range(i + 1):
                ahead, back = (
                    hessian_vector(self._loss, theta + s * size * v[:, i], v[:, j]) for s in (1, -1)
                )
                found[i, j] = found[j, i] = (ahead - back) / (2 * size)
        return found

    def mean(self, state: _State) -> float:
        """Return L + <H, Sigma>/2, or nan."""
        value = getattr(self._loss, "value", None)
        if value is None:
            return float("nan")
        columns = state.factor.T
        bent = sum(float(v @ hessian_vector(self._loss, state.theta, v)) for v in columns)
        return float(value(state.theta)) + bent / 2

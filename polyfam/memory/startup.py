r"""The memoryless update at a finite step n: every gradient since the start, along its own series.

With theta_n = theta fixed, the points of the past are series in h,

    theta_s = theta + h sum_{i=s}^{n-1} F^(i),      s = 0, ..., n,

and F^(i) is the direction that the optimizer's recursion makes of the gradients at theta_0, ...,
theta_i.  The coefficient of h^m in F^(i) needs the points up to h^m, the points up to h^(m+1) need
F^(i) up to h^m: one round an order, and in each round one more coefficient of every gradient.

To second order the past is theta + h x_s, and the x_s of all s span few dimensions: one for Adam,
whose F^(i) at constant gradient are all equal.  The Hessian is applied to a basis, and a step costs
one gradient and a few Hessian-vector products instead of n.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Any

import numpy as np

from polyfam.errors import ResourceError
from polyfam.losses.derivatives.jets import gradient_jet
from polyfam.memory.recursion import Recursion, coefficient, series
from polyfam.optimizers.running import check_direction, finite_gradient

__all__ = ["startup_terms"]

#: The most numbers that the past may hold.
_MOST = 1 << 27
#: Directions shorter than this, relative to the longest, are rounding errors.
_ROUNDING = 1e-14


def startup_terms(
    rule: Recursion,
    losses: Sequence[Any],
    theta: np.ndarray,
    order: int,
) -> np.ndarray:
    """Return F_0, ..., F_{R-1} at step n = len(losses) - 1.

    Parameters
    ----------
    rule : Recursion
        The optimizer.
    losses : sequence
        The loss of every step from 0 to n, n + 1 times the same one for the full batch.
    theta : ndarray, shape (..., d)
        The point theta_n.
    order : int
        R, at least 1.

    Returns
    -------
    ndarray, shape (R, ..., d)
    """
    count = len(losses)
    if order * count * theta.size > _MOST:
        raise ResourceError(
            f"The past of {count:,} steps would hold {order * count * theta.size:,} numbers, and "
            f"{_MOST:,} is the limit: take fewer steps with window=, or the stationary limit."
        )
    past = np.zeros((order, count, *theta.shape), theta.dtype)
    past[0] = theta
    gradients = np.zeros_like(past)
    terms = np.zeros((order, *theta.shape), theta.dtype)
    push = _gradients(losses, theta, order)
    for m in range(order):
        gradients[m] = push(past[m])
        directions = _directions(rule, gradients[: m + 1], past[: m + 1])
        if m == 0:
            for direction, gradient in zip(directions, gradients[0], strict=True):
                check_direction(direction, gradient, rule.optimizer)
        terms[m] = directions[-1]
        if m + 1 < order:
            past[m + 1, :-1] = np.cumsum(directions[-2::-1], axis=0)[::-1]
    return terms


def _directions(rule: Recursion, gradients: np.ndarray, past: np.ndarray) -> np.ndarray:
    """Return the last known coefficient of the direction of every step."""
    last = len(gradients) - 1
    state = rule.start
    directions = np.empty_like(gradients[0])
    for s in range(len(directions)):
        state, direction = rule.update(state, series(gradients[:, s]), series(past[:, s]))
        directions[s] = coefficient(direction, last)
    return directions


def _gradients(
    losses: Sequence[Any], theta: np.ndarray, order: int
) -> Callable[[np.ndarray], np.ndarray]:
    """Return the function from the next coefficients of all points to those of all gradients."""
    steps: dict[int, list[int]] = {}
    for s, loss in enumerate(losses):
        steps.setdefault(id(loss), []).append(s)
    parts = [(rows, _gradient(losses[rows[0]], theta, order, len(rows))) for rows in steps.values()]

    def push(past: np.ndarray) -> np.ndarray:
        gradients = np.empty_like(past)
        for rows, part in parts:
            gradients[rows] = part(past[rows])
        return gradients

    return push


def _gradient(
    loss: Any, theta: np.ndarray, order: int, count: int
) -> Callable[[np.ndarray], np.ndarray]:
    """Return the same for the points where one loss is looked at."""
    if order > 2:
        return gradient_jet(loss, (count, *theta.shape), order).push
    constant = finite_gradient(loss, theta)
    pushes = iter((lambda past: np.broadcast_to(constant, past.shape), _hessian(loss, theta)))
    return lambda past: next(pushes)(past)


def _hessian(loss: Any, theta: np.ndarray) -> Callable[[np.ndarray], np.ndarray]:
    """Return the function that applies the Hessian to many vectors, through a basis of them."""

    def apply(vectors: np.ndarray) -> np.ndarray:
        coordinates, basis = _basis(vectors.reshape(len(vectors), theta.size))
        basis = basis.reshape(len(basis), *theta.shape)
        jet = gradient_jet(loss, basis.shape, 2)
        jet.push(np.broadcast_to(theta, basis.shape))
        return np.tensordot(coordinates, jet.push(basis), 1)

    return apply


def _basis(rows: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
    """Return C and an orthonormal Y with rows = C Y to rounding error, by pivoted Gram-Schmidt."""
    rest = rows.copy()
    coordinates: list[np.ndarray] = []
    basis: list[np.ndarray] = []
    longest = np.inf
    while len(basis) < len(rows):
        lengths = np.sqrt(np.einsum("ij,ij->i", rest, rest))
        pivot = int(lengths.argmax())
        if not basis:
            longest = lengths[pivot]
        if lengths[pivot] <= _ROUNDING * longest:
            break
        basis.append(rest[pivot] / lengths[pivot])
        coordinates.append(rest @ basis[-1])
        rest -= np.outer(coordinates[-1], basis[-1])
    if not basis:  # nothing moved
        return np.zeros((len(rows), 1)), rows[:1]
    return np.stack(coordinates, axis=1), np.stack(basis)

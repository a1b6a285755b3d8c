r"""The memoryless update in the stationary limit: polynomials in the lag, order by order.

After infinitely many steps the point, the gradient and the state k steps ago are series in h whose
coefficients of h^m are polynomials in k of degree at most m.  Step counters are infinite, so that
bias corrections disappear by themselves (beta^inf = 0).  Write E for the shift k -> k + 1.  The
state s(k) that has seen the gradient k steps ago is one update further than s(k + 1),

    s = U(E s, gradient, theta).

At order 0 this is a fixed point of the update at constant gradient.  At order m the unknown
coefficient s_m enters the update only through the Jacobian A = dU/ds at order 0, so

    (1 - A E) s_m = r_m,      r_m = the coefficient of U with s_m left out.

A is found by the update itself on states moved by one unit; it is a small matrix for each
coordinate, as long as the update of a state does not mix coordinates.  With E = 1 + D, D nilpotent
on polynomials, and C = (1 - A)^{-1},  (1 - A E)^{-1} = sum_j (C A D)^j C  is a finite sum; for
A = beta it is how an exponential average acts on polynomials.  Then
theta(k) = theta + h (F(1) + ... + F(k)) gives the points up to one order more.
"""

from __future__ import annotations

from math import inf
from typing import Any

import numpy as np

from polyfam.errors import DomainError
from polyfam.losses.arithmetic.taylor import Taylor
from polyfam.memory.nodes import lags
from polyfam.memory.past import apply, expand
from polyfam.memory.recursion import Recursion, series
from polyfam.optimizers._protocol import check_direction, finite_gradient
from polyfam.typing import Array

__all__ = ["stationary_terms"]

#: Newton steps to the fixed point; an update that is affine in its state needs one or two.
_MOST_STEPS = 50
#: A memory that fades more slowly than this is one that never does.
_FADING = 1e-9


def stationary_terms(rule: Recursion, loss: Any, theta: Array, order: int) -> Array:
    """Return F_0, ..., F_{R-1} in the stationary limit.

    Parameters
    ----------
    rule : Recursion
        The optimizer.
    loss : object
        With ``gradient(theta)``.
    theta : ndarray, shape (..., d)
        The point.
    order : int
        R, at least 1.

    Returns
    -------
    ndarray, shape (R, ..., d)
    """
    gradient = finite_gradient(loss, theta)
    fixed, jacobian = _fixed_point(rule, gradient, theta)
    if order == 1:
        return np.array(rule.update(fixed, gradient, theta)[1])[None]
    past = _StationaryPast(rule, fixed, jacobian, gradient, theta, order)
    return expand(past, [loss], theta, order)[1]


class _StationaryPast:
    """The state at every label, solved for order by order."""

    tells = True

    def __init__(
        self,
        rule: Recursion,
        fixed: list[Any],
        jacobian: Array,
        gradient: Array,
        theta: Array,
        order: int,
    ) -> None:
        self._rule, self._fixed, self._jacobian = rule, fixed, jacobian
        self._gradient, self._theta = gradient, theta
        nodes, self._shift, self._sums = lags(order, 1 / (1 - _spectral_radius(jacobian)))
        self._resolvent = _inverse(jacobian)
        self.count = len(nodes)
        # E s, the state one step earlier
        shape = (order, self.count, *theta.shape)
        self._earlier: list[Any] = [
            np.zeros(shape) if i in rule.arrays else inf for i in range(len(fixed))
        ]
        for i in rule.arrays:
            self._earlier[i][0] = fixed[i]

    def advance(self, gradients: Array, points: Array) -> tuple[Array, Array]:
        """Return the newest coefficients of the direction, and the next ones of the points."""
        m, rule = len(gradients) - 1, self._rule
        before = [leaf if leaf is inf else series(leaf[: m + 1]) for leaf in self._earlier]
        known, direction = rule.coefficients(
            before, series(gradients), series(points), m, self.count
        )
        if m:
            state = _solve(known, self._jacobian, self._resolvent, self._shift)
            moved = np.einsum("kl,cl...->ck...", self._shift, state)
            found, turned = _moved(rule, self._fixed, moved, self._gradient, self._theta)
            _check_solved(known + found, state, rule)
            direction = direction + turned
            for i, array in zip(rule.arrays, moved, strict=True):
                self._earlier[i][m] = array
        return direction[0], apply(self._sums, direction)


def _moved(
    rule: Recursion, fixed: list[Any], moves: Array, gradient: Array, theta: Array
) -> tuple[Array, Array]:
    """Return the derivatives of the state and of F when the c arrays move from the fixed point."""
    state = list(fixed)
    for i, move in zip(rule.arrays, moves, strict=True):
        state[i] = Taylor.line(fixed[i], move, terms=2)
    return rule.coefficients(state, gradient, theta, 1, moves.shape[1])


def _fixed_point(rule: Recursion, gradient: Array, theta: Array) -> tuple[list[Any], Array]:
    """Return the state that constant gradients lead to, and the Jacobian of the update there."""
    state = [leaf if i in rule.arrays else inf for i, leaf in enumerate(rule.start)]
    state, direction = rule.update(state, gradient, theta)  # away from the start, where roots end
    check_direction(direction, gradient, rule.optimizer)
    for _ in range(_MOST_STEPS):
        jacobian = _jacobian(rule, state, gradient, theta)
        if _spectral_radius(jacobian) > 1 - _FADING:
            raise DomainError(
                f"{rule.name} has no stationary regime, since its memory does not fade: "
                "ask for a finite step=n."
            )
        values = _stacked(rule, state)
        after, _ = rule.update(state, gradient, theta)
        step = _apply(_inverse(jacobian), _stacked(rule, after) - values)
        for i, value in zip(rule.arrays, values + step, strict=True):
            state[i] = value
        if (abs(step) <= 1e-13 * abs(values)).all():
            return state, jacobian
    raise DomainError(
        f"Constant gradients lead to no state of {rule.name} that was found, which takes an update "
        "that fades and does not mix coordinates: ask for a finite step=n."
    )


def _stacked(rule: Recursion, state: list[Any]) -> Array:
    """Return the c arrays of a state, shape (c, ..., d)."""
    return np.array([state[i] for i in rule.arrays]).reshape(len(rule.arrays), *rule.shape)


def _jacobian(rule: Recursion, state: list[Any], gradient: Array, theta: Array) -> Array:
    """Return dU/ds, shape (c, c, ..., d), or (c, c, 1, ..., 1) where it is everywhere the same."""
    count = len(rule.arrays)
    units = np.eye(count).reshape(count, count, *[1] * theta.ndim)
    jacobian, _ = _moved(rule, state, units, gradient, theta)  # one copy for each unit
    place: Any = (..., *[slice(1)] * theta.ndim)
    first: Array = jacobian[place]
    return first if (jacobian == first).all() else jacobian


def _spectral_radius(jacobian: Array) -> float:
    """Return the largest absolute value of an eigenvalue at any coordinate."""
    return float(abs(np.linalg.eigvals(np.moveaxis(jacobian, (0, 1), (-2, -1)))).max(initial=0))


def _inverse(jacobian: Array) -> Array:
    """Return C = (1 - A)^{-1}."""
    matrices = np.moveaxis(jacobian, (0, 1), (-2, -1))
    return np.moveaxis(np.linalg.inv(np.eye(len(jacobian)) - matrices), (-2, -1), (0, 1))


def _solve(known: Array, jacobian: Array, resolvent: Array, shift: Array) -> Array:
    """Return the solution of (1 - A E) s = r, by the finite sum."""
    difference = shift - np.eye(len(shift))
    solution = known = _apply(resolvent, known)
    for _ in range(len(shift) - 1):
        moved = np.einsum("kl,cl...->ck...", difference, solution)
        solution = known + _apply(resolvent, _apply(jacobian, moved))
    return solution


def _apply(matrices: Array, states: Array) -> Array:
    """Return the products of matrices (c, c, ..., d) with states (c, ..., d), with nodes or not."""
    return np.asarray(np.einsum("ij...,j...->i...", matrices, states))


def _check_solved(found: Array, solved: Array, rule: Recursion) -> None:
    """Raise when the update does not confirm the solution."""
    if abs(found - solved).max(initial=0) > 1e-6 * abs(solved).max(initial=1e-300):
        raise DomainError(
            f"The state of {rule.name} mixes coordinates, and the stationary limit is found one "
            "coordinate at a time: ask for a finite step=n."
        )

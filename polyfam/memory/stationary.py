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
from polyfam.losses.derivatives.jets import gradient_jet
from polyfam.memory.lags import lags
from polyfam.memory.recursion import Recursion, coefficient, series
from polyfam.optimizers.running import check_direction, finite_gradient

__all__ = ["stationary_terms"]

#: Newton steps to the fixed point; an update that is affine in its state needs one or two.
_MOST_STEPS = 50
#: A memory that fades more slowly than this is one that never does.
_FADING = 1e-9


def stationary_terms(rule: Recursion, loss: Any, theta: np.ndarray, order: int) -> np.ndarray:
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
    nodes, shift, total = lags(order, 1 / (1 - _spectral_radius(jacobian)))
    resolvent = _inverse(jacobian)
    past = np.zeros((order, len(nodes), *theta.shape), theta.dtype)
    gradients = np.zeros_like(past)
    past[0], gradients[0] = theta, gradient
    earlier = [np.zeros_like(past) if i in rule.arrays else inf for i in range(len(fixed))]
    for i in rule.arrays:
        earlier[i][0] = fixed[i]  # E s, the state one step earlier
    # At the node k = 0 the curve stands still, so that no jet is needed there.
    push = gradient_jet(loss, (len(nodes) - 1, *theta.shape), order).push
    terms = np.zeros((order, *theta.shape), theta.dtype)
    for m in range(order):
        gradients[m, 1:] = push(past[m, 1:])
        known, direction = _update(rule, earlier, gradients, past, m)
        if m:
            state = _solve(known, jacobian, resolvent, shift)
            moved = np.einsum("kl,cl...->ck...", shift, state)
            found, turned = _moved(rule, fixed, moved, gradient, theta)
            _check_solved(known + found, state, rule)
            direction = direction + turned
            for i, array in zip(rule.arrays, moved, strict=True):
                earlier[i][m] = array
        terms[m] = direction[0]
        if m + 1 < order:
            past[m + 1] = np.tensordot(total, direction, 1)
    return terms


def _update(
    rule: Recursion, earlier: list[Any], gradients: np.ndarray, past: np.ndarray, m: int
) -> tuple[np.ndarray, np.ndarray]:
    """Return the coefficients of h^m of the c state arrays, shape (c, nodes, ..., d), and of F."""
    before = [leaf if leaf is inf else series(leaf[: m + 1]) for leaf in earlier]
    after, direction = rule.update(before, series(gradients[: m + 1]), series(past[: m + 1]))
    return _arrays(rule, after, m, past.shape[1:]), coefficient(direction, m)


def _moved(
    rule: Recursion,
    fixed: list[Any],
    moves: np.ndarray,
    gradient: np.ndarray,
    theta: np.ndarray,
) -> tuple[np.ndarray, np.ndarray]:
    """Return the derivatives of the state and of F when the c arrays move from the fixed point."""
    state = list(fixed)
    for i, move in zip(rule.arrays, moves, strict=True):
        state[i] = Taylor.line(fixed[i], move, terms=2)
    after, direction = rule.update(state, gradient, theta)
    shape = np.broadcast_shapes(theta.shape, moves.shape[1:])
    return _arrays(rule, after, 1, shape), coefficient(direction, 1)


def _arrays(rule: Recursion, state: list[Any], m: int, shape: tuple[int, ...]) -> np.ndarray:
    """Return the coefficients of h^m of the c arrays of a state, shape (c, *shape)."""
    arrays = np.zeros((len(rule.arrays), *shape))
    for place, i in enumerate(rule.arrays):
        arrays[place] = coefficient(state[i], m)
    return arrays


def _fixed_point(
    rule: Recursion, gradient: np.ndarray, theta: np.ndarray
) -> tuple[list[Any], np.ndarray]:
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
        values = _arrays(rule, state, 0, theta.shape)
        after, _ = rule.update(state, gradient, theta)
        step = _apply(_inverse(jacobian), _arrays(rule, after, 0, theta.shape) - values)
        for i, value in zip(rule.arrays, values + step, strict=True):
            state[i] = value
        if (abs(step) <= 1e-13 * abs(values)).all():
            return state, jacobian
    raise DomainError(
        f"Constant gradients lead to no state of {rule.name} that was found, which takes an update "
        "that fades and does not mix coordinates: ask for a finite step=n."
    )


def _jacobian(
    rule: Recursion, state: list[Any], gradient: np.ndarray, theta: np.ndarray
) -> np.ndarray:
    """Return dU/ds, shape (c, c, ..., d), or (c, c, 1, ..., 1) where it is everywhere the same."""
    count = len(rule.arrays)
    units = np.eye(count).reshape(count, count, *[1] * theta.ndim)
    jacobian, _ = _moved(rule, state, units, gradient, theta)  # one copy for each unit
    first = jacobian[(..., *[slice(1)] * theta.ndim)]
    return first if (jacobian == first).all() else jacobian


def _spectral_radius(jacobian: np.ndarray) -> float:
    """Return the largest absolute value of an eigenvalue at any coordinate."""
    return float(abs(np.linalg.eigvals(np.moveaxis(jacobian, (0, 1), (-2, -1)))).max(initial=0))


def _inverse(jacobian: np.ndarray) -> np.ndarray:
    """Return C = (1 - A)^{-1}."""
    matrices = np.moveaxis(jacobian, (0, 1), (-2, -1))
    return np.moveaxis(np.linalg.inv(np.eye(len(jacobian)) - matrices), (-2, -1), (0, 1))


def _solve(
    known: np.ndarray, jacobian: np.ndarray, resolvent: np.ndarray, shift: np.ndarray
) -> np.ndarray:
    """Return the solution of (1 - A E) s = r, by the finite sum."""
    difference = shift - np.eye(len(shift))
    solution = known = _apply(resolvent, known)
    for _ in range(len(shift) - 1):
        moved = np.einsum("kl,cl...->ck...", difference, solution)
        solution = known + _apply(resolvent, _apply(jacobian, moved))
    return solution


def _apply(matrices: np.ndarray, states: np.ndarray) -> np.ndarray:
    """Return the products of matrices (c, c, ..., d) with states (c, ..., d), with nodes or not."""
    return np.einsum("ij...,j...->i...", matrices, states)


def _check_solved(found: np.ndarray, solved: np.ndarray, rule: Recursion) -> None:
    """Raise when the update does not confirm the solution."""
    if abs(found - solved).max(initial=0) > 1e-6 * abs(solved).max(initial=1e-300):
        raise DomainError(
            f"The state of {rule.name} mixes coordinates, and the stationary limit is found one "
            "coordinate at a time: ask for a finite step=n."
        )

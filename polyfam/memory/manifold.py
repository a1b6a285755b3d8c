r"""The exact memoryless field, from the whole past of a point.

The past of a point on the invariant manifold is the sequence c_0 = theta, c_1, c_2, ... with

    c_k = c_{k-1} + h v_k,      v_k = sum_{l>=0} beta^l grad L(c_{k+l}),      g_h(theta) = v_0.

Starting from c_k = theta for all k, the sums v_k and the points are computed in turn.  Along an
eigenvector of the Hessian, in the norm sup_k beta^(k/2) |c_k|, a sweep contracts by

    h |lambda|/(1 - sqrt(beta))^2,

so on a quadratic loss it converges when this is below 1 for all eigenvalues, of either sign: for
positive ones that is exactly as long as there is a real field (`polyfam.memory.validity`).
Where the past is cut, after K steps, v_K is the sum of the series in h at c_K up to its smallest
term; what that leaves out arrives at theta multiplied by beta^K.

Where the gradient grows faster than linearly the past may run to infinity in finitely many steps,
however small h is.  Then K is as large as can be, and the manifold itself is determined only up to
that remainder: exponentially small in 1/h, like everything that the series cannot see.
"""

from __future__ import annotations

from dataclasses import dataclass
from math import ceil, log
from typing import Any

import numpy as np

from polyfam._checks import check_step_size, quoted
from polyfam.errors import ArgumentTypeError, DomainError
from polyfam.losses.derivatives.points import as_points, gradient_at
from polyfam.memory.linear import Linear, field_terms, linear
from polyfam.optimizers.heavy_ball import HeavyBall
from polyfam.series.terms import Terms
from polyfam.typing import Array

__all__ = ["ManifoldPoint", "on_manifold", "past_of_point"]

#: A remainder that is below rounding.
_ROUNDING = 1e-16
#: The longest past and the most sweeps.
_MOST_STEPS, _MOST_SWEEPS = 1 << 14, 1000
#: The number of terms of the series where the past is cut.
_TERMS = 8


@dataclass(frozen=True, eq=False)
class ManifoldPoint:
    """A point of the invariant manifold with its past.

    Parameters
    ----------
    field : ndarray, shape (..., d)
        g_h(theta) = v_0, the momentum of the next step.
    buffer : ndarray, shape (..., d)
        m = v_1, the momentum of the step that led here: a run from theta starts with it.
    past : ndarray, shape (K + 1, ..., d)
        c_0 = theta, c_1, ..., c_K.
    momenta : ndarray, shape (K + 1, ..., d)
        v_0, v_1, ..., v_K.
    contraction : float
        The factor observed in the last sweeps; nan when the first sweep was exact.
    sweeps : int
    remainder : float
        An estimate of the relative error, the largest over the points: beta^K times the smallest
        term of the series at c_K.

    Examples
    --------
    On the parabola of curvature 1 the past of a point is geometric: c_k = theta/r^k.

    >>> from polyfam.losses import Quadratic
    >>> point = on_manifold(HeavyBall(0.5), Quadratic([[1.0]]), [1.0], step_size=0.075)
    >>> point.past[:3].ravel().round(9)
    array([1.    , 1.25  , 1.5625])
    """

    field: Array
    buffer: Array
    past: Array
    momenta: Array
    contraction: float
    sweeps: int
    remainder: float


def on_manifold(
    optimizer: HeavyBall, loss: Any, theta: Any, *, step_size: float, tolerance: float = 1e-10
) -> ManifoldPoint:
    """Return the exact field at theta, to machine precision where the past allows it.

    Parameters
    ----------
    optimizer : HeavyBall
    loss : object
        With `gradient`.
    theta : array_like, shape (..., d)
    step_size : float
        h > 0.
    tolerance : float, default 1e-10
        The largest remainder to accept.  It is below rounding whenever the past is long enough.

    Returns
    -------
    ManifoldPoint

    Raises
    ------
    DomainError
        When the sweeps do not contract: there is no field, or it is not determined so well.

    Examples
    --------
    On L = theta^2/2 the field is (1 - r) theta/h with r the larger root of
    r^2 - (1 + beta - h) r + beta.

    >>> from polyfam.losses import Quadratic
    >>> point = on_manifold(HeavyBall(0.5), Quadratic([[1.0]]), [1.0], step_size=0.05)
    >>> point.field, round(point.contraction, 2), round(0.05 / (1 - 0.5**0.5)**2, 2)
    (array([2.2984378...]), 0.56, 0.58)
    """
    if not isinstance(optimizer, HeavyBall):
        name = getattr(optimizer, "__name__", optimizer)
        raise ArgumentTypeError(f"Only HeavyBall has a manifold, not {quoted(name)}.")
    momentum = float(optimizer.beta)
    step_size, theta = check_step_size(step_size), as_points(loss, theta)
    tolerance = check_step_size(tolerance, "tolerance")
    # the series brings half of the digits or so, the past the others
    steps = max(8, ceil(log(1e-8) / log(momentum))) if momentum else 1
    best, longest = None, _MOST_STEPS
    while True:
        point = past_of_point(loss, theta, step_size, momentum, steps)
        if point is None:
            longest = steps - 1
            steps //= 2
        elif best is None or point.remainder < best.remainder:
            best, steps = point, 2 * steps
        else:
            break
        if (best and best.remainder < _ROUNDING) or not 0 < steps <= longest:
            break
    if best is None or not best.remainder <= tolerance:
        found = "not at all" if best is None else f"only up to a relative {best.remainder:.1e}"
        raise DomainError(
            f"At step size {step_size:g} and momentum {momentum:g} the sweeps over the past do not "
            f"contract enough and determine the field {found}: take a smaller step size."
        )
    return best


def past_of_point(
    loss: Any, theta: Array, h: float, beta: float, steps: int
) -> ManifoldPoint | None:
    """Return the fixed point for a past of a given length; None where it is not found."""
    memory = linear(HeavyBall(beta))
    assert memory is not None
    past = np.broadcast_to(theta, (steps + 1, *theta.shape)).copy()
    field = np.zeros_like(theta)
    changes: list[float] = []
    while len(changes) < _MOST_SWEEPS:
        with np.errstate(over="ignore", invalid="ignore"):
            momenta = np.array(gradient_at(loss, past))
            try:
                momenta[-1], error = _series(memory, loss, past[-1], h)
            except DomainError:  # derivatives beyond the floats
                return None
            shift = 1
            while shift <= steps:  # geometric sums of 1, 2, 4, ... terms
                momenta[:-shift] += beta**shift * momenta[shift:]
                shift *= 2
            past[1:] = theta + h * np.cumsum(momenta[1:], axis=0)
            changes.append(_ratio(momenta[0] - field, momenta[0]))
        field = momenta[0].copy()
        contraction = _contraction(changes)
        if not np.isfinite(past).all() or contraction > 1:
            return None
        if changes[-1] < 4e-16 or (changes[-1] < 1e-13 and changes[-1] >= min(changes[-4:-1])):
            remainder = beta**steps * _ratio(error[..., None], field)
            return ManifoldPoint(
                field, momenta[1].copy(), past, momenta, contraction, len(changes), remainder
            )
    return None


def _series(memory: Linear, loss: Any, theta: Array, h: float) -> tuple[Array, Array]:
    """Return the series of the field, summed up to its smallest term, and the size of that."""
    terms = field_terms(memory, [loss], theta, _TERMS, None)
    best = Terms(terms, h).optimal()
    return best.value, best.error


def _ratio(vector: Array, reference: Array) -> float:
    """Return the largest ratio of two norms over all points; 0/0 = 0."""
    with np.errstate(over="ignore", invalid="ignore"):  # what has diverged has no ratio
        size, scale = np.linalg.norm(vector, axis=-1), np.linalg.norm(reference, axis=-1)
        return float(np.max(np.divide(size, scale, out=np.zeros_like(size), where=scale > 0)))


def _contraction(changes: list[float]) -> float:
    """Return the mean factor of the last changes that are well above rounding."""
    seen = [change for change in changes if change > 1e-13][1:]
    last = seen[-6:]
    if len(last) < 2 or not np.isfinite(last).all():
        return float("nan")
    return float((last[-1] / last[0]) ** (1 / (len(last) - 1)))

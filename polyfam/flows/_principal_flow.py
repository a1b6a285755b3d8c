r"""The principal flow of heavy ball: the part of the modified equation that sees the Hessian only.

Keep the chains of the modified equation.  They sum to a function of the Hessian,

    theta' = sum_i phi(h lambda_i) (grad L . u_i) u_i,      phi(x) = log(r(x))/x,
    r^2 - (1 + beta - x) r + beta = 0,      r(0) = 1,      phi(0) = -1/(1 - beta),

over the eigenpairs of the Hessian.  It is exact for quadratic losses and a start on the manifold,
at any step size: with a = (1 - sqrt(beta))^2, b = (1 + sqrt(beta))^2, principal roots and logs,

    r = 1 - 2x/(1 - beta + x + s),      s = sqrt(a - x) sqrt(b - x),

which is real up to a, turns through the upper half of the circle |r| = sqrt(beta) up to b, and is
the negative root of larger size beyond, where log r = log|r| + i pi.  Then theta is complex, and
the iterates are found on its path at t = nh.  For beta = 0 the root r = 1 - x vanishes at x = 1,
where the flow has no field and ends.

Small Hessians are decomposed; beyond, phi(h H) grad L comes from a few products with the Hessian,
to a tolerance (`polyfam.flows.function_times_vector`).  -phi is a mixture of resolvents that begins
at a: before the branch point the error is bounded, and beyond it is estimated.

References
----------
[MLM] Cattaneo & Shigida, Modified Loss of Momentum Gradient Descent, arXiv:2509.08483.
[RWQD23] Rosca, Wu, Qin & Dherin, On a continuous time model of gradient descent dynamics and
instability in deep learning, TMLR (2023): the case beta = 0.
"""

from __future__ import annotations

from collections.abc import Callable
from math import sqrt
from typing import Any

import numpy as np
from numpy.typing import ArrayLike

from polyfam._checked import checked
from polyfam._checks import check_step_size
from polyfam.errors import ArgumentTypeError, DomainError
from polyfam.flows._flow import flow
from polyfam.flows._krylov import FunctionTimesVector, check_tolerance, function_times_vector
from polyfam.losses.derivatives.hessians import hessian, hessian_vector
from polyfam.losses.derivatives.points import as_points, gradient_at
from polyfam.optimizers._linear import LinearMemory
from polyfam.optimizers._protocol import check_optimizer
from polyfam.optimizers._rules import check_rate
from polyfam.typing import Array

__all__ = ["geometric", "principal_factor", "principal_flow", "principal_flow_field"]

#: |1 - h lambda| below which the flow without momentum is at its end.
_END = 1e-6
#: Up to this dimension the whole Hessian is decomposed.
_DENSE = 64


@checked
def principal_factor(x: ArrayLike, momentum: float) -> Array:
    """Return phi(x) = log(r(x))/x.

    Parameters
    ----------
    x : array_like
        h lambda, real or complex.
    momentum : float
        beta in [0, 1).

    Returns
    -------
    ndarray
        Complex, if any value is; without momentum it is -inf at x = 1, where r = 0.

    Examples
    --------
    >>> principal_factor([0.0, 1e-30, 0.02], 0.7).round(4)
    array([-3.3333, -3.3333, -4.4507])
    >>> principal_factor(1.0, 0.0), principal_factor(2.0, 0.0).round(4)
    (array(-inf), np.complex128(1.5708j))
    """
    check_rate(momentum, "momentum")
    x = np.asarray(x)
    root, z = sqrt(momentum), x.astype(complex)
    s = np.sqrt((1 - root) ** 2 - z) * np.sqrt((1 + root) ** 2 - z)
    change = -2 * z / (1 - momentum + z + s) + 0j  # r - 1, whose imaginary part must not be -0
    near = np.where(np.abs(change) < 0.5, change, 0)
    with np.errstate(divide="ignore"):
        size = np.log(np.abs(1 + change))
    size = np.where(near == 0, size, np.log1p(2 * near.real + np.abs(near) ** 2) / 2)
    angle = np.angle(1 + change)
    log = size + 1j * angle if np.any(angle) else size
    return np.asarray(np.where(x == 0, -1 / (1 - momentum), log / np.where(x == 0, 1, x)))


def geometric(optimizer: Any, flow: str = "principal", others: str = "") -> tuple[float, float]:
    """Return p and beta of the weights p beta^k, or refuse what has others."""
    known = (
        f"The {flow} flow is known for weights p beta^k of past gradients (HeavyBall, "
        f"AveragedMomentum and GradientDescent){others}"
    )
    if not isinstance(optimizer, LinearMemory):
        check_optimizer(optimizer)
        raise ArgumentTypeError(f"{known}, and {type(optimizer).__name__} has none.")
    p, q, beta = map(float, optimizer.memory)
    if not np.isclose(q, p * beta, rtol=1e-14, atol=0):
        raise DomainError(f"{known}, and those of {type(optimizer).__name__} are others.")
    return p, beta


def principal_flow_field(
    optimizer: Any, loss: Any, theta: Any, *, step_size: float, tolerance: float = 1e-12
) -> Array:
    """Return theta' of the principal flow.

    Parameters
    ----------
    optimizer : HeavyBall, AveragedMomentum or GradientDescent
    loss : object
        With `gradient`; `hessian_vector` is used where there is one.
    theta : array_like, shape (..., d)
        Real, or complex for a loss that accepts it.
    step_size : float
        h > 0.
    tolerance : float, default 1e-12
        The relative error asked for, in (0, 1).  Beyond 64 parameters it decides how many products
        with the Hessian there are: about ten before the branch point, more beyond.

    Returns
    -------
    ndarray, shape (..., d)
        Complex as soon as h lambda exceeds (1 - sqrt(beta))^2 for some eigenvalue.

    Raises
    ------
    DomainError
        Without momentum where h lambda = 1: there the flow ends.
    ResourceError
        When 1,000 products do not reach the tolerance.

    Examples
    --------
    >>> from polyfam.losses import Quadratic
    >>> from polyfam.optimizers import HeavyBall
    >>> principal_flow_field(HeavyBall(0.7), Quadratic([[1.0]]), [1.0], step_size=0.02).round(4)
    array([-4.4507])
    """
    p, momentum = geometric(optimizer)
    h = p * check_step_size(step_size)
    check_tolerance(tolerance)
    theta = as_points(loss, theta)
    if theta.shape[-1] > _DENSE:
        points = theta.reshape(-1, theta.shape[-1])
        values = [_by_products(loss, point, h, momentum, tolerance).value for point in points]
        return p * np.stack(values).reshape(theta.shape)
    gradient = gradient_at(loss, theta)
    matrix = hessian(loss, theta)
    if np.any(matrix.imag):  # complex symmetric: its eigenvectors need not be orthogonal
        eigenvalues, vectors = np.linalg.eig(matrix)
        inverse = np.linalg.inv(vectors)
    else:
        eigenvalues, vectors = np.linalg.eigh(matrix.real)
        inverse = np.swapaxes(vectors, -1, -2)
    factors = principal_factor(_inside(h * eigenvalues, momentum), momentum)
    return p * _combine(vectors, factors, inverse, gradient)


def _by_products(
    loss: Any, point: Array, h: float, momentum: float, tolerance: float
) -> FunctionTimesVector:
    """Return phi(h H) grad L at one point, from products with the Hessian."""
    found = function_times_vector(
        lambda x: principal_factor(x, momentum),
        lambda v: h * hessian_vector(loss, point, v),
        gradient_at(loss, point),
        tolerance=tolerance,
        branch=(1 - sqrt(momentum)) ** 2,
    )
    _inside(found.ritz[found.residuals < _END], momentum)
    return found


def _inside(x: Array, momentum: float) -> Array:
    """Return h lambda, or raise where the flow without momentum ends."""
    if momentum == 0 and np.any(np.abs(1 - x) < _END):
        raise DomainError(
            "The principal flow without momentum ends where h lambda = 1 for an eigenvalue lambda "
            "of the Hessian, and it is there: take a smaller step size, or earlier times."
        )
    return x


def principal_flow(
    optimizer: Any,
    loss: Any,
    theta: Any,
    *,
    step_size: float,
    times: Any,
    rtol: float = 1e-10,
    atol: float = 1e-12,
) -> Array:
    """Solve the principal flow, in complex numbers.

    Parameters
    ----------
    optimizer : HeavyBall, AveragedMomentum or GradientDescent
    loss : object
        It must accept complex points where h lambda exceeds (1 - sqrt(beta))^2.
    theta : array_like, shape (..., d)
        The starting points at time 0.
    step_size : float
        h > 0.
    times : array_like, shape (T,)
        Ascending, from 0 on.
    rtol, atol : float
        Tolerances of the integrator; products with the Hessian go on until their error is smaller.

    Returns
    -------
    ndarray, shape (T, ..., d)
        Complex, if any point is.

    Raises
    ------
    DomainError
        When the flow cannot be continued; without momentum where h lambda crosses 1.

    References
    ----------
    Rosca, Wu, Qin & Dherin, On a continuous time model of gradient descent dynamics and instability
    in deep learning, TMLR (2023).

    Examples
    --------
    The pair of roots of a parabola turns on a spiral through the iterates:

    >>> from polyfam.losses import Quadratic
    >>> from polyfam.optimizers import HeavyBall
    >>> principal_flow(
    ...     HeavyBall(0.5), Quadratic([[1.0]]), [1.0], step_size=1.0, times=[0.0, 1.0, 2.0]
    ... ).round(6).ravel()
    array([ 1.   +0.j      ,  0.25 +0.661438j, -0.375+0.330719j])
    """
    p, momentum = geometric(optimizer)
    theta = as_points(loss, theta)
    tolerance = min(0.01 * rtol, 1e-3)
    sides = _sides(loss, theta, p * check_step_size(step_size)) if momentum == 0 else None

    def field(x: Array) -> Array:
        real = x if np.any(x.imag) else x.real
        return principal_flow_field(
            optimizer, loss, real, step_size=step_size, tolerance=tolerance
        ).astype(complex)

    path = flow(field, theta.astype(complex), times, rtol=rtol, atol=atol, crossing=sides)
    return path if np.any(path.imag) else path.real


def _sides(loss: Any, theta: Array, h: float) -> Callable[[Array], float]:
    """Return what changes its sign when h lambda crosses 1 for some eigenvalue."""

    def beyond(x: Array) -> int:
        points = x if np.any(x.imag) else x.real
        if x.shape[-1] <= _DENSE:
            return int(np.sum(h * np.linalg.eigvals(hessian(loss, points)).real > 1))
        count = 0
        for point in points.reshape(-1, x.shape[-1]):
            found = _by_products(loss, point, h, 0.0, 1e-6)
            count += int(np.sum(found.ritz.real - found.residuals > 1))
        return count

    start = beyond(theta)
    return lambda x: 0.5 - abs(beyond(x) - start)


def _combine(vectors: Any, factors: Any, inverse: Any, gradient: Any) -> Array:
    """Return vectors @ diag(factors) @ inverse @ gradient."""
    coordinates = (inverse @ gradient[..., None])[..., 0]
    with np.errstate(invalid="ignore"):
        return np.asarray((vectors @ (factors * coordinates)[..., None])[..., 0])

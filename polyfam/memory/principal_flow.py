r"""The principal flow of heavy ball: the part of the modified equation that sees the Hessian only.

Keep the chains of the modified equation.  They sum to a function of the Hessian,

    theta' = sum_i phi(h lambda_i) (grad L . u_i) u_i,      phi(x) = log(r(x))/x,
    r^2 - (1 + beta - x) r + beta = 0,      r(0) = 1,      phi(0) = -1/(1 - beta),

over the eigenpairs of the Hessian.  It is exact for quadratic losses and a start on the manifold,
at any step size: with a = (1 - sqrt(beta))^2, b = (1 + sqrt(beta))^2, principal roots and logs,

    r = 1 - 2x/(1 - beta + x + s),      s = sqrt(a - x) sqrt(b - x),

which is real up to a, turns through the upper half of the circle |r| = sqrt(beta) up to b, and is
the negative root of larger size beyond, where log r = log|r| + i pi.  Then theta is complex, and
the iterates are found on its path at t = nh.

References
----------
[MLM] Cattaneo & Shigida, Modified Loss of Momentum Gradient Descent, arXiv:2509.08483.
[RWQD23] Rosca, Wu, Qin & Dherin, On a continuous time model of gradient descent dynamics and
instability in deep learning, TMLR (2023): the case beta = 0.
"""

from __future__ import annotations

from math import sqrt
from typing import Any

import numpy as np

from polyfam.losses.derivatives.hessians import hessian, leading_eigenpairs
from polyfam.losses.derivatives.points import as_points, gradient_at

__all__ = ["principal_factor", "principal_flow_field"]


def principal_factor(x: Any, momentum: float) -> np.ndarray[Any, Any]:
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
    return np.where(x == 0, -1 / (1 - momentum), log / np.where(x == 0, 1, x))


def principal_flow_field(
    loss: Any, theta: Any, step_size: float, momentum: float, leading: int | None = None
) -> np.ndarray[Any, Any]:
    """Return theta' of the principal flow.

    Parameters
    ----------
    loss : object
        With `gradient`; `hessian_vector` is used where there is one.
    theta : array_like, shape (..., d)
        Real, or complex for a loss that accepts it.
    step_size, momentum : float
    leading : int, optional
        Treat so many leading eigenpairs and give the rest the limit phi(0): for large d.  By
        default the whole Hessian is decomposed, once.

    Returns
    -------
    ndarray, shape (..., d)
        Complex as soon as h lambda exceeds (1 - sqrt(beta))^2 for some eigenvalue.

    Examples
    --------
    >>> from polyfam.losses import Quadratic
    >>> principal_flow_field(Quadratic([[1.0]]), [1.0], step_size=0.02, momentum=0.7).round(4)
    array([-4.4507])
    """
    theta = as_points(loss, theta)
    gradient = gradient_at(loss, theta)
    if leading is not None:
        values, vectors = leading_eigenpairs(loss, theta, leading)
        limit = -1 / (1 - momentum)
        factors = principal_factor(step_size * values, momentum) - limit
        return limit * gradient + _combine(vectors, factors, np.swapaxes(vectors, -1, -2), gradient)
    matrix = hessian(loss, theta)
    if np.any(matrix.imag):  # complex symmetric: its eigenvectors need not be orthogonal
        values, vectors = np.linalg.eig(matrix)
        inverse = np.linalg.inv(vectors)
    else:
        values, vectors = np.linalg.eigh(matrix.real)
        inverse = np.swapaxes(vectors, -1, -2)
    return _combine(vectors, principal_factor(step_size * values, momentum), inverse, gradient)


def _combine(vectors: Any, factors: Any, inverse: Any, gradient: Any) -> np.ndarray[Any, Any]:
    """Return vectors @ diag(factors) @ inverse @ gradient."""
    coordinates = (inverse @ gradient[..., None])[..., 0]
    with np.errstate(invalid="ignore"):
        return (vectors @ (factors * coordinates)[..., None])[..., 0]

"""Hessians: times a vector, as a matrix, and their leading eigenpairs.

A loss with ``hessian_vector(theta, v)`` is asked for it; otherwise H v is the first coefficient of
grad L(theta + h v).
"""

from __future__ import annotations

from typing import Any

import numpy as np
from numpy.typing import ArrayLike

from polyfam._checked import checked
from polyfam._checks import integer, optional_import
from polyfam.errors import ResourceError
from polyfam.losses._analytic import line
from polyfam.losses.derivatives.jets import gradient_jet
from polyfam.losses.derivatives.points import as_points
from polyfam.losses.derivatives.products import checked_product
from polyfam.typing import Array, Loss

__all__ = ["hessian", "hessian_vector", "leading_eigenpairs"]


#: Up to this dimension all eigenpairs are computed; beyond it Lanczos finds the leading ones.
_DENSE = 256
#: The largest Hessian, in parameters.
_LARGEST = 8192


def hessian_vector(loss: Any, theta: Any, vector: Any) -> Array:
    """Return the Hessian at theta times a vector.

    Parameters
    ----------
    loss : object
    theta, vector : array_like, shape (..., d)

    Returns
    -------
    ndarray, shape (..., d)

    Examples
    --------
    >>> class Quartic:
    ...     def gradient(self, theta):
    ...         return theta**3
    >>> hessian_vector(Quartic(), [2.0, 1.0], [1.0, 1.0])
    array([12.,  3.])
    """
    theta, vector = line(loss, theta, vector)
    if hasattr(loss, "hessian_vector"):
        return checked_product(loss, theta, vector)
    jet = gradient_jet(loss, theta.shape, 2)
    jet.push(theta)
    return jet.push(vector).copy()


@checked
def hessian(loss: Loss, theta: ArrayLike) -> Array:
    """Return the Hessian at each point, made symmetric.

    Parameters
    ----------
    loss : object
    theta : array_like, shape (..., d)

    Returns
    -------
    ndarray, shape (..., d, d)

    Raises
    ------
    ResourceError
        For more than 8192 parameters.

    Examples
    --------
    >>> class Quartic:
    ...     def gradient(self, theta):
    ...         return theta**3
    >>> hessian(Quartic(), [2.0, 1.0])
    array([[12.,  0.],
           [ 0.,  3.]])
    """
    theta = as_points(loss, theta)
    d = theta.shape[-1]
    if d > _LARGEST:
        raise ResourceError(
            f"The Hessian of {d:,} parameters would take {8 * d * d >> 20:,} MiB; "
            "leading_eigenpairs needs only products with vectors."
        )
    matrix = np.empty((*theta.shape, d), theta.dtype)
    chunk = max(1, 4096 // d)  # columns at once: enough for BLAS, and the workspace stays small
    for start in range(0, d, chunk):
        columns = np.eye(d, dtype=theta.dtype)[start : start + chunk]
        products = hessian_vector(loss, theta[..., None, :], columns)
        matrix[..., start : start + chunk] = np.swapaxes(products, -1, -2)
    return (matrix + np.swapaxes(matrix, -1, -2)) / 2


def leading_eigenpairs(
    loss: Any, theta: Any, count: int, *, by_size: bool = False
) -> tuple[Array, Array]:
    """Return the largest eigenvalues of the Hessian, ascending, and their unit eigenvectors.

    Parameters
    ----------
    loss : object
    theta : array_like, shape (..., d)
    count : int
        How many, from 1 to d.  Beyond 256 parameters Lanczos (scipy's eigsh) finds them from
        products with vectors, as long as they are fewer than d.
    by_size : bool, default False
        Take those of largest absolute value, ascending by it, in place of the largest ones.

    Returns
    -------
    values : ndarray, shape (..., count)
    vectors : ndarray, shape (..., d, count)

    Examples
    --------
    >>> class Quartic:
    ...     def gradient(self, theta):
    ...         return theta**3
    >>> leading_eigenpairs(Quartic(), [2.0, 1.0], 1)[0]
    array([12.])
    """
    theta = as_points(loss, theta)
    d = theta.shape[-1]
    count = integer(count, "count", minimum=1, maximum=d)
    if d <= _DENSE or count == d:
        values, vectors = np.linalg.eigh(hessian(loss, theta))
        if by_size:
            order = np.abs(values).argsort(axis=-1, kind="stable")
            values = np.take_along_axis(values, order, -1)
            vectors = np.take_along_axis(vectors, order[..., None, :], -1)
        return values[..., d - count :], vectors[..., d - count :]
    pairs = [_lanczos(loss, point, count, by_size) for point in theta.reshape(-1, d)]
    values, vectors = (np.stack(parts) for parts in zip(*pairs, strict=True))
    return values.reshape(*theta.shape[:-1], count), vectors.reshape(*theta.shape, count)


def _lanczos(loss: Any, point: Array, count: int, by_size: bool) -> tuple[Array, Array]:
    """Return the largest eigenvalues, ascending, with eigenvectors, at one point."""
    linalg = optional_import("scipy.sparse.linalg", "numerics")
    d = len(point)
    operator = linalg.LinearOperator(
        (d, d), lambda v: hessian_vector(loss, point, v.ravel()), dtype=float
    )
    start = np.random.default_rng(0).standard_normal(d)
    if not np.any(hessian_vector(loss, point, start)):  # a linear loss, where Lanczos gives up
        return np.zeros(count), np.eye(d)[:, :count]
    values, vectors = linalg.eigsh(operator, k=count, which="LM" if by_size else "LA", v0=start)
    order = np.abs(values).argsort() if by_size else values.argsort()
    return values[order], vectors[:, order]

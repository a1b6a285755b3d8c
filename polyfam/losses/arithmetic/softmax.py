"""Softmax and log-sum-exp, on arrays and on truncated power series alike.

    logsumexp x = log sum_i exp x_i,      softmax x = grad logsumexp x = exp(x - logsumexp x).

The largest entry t is taken out, r = sum of the other exp(x_i - t), so that what is close to it
keeps its digits:  logsumexp x = t + log1p r,  and the softmax is 1/(1 + r) there.  Those of
`scipy.special` turn their argument into an array first, which a series refuses.
"""

from __future__ import annotations

from typing import Any

import numpy as np

from polyfam._checks import integer, shown
from polyfam.errors import DomainError
from polyfam.losses.derivatives.points import as_numbers

__all__ = ["logsumexp", "parts", "softmax"]


def logsumexp(x: Any, axis: int = -1) -> Any:
    """Return log sum exp along an axis, which is removed.

    Parameters
    ----------
    x : array_like or Taylor
    axis : int
        One axis of `x`, not counting the order.

    Returns
    -------
    ndarray or Taylor

    Raises
    ------
    ArgumentTypeError
        For what is not an array of numbers.
    DomainError
        Without such an axis.

    Examples
    --------
    >>> from polyfam.losses.arithmetic.taylor import Taylor
    >>> logsumexp([1000.0, 1000.0]).round(4)
    np.float64(1000.6931)
    >>> logsumexp(Taylor.line([0.0, 0.0], [1.0, -1.0], terms=3)).coefficients.round(4)
    array([0.6931, 0.    , 0.5   ])
    """
    top, _, rest, _ = parts(x, axis)
    return np.squeeze(top + np.log1p(rest), axis)


def softmax(x: Any, axis: int = -1) -> Any:
    """Return exp(x) divided by its sum along an axis.

    Parameters
    ----------
    x : array_like or Taylor
    axis : int, default -1

    Returns
    -------
    ndarray or Taylor

    Examples
    --------
    >>> from polyfam.losses.arithmetic.taylor import Taylor
    >>> softmax([1000.0, 1000.0])
    array([0.5, 0.5])
    >>> softmax(Taylor.line([0.0, 0.0], [1.0, -1.0], terms=3)).coefficients
    array([[ 0.5,  0.5],
           [ 0.5, -0.5],
           [ 0. ,  0. ]])
    """
    _, powers, rest, first = parts(x, axis)
    return np.where(first, 1.0, powers) / (1 + rest)


def parts(x: Any, axis: int) -> tuple[Any, Any, Any, Any]:
    """Return the largest entry t, exp(x - t) with 0 in its place, their sum, and the place.

    The largest is that of the constant terms' real parts; the axis is kept.
    """
    series = hasattr(x, "coefficients")
    x = x if series else as_numbers(x, "x")
    constant = x.coefficients[0] if series else x
    axis = integer(axis, "axis")
    if not -constant.ndim <= axis < constant.ndim or 0 in constant.shape:
        raise DomainError(
            f"Argument 'x' of shape {constant.shape} has nothing on axis {shown(axis)}."
        )
    axis = axis % constant.ndim
    place = np.expand_dims(np.argmax(constant.real, axis), axis)
    count = np.arange(constant.shape[axis]).reshape(-1, *(1,) * (constant.ndim - 1 - axis))
    top = np.take_along_axis(x, place, axis)
    first, powers = count == place, np.exp(x - top)
    if series:
        powers = np.where(first, 0.0, powers)
    else:  # in place, five times as fast
        np.put_along_axis(powers, place, 0.0, axis)
    return top, powers, np.sum(powers, axis=axis, keepdims=True), first

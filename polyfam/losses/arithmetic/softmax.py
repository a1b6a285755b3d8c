"""Softmax and log-sum-exp, on arrays and on truncated power series alike.

    logsumexp x = log sum_i exp x_i,      softmax x = grad logsumexp x = exp(x - logsumexp x).

Those of `scipy.special` turn their argument into an array first, which a series refuses.
"""

from __future__ import annotations

from typing import Any

import numpy as np

__all__ = ["logsumexp", "softmax"]


def logsumexp(x: Any, axis: int = -1) -> Any:
    """Return log sum exp along an axis, which is removed.

    Parameters
    ----------
    x : array_like or Taylor
    axis : int
        One axis of `x`, not counting the order.

    Examples
    --------
    >>> from polyfam.losses.arithmetic.taylor import Taylor
    >>> logsumexp([1000.0, 1000.0]).round(4)
    np.float64(1000.6931)
    >>> logsumexp(Taylor.line([0.0, 0.0], [1.0, -1.0], terms=3)).coefficients.round(4)
    array([0.6931, 0.    , 0.5   ])
    """
    shift = _largest(x, axis)
    return np.log(np.sum(np.exp(x - shift), axis=axis)) + np.squeeze(shift, axis)


def softmax(x: Any, axis: int = -1) -> Any:
    """Return exp(x) divided by its sum along an axis.

    Parameters
    ----------
    x, axis
        As in `logsumexp`.

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
    powers = np.exp(x - _largest(x, axis))
    return powers / np.sum(powers, axis=axis, keepdims=True)


def _largest(x: Any, axis: int) -> np.ndarray[Any, Any]:
    """Return the largest constant terms along an axis, kept: any shift will do, so a constant."""
    constant = x.coefficients[0] if hasattr(x, "coefficients") else np.asarray(x)
    return np.max(constant.real, axis=axis, keepdims=True)

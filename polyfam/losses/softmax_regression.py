"""Softmax (multinomial logistic) regression: the mean cross-entropy of a linear map's softmax.

    L(theta) = mean of  log sum_c exp z_c - z_y,     z = W [x; 1],     + ridge |theta|^2/2.

It is convex, and constant along the directions that add one vector to all rows of W: its Hessian
has that many null directions when there is no ridge.
"""

from __future__ import annotations

from typing import Any

from polyfam.losses._activations import IDENTITY, SOFTMAX
from polyfam.losses._network import Network
from polyfam.losses._samples import one_hot

__all__ = ["SoftmaxRegression"]


class SoftmaxRegression(Network):
    """The mean cross-entropy of softmax regression.

    Parameters
    ----------
    X : array_like, shape (samples, features)
    y : array_like, shape (samples,)
        Class labels 0, 1, ..., C - 1.
    ridge : float
        At least 0.  It acts on all of theta, and every batch has it in full.

    Notes
    -----
    theta holds W, shape (C, features + 1), row by row: weights and bias of every class.

    Examples
    --------
    >>> loss = SoftmaxRegression([[1.0], [-1.0]], [0, 1])
    >>> loss.dimension, loss.value([0.0, 0.0, 0.0, 0.0]).round(4)
    (4, np.float64(0.6931))
    >>> loss.gradient([0.0, 0.0, 0.0, 0.0])
    array([-0.5,  0. ,  0.5,  0. ])
    """

    def __init__(self, X: Any, y: Any, ridge: float = 0.0) -> None:  # noqa: N803
        super().__init__(X, one_hot(y), (), IDENTITY, SOFTMAX, ridge)

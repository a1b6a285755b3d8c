"""Logistic regression: two classes, labelled 0 and 1.

L(theta) = mean of  log(1 + exp z) - y z,     z = w.x + b,     + ridge |theta|^2/2.
"""

from __future__ import annotations

from typing import Any

from polyfam.errors import DomainError
from polyfam.losses._activations import IDENTITY, SIGMOID
from polyfam.losses._analytic import numbers
from polyfam.losses._network import Network

__all__ = ["LogisticRegression"]


class LogisticRegression(Network):
    """The mean cross-entropy of logistic regression.

    Parameters
    ----------
    X : array_like, shape (samples, features)
    y : array_like, shape (samples,)
        Labels 0 and 1.
    ridge : float
        At least 0.  It acts on all of theta, and every batch has it in full.

    Notes
    -----
    theta holds w and then b: d = features + 1.

    Examples
    --------
    >>> loss = LogisticRegression([[1.0], [-1.0]], [1, 0], ridge=1.0)
    >>> loss.dimension, loss.value([0.0, 0.0]).round(4), loss.gradient([0.0, 0.0])
    (2, np.float64(0.6931), array([-0.5,  0. ]))
    """

    def __init__(self, X: Any, y: Any, ridge: float = 0.0) -> None:  # noqa: N803
        targets = numbers(y, "y", 1)
        wrong = targets[(targets != 0) & (targets != 1)]
        if len(wrong):
            raise DomainError(
                f"Argument 'y' must hold labels 0 and 1, not {wrong[0]:g}: "
                "SoftmaxRegression takes more classes."
            )
        super().__init__(X, targets[:, None], (), IDENTITY, SIGMOID, ridge)

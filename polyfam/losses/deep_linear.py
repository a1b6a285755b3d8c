"""Deep linear nets:  L(theta) = mean of |W_m ... W_1 x - y|^2/2 + ridge |theta|^2/2.

The map is linear and the loss is not: the smallest nets in which depth matters.  There are no
biases.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from polyfam.losses._activations import IDENTITY, SQUARES
from polyfam.losses._network import Network
from polyfam.losses._samples import hidden_widths, real_targets

__all__ = ["DeepLinear"]


class DeepLinear(Network):
    """The mean square error of a product of matrices.

    Parameters
    ----------
    X : array_like, shape (samples, features)
    y : array_like, shape (samples,) or (samples, outputs)
    widths : sequence of int
        The widths between the matrices: m - 1 of them.
    ridge : float
        At least 0.  It acts on all of theta, and every batch has it in full.

    Notes
    -----
    theta holds W_1, ..., W_m, each of shape (outputs, inputs), row by row.

    Examples
    --------
    >>> loss = DeepLinear([[2.0]], [1.5], widths=(1,))  # the bilinear toy
    >>> loss.value([1.0, 1.0]), loss.gradient([1.0, 1.0])
    (np.float64(0.125), array([1., 1.]))
    """

    def __init__(self, X: Any, y: Any, widths: Sequence[int], ridge: float = 0.0) -> None:  # noqa: N803
        targets, hidden = real_targets(y), hidden_widths(widths)
        super().__init__(X, targets, hidden, IDENTITY, SQUARES, ridge, bias=False)

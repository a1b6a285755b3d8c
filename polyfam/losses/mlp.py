"""A multilayer perceptron: hidden layers of smooth units, and cross-entropy or squares.

    L(theta) = mean of  l(z, y) + ridge |theta|^2/2,    z = W_m [f(... f(W_1 [x; 1]) ...); 1],

f being tanh, GELU, z Phi(z), or softplus, log(1 + exp z).
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from polyfam._checks import quoted
from polyfam.errors import DomainError, UnknownNameError
from polyfam.losses._activations import ACTIVATIONS, SOFTMAX, SQUARES
from polyfam.losses._network import Network
from polyfam.losses._samples import hidden_widths, one_hot, real_targets

__all__ = ["MLP"]


class MLP(Network):
    """The mean loss of a multilayer perceptron on data.

    Parameters
    ----------
    X : array_like, shape (samples, features)
    y : array_like
        Class labels 0, 1, ... of shape (samples,) for the cross-entropy; for squares, numbers of
        shape (samples,) or (samples, outputs).
    widths : sequence of int
        The numbers of units of the hidden layers, at least one.
    activation : {"tanh", "gelu", "softplus"}
        "gelu" needs scipy.
    loss : {"cross_entropy", "squares"}
        For squares, ``|z - y|^2/2`` is summed over the outputs.
    ridge : float
        At least 0.  It acts on all of theta, and every batch has it in full.

    Notes
    -----
    theta holds the matrices W_1, ..., W_m, each of shape (outputs, inputs + 1), row by row: 2410
    numbers for 64-32-10.

    Examples
    --------
    >>> loss = MLP([[1.0, 0.0], [0.0, 1.0]], [0, 1], widths=(3,))
    >>> loss.widths, loss.dimension
    ((2, 3, 2), 17)
    >>> theta = loss.initial_point(seed=0)
    >>> loss.gradient(theta).shape, bool(loss.value(theta - 0.1 * loss.gradient(theta))
    ...                                  < loss.value(theta))
    ((17,), True)
    """

    def __init__(
        self,
        X: Any,  # noqa: N803
        y: Any,
        widths: Sequence[int],
        activation: str = "tanh",
        loss: str = "cross_entropy",
        ridge: float = 0.0,
    ) -> None:
        if not isinstance(activation, str) or activation not in ACTIVATIONS:
            raise UnknownNameError(
                f"No activation is called {quoted(activation)}: "
                f"the names are {', '.join(ACTIVATIONS)}."
            )
        if not isinstance(loss, str) or loss not in ("cross_entropy", "squares"):
            raise UnknownNameError(
                f"No loss is called {quoted(loss)}: the names are cross_entropy, squares."
            )
        hidden = hidden_widths(widths)
        if not hidden:
            raise DomainError("Argument 'widths' must name the width of one hidden layer or more.")
        crossed = loss == "cross_entropy"
        targets, output = (one_hot(y), SOFTMAX) if crossed else (real_targets(y), SQUARES)
        super().__init__(X, targets, hidden, ACTIVATIONS[activation], output, ridge)

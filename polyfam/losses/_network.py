"""Losses of layered nets:  L(theta) = mean of l(z(x), y) over the samples + ridge |theta|^2/2.

Layer l has a matrix W_l of shape (outputs, inputs + 1), which acts on its inputs and a one:

    a_0 = x,    z_l = W_l [a_{l-1}; 1],    a_l = f(z_l),    z = the last z_l.

theta holds the matrices one after another, row by row, so that a bias follows the weights of its
unit.  The ridge acts on all of theta, biases too, and every batch has it in full: the mean of the
losses of batches of one size that make up the data is the loss.

The gradient is the usual sweep back, and its Taylor coefficients along a curve come from
`polyfam.losses._network_jet`.  Samples are taken some hundreds at a time, so that what is
computed stays in the cache, however many points or samples there are.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from copy import copy
from itertools import pairwise
from typing import Any

import numpy as np

from polyfam._checks import integer
from polyfam.errors import DomainError
from polyfam.losses._activations import Activation, Output
from polyfam.losses._analytic import cast, described, flattened, line, numbers, points, real
from polyfam.losses._network_jet import NetworkJet
from polyfam.losses._network_smoothness import network_bound
from polyfam.losses._samples import chosen_samples, samples
from polyfam.losses._smoothness import Ball
from polyfam.typing import Array

__all__ = ["Network"]


#: How many samples are taken at a time at a single point, and how few at many points.  Measured on
#: the digits by jets to h^8: at a single point all 1797 at once are fastest, and pieces of 900, 512
#: and 256 cost 10, 20 and 40 % more for softmax regression, 2, 8 and 30 % for the net 64-32-10; at
#: eight points 256 are up to 15 % behind 512 for the first and the best for the second, whose
#: gradient suffers from larger ones; at 64 points 128 to 512 are alike.
_MOST_SAMPLES, _FEWEST_SAMPLES = 2048, 256


class Network:
    """What the losses of nets share: see the module.

    Attributes
    ----------
    dimension : int
        The number d of parameters.
    size : int
        The number of samples.
    widths : tuple of int
        The number of features, of units in every hidden layer, and of outputs.
    """

    products_are_checked = True

    def __repr__(self) -> str:
        return described(self)

    def __init__(
        self,
        X: Any,  # noqa: N803
        targets: Array,
        hidden: Sequence[int],
        activation: Activation,
        output: Output,
        ridge: float,
        bias: bool = True,
    ) -> None:
        """Take features (samples, features) and checked targets (samples, outputs)."""
        inputs = samples(X, targets)
        self.ridge = real(ridge, "ridge", minimum=0)
        self.widths = (inputs.shape[1], *hidden, targets.shape[1])
        self.bias, self.hidden_activation, self.output = int(bias), activation, output
        self.shapes = [(out, into + self.bias) for into, out in pairwise(self.widths)]
        self.dimension = sum(rows * columns for rows, columns in self.shapes)
        # samples on the last axis: elementwise work runs along it, and layers are products from
        # the left
        ones = np.ones((self.bias, len(inputs)), inputs.dtype)
        self.spare: dict[Any, Any] = {}  # workspaces of jets that are gone
        self._take(np.concatenate([inputs.T, ones]), np.ascontiguousarray(targets.T))

    def __getstate__(self) -> dict[str, Any]:
        """Return what copies and other processes get: no workspace."""
        return {**self.__dict__, "spare": {}}

    def _take(self, inputs: Array, targets: Array) -> None:
        """Set the samples."""
        self.inputs, self.targets, self.size = inputs, targets, inputs.shape[1]

    def batch(self, indices: Any) -> Any:
        """Return the loss on the samples with these indices, an array of integers."""
        chosen = chosen_samples(indices, self.size)
        loss = copy(self)
        loss._take(np.take(self.inputs, chosen, 1), np.take(self.targets, chosen, 1))
        return loss

    def initial_point(self, seed: int) -> Array:
        """Return a random point: biases 0, weights normal of variance 2/(inputs + outputs).

        The variances are Glorot's, which keep activations and gradients of one size through the
        layers.
        """
        rng = np.random.default_rng(integer(seed, "seed", minimum=0))
        parts = []
        for rows, columns in self.shapes:
            matrix = np.zeros((rows, columns))
            weights = columns - self.bias
            matrix[:, :weights] = rng.standard_normal((rows, weights))
            parts.append(matrix * np.sqrt(2 / (rows + weights)))
        return np.concatenate([part.ravel() for part in parts])

    def value(self, theta: Any) -> Any:
        """Return L at points (..., d), shape (...)."""
        theta = points(self, theta)
        matrices = self.matrices(theta)
        total = 0
        for inputs, targets in self.chunks(theta):
            outputs = self._forward(matrices, inputs)[0]
            total = total + self.output.value(outputs, targets).sum(-1)
        return total / self.size + self.ridge / 2 * (theta * theta).sum(-1)

    def gradient(self, theta: Any) -> Any:
        """Return grad L at points (..., d), shape (..., d); Taylor arrays are points, too."""
        theta = points(self, theta)
        matrices = self.matrices(theta)
        total = 0
        for inputs, targets in self.chunks(theta):
            total = total + flattened(theta, *self._backward(matrices, inputs, targets))
        total = total / self.size
        return total + self.ridge * theta if self.ridge else total

    def hessian_vector(self, theta: Any, vector: Any) -> Array:
        """Return the Hessian at points (..., d) times vectors (..., d), shape (..., d)."""
        theta, vector = line(self, theta, vector)
        jet = self.jet(theta.shape, 2)
        jet.push(theta)
        return jet.push(vector)

    def jet(self, shape: tuple[int, ...], terms: int) -> NetworkJet:
        """Return the gradient along a curve of points of this shape (..., d), term by term."""
        return NetworkJet(self, shape, terms)

    def smoothness_bound(self, ball: Ball | None) -> float | None:
        """Return a bound of the Hessian's norm; see `polyfam.losses.smoothness`."""
        return network_bound(self, ball)

    def predict(self, theta: Any, X: Any) -> Any:  # noqa: N803
        """Return what the nets (..., d) predict for samples X: outputs or probabilities.

        The shape is (..., samples, outputs).
        """
        theta, features = points(self, theta), numbers(X, "X", 2)
        if features.shape[1] != self.widths[0]:
            raise DomainError(
                f"Argument 'X' must have {self.widths[0]} columns, not {features.shape[1]}."
            )
        inputs = self._extended(cast(np.ascontiguousarray(features.T), theta))
        outputs = self._forward(self.matrices(theta), inputs)[0]
        return np.swapaxes(self.output.predict(outputs), -1, -2)

    def matrices(self, theta: Any) -> list[Any]:
        """Return the matrices of the layers, each (..., outputs, inputs + 1)."""
        found, start = [], 0
        for rows, columns in self.shapes:
            flat = theta[..., start : start + rows * columns]
            found.append(np.reshape(flat, (*theta.shape[:-1], rows, columns)))
            start += rows * columns
        return found

    def chunks(self, theta: Any) -> Iterator[tuple[Array, Array]]:
        """Yield inputs and targets of a few samples at a time, in the precision of theta."""
        inputs, targets = cast(self.inputs, theta), cast(self.targets, theta)
        count = max(1, int(np.prod(theta.shape[:-1])))
        pieces = max(1, round(self.size / max(_FEWEST_SAMPLES, _MOST_SAMPLES // count)))
        edges = [self.size * i // pieces for i in range(pieces + 1)]
        for start, stop in pairwise(edges):
            yield inputs[:, start:stop], targets[:, start:stop]

    def _extended(self, units: Any) -> Any:
        """Return units with a row of ones below."""
        if not self.bias:
            return units
        ones = np.ones((*units.shape[:-2], 1, units.shape[-1]), units.dtype)
        return np.concatenate([units, ones], axis=-2)

    def _forward(self, matrices: list[Any], inputs: Any) -> tuple[Any, list[Any], list[Any]]:
        """Return the outputs, the inputs of every layer, and the slopes of the hidden ones."""
        layers, slopes = [inputs], []
        for matrix in matrices[:-1]:
            units, slope = self.hidden_activation.function(matrix @ layers[-1])
            layers.append(self._extended(units))
            slopes.append(slope)
        return matrices[-1] @ layers[-1], layers, slopes

    def _backward(self, matrices: list[Any], inputs: Any, targets: Array) -> list[Any]:
        """Return the gradients of the summed loss with respect to the matrices."""
        outputs, layers, slopes = self._forward(matrices, inputs)
        delta = self.output.errors(outputs, targets)
        found = [delta @ np.swapaxes(layers[-1], -1, -2)]
        for level in range(len(slopes), 0, -1):
            weights = matrices[level][..., : self.widths[level]]
            delta = (np.swapaxes(weights, -1, -2) @ delta) * slopes[level - 1]
            found.append(delta @ np.swapaxes(layers[level - 1], -1, -2))
        return found[::-1]

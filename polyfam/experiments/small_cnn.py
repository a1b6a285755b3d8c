"""A small convolutional net on 8 x 8 digits, made of torch's functions and the torch adapter.

Two convolutions of 3 x 3 with tanh, each followed by averages of 2 x 2, and a linear layer.
"""

from __future__ import annotations

from math import prod
from typing import Any

import numpy as np

from polyfam._checks import optional_import
from polyfam.losses.derivatives.from_torch import from_torch
from polyfam.typing import Array

__all__ = ["SmallCNN"]


class SmallCNN:
    """The mean cross-entropy of the net on some digits.

    Parameters
    ----------
    features : ndarray, shape (samples, 64)
    labels : ndarray of int, shape (samples,)
    channels : int
        Of both convolutions.
    """

    def __init__(self, features: Array, labels: Array, channels: int) -> None:
        self._torch = optional_import("torch", "torch")
        c = channels
        self._shapes = ((c, 1, 3, 3), (c,), (c, c, 3, 3), (c,), (10, 4 * c), (10,))
        self.dimension = sum(map(prod, self._shapes))
        targets = self._torch.tensor(labels)
        loss = from_torch(
            lambda theta: self._torch.nn.functional.cross_entropy(
                self._outputs(theta, features), targets
            )
        )
        self.value, self.gradient = loss.value, loss.gradient
        self.hessian_vector, self.series, self.jet = loss.hessian_vector, loss.series, loss.jet
        self.products_are_checked = True

    def initial_point(self, seed: int) -> Array:
        """Return weights that keep variances, and zero biases."""
        rng = np.random.default_rng(seed)
        parts = [
            rng.standard_normal(prod(shape)) / np.sqrt(prod(shape[1:]))
            if len(shape) > 1
            else np.zeros(shape)
            for shape in self._shapes
        ]
        return np.concatenate(parts)

    def predict(self, theta: Array, features: Array) -> Array:
        """Return the outputs (..., samples, 10) at points (..., d)."""
        points = theta.reshape(-1, self.dimension)
        found = [self._outputs(self._torch.tensor(point), features).numpy() for point in points]
        return np.stack(found).reshape(*theta.shape[:-1], len(features), 10)

    def _outputs(self, theta: Any, features: Array) -> Any:
        """Return the outputs at one point."""
        functional = self._torch.nn.functional
        sizes = list(map(prod, self._shapes))
        parts = zip(theta.split(sizes), self._shapes, strict=True)
        first, bias, second, other_bias, linear, last = (part.reshape(s) for part, s in parts)
        x = self._torch.tensor(features, dtype=theta.dtype).reshape(-1, 1, 8, 8)
        x = functional.avg_pool2d(functional.conv2d(x, first, bias, padding=1).tanh(), 2)
        x = functional.avg_pool2d(functional.conv2d(x, second, other_bias, padding=1).tanh(), 2)
        return functional.linear(x.flatten(1), linear, last)

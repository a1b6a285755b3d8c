"""One small loss of every kind, with the same formula in jax beside it."""

from __future__ import annotations

from collections.abc import Callable
from itertools import pairwise
from typing import Any

import numpy as np

from polyfam.losses import (
    MLP,
    BilinearToy,
    CubicNet,
    DeepLinear,
    LinearRegression,
    LogCosh,
    LogisticRegression,
    MatrixFactorisation,
    Polynomial1D,
    Quadratic,
    Rosenbrock,
    SoftmaxRegression,
)

_RNG = np.random.default_rng(11)
X = _RNG.standard_normal((12, 3))
LABELS = np.array([0, 1, 2] * 4)
BINARY = LABELS % 2
NUMBERS = _RNG.standard_normal(12)
OUTPUTS = _RNG.standard_normal((12, 2))
MATRIX = np.array([[2.0, 1.0, 0.0], [1.0, -1.0, 0.5], [0.0, 0.5, 3.0]])
TARGET = _RNG.standard_normal((3, 4))

FORMULAS = {
    "bilinear": BilinearToy(),
    "cubic": CubicNet(x=1.5, y=0.5),
    "log cosh": LogCosh(),
    "matrix factorisation": MatrixFactorisation(TARGET, rank=2),
    "polynomial": Polynomial1D([1.0, -2.0, 0.5, 0.25, 0.125]),
    "quadratic": Quadratic(MATRIX, linear=[1.0, 2.0, -1.0]),
    "rosenbrock": Rosenbrock(a=1.5, b=10.0),
}
NETS = {
    "deep linear": DeepLinear(X, OUTPUTS, widths=(2, 3), ridge=0.25),
    "logistic": LogisticRegression(X, BINARY, ridge=0.25),
    "mlp gelu": MLP(X, LABELS, widths=(4, 2), activation="gelu", ridge=0.25),
    "mlp softplus": MLP(X, OUTPUTS, widths=(4,), activation="softplus", loss="squares"),
    "mlp tanh": MLP(X, LABELS, widths=(4, 3), activation="tanh"),
    "softmax": SoftmaxRegression(X, LABELS, ridge=0.25),
}
DATA_LOSSES = {"linear": LinearRegression(X, NUMBERS, ridge=0.25), **NETS}
LOSSES: dict[str, Any] = {**FORMULAS, **DATA_LOSSES}


def jax_values(jax: Any) -> dict[str, Callable[[Any], Any]]:
    """Return every loss of `LOSSES` as a function of a flat vector in jax, sample by sample."""
    jnp = jax.numpy

    def net(theta: Any, widths: tuple[int, ...], activation: Any) -> Any:
        layer, start = X, 0
        for i, (into, out) in enumerate(pairwise(widths)):
            matrix = theta[start : start + out * (into + 1)].reshape(out, into + 1)
            start += out * (into + 1)
            layer = (activation(layer) if i else layer) @ matrix[:, :-1].T + matrix[:, -1]
        return layer

    def cross_entropy(z: Any) -> Any:
        return -jnp.mean(jax.nn.log_softmax(z)[jnp.arange(12), LABELS])

    def linear(theta: Any) -> Any:
        return X @ theta[:3] + theta[3]

    def deep(t: Any) -> Any:
        product = t[12:].reshape(2, 3) @ t[6:12].reshape(3, 2) @ t[:6].reshape(2, 3)
        return jnp.mean(jnp.sum((X @ product.T - OUTPUTS) ** 2, axis=1)) / 2

    def gelu(z: Any) -> Any:
        return z * (1 + jax.scipy.special.erf(z / np.sqrt(2))) / 2

    def softplus(z: Any) -> Any:  # jax.experimental.jet has no rule for logaddexp
        return jnp.log(1 + jnp.exp(z))

    def ridge(t: Any) -> Any:
        return t @ t / 8

    return {
        "bilinear": lambda t: (1.5 - 2 * t[0] * t[1]) ** 2 / 2,
        "cubic": lambda t: (0.5 - t[1] * (1.5 * t[0]) ** 3) ** 2 / 2,
        "log cosh": lambda t: jnp.log(jnp.cosh(t[0])),
        "matrix factorisation": lambda t: (
            jnp.sum((t[:6].reshape(3, 2) @ t[6:].reshape(4, 2).T - TARGET) ** 2) / 2
        ),
        "polynomial": lambda t: (
            1 - 2 * t[0] + 0.5 * t[0] ** 2 + 0.25 * t[0] ** 3 + 0.125 * t[0] ** 4
        ),
        "quadratic": lambda t: t @ MATRIX @ t / 2 + t @ np.array([1.0, 2.0, -1.0]),
        "rosenbrock": lambda t: (1.5 - t[0]) ** 2 + 10 * (t[1] - t[0] ** 2) ** 2,
        "deep linear": lambda t: deep(t) + ridge(t),
        "logistic": lambda t: jnp.mean(softplus(linear(t)) - BINARY * linear(t)) + ridge(t),
        "mlp gelu": lambda t: cross_entropy(net(t, (3, 4, 2, 3), gelu)) + ridge(t),
        "mlp softplus": lambda t: (
            jnp.mean(jnp.sum((net(t, (3, 4, 2), softplus) - OUTPUTS) ** 2, axis=1)) / 2
        ),
        "mlp tanh": lambda t: cross_entropy(net(t, (3, 4, 3, 3), jnp.tanh)),
        "softmax": lambda t: cross_entropy(net(t, (3, 3), None)) + ridge(t),
        "linear": lambda t: jnp.mean((linear(t) - NUMBERS) ** 2) / 2 + ridge(t),
    }

"""The units of nets and what their outputs are compared with, on arrays and on growing series.

An activation f maps z to f(z) and its slope f'(z).  An output z is turned into a prediction p(z),
and the loss of a sample is such that its derivative is  p(z) - y:

    softmax   log sum exp z - y.z,      p = softmax z,      y a unit vector (cross-entropy),
    sigmoid   log(1 + exp z) - y z,     p = 1/(1+exp -z),   y = 0 or 1,
    squares   |z - y|^2/2,              p = z.

Units are on the last axis but one, samples on the last.  Each is written twice: as plain numpy,
which runs on Taylor arrays, and as one step of `polyfam.losses.arithmetic.recurrences`.
"""

from __future__ import annotations

from collections.abc import Callable
from math import pi, sqrt
from typing import Any, NamedTuple

import numpy as np

from polyfam._checks import optional_import
from polyfam.losses.arithmetic import recurrences

__all__ = ["ACTIVATIONS", "IDENTITY", "SIGMOID", "SOFTMAX", "SQUARES", "Activation", "Output"]

Array = np.ndarray[Any, Any]


class Activation(NamedTuple):
    """A unit: z -> (f, f'), and ``step(k, z, *workspaces, f, f')`` with so many workspaces."""

    function: Callable[[Any], tuple[Any, Any]]
    workspaces: int
    step: Callable[..., None]


class Output(NamedTuple):
    """A loss of outputs: its value, z -> p(z), and ``step(k, z, *workspaces, p)``."""

    value: Callable[[Any, Array], Any]
    predict: Callable[[Any], Any]
    workspaces: int
    step: Callable[..., None]


def _identity(z: Any) -> tuple[Any, Any]:
    """Return z and 1."""
    return z, np.ones_like(z)


def _identity_step(k: int, z: Array, out: Array, slope: Array) -> None:
    """Write the k-th coefficients of z and of 1."""
    out[k] = z[k]
    slope[k] = k == 0


def _tanh(z: Any) -> tuple[Any, Any]:
    """Return tanh z and 1 - tanh^2 z."""
    out = np.tanh(z)
    return out, 1 - out * out


def _tanh_step(k: int, z: Array, dz: Array, out: Array, slope: Array) -> None:
    """Write the k-th coefficients of tanh z and its slope."""
    recurrences.tanh(k, z, dz, slope, out)


def _sigmoid(z: Any) -> Any:
    """Return 1/(1 + exp(-z)), by a form that cannot overflow and is analytic."""
    return (1 + np.tanh(z / 2)) / 2


def _softplus(z: Any) -> tuple[Any, Any]:
    """Return log(1 + exp z) and the sigmoid."""
    out = np.log1p(np.exp(z)) if np.iscomplexobj(z) else np.logaddexp(0, z)
    return out, _sigmoid(z)


def _softplus_step(k: int, z: Array, dz: Array, second: Array, out: Array, slope: Array) -> None:
    """Write the k-th coefficients of log(1 + exp z) and its slope."""
    recurrences.softplus(k, z, dz, second, slope, out)


def _gelu(z: Any) -> tuple[Any, Any]:
    """Return z Phi(z), Phi the normal distribution function, and Phi(z) + z Phi'(z)."""
    erf = optional_import("scipy.special", "numerics").erf
    below = (1 + erf(z / sqrt(2))) / 2
    return z * below, below + z * np.exp(-z * z / 2) / sqrt(2 * pi)


def _gelu_step(
    k: int,
    z: Array,
    scaled: Array,
    dscaled: Array,
    dsquare: Array,
    density: Array,
    erf: Array,
    out: Array,
    slope: Array,
) -> None:
    """Write the k-th coefficients of z Phi(z) and its slope; erf and its slope are at z/sqrt 2."""
    np.divide(z[k], sqrt(2), out=scaled[k])
    recurrences.erf(k, scaled, dscaled, dsquare, density, erf)
    recurrences.multiply(k, z, erf, out)
    out[k] += z[k]
    out[k] /= 2
    recurrences.multiply(k, scaled, density, slope)
    slope[k] += erf[k]
    slope[k] += k == 0
    slope[k] /= 2


IDENTITY = Activation(_identity, 0, _identity_step)

#: The activations of `polyfam.losses.MLP` by name.
ACTIVATIONS = {
    "gelu": Activation(_gelu, 5, _gelu_step),
    "softplus": Activation(_softplus, 2, _softplus_step),
    "tanh": Activation(_tanh, 1, _tanh_step),
}


def _cross_entropy(z: Any, y: Array) -> Any:
    """Return log sum exp z - y.z."""
    top = np.max(z, axis=-2, keepdims=True)
    return np.log(np.sum(np.exp(z - top), axis=-2)) - np.sum(y * (z - top), axis=-2)


def _softmax(z: Any) -> Any:
    """Return exp z over its sum."""
    powers = np.exp(z - np.max(z, axis=-2, keepdims=True))
    return powers / np.sum(powers, axis=-2, keepdims=True)


def _softmax_step(k: int, z: Array, dlog: Array, logarithm: Array, out: Array) -> None:
    """Write the k-th coefficient of the softmax."""
    recurrences.softmax(k, z, dlog, logarithm, out, axis=-2)


def _logistic(z: Any, y: Array) -> Any:
    """Return log(1 + exp z) - y z."""
    return np.sum(_softplus(z)[0] - y * z, axis=-2)


def _squares(z: Any, y: Array) -> Any:
    """Return |z - y|^2/2."""
    return np.sum((z - y) ** 2, axis=-2) / 2


def _itself(z: Any) -> Any:
    """Return z."""
    return z


def _itself_step(k: int, z: Array, out: Array) -> None:
    """Write the k-th coefficient of z."""
    out[k] = z[k]


SIGMOID = Output(_logistic, _sigmoid, 2, recurrences.sigmoid)
SOFTMAX = Output(_cross_entropy, _softmax, 2, _softmax_step)
SQUARES = Output(_squares, _itself, 0, _itself_step)

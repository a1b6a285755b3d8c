"""The units of nets and what their outputs are compared with, on arrays and on growing series.

An activation f maps z to f(z) and its slope f'(z).  An output z is turned into a prediction p(z),
and the loss of a sample is such that its derivative is  p(z) - y:

    softmax   log sum exp z - y.z,      p = softmax z,      y a unit vector (cross-entropy),
    sigmoid   log(1 + exp z) - y z,     p = 1/(1+exp -z),   y = 0 or 1,
    squares   |z - y|^2/2,              p = z.

Units are on the last axis but one, samples on the last.  Each is written once, as one step of
`polyfam.losses.arithmetic.recurrences` or of its neighbour `saturated`: an array is a series of one
term.  Errors p - y of samples that are all but certain, such as exp(-50), are not rounded to 0.
"""

from __future__ import annotations

from collections.abc import Callable
from math import inf
from typing import Any, NamedTuple

import numpy as np

from polyfam.losses.arithmetic import saturated
from polyfam.losses.arithmetic.recurrences import multiply
from polyfam.losses.arithmetic.softmax import parts
from polyfam.losses.arithmetic.taylor import Taylor
from polyfam.typing import Array

__all__ = ["ACTIVATIONS", "IDENTITY", "SIGMOID", "SOFTMAX", "SQUARES", "Activation", "Output"]


class Activation(NamedTuple):
    """A unit: ``step(k, z, *workspaces, f, f')`` with so many workspaces, and bounds.

    |f'| and |f''| are at most ``slope`` and ``curvature``, |f(z)| at most ``start`` + |z| and
    ``largest``.
    """

    workspaces: int
    step: Callable[..., None]
    slope: float = 1.0
    curvature: float = 0.0
    start: float = 0.0
    largest: float = inf

    def function(self, z: Any) -> tuple[Any, Any]:
        """Return f(z) and f'(z)."""
        out, slope = _run(self.step, self.workspaces + 2, z)[-2:]
        return out, slope


class Output(NamedTuple):
    """A loss of outputs: ``residual(z, y, p)`` = p - y on arrays, ``step(k, z, *work, p)``.

    A residual is told p where it is known, and else None.
    """

    value: Callable[[Any, Array], Any]
    residual: Callable[[Array, Array, Array | None], Array]
    workspaces: int
    step: Callable[..., None]
    #: Bounds of the norms of the Hessian and of the gradient of the loss in z.
    curvature: float = 1.0
    steepest: float = inf

    def predict(self, z: Any) -> Any:
        """Return p(z)."""
        return _run(self.step, self.workspaces + 1, z)[-1]

    def errors(self, z: Any, y: Array) -> Any:
        """Return p(z) - y."""
        if not isinstance(z, Taylor):
            return self.residual(z, y, None)
        found = self.predict(z).coefficients
        series = np.array(np.broadcast_to(found, np.broadcast_shapes(found.shape, y.shape)))
        series[0] = self.residual(z.coefficients[0], y, found[0])
        return Taylor(series)


def _run(step: Callable[..., None], buffers: int, z: Any) -> list[Any]:
    """Return the buffers that a step fills, as arrays or as series."""
    series = isinstance(z, Taylor)
    terms = z.coefficients if series else np.asarray(z)[None]
    filled = np.empty((buffers, *terms.shape), terms.dtype)
    for k in range(len(terms)):
        step(k, terms, *filled)
    return [Taylor(b) if series else b[0] for b in filled]


def _identity_step(k: int, z: Array, out: Array, slope: Array) -> None:
    """Write the k-th coefficients of z and of 1."""
    out[k] = z[k]
    slope[k] = k == 0


def _tanh_step(k: int, z: Array, dz: Array, out: Array, slope: Array) -> None:
    """Write the k-th coefficients of tanh z and its slope."""
    saturated.tanh(k, z, dz, slope, out)


def _softplus_step(k: int, z: Array, dz: Array, second: Array, out: Array, slope: Array) -> None:
    """Write the k-th coefficients of log(1 + exp z) and its slope."""
    saturated.softplus(k, z, dz, second, slope, out)


def _gelu_step(
    k: int,
    z: Array,
    dz: Array,
    dsquare: Array,
    density: Array,
    below: Array,
    out: Array,
    slope: Array,
) -> None:
    """Write the k-th coefficients of z Phi(z) and its slope, Phi being the normal distribution."""
    saturated.ndtr(k, z, dz, dsquare, density, below)
    multiply(k, z, below, out)
    multiply(k, z, density, slope)
    slope[k] += below[k]


IDENTITY = Activation(0, _identity_step)

#: The activations of `polyfam.losses.MLP` by name; "gelu" needs scipy.
ACTIVATIONS = {
    "gelu": Activation(4, _gelu_step, slope=1.129, curvature=0.798),
    "softplus": Activation(2, _softplus_step, curvature=0.25, start=0.6932),
    "tanh": Activation(1, _tanh_step, curvature=0.77, largest=1.0),
}


def _cross_entropy(z: Any, y: Array) -> Any:
    """Return log sum exp z - y.z."""
    if isinstance(z, Taylor) or np.iscomplexobj(z):
        top, _, rest, _ = parts(z, -2)
        return np.sum(np.log1p(rest), axis=-2) + np.sum(y * (top - z), axis=-2)
    below = z - z.max(-2, keepdims=True)
    powers = np.exp(below)
    total = np.asarray(powers.sum(-2, keepdims=True))
    found = np.log(total)
    if (sure := total < 1 / saturated.SURE).any():  # the sum of the others says it better
        saturated.write_complements(powers, (powers == 1) & sure, -2)
        found = np.where(sure, np.log1p(-powers.min(-2, keepdims=True)), found)
    return found[..., 0, :] - np.sum(y * below, axis=-2)


def _softmax_residual(z: Array, y: Array, p: Array | None) -> Array:
    """Return p - y, at a right label that is all but certain as minus the sum of the others."""
    if p is None:
        p = np.exp(z - z.real.max(-2, keepdims=True))
        p /= p.sum(-2, keepdims=True)
    residual = np.asarray(p - y)
    saturated.write_complements(residual, (p.real > saturated.SURE) & (y > 0), -2)
    return residual


def _softmax_step(k: int, z: Array, dlog: Array, logarithm: Array, out: Array) -> None:
    """Write the k-th coefficient of the softmax."""
    saturated.softmax(k, z, dlog, logarithm, out, axis=-2)


def _logistic(z: Any, y: Array) -> Any:
    """Return log(1 + exp z) - y z = log(1 + exp(-z)) where y = 1."""
    x = (1 - 2 * y) * z
    return np.sum(np.logaddexp(0, x) if isinstance(z, Taylor) else saturated.softplus_at(x), -2)


def _logistic_residual(z: Array, y: Array, _: Array | None) -> Array:
    """Return p - y, where y = 1 as -p(-z)."""
    sign = 1 - 2 * y
    return saturated.logistic(sign * z, sign)


def _squares(z: Any, y: Array) -> Any:
    """Return |z - y|^2/2."""
    return np.sum((z - y) ** 2, axis=-2) / 2


def _difference(z: Array, y: Array, _: Array | None) -> Array:
    """Return z - y."""
    return z - y


def _itself_step(k: int, z: Array, out: Array) -> None:
    """Write the k-th coefficient of z."""
    out[k] = z[k]


SIGMOID = Output(_logistic, _logistic_residual, 2, saturated.sigmoid, 0.25, 1.0)
SOFTMAX = Output(_cross_entropy, _softmax_residual, 2, _softmax_step, 0.5, 1.4143)
SQUARES = Output(_squares, _difference, 0, _itself_step)

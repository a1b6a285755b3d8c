r"""The k-th coefficients of tanh, tan, sigmoid, softplus, erf, softmax, right where they saturate.

They are written as in `polyfam.losses.arithmetic.recurrences`, and keep their digits.  The slope of
tanh at 100 is 5e-87, which 1 - tanh^2 rounds to 0: the constant term of a slope comes from
exp(-|x|), and the coefficients behind it from recurrences whose terms do not cancel there.  For
real series the relative error of every coefficient stays below 1e-13 wherever that slope is a
normal double (tests/losses/arithmetic/test_tails.py).  What that costs is spent on the entries
that are saturated.
"""

from __future__ import annotations

from math import pi, sqrt

import numpy as np

from polyfam._checks import optional_import
from polyfam.losses.arithmetic.recurrences import integrate, square
from polyfam.typing import Array

__all__ = [
    "SURE",
    "complementary_error",
    "erf",
    "logistic",
    "ndtr",
    "sigmoid",
    "softmax",
    "softplus",
    "softplus_at",
    "tan",
    "tanh",
    "write_complements",
]


#: Below this slope of y = tanh(x) the difference 1 - y^2 would lose more than two digits.
_FLAT = 0.06


def tanh(k: int, x: Array, dx: Array, slope: Array, out: Array) -> None:
    """Write the k-th coefficients of y = tanh(x) and of its slope 1 - y^2.

    Far out the constant term of the slope is 4 e/(1 + e)^2 with e = exp(-2 |x|).
    """
    if k == 0:
        np.tanh(x[0], out=out[0, ...])
        target = slope[0, ...]
        np.multiply(out[0], out[0], out=target)
        np.subtract(1, target, out=target)
        # a mask would gather and scatter ten times as slowly as places do
        far = np.flatnonzero(target < _FLAT if np.isrealobj(x) else np.ones(target.shape))
        np.put(target, far, _slope_of_tanh(np.take(x[0], far)))
        return
    integrate(k, x, dx, slope, out)
    square(k, out, slope)
    np.negative(slope[k], out=slope[k, ...])


def _slope_of_tanh(x: Array) -> Array:
    """Return 1/cosh(x)^2, also where it is small."""
    decay = _decay(x)
    return np.asarray(4 * decay * decay / (1 + decay * decay) ** 2)


def tan(k: int, x: Array, dx: Array, slope: Array, out: Array) -> None:
    """Write the k-th coefficients of y = tan(x) and of its slope 1 + y^2.

    Far from the real line, where y is close to i or -i, the slope is that of `tanh` at i x.
    """
    if k == 0:
        np.tan(x[0], out=out[0, ...])
    else:
        integrate(k, x, dx, slope, out)
    if k == 0 and np.iscomplexobj(x):
        slope[0, ...] = _slope_of_tanh(1j * x[0])
        return
    square(k, out, slope)
    slope[k, ...] += k == 0


def sigmoid(k: int, x: Array, dx: Array, slope: Array, out: Array) -> None:
    """Write the k-th coefficients of y = 1/(1 + exp(-x)) and of its slope y (1 - y).

    With t = 2 y - 1 = tanh(x/2) the slope is (1 - t^2)/4: its small coefficients near 0 and far
    out keep their digits.  ``dx[0]``, otherwise unused, holds t_0.
    """
    target = slope[k, ...]
    if k == 0:
        np.tanh(x[0] / 2, out=dx[0, ...])
        decay = _decay(x[0])
        np.divide(decay, (1 + decay) ** 2, out=target)
        out[0, ...] = np.where(x[0].real < 0, decay, 1) / (1 + decay)
        return
    integrate(k, x, dx, slope, out)
    if k == 1:
        target[...] = 0
    else:
        square(k - 2, out[1:], slope[2:])
    target += dx[0] * out[k]
    np.negative(target, out=target)


def logistic(x: Array, factor: Array) -> Array:
    """Return factor/(1 + exp(-x)), the constant term of `sigmoid` alone.

    Where exp(-x) overflows it is 0.
    """
    if np.iscomplexobj(x):
        decay = _decay(x)
        return np.asarray(factor * np.where(x.real < 0, decay, 1) / (1 + decay))
    with np.errstate(over="ignore"):
        return np.asarray(factor / (1 + np.exp(-x)))


def _decay(x: Array) -> Array:
    """Return exp(-|x|), and for complex numbers its continuation off the imaginary axis."""
    return np.asarray(np.exp(-np.abs(x) if np.isrealobj(x) else np.where(x.real < 0, x, -x)))


def softplus(k: int, x: Array, dx: Array, slope: Array, sigmoid_: Array, out: Array) -> None:
    """Write the k-th coefficients of log(1 + exp(x)), of its slope and of the slope's slope.

    The slope is the sigmoid, in ``sigmoid_``; ``slope`` holds the slope of that.
    """
    if k == 0:
        out[0, ...] = softplus_at(x[0])
    else:
        integrate(k, x, dx, sigmoid_, out)
    sigmoid(k, x, dx, slope, sigmoid_)


def softplus_at(x: Array) -> Array:
    """Return log(1 + exp(x)), the constant term of `softplus` alone."""
    above = np.maximum(x, 0) if np.isrealobj(x) else np.where(x.real < 0, 0, x)
    return np.asarray(above + np.log1p(_decay(x)))


def erf(k: int, x: Array, dx: Array, dsquare: Array, slope: Array, out: Array) -> None:
    """Write the k-th coefficients of erf(x) and of its slope 2 exp(-x^2)/sqrt(pi).

    ``dsquare`` holds D(x^2): the slope s satisfies D s = -s D(x^2).
    """
    if k == 0:
        out[0, ...] = optional_import("scipy.special", "numerics").erf(x[0])
        slope[0, ...] = 2 / sqrt(pi) * _gaussian(x[0], 1)
        return
    integrate(k, x, dx, slope, out)
    _next_gaussian(k, x, dsquare, slope, 1)


def ndtr(k: int, x: Array, dx: Array, dsquare: Array, slope: Array, out: Array) -> None:
    """Write the k-th coefficients of the normal distribution function and of its density.

    ``dsquare`` holds D(x^2): the density s satisfies D s = -s D(x^2)/2.
    """
    if k == 0:
        slope[0, ...] = _gaussian(x[0], 0.5) / sqrt(2 * pi)
        out[0, ...] = optional_import("scipy.special", "numerics").ndtr(x[0])
        _write_tail(-x[0], 0.5, out[0, ...])
        return
    integrate(k, x, dx, slope, out)
    _next_gaussian(k, x, dsquare, slope, 0.5)


def complementary_error(x: Array) -> Array:
    """Return erfc(x)."""
    found = np.asarray(optional_import("scipy.special", "numerics").erfc(x))
    _write_tail(x, 1.0, found)
    return found


#: From this x on rounding x shows in erfc(x), and from the square on in exp(-x^2).
_NEAR = 3.0


def _write_tail(x: Array, factor: float, out: Array) -> None:
    """Write factor erfc(sqrt(factor) x) far out, exp(-factor x^2) times the slow function erfcx."""
    if np.isrealobj(x):
        far = np.flatnonzero(x > _NEAR / sqrt(factor))
        tail = np.take(x, far)
        slow = optional_import("scipy.special", "numerics").erfcx(sqrt(factor) * tail)
        np.put(out, far, factor * slow * _gaussian(tail, factor))


#: Beyond this |x| even exp(-x^2/2) is 0.
_VANISHED = 64.0


def _gaussian(x: Array, factor: float) -> Array:
    """Return exp(-factor x^2), far out with the square split so that its rounding is harmless."""
    with np.errstate(over="ignore"):
        power = np.asarray(-factor * x * x)
    found = np.asarray(np.exp(power))
    if np.isrealobj(x):
        far = np.flatnonzero(power < -(_NEAR**2))
        tail = np.clip(np.take(x, far), -_VANISHED, _VANISHED)
        head = np.round(tail * 64) / 64  # its square is exact
        rest = np.exp(-factor * (tail - head) * (tail + head))
        np.put(found, far, np.exp(-factor * head * head) * rest)
    return found


def _next_gaussian(k: int, x: Array, dsquare: Array, slope: Array, factor: float) -> None:
    """Write the k-th coefficient, k >= 1, of a multiple of exp(-factor x^2)."""
    near = x[: k + 1]
    if np.isrealobj(x) and (gone := np.abs(x[0]) >= _VANISHED).any():  # where x^2 might overflow
        near = np.where(gone, 0, near)
    square(k, near, dsquare)
    dsquare[k, ...] *= k * factor
    np.einsum("i...,i...->...", dsquare[1 : k + 1], slope[k - 1 :: -1], out=slope[k, ...])
    np.divide(slope[k], -k, out=slope[k, ...])


#: Above this probability y the sum 1 - y of the others would lose more than two digits.
SURE = 0.98


def softmax(k: int, x: Array, dlog: Array, work: Array, out: Array, axis: int = -1) -> None:
    """Write the k-th coefficients of y = softmax(x) along an axis and of D log y, ``dlog``.

    log y = x - l with l the log of the sum of exponentials, and y = exp(log y).  The k-th
    coefficients of y sum to 0 for k >= 1, which gives that of l without another convolution, and
    that of an entry near 1: it is one minus the others, as small as they are.  ``work[0]`` is
    scratch.

    Parameters
    ----------
    axis : int
        Counted from the end (negative), since the leading axis is the order.
    """
    target, euler, product = out[k, ...], dlog[k, ...], work[0, ...]
    if k == 0:
        np.subtract(x[0], x[0].real.max(axis, keepdims=True), out=product)
        np.exp(product, out=target)
        target /= target.sum(axis, keepdims=True)
        return
    if k == 1:
        target[...] = 0
    else:
        np.einsum("i...,i...->...", dlog[1:k], out[k - 1 : 0 : -1], out=target)
    np.multiply(x[k], k, out=euler)  # k y_k = target + (k x_k - k l_k) y_0
    np.multiply(euler, out[0], out=product)
    product += target
    euler -= product.sum(axis, keepdims=True)
    np.multiply(euler, out[0], out=product)
    target += product
    target /= k
    if np.isrealobj(out):
        write_complements(target, out[0] > SURE, axis)


def write_complements(values: Array, chosen: Array, axis: int) -> None:
    """Write, at the entries that are chosen, minus the sum of the others along an axis."""
    if chosen.any():
        others = np.where(chosen, 0, values).sum(axis, keepdims=True)
        np.copyto(values, -others, where=chosen)

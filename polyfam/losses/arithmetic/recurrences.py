r"""The k-th coefficient of every elementary function, from the coefficients before it.

A truncated power series  x(h) = x_0 + x_1 h + x_2 h^2 + ...  is an array with the order on the
leading axis.  Each function below writes ``out[k]`` from the inputs' coefficients 0..k and from
``out[0], ..., out[k-1]``, so a loop over k gives a whole series, and one call gives the next
coefficient of a series that is still growing.  Products are convolutions,

    (a b)_k = sum_{i=0..k} a_i b_{k-i},

and y = f(x) follows from the chain rule y' = f'(x) x'.  With the Euler operator D = h d/dh, whose
coefficients are (D x)_i = i x_i, it reads

    k y_k = sum_{i=1..k} i x_i s_{k-i},      s = f'(x).

``dx`` is the workspace that holds D x: the functions fill ``dx[k]`` themselves (weights inside the
convolution would double its time).  Arguments come as inputs, workspaces, results.  Real, single
precision and complex arrays keep their type; trailing axes broadcast as in numpy, and no function
allocates more than one coefficient.  Whoever calls sees to it that the constant term is inside the
domain.

Saturated units keep their digits.  The slope of tanh at 100 is 5e-87, which 1 - tanh^2 rounds to 0:
the constant term of a slope comes from exp(-|x|), and the coefficients behind it from recurrences
whose terms do not cancel there.  For real series the relative error of every coefficient stays
below 1e-13 wherever that slope is a normal double (tests/losses/arithmetic/test_tails.py).

References
----------
[HNW] Hairer, Norsett & Wanner, Solving Ordinary Differential Equations I, section I.8.
[GW] Griewank & Walther, Evaluating Derivatives, chapter 13.
"""

from __future__ import annotations

from math import pi, sqrt
from typing import Any

import numpy as np

from polyfam._checks import optional_import

__all__ = [
    "arctan",
    "complementary_error",
    "cosh_sinh",
    "divide",
    "erf",
    "exp",
    "expm1",
    "integrate",
    "log",
    "log1p",
    "logistic",
    "matmul",
    "multiply",
    "ndtr",
    "power",
    "sigmoid",
    "sin_cos",
    "softmax",
    "softplus",
    "square",
    "square_root",
    "tan",
    "tanh",
]

#: One series, or the workspace for one: shape (terms, ...).
Array = np.ndarray[Any, Any]


def multiply(k: int, a: Array, b: Array, out: Array) -> None:
    """Write the k-th coefficient of a b.

    Examples
    --------
    >>> a, b, out = np.array([1.0, 2, 3]), np.array([1.0, -1, 1]), np.zeros(3)
    >>> for k in range(3):
    ...     multiply(k, a, b, out)
    >>> out
    array([1., 1., 2.])
    """
    np.einsum("i...,i...->...", a[: k + 1], b[k::-1], out=out[k, ...])


def square(k: int, a: Array, out: Array) -> None:
    """Write the k-th coefficient of a^2, in half the products of `multiply`."""
    _square(k, a, out[k, ...])


def _square(k: int, a: Array, target: Array) -> None:
    """Write the k-th coefficient of a^2 into a target."""
    if k == 0:
        np.multiply(a[0], a[0], out=target)
        return
    half = (k + 1) // 2
    np.einsum("i...,i...->...", a[:half], a[k : k - half : -1], out=target)
    target *= 2
    if k % 2 == 0:
        target += a[half] * a[half]


def matmul(k: int, a: Array, b: Array, out: Array) -> None:
    """Write the k-th coefficient of the matrix product a @ b: k + 1 products by BLAS."""
    target = out[k, ...]
    target[...] = np.matmul(a[0], b[k])
    for i in range(1, k + 1):
        target += np.matmul(a[i], b[k - i])


def divide(k: int, a: Array, b: Array, out: Array) -> None:
    """Write the k-th coefficient of y = a / b, from b y = a."""
    target = out[k, ...]
    if k == 0:
        np.divide(a[0], b[0], out=target)
        return
    np.einsum("i...,i...->...", b[1 : k + 1], out[k - 1 :: -1], out=target)
    np.subtract(a[k], target, out=target)
    target /= b[0]


def integrate(k: int, x: Array, dx: Array, slope: Array, out: Array) -> None:
    """Write the k-th coefficient, k >= 1, of y with y' = slope x': the chain rule."""
    np.multiply(x[k], k, out=dx[k, ...])
    target = out[k, ...]
    np.einsum("i...,i...->...", dx[1 : k + 1], slope[k - 1 :: -1], out=target)
    target /= k


def exp(k: int, x: Array, dx: Array, out: Array) -> None:
    """Write the k-th coefficient of y = exp(x), from y' = y x'."""
    if k == 0:
        np.exp(x[0], out=out[0, ...])
    else:
        integrate(k, x, dx, out, out)


def expm1(k: int, x: Array, dx: Array, slope: Array, out: Array) -> None:
    """Write the k-th coefficients of exp(x), the slope, and of y = exp(x) - 1."""
    exp(k, x, dx, slope)
    if k == 0:
        np.expm1(x[0], out=out[0, ...])
    else:
        out[k, ...] = slope[k]


def log(k: int, x: Array, dout: Array, out: Array) -> None:
    """Write the k-th coefficient of y = log(x), from x y' = x'; ``dout`` holds D y."""
    if k == 0:
        np.log(x[0], out=out[0, ...])
    else:
        _log_rest(k, x, x[0], dout, out)


def log1p(k: int, x: Array, dout: Array, out: Array) -> None:
    """Write the k-th coefficient of y = log(1 + x), from (1 + x) y' = x'; ``dout`` holds D y."""
    if k == 0:
        np.log1p(x[0], out=out[0, ...])
    else:
        _log_rest(k, x, 1 + x[0], dout, out)


def _log_rest(k: int, x: Array, constant: Array, dout: Array, out: Array) -> None:
    """Solve x y' = x' for the k-th coefficient, k >= 1, given the constant term of x."""
    euler = dout[k, ...]
    if k == 1:
        euler[...] = x[1]
    else:
        np.einsum("i...,i...->...", dout[1:k], x[k - 1 : 0 : -1], out=euler)
        np.subtract(k * x[k], euler, out=euler)
    euler /= constant
    np.divide(euler, k, out=out[k, ...])


def power(k: int, x: Array, exponent: float | complex, out: Array) -> None:
    """Write the k-th coefficient of y = x^p for a constant p and x_0 != 0, from x y' = p y x'."""
    target = out[k, ...]
    if k == 0:
        np.power(x[0], exponent, out=target)
        return
    target[...] = 0
    for i in range(1, k + 1):
        target += (exponent * i - (k - i)) * x[i] * out[k - i]
    target /= k * x[0]


def square_root(k: int, x: Array, out: Array) -> None:
    """Write the k-th coefficient of y = sqrt(x), from y^2 = x."""
    target = out[k, ...]
    if k == 0:
        np.sqrt(x[0], out=target)
        return
    if k == 1:
        target[...] = x[1]
    else:
        np.einsum("i...,i...->...", out[1:k], out[k - 1 : 0 : -1], out=target)
        np.subtract(x[k], target, out=target)
    target /= 2 * out[0]


def sin_cos(k: int, x: Array, dx: Array, sin: Array, cos: Array) -> None:
    """Write the k-th coefficients of sin(x) and cos(x), each the slope of the other."""
    if k == 0:
        np.sin(x[0], out=sin[0, ...])
        np.cos(x[0], out=cos[0, ...])
        return
    integrate(k, x, dx, cos, sin)
    integrate(k, x, dx, sin, cos)
    np.negative(cos[k], out=cos[k, ...])


def cosh_sinh(k: int, x: Array, dx: Array, cosh: Array, sinh: Array) -> None:
    """Write the k-th coefficients of cosh(x) and sinh(x), each the slope of the other."""
    if k == 0:
        np.cosh(x[0], out=cosh[0, ...])
        np.sinh(x[0], out=sinh[0, ...])
        return
    integrate(k, x, dx, cosh, sinh)
    integrate(k, x, dx, sinh, cosh)


def tan(k: int, x: Array, dx: Array, slope: Array, out: Array) -> None:
    """Write the k-th coefficients of y = tan(x) and of its slope 1 + y^2."""
    if k == 0:
        np.tan(x[0], out=out[0, ...])
    else:
        integrate(k, x, dx, slope, out)
    square(k, out, slope)
    slope[k, ...] += k == 0


#: Above this size of y = tanh(x) the difference 1 - y^2 would lose more than two digits.
_FAR = 0.97


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
        far = np.flatnonzero(np.abs(out[0]) > _FAR if np.isrealobj(x) else np.full(x[0].shape, 1))
        decay = _decay(np.take(x[0], far))
        np.put(target, far, 4 * decay * decay / (1 + decay * decay) ** 2)
        return
    integrate(k, x, dx, slope, out)
    square(k, out, slope)
    np.negative(slope[k], out=slope[k, ...])


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
        out[0, ...] = _of_decay(x[0], decay)
        return
    integrate(k, x, dx, slope, out)
    if k == 1:
        target[...] = 0
    else:
        _square(k - 2, out[1:], target)
    target += dx[0] * out[k]
    np.negative(target, out=target)


def logistic(x: Array) -> Array:
    """Return 1/(1 + exp(-x)), the constant term of `sigmoid` alone."""
    return _of_decay(x, _decay(x))


def _of_decay(x: Array, decay: Array) -> Array:
    """Return 1/(1 + exp(-x)) from exp(-|x|)."""
    return np.asarray(np.where(x.real < 0, decay, 1) / (1 + decay))


def _decay(x: Array) -> Array:
    """Return exp(-|x|), and for complex numbers its continuation off the imaginary axis."""
    return np.asarray(np.exp(-np.abs(x) if np.isrealobj(x) else np.where(x.real < 0, x, -x)))


def softplus(k: int, x: Array, dx: Array, slope: Array, sigmoid_: Array, out: Array) -> None:
    """Write the k-th coefficients of log(1 + exp(x)), of its slope and of the slope's slope.

    The slope is the sigmoid, in ``sigmoid_``; ``slope`` holds the slope of that.
    """
    if k == 0:
        above = np.maximum(x[0], 0) if np.isrealobj(x) else np.where(x[0].real < 0, 0, x[0])
        out[0, ...] = above + np.log1p(_decay(x[0]))
    else:
        integrate(k, x, dx, sigmoid_, out)
    sigmoid(k, x, dx, slope, sigmoid_)


def arctan(
    k: int, x: Array, scaled: Array, dscaled: Array, slope: Array, denominator: Array, out: Array
) -> None:
    """Write the k-th coefficients of arctan(x), by its slope in z = x/m, m = max(1, |x_0|).

    ``denominator`` is z^2 + 1/m^2, and ``slope`` is 1/m over that: nothing overflows.
    """
    largest = np.maximum(np.abs(x[0]), 1)
    np.divide(x[k], largest, out=scaled[k, ...])
    if k == 0:
        np.arctan(x[0], out=out[0, ...])
    else:
        integrate(k, scaled, dscaled, slope, out)
    square(k, scaled, denominator)
    if k == 0:
        denominator[0, ...] += (1 / largest) ** 2
        np.divide(1 / largest, denominator[0], out=slope[0, ...])
    else:
        np.einsum("i...,i...->...", denominator[1 : k + 1], slope[k - 1 :: -1], out=slope[k, ...])
        np.divide(slope[k], -denominator[0], out=slope[k, ...])


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
        out[0, ...] = complementary_error(-x[0], 0.5) / 2
        return
    integrate(k, x, dx, slope, out)
    _next_gaussian(k, x, dsquare, slope, 0.5)


def complementary_error(x: Array, factor: float = 1.0) -> Array:
    """Return erfc(sqrt(factor) x), for x > 0 as exp(-factor x^2) times the slow function erfcx."""
    special = optional_import("scipy.special", "numerics")
    if np.iscomplexobj(x):
        return np.asarray(special.erfc(sqrt(factor) * x))
    right = np.maximum(x, 0)
    tail = special.erfcx(sqrt(factor) * right) * _gaussian(right, factor)
    other = special.erfc(sqrt(factor) * np.minimum(x, 0))
    return np.asarray(np.where(x > 0, tail, other))


#: Beyond this |x| even exp(-x^2/2) is 0.
_VANISHED = 64.0


def _gaussian(x: Array, factor: float) -> Array:
    """Return exp(-factor x^2), with the square split so that its rounding does not matter."""
    if np.iscomplexobj(x):
        return np.asarray(np.exp(-factor * x * x))
    x = np.clip(x, -_VANISHED, _VANISHED)
    head = np.round(x * 64) / 64  # its square is exact
    near: Array = np.exp(-factor * head * head) * np.exp(-factor * (x - head) * (x + head))
    return near


def _next_gaussian(k: int, x: Array, dsquare: Array, slope: Array, factor: float) -> None:
    """Write the k-th coefficient, k >= 1, of a multiple of exp(-factor x^2)."""
    near = x[: k + 1]
    if np.isrealobj(x) and (gone := np.abs(x[0]) >= _VANISHED).any():  # where x^2 might overflow
        near = np.where(gone, 0, near)
    square(k, near, dsquare)
    dsquare[k, ...] *= k * factor
    np.einsum("i...,i...->...", dsquare[1 : k + 1], slope[k - 1 :: -1], out=slope[k, ...])
    np.divide(slope[k], -k, out=slope[k, ...])


#: Above this probability y the sum 1 - y of the others would lose digits.
_SURE = 0.9


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
    if np.isrealobj(out) and (sure := out[0] > _SURE).any():
        others = np.multiply(target, ~sure, out=product).sum(axis, keepdims=True)
        np.copyto(target, -others, where=sure)

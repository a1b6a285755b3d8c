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

Those of units that saturate are in `polyfam.losses.arithmetic.saturated`.

References
----------
[HNW] Hairer, Norsett & Wanner, Solving Ordinary Differential Equations I, section I.8.
[GW] Griewank & Walther, Evaluating Derivatives, chapter 13.
"""

from __future__ import annotations

import numpy as np

from polyfam.typing import Array

__all__ = [
    "arctan",
    "cosh_sinh",
    "divide",
    "exp",
    "expm1",
    "integrate",
    "log",
    "log1p",
    "multiply",
    "power",
    "sin_cos",
    "square",
    "square_root",
]


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
    target = out[k, ...]
    if k == 0:
        np.multiply(a[0], a[0], out=target)
        return
    half = (k + 1) // 2
    np.einsum("i...,i...->...", a[:half], a[k : k - half : -1], out=target)
    target *= 2
    if k % 2 == 0:
        target += a[half] * a[half]


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

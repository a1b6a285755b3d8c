"""numpy's elementwise functions on truncated power series, given as coefficient arrays.

A series is an array with the order on the leading axis; one of a single term is a constant.  The
table `UFUNCS` maps the names of numpy's (and some of scipy's) ufuncs to functions of series, all of
them loops over `polyfam.losses.arithmetic.recurrences` or compositions of such loops.

What is not smooth is decided by the constant terms: |x|, the sign, the larger of two.  At a kink
there is no Taylor series, and `DomainError` says where; two series that agree in all terms do not
count as one.
"""

from __future__ import annotations

from collections.abc import Callable
from math import log
from typing import Any

import numpy as np

from polyfam.errors import DomainError
from polyfam.losses.arithmetic import recurrences, saturated

__all__ = ["COMPARISONS", "UFUNCS", "aligned", "larger", "multiply", "padded"]

#: The coefficients of a series, shape (terms, ...).
Series = np.ndarray[Any, Any]


def aligned(*arguments: Series) -> list[Series]:
    """Give all series equally many axes, so that the axes behind the order broadcast.

    Examples
    --------
    >>> [a.shape for a in aligned(np.ones((3, 5)), np.ones((1, 4, 1)))]
    [(3, 1, 5), (1, 4, 1)]
    """
    ndim = max(a.ndim for a in arguments)
    return [a.reshape(len(a), *(1,) * (ndim - a.ndim), *a.shape[1:]) for a in arguments]


def padded(x: Series, terms: int) -> Series:
    """Return the series with zeros up to a number of terms: what a constant is."""
    if len(x) == terms:
        return x
    longer = np.zeros((terms, *x.shape[1:]), dtype=x.dtype)
    longer[0] = x[0]
    return longer


def _matched(a: Series, b: Series) -> list[Series]:
    """Give two series equally many terms and axes."""
    terms = max(len(a), len(b))
    return aligned(padded(a, terms), padded(b, terms))


def _grow(step: Callable[..., None], buffers: int, x: Series, chosen: int = -1) -> Series:
    """Return one of the buffers that a one-argument recurrence fills, by default the last."""
    workspace = np.empty((buffers, *x.shape), dtype=x.dtype)
    for k in range(len(x)):
        step(k, x, *workspace)
    return np.asarray(workspace[chosen])


def _grown(step: Callable[..., None], buffers: int, chosen: int = -1) -> Callable[[Series], Series]:
    """Return the function of a series that a recurrence with so many buffers computes."""
    return lambda x: _grow(step, buffers, x, chosen)


# Sums and products


def add(a: Series, b: Series) -> Series:
    """Return a + b."""
    a, b = aligned(a, b)
    if len(a) == len(b):
        return a + b
    longer, constant = (a, b[0]) if len(a) > len(b) else (b, a[0])
    shape = (len(longer), *np.broadcast_shapes(longer.shape[1:], constant.shape))
    total = np.array(np.broadcast_to(longer, shape), dtype=np.result_type(longer, constant))
    total[0] += constant
    return total


def multiply(a: Series, b: Series) -> Series:
    """Return the product a b."""
    if a is b:
        return _grow(recurrences.square, 1, a)
    a, b = aligned(a, b)
    if len(a) == 1 or len(b) == 1:
        return a * b
    return _pair(recurrences.multiply, a, b)


def divide(a: Series, b: Series) -> Series:
    """Return the quotient a / b."""
    a, b = aligned(a, b)
    _refuse(b[0] == 0, "The denominator vanishes", "a quotient has no Taylor series there")
    return a / b if len(b) == 1 else _pair(recurrences.divide, padded(a, len(b)), b)


def _pair(step: Callable[..., None], a: Series, b: Series) -> Series:
    """Run a recurrence of two arguments, already aligned."""
    shape = np.broadcast_shapes(a.shape, b.shape)
    out = np.empty(shape, dtype=np.result_type(a, b, np.float16))
    for k in range(len(out)):
        step(k, a, b, out)
    return out


# Powers and logarithms


def power(x: Series, exponent: Series) -> Series:
    """Return x^p: by products for small whole p, otherwise where x_0 != 0."""
    if len(exponent) > 1:
        constant = np.power(*(argument[0] for argument in aligned(x, exponent)))
        return exponential(multiply(exponent, logarithm(x)), constant)
    if exponent.size and (exponent == exponent.flat[0]).all():
        p = exponent.flat[0]
        x, _ = aligned(x, exponent)
        x = np.broadcast_to(x, (len(x), *np.broadcast_shapes(x.shape[1:], exponent.shape[1:])))
        if p == 0.5:
            return square_root(x)
        if 0 <= p.real <= 64 and p == int(p.real):
            return _whole_power(x, int(p.real))
    x, exponent = aligned(x, exponent)
    _refuse(
        np.broadcast_arrays(x[0] == 0, exponent[0])[0],
        "The base of a power vanishes",
        "it has no Taylor series there unless the exponent is one whole number",
    )
    dtype = np.result_type(x, exponent, np.float16)
    out = np.empty((len(x), *np.broadcast_shapes(x.shape[1:], exponent.shape[1:])), dtype=dtype)
    for k in range(len(x)):
        recurrences.power(k, x, exponent[0], out)
    return out


def _whole_power(x: Series, exponent: int) -> Series:
    """Return x^p for p >= 0 by repeated squaring, which is right at x_0 = 0 as well."""
    result = None
    while exponent:
        if exponent % 2:
            result = x if result is None else multiply(result, x)
        exponent //= 2
        if exponent:
            x = multiply(x, x)
    return padded(np.ones_like(x[:1]), len(x)) if result is None else np.array(result)


def square_root(x: Series) -> Series:
    """Return sqrt(x), which is 0 where all of x is."""
    nothing = ~x.any(axis=0)
    branching = (x[0] == 0) & ~nothing
    _refuse(branching, "The argument of 'sqrt' vanishes", "it has a branch point there")
    if not nothing.any():
        return _grow(recurrences.square_root, 1, x)
    shifted = np.array(x)
    shifted[0] += nothing
    return np.where(nothing, 0, _grow(recurrences.square_root, 1, shifted))


def logarithm(x: Series) -> Series:
    """Return log(x)."""
    _refuse(x[0] == 0, "The argument of 'log' vanishes", "it is singular there")
    return _grow(recurrences.log, 2, x)


def exponential(x: Series, constant: np.ndarray[Any, Any]) -> Series:
    """Return exp(x) with a constant term that is known better than exp(x_0)."""
    dx, out = np.empty((2, *x.shape), dtype=np.result_type(x, constant))
    out[0] = constant
    for k in range(1, len(x)):
        recurrences.integrate(k, x, dx, out, out)
    return np.asarray(out)


def complementary_error(x: Series) -> Series:
    """Return erfc(x)."""
    out = np.array(-erf(x))
    out[0, ...] = saturated.complementary_error(x[0])
    return np.asarray(out)


def hypot(a: Series, b: Series) -> Series:
    """Return sqrt(a^2 + b^2).

    It is |x| + |x| w for the larger x, the quotient u <= 1 of the two and
    w = u^2/(1 + sqrt(1 + u^2)): no square overflows, and 1 + w hides no digit of w.
    """
    a, b = np.broadcast_arrays(*_matched(a, b))
    first = np.abs(a[0]) >= np.abs(b[0])
    top, other = np.where(first, a, b), np.where(first, b, a)
    nothing = np.asarray(~(a.any(axis=0) | b.any(axis=0)))
    _refuse((top[0] == 0) & ~nothing, "Both arguments of 'hypot' vanish", _SMOOTHER)
    top = np.where(top[0] < 0, -top, top)
    quotient = _pair(recurrences.divide, other, top + padded(nothing[None].astype(a.dtype), len(a)))
    square = multiply(quotient, quotient)
    one = np.ones_like(square[:1])
    return top + multiply(top, divide(square, add(one, square_root(add(one, square)))))


log1p = _grown(recurrences.log1p, 2)
softplus = _grown(saturated.softplus, 4)
erf = _grown(saturated.erf, 4)


def logaddexp(a: Series, b: Series, unit: float = 1.0) -> Series:
    """Return log(exp(a) + exp(b)): the larger plus softplus of the difference, over the unit."""
    a, b = _matched(a, b)
    first = a[0].real >= b[0].real
    top, other = np.where(first, a, b), np.where(first, b, a)
    return top + softplus((other - top) * unit) / unit


# Kinks


def absolute(x: Series) -> Series:
    """Return |x|; of a complex series it is not analytic."""
    if np.iscomplexobj(x):
        raise DomainError(
            "Argument of 'absolute' must be real: |z| is not analytic; use z*conj(z)."
        )
    return x * sign(x)


def sign(x: Series) -> Series:
    """Return the sign of x: one term, since it is constant."""
    _refuse((x[0] == 0) & x.any(axis=0), "The argument of 'sign' or 'abs' vanishes", _SMOOTHER)
    return np.sign(x[:1])


def larger(a: Series, b: Series) -> np.ndarray:
    """Say where a > b, by the constant terms; raise where these tie and the series do not."""
    a, b = _matched(a, b)
    tie = (a[0] == b[0]) & (a != b).any(axis=0)
    _refuse(tie, "Two series that are compared have the same constant term", _SMOOTHER)
    return np.asarray(a[0] > b[0])


def maximum(a: Series, b: Series) -> Series:
    """Return the larger of a and b."""
    return np.where(larger(a, b), *_matched(a, b))


def minimum(a: Series, b: Series) -> Series:
    """Return the smaller of a and b."""
    return np.where(larger(b, a), *_matched(a, b))


def _refuse(bad: np.ndarray, what: str, why: str) -> None:
    """Raise `DomainError` that names the first bad place."""
    if np.any(bad):
        place = tuple(int(i) for i in np.argwhere(bad)[0])
        where = f" at index {place}" if place else ""
        raise DomainError(f"{what}{where}: {why} (numpy.where evaluates both of its sides).")


_SMOOTHER = "there is no Taylor series at a kink; move the point or smooth the function"

# The tables

#: ufunc name -> function of one or two series.
UFUNCS: dict[str, Callable[..., Series]] = {
    "positive": np.array,
    "negative": np.negative,
    "conjugate": np.conjugate,
    "add": add,
    "subtract": lambda a, b: add(a, -b),
    "multiply": multiply,
    "divide": divide,
    "reciprocal": lambda x: divide(np.ones_like(x[:1]), x),
    "square": _grown(recurrences.square, 1),
    "power": power,
    "float_power": power,
    "sqrt": square_root,
    "cbrt": lambda x: multiply(sign(x), power(absolute(x), np.full(1, 1 / 3, x.dtype))),
    "hypot": hypot,
    "exp": _grown(recurrences.exp, 2),
    "exp2": lambda x: exponential(x * log(2), np.exp2(x[0])),
    "expm1": _grown(recurrences.expm1, 3),
    "log": logarithm,
    "log2": lambda x: logarithm(x) / log(2),
    "log10": lambda x: logarithm(x) / log(10),
    "log1p": log1p,
    "logaddexp": logaddexp,
    "logaddexp2": lambda a, b: logaddexp(a, b, log(2)),
    "sin": _grown(recurrences.sin_cos, 3, -2),
    "cos": _grown(recurrences.sin_cos, 3),
    "tan": _grown(recurrences.tan, 3),
    "arctan": _grown(recurrences.arctan, 5),
    "sinh": _grown(recurrences.cosh_sinh, 3),
    "cosh": _grown(recurrences.cosh_sinh, 3, -2),
    "tanh": _grown(saturated.tanh, 3),
    "absolute": absolute,
    "fabs": absolute,
    "sign": lambda x: padded(sign(x), len(x)),
    "maximum": maximum,
    "minimum": minimum,
    "clip": lambda x, low, high: minimum(maximum(x, low), high),
    # scipy.special
    "expit": _grown(saturated.sigmoid, 3),
    "log_expit": lambda x: -softplus(-x),
    "erf": erf,
    "erfc": complementary_error,
    "ndtr": _grown(saturated.ndtr, 4),
    "xlogy": lambda a, b: multiply(a, logarithm(b)),
    "xlog1py": lambda a, b: multiply(a, log1p(b)),
}

#: ufunc name -> function of two series that gives booleans.
COMPARISONS: dict[str, Callable[[Series, Series], np.ndarray]] = {
    "greater": larger,
    "less": lambda a, b: larger(b, a),
    "greater_equal": lambda a, b: ~larger(b, a),
    "less_equal": lambda a, b: ~larger(a, b),
    "equal": lambda a, b: ~larger(a, b) & ~larger(b, a),
    "not_equal": lambda a, b: larger(a, b) | larger(b, a),
}

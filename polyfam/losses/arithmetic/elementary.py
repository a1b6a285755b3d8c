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

from polyfam._checks import optional_import
from polyfam.errors import DomainError
from polyfam.losses.arithmetic import recurrences, saturated
from polyfam.losses.arithmetic.mills import log_mills

__all__ = ["COMPARISONS", "UFUNCS", "aligned", "multiply", "padded"]

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


def _grow(step: Callable[..., None], buffers: int, x: Series) -> Series:
    """Return the last of the buffers that a one-argument recurrence fills."""
    workspace = np.empty((buffers, *x.shape), dtype=x.dtype)
    for k in range(len(x)):
        step(k, x, *workspace)
    return np.asarray(workspace[-1])


def _grown(step: Callable[..., None], buffers: int) -> Callable[[Series], Series]:
    """Return the function of a series that a recurrence with so many buffers computes."""
    return lambda x: _grow(step, buffers, x)


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
        most = np.inf if (x[0] == 0).any() else 64
        if 0 <= p.real <= most and np.isfinite(p) and p == int(p.real):
            return _whole_power(x, int(p.real))
    x, exponent = aligned(x, exponent)
    x, p = np.broadcast_arrays(x, exponent[0])[0], exponent[0]
    _refuse(
        x[0] == 0,
        "The base of a power vanishes",
        "it has no Taylor series there unless the exponent is one whole number, at least 0",
    )
    out = np.empty(x.shape, dtype=np.result_type(x, p))
    if out.dtype.kind == "c":
        for k in range(len(x)):
            recurrences.power(k, x, p, out)
        return out
    scaled, growth = _scaled(x)
    for k in range(len(x)):
        recurrences.power(k, scaled, p, out)
    return _grown_power(x[0], p, out, growth)


def _scaled(x: Series) -> tuple[Series, Series]:
    """Return x(h/2^m)/x_0, the whole number m such that no coefficient exceeds 2, and m."""
    mantissa, order = np.frexp(x)
    degree = np.arange(len(x)).reshape(-1, *(1,) * (x.ndim - 1))
    each = np.ceil((order[1:] - order[0]) / degree[1:])
    growth = np.where(x[1:] == 0, -np.inf, each).max(axis=0, initial=-np.inf)
    growth = np.where(np.isfinite(growth), growth, 0).astype(int)
    with np.errstate(under="ignore"):
        return np.ldexp(mantissa / mantissa[0], order - order[0] - growth * degree), growth


def _grown_power(constant: Series, p: Series, scaled: Series, growth: Series) -> Series:
    """Return x^p from (x/x_0)^p in the scale of `_scaled`; x_0^p may be beyond the doubles."""
    first = np.power(constant, p)
    lost = (first == 0) | np.isinf(first)
    out = np.empty_like(scaled)
    for k in range(len(scaled)):
        out[k] = np.ldexp(scaled[k] * first, growth * k)
        if k and lost.any():  # an eighth of both factors at a time stays in range
            with np.errstate(all="ignore"):
                near, eighth = scaled[k] * np.sign(constant) ** p, np.abs(constant) ** (p / 8)
                for part in range(8):
                    near = np.ldexp(near * eighth, (growth * k + part) // 8)
            out[k] = np.where(lost, near, out[k])
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


def _rebased(x: Series, function: np.ufunc) -> Series:
    """Return the logarithm of another base, for the constant term by numpy's function."""
    out = logarithm(x) / np.array(log(2 if function is np.log2 else 10), x.dtype)
    out[0] = function(x[0])
    return np.asarray(out)


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


def log_normal(x: Series) -> Series:
    """Return log(ndtr(x)), to the left of -1 by Mills' ratio."""
    left = np.asarray(x[0].real < -1) if np.isrealobj(x) else np.zeros(x.shape[1:], bool)
    out = logarithm(_grow(saturated.ndtr, 4, np.where(left, 0, x)))
    if left.any():
        step = np.where(left, x, 0).astype(float)
        weights = log_mills(np.where(left, -step[0], 1.0), len(x))
        step[0] = 0
        found = weights[-1:]
        for weight in weights[-2::-1]:
            found = add(weight[None], multiply(found, step))
        far = found - multiply(np.where(left, x, 0), x) / 2
        out = np.where(left, far, out).astype(x.dtype)
    out[0] = optional_import("scipy.special", "numerics").log_ndtr(x[0])
    if np.isrealobj(x):  # far to the right rounding x^2 would show
        right = np.log1p(-_grow(saturated.ndtr, 4, -np.maximum(x[:1], 0))[0])
        out[0] = np.where(x[0] > 0, right, out[0])
    return np.asarray(out)


def hypot(a: Series, b: Series) -> Series:
    """Return sqrt(a^2 + b^2).

    It is |x| + y u/(1 + sqrt(1 + u^2)) for the larger x, the other y and u = y/|x|: no square
    overflows, and where u^2 is below the doubles y u need not be.
    """
    a, b = np.broadcast_arrays(*_matched(a, b))
    _refuse_complex("Arguments of 'hypot'", a, b)
    first = np.abs(a[0]) >= np.abs(b[0])
    top, other = np.where(first, a, b), np.where(first, b, a)
    nothing = np.asarray(~(a.any(axis=0) | b.any(axis=0)))
    _refuse((top[0] == 0) & ~nothing, "Both arguments of 'hypot' vanish", _SMOOTHER)
    top = np.where(top[0] < 0, -top, top)
    quotient = _pair(recurrences.divide, other, top + padded(nothing[None].astype(a.dtype), len(a)))
    one = np.ones_like(quotient[:1])
    root = square_root(add(one, multiply(quotient, quotient)))
    return top + divide(multiply(other, quotient), add(one, root))


exp = _grown(recurrences.exp, 2)
log1p = _grown(recurrences.log1p, 2)
sigmoid = _grown(saturated.sigmoid, 3)
softplus = _grown(saturated.softplus, 4)
cosine = _grown(recurrences.sin_cos, 3)
hyperbolic_sine = _grown(recurrences.cosh_sinh, 3)
erf = _grown(saturated.erf, 4)


def sine(x: Series) -> Series:
    """Return sin(x)."""
    return _grow(lambda k, x, dx, cos, sin: recurrences.sin_cos(k, x, dx, sin, cos), 3, x)


def hyperbolic_cosine(x: Series) -> Series:
    """Return cosh(x)."""
    step = recurrences.cosh_sinh
    return _grow(lambda k, x, dx, sinh, cosh: step(k, x, dx, cosh, sinh), 3, x)


def logaddexp(a: Series, b: Series, unit: float = 1.0) -> Series:
    """Return log(exp(a) + exp(b)): the larger plus softplus of the difference, over the unit."""
    a, b = _matched(a, b)
    first = a[0].real >= b[0].real
    top, other = np.where(first, a, b), np.where(first, b, a)
    return top + softplus((other - top) * unit) / unit


# Kinks


def absolute(x: Series) -> Series:
    """Return |x|; of a complex series it is not analytic."""
    result = x * sign(x)
    result[0] = np.abs(x[0])  # -0.0 too
    return result


def sign(x: Series) -> Series:
    """Return the sign of x: one term, since it is constant."""
    _refuse_complex("The argument of 'sign' or 'abs'", x)
    _refuse((x[0] == 0) & x.any(axis=0), "The argument of 'sign' or 'abs' vanishes", _SMOOTHER)
    return np.sign(x[:1])


def _constants(a: Series, b: Series) -> list[Series]:
    """Return what decides a comparison; raise where the constant terms tie and the series do not.

    A NaN is not equal to itself, and so no tie.
    """
    a, b = _matched(a, b)
    tie = (a[0] == b[0]) & (a != b).any(axis=0)
    _refuse(tie, "Two series that are compared have the same constant term", _SMOOTHER)
    return [a[0], b[0]]


def _ordered(a: Series, b: Series) -> list[Series]:
    """Return what decides which of two real series is larger."""
    _refuse_complex("Series that are compared", a, b)
    return _constants(a, b)


def maximum(a: Series, b: Series) -> Series:
    """Return the larger of a and b, and NaN as numpy does."""
    first, second = _ordered(a, b)
    return np.where((first > second) | np.isnan(first), *_matched(a, b))


def minimum(a: Series, b: Series) -> Series:
    """Return the smaller of a and b, and NaN as numpy does."""
    first, second = _ordered(a, b)
    return np.where((first < second) | np.isnan(first), *_matched(a, b))


def _refuse_complex(what: str, *arguments: Series) -> None:
    """Raise where numbers have to have an order."""
    if any(map(np.iscomplexobj, arguments)):
        raise DomainError(f"{what} must be real: |z| is not analytic; use z*conj(z) or z.real.")


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
    "exp": exp,
    "exp2": lambda x: exponential(x * log(2), np.exp2(x[0])),
    "expm1": _grown(recurrences.expm1, 3),
    "log": logarithm,
    "log2": lambda x: _rebased(x, np.log2),
    "log10": lambda x: _rebased(x, np.log10),
    "log1p": log1p,
    "logaddexp": logaddexp,
    "logaddexp2": lambda a, b: logaddexp(a, b, log(2)),
    "sin": sine,
    "cos": cosine,
    "tan": _grown(saturated.tan, 3),
    "arctan": _grown(recurrences.arctan, 5),
    "sinh": hyperbolic_sine,
    "cosh": hyperbolic_cosine,
    "tanh": _grown(saturated.tanh, 3),
    "absolute": absolute,
    "fabs": absolute,
    "sign": lambda x: padded(sign(x), len(x)),
    "maximum": maximum,
    "minimum": minimum,
    "clip": lambda x, low, high: minimum(maximum(x, low), high),
    # scipy.special
    "expit": sigmoid,
    "log_expit": lambda x: -softplus(-x),
    "erf": erf,
    "erfc": complementary_error,
    "ndtr": _grown(saturated.ndtr, 4),
    "log_ndtr": log_normal,
    "xlogy": lambda a, b: multiply(a, logarithm(b)),
    "xlog1py": lambda a, b: multiply(a, log1p(b)),
}

#: ufunc name -> function of two series that gives booleans.
COMPARISONS: dict[str, Callable[[Series, Series], np.ndarray]] = {
    "greater": lambda a, b: np.greater(*_ordered(a, b)),
    "less": lambda a, b: np.less(*_ordered(a, b)),
    "greater_equal": lambda a, b: np.greater_equal(*_ordered(a, b)),
    "less_equal": lambda a, b: np.less_equal(*_ordered(a, b)),
    "equal": lambda a, b: np.equal(*_constants(a, b)),
    "not_equal": lambda a, b: np.not_equal(*_constants(a, b)),
}

"""Values of a polynomial with nonnegative integer coefficients, right to the last digits.

Horner's rule in doubles is good where nothing cancels and nothing overflows: for beta >= 0 every
partial value is at most P(beta) or P(1), so that the relative error stays below (2j + 1) units of
rounding while P(1) is a finite double.  Everywhere else (negative and complex numbers, coefficients
beyond the doubles) a float is taken for the fraction that it is, and the exact value is rounded
once.  A value beyond the range of its type is an error, never an infinity.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from math import nan
from typing import TYPE_CHECKING, Any

from polyfam._checks import quoted
from polyfam.errors import ArgumentTypeError

if TYPE_CHECKING:
    from polyfam.typing import Array

__all__ = ["evaluate", "homogeneous"]

#: Below 2^1023, so that a sum of positive doubles with this value has no infinite partial sum.
_FINITE = 1 << 1022


def evaluate(coefficients: Sequence[int], beta: Any) -> Any:
    """Return sum_i coefficients[i] beta^i for a number, an array or anything with + and *.

    The coefficients are nonnegative.  The value is exact for integers and rings, else of the
    precision of beta; one beyond the range of its type is an OverflowError.

    Examples
    --------
    >>> evaluate([0, 1, 4, 1], 0.5), evaluate([0, 1, 4, 1], -3), evaluate([0, 1, 4, 1], 1j)
    (1.625, 6, (-4+0j))
    """
    if isinstance(beta, float | complex) and not hasattr(beta, "dtype"):
        return _rounded(coefficients, beta)
    if hasattr(beta, "dtype") and (array := _as_array(beta)) is not None:
        return _of_array(coefficients, array)
    if isinstance(beta, str | bytes | list | tuple | dict | set | None.__class__):
        raise ArgumentTypeError(
            f"Argument 'beta' must be a number, an array or an expression, not {quoted(beta)}."
        )
    return _horner(coefficients, beta)


def homogeneous(coefficients: Sequence[int], numerator: int, denominator: int) -> int:
    """Return denominator^m p(numerator / denominator), an integer, for p of degree m.

    Examples
    --------
    >>> homogeneous([0, 1, 4, 1], 1, 2)
    13
    """
    value, power = 0, 1
    for c in reversed(coefficients):
        value = value * numerator + c * power
        power *= denominator
    return value


def _horner(coefficients: Sequence[Any], beta: Any) -> Any:
    """Return the value by Horner's rule."""
    value = 0 * beta
    for c in reversed(coefficients):
        value = value * beta + c
    return value


def _as_array(beta: Any) -> Any:
    """Return what numpy sees in arrays and tables; None for series and traced values."""
    import numpy as np

    if isinstance(beta, np.matrix):
        raise ArgumentTypeError(
            "Argument 'beta' must not be a numpy.matrix, whose product is not by entries; "
            "numpy.asarray(beta) is an array."
        )
    if isinstance(beta, np.ndarray | np.generic):
        return beta
    try:
        return np.asarray(beta)
    except (TypeError, ValueError, RuntimeError):
        return None


def _of_array(coefficients: Sequence[int], beta: Any) -> Any:
    """Evaluate at a numpy array or scalar."""
    import numpy as np

    kind = beta.dtype.kind
    if kind not in "iubfcO":
        raise ArgumentTypeError(f"Argument 'beta' must hold numbers, not {beta.dtype}.")
    if kind in "iubO":  # machine integers would wrap around
        exact = [evaluate(coefficients, each) for each in np.ravel(beta).tolist()]
        if isinstance(beta, np.generic):
            return exact[0]
        filled = np.empty(len(exact), object)
        filled[:] = exact
        return filled.reshape(beta.shape)
    double = np.complex128 if kind == "c" else np.float64
    if beta.dtype.itemsize > double().itemsize:
        return _in_long_doubles(coefficients, beta)
    flat = np.asarray(beta, double).ravel()
    values = _entries(coefficients, flat)
    with np.errstate(over="ignore"):
        result = values.astype(beta.dtype)
    return _within_range(result, beta)


def _in_long_doubles(coefficients: Sequence[int], beta: Any) -> Any:
    """Evaluate in the precision of long doubles, by Horner's rule."""
    import numpy as np

    with np.errstate(over="ignore", invalid="ignore"):
        result = _horner([np.longdouble(c) for c in coefficients], np.asarray(beta).ravel())
    return _within_range(result, beta)


def _within_range(result: Array, beta: Any) -> Any:
    """Return the values in the shape of the argument, if none is infinite without reason."""
    import numpy as np

    if (~np.isfinite(result) & np.isfinite(np.asarray(beta).ravel())).any():
        raise OverflowError(f"A value exceeds the range of {beta.dtype}.")
    return result[0] if isinstance(beta, np.generic) else result.reshape(beta.shape)


def _entries(coefficients: Sequence[int], flat: Array) -> Array:
    """Return the values at doubles or complex doubles, shape (m,)."""
    import numpy as np

    values = np.empty_like(flat)
    by_rule = np.zeros(len(flat), bool)
    if flat.dtype.kind == "f" and sum(coefficients) < _FINITE:
        by_rule = (flat >= 0) & np.isfinite(flat)
        with np.errstate(over="ignore", under="ignore"):
            values[by_rule] = _horner([float(c) for c in coefficients], flat[by_rule])
    rounded: Callable[[complex], complex] = lambda b: _rounded(coefficients, b)  # noqa: E731
    values[~by_rule] = [rounded(b) for b in flat[~by_rule].tolist()]
    return values


def _rounded(coefficients: Sequence[int], beta: complex) -> Any:
    """Return the exact value at a float or complex number, rounded once."""
    if beta - beta != 0:  # infinite, or not a number
        if len(coefficients) == 1:
            return type(beta)(coefficients[0])
        if isinstance(beta, complex):
            return complex(abs(beta), nan)  # without a direction
        return float(beta ** (len(coefficients) - 1))
    if isinstance(beta, complex):
        return _rounded_complex(coefficients, beta)
    numerator, denominator = beta.as_integer_ratio()
    value = homogeneous(coefficients, numerator, denominator)
    return _quotient(value, denominator ** (len(coefficients) - 1))


def _rounded_complex(coefficients: Sequence[int], beta: complex) -> complex:
    """Return the exact value at a complex number, both parts rounded once."""
    (a, p), (b, q) = beta.real.as_integer_ratio(), beta.imag.as_integer_ratio()
    denominator = max(p, q)  # both are powers of two
    a, b = a * (denominator // p), b * (denominator // q)
    real, imaginary, power = 0, 0, 1
    for c in reversed(coefficients):
        real, imaginary = real * a - imaginary * b + c * power, real * b + imaginary * a
        power *= denominator
    power //= denominator
    return complex(_quotient(real, power), _quotient(imaginary, power))


def _quotient(numerator: int, denominator: int) -> float:
    """Return the nearest double to a fraction."""
    try:
        return numerator / denominator
    except OverflowError:
        raise OverflowError("The value exceeds the range of the floats; use a Fraction.") from None

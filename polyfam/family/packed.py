"""Functions of a label k whose values are polynomials in beta, packed into long integers.

The values at k = 0, ..., N matter modulo beta^(N+1-k).  At beta = 2^w a polynomial becomes an
integer with one signed digit of w bits a coefficient, and all arithmetic is that of Z[beta]/beta^L
mapped to the integers modulo 2^(w L).  A function of small coefficients and low degree is packed
tightly, and widened when it meets a larger one.  That needs digits which do not overlap: a bound
on the coefficients below 2^(w-1), which goes along with every function.  Where the bound exceeds
the `cap`, digits as wide as those of the final result, w is the cap and digits may overlap: such a
function is never widened, and stays right modulo 2^(w (N+1-k)).
"""

from __future__ import annotations

from collections.abc import Sequence
from functools import cache, lru_cache
from importlib import import_module
from typing import NamedTuple

__all__ = ["Function", "hung", "long_integer", "one", "product", "times_one_minus_beta", "widened"]

#: The least width of a digit: below it nothing is gained.
_LEAST = 128


class Function(NamedTuple):
    """The values of a function at k = 0, ..., N, polynomials in beta packed into integers."""

    values: list[int]
    digits: int  #: above the degree in beta; N + 1 where digits overlap
    width: int  #: bits a digit
    bound: int  #: no coefficient has a larger absolute value


@cache
def long_integer() -> type[int]:
    """Return the type of the long integers: gmpy2's with the extra `bigint`, which is faster."""
    try:
        kind: type[int] = import_module("gmpy2").mpz
    except ImportError:
        return int
    return kind


def one(half: int, cap: int) -> Function:
    """Return the function 1, for k up to `half`."""
    return Function([long_integer()(1)] * (half + 1), 1, min(_LEAST, cap), 1)


def product(one: Function, other: Function, cap: int, bound: int = 0) -> Function:
    """Return the product of two functions, packed for coefficients up to `bound` at least."""
    large, small = sorted((one, other), key=lambda f: (f.width, f.digits), reverse=True)
    top = len(large.values)
    bound = max(bound, large.bound * small.bound)
    width = max(large.width, _width(bound, cap))
    digits = min(top, large.digits + small.digits - 1) if _fits(bound, width) else top
    lengths = _lengths(top, digits, width)
    large = widened(large, width)
    if small.width < width and _is_sparse(small, width):
        values = [
            _residue(_by_digits(a, digits_of(b, small.width, min(small.digits, top - k)), width), z)
            for k, (a, b, z) in enumerate(zip(large.values, small.values, lengths, strict=True))
        ]
    else:
        small = widened(small, width)
        values = [
            _residue(a * b, length)
            for a, b, length in zip(large.values, small.values, lengths, strict=True)
        ]
    return Function(values, digits, width, bound)


def hung(function: Function, branches: int, vertices: int, bound: int, cap: int) -> Function:
    """Return (1 - beta)^(d+1) C_k from B_k, where d branches meet.

    The increments u_k = C_k - C_{k-1} = B_k + beta B_{k+1} + ... satisfy u_k = B_k + beta u_{k+1}.
    In the end they are polynomials of a degree below the number of `vertices`.
    """
    top = len(function.values)
    width = max(function.width, _width(bound, cap))
    function = widened(function, width)
    digits = min(top, vertices) if _fits(bound, width) else top
    lengths = _lengths(top, digits, width)
    increments = []
    increment = 0
    for value, length in zip(function.values[:0:-1], lengths[:0:-1], strict=True):
        spent = times_one_minus_beta(value, branches + 1, width, length)
        increment = _residue(spent + (increment << width), length)
        increments.append(increment)
    total = long_integer()(0)
    values = [total]
    for increment, length in zip(reversed(increments), lengths[1:], strict=True):
        total = _residue(total + increment, length)
        values.append(total)
    return Function(values, digits, width, bound)


def widened(function: Function, width: int) -> Function:
    """Return the function with digits of a larger width."""
    if function.width == width:
        return function
    top, before = len(function.values), function.width // 8
    gap = bytes(width // 8 - before)
    from_bytes = long_integer().from_bytes
    offset = _offset(function.width, function.width, function.digits)
    wide_offset = _offset(function.width, width, function.digits)
    values = []
    for value, left in zip(function.values, range(top, 0, -1), strict=True):
        if function.digits > 1:
            digits = min(function.digits, left)
            spare = function.digits - digits  # all digits of an offset are equal
            shifted = value + (offset >> spare * function.width)
            packed = shifted.to_bytes(before * digits, "little")
            pieces = [packed[i : i + before] for i in range(0, len(packed), before)]
            value = from_bytes(gap.join(pieces), "little") - (wide_offset >> spare * width)
        values.append(value)
    return function._replace(values=values, width=width)


def times_one_minus_beta(value: int, power: int, width: int, length: int) -> int:
    """Return (1 - beta)^power times a value, modulo 2^length."""
    for _ in range(power):
        value = _residue(value - (value << width), length)
    return value


def digits_of(value: int, width: int, count: int) -> list[int]:
    """Return the signed digits of an integer, the lowest first.

    Examples
    --------
    >>> digits_of(5 - (3 << 8), 8, 3)
    [5, -3, 0]
    """
    value += _offset(width, width, count)
    half = 1 << (width - 1)
    mask = 2 * half - 1
    return [int(value >> place & mask) - half for place in range(0, count * width, width)]


def _by_digits(value: int, digits: Sequence[int], width: int) -> int:
    """Return a value times the polynomial with these coefficients."""
    total = 0
    for digit in reversed(digits):
        total = (total << width) + value * digit
    return total


def _is_sparse(small: Function, width: int) -> bool:
    """Return whether multiplying by its coefficients beats widening a function first.

    Widened, the share `small.width / width` of the bits is in use, and none of the rest is
    skipped; but integers of more than 70 digits of 30 bits are multiplied by Karatsuba's way.
    """
    bits = small.digits * width
    saved = float((2100 / max(bits, 2100)) ** 0.415)
    return small.width < width * saved


def _width(bound: int, cap: int) -> int:
    """Return the width of the digits for coefficients up to a bound: few values, multiples of 8.

    So functions are not widened by a few bits at every vertex.
    """
    needed = bound.bit_length() + 1
    width = _LEAST
    while width < needed:
        width += width // 64 * 8
    return min(width, cap)


def _lengths(top: int, digits: int, width: int) -> list[int]:
    """Return the number of bits of the values."""
    return [width * min(digits, left) for left in range(top, 0, -1)]


def _residue(value: int, length: int) -> int:
    """Return the residue of least absolute value modulo 2^length: short stays short."""
    if value.bit_length() < length:
        return value
    modulus = _power_of_two(length)
    value &= modulus - 1
    return value - modulus if value >> (length - 1) else value


def _fits(bound: int, width: int) -> bool:
    """Return whether signed digits of a width hold coefficients up to a bound."""
    return bound.bit_length() < width


def _power_of_two(length: int) -> int:
    """Return 2^length as a long integer."""
    return long_integer()(1) << length


@lru_cache(maxsize=1 << 8)
def _offset(half: int, width: int, count: int) -> int:
    """Return `count` digits 2^(half - 1), packed: added, they make signed digits nonnegative."""
    ones = (_power_of_two(width * count) - 1) // (_power_of_two(width) - 1)
    return ones << (half - 1)

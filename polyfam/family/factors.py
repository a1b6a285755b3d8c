"""Factorisations over the integers, those of most trees without sympy.

P is beta (1 + beta)^k Q, and the Q of most trees is irreducible.  Modulo a prime p that does not
divide the discriminant, the degrees of the irreducible factors of Q follow from the powers of beta
(distinct degrees),

    gcd(Q, beta^(p^d) - beta) is the product of those whose degree divides d,

and a factor over the integers has a degree that is a sum of some of them.  Where the sums of a few
primes share 0 and deg Q only, Q is irreducible.  Everything else is left to sympy, which takes
0.35 s to import and 20 ms for a tree on 18 vertices, where this takes one or two.
"""

from __future__ import annotations

from collections.abc import Sequence

__all__ = ["factors", "is_proved_irreducible"]

_PRIMES = (5, 7, 11, 13, 17, 19, 23, 29, 31, 37, 41, 43, 47, 53, 59, 61, 67, 71, 73, 79, 83, 89)
#: Beyond this degree sympy is faster.
_LARGEST = 40

Row = list[int]


def factors(row: Sequence[int]) -> tuple[int, Row] | None:
    """Return k and Q, coefficients from the lowest, of a row if Q is proved irreducible here.

    Examples
    --------
    >>> factors([1, 8, 8, 1]), factors([1, 1])
    ((1, [1, 7, 1]), (1, [1]))
    """
    rest, k = list(row), 0
    while len(rest) > 1 and not sum(c * (-1) ** i for i, c in enumerate(rest)):
        quotient, carry = [], 0
        for c in rest[:-1]:
            carry = c - carry
            quotient.append(carry)
        rest, k = quotient, k + 1
    return (k, rest) if is_proved_irreducible(rest) else None


def is_proved_irreducible(row: Sequence[int]) -> bool:
    """Say whether a monic polynomial is irreducible, as far as a few primes tell.

    It is False when it is not, or when they do not tell.

    Examples
    --------
    >>> is_proved_irreducible([1, 7, 1]), is_proved_irreducible([1, 2, 1])
    (True, False)
    """
    degree = len(row) - 1
    if degree < 2:
        return True
    if degree > _LARGEST:
        return False
    shared = (1 << degree + 1) - 1  # the degrees that a factor may have, as bits
    for p in _PRIMES:
        degrees = _degrees([c % p for c in row], p)
        if degrees is None:
            continue
        sums = 1
        for each in degrees:
            sums |= sums << each
        shared &= sums
        if shared == 1 | 1 << degree:
            return True
    return False


def _degrees(f: Row, p: int) -> list[int] | None:
    """Return the degrees of the factors of f modulo p; None when one is repeated."""
    if len(_gcd(f, [i * c % p for i, c in enumerate(f)][1:], p)) > 1:
        return None
    degrees: list[int] = []
    power, d = [0, 1], 0
    while len(f) - 1 >= 2 * (d + 1):
        d += 1
        power = _power(power, p, f, p)
        both = _gcd(f, _minus_beta(power, p), p)
        if len(both) > 1:
            degrees += [d] * ((len(both) - 1) // d)
            f = _divided(f, both, p)[0]
            power = _divided(power, f, p)[1] if len(f) > 1 else [0]
    return degrees + [len(f) - 1] * (len(f) > 1)


def _minus_beta(f: Row, p: int) -> Row:
    """Return f - beta modulo p."""
    g = f + [0] * (2 - len(f))
    g[1] = (g[1] - 1) % p
    return _trimmed(g)


def _trimmed(f: Row) -> Row:
    """Return f without zeros at the end."""
    while f and not f[-1]:
        f.pop()
    return f


def _divided(f: Row, g: Row, p: int) -> tuple[Row, Row]:
    """Return the quotient and the remainder modulo p."""
    rest, inverse = _trimmed(f[:]), pow(g[-1], -1, p)
    quotient = [0] * max(len(rest) - len(g) + 1, 0)
    for place in range(len(rest) - len(g), -1, -1):
        factor = quotient[place] = rest[place + len(g) - 1] * inverse % p
        if factor:
            for i, c in enumerate(g, start=place):
                rest[i] = (rest[i] - factor * c) % p
    return quotient, _trimmed(rest[: len(g) - 1])


def _gcd(f: Row, g: Row, p: int) -> Row:
    """Return the greatest common divisor modulo p, up to a constant."""
    f, g = _trimmed(f[:]), _trimmed(g[:])
    while g:
        f, g = g, _divided(f, g, p)[1]
    return f


def _power(f: Row, exponent: int, modulus: Row, p: int) -> Row:
    """Return f^exponent modulo a polynomial and p."""
    result = [1]
    for bit in bin(exponent)[2:]:
        result = _product(result, result, modulus, p)
        if bit == "1":
            result = _product(result, f, modulus, p)
    return result


def _product(f: Row, g: Row, modulus: Row, p: int) -> Row:
    """Return f g modulo a polynomial and p."""
    result = [0] * max(len(f) + len(g) - 1, 0)
    for i, c in enumerate(f):
        if c:
            for k, other in enumerate(g, start=i):
                result[k] += c * other
    return _divided([c % p for c in result], modulus, p)[1]
